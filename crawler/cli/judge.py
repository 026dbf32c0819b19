"""`avtoklaster judge`: what a changed topic would keep and drop, before it is switched on."""

from __future__ import annotations

import json
import sys
from datetime import UTC, date, datetime, time
from typing import Any

import click

from crawler.cli.common import DAY, Settings, json_option, pass_settings
from crawler.cli.output import plain


@click.command(short_help="Shows what a changed topic would keep and drop.")
@click.option("--topic", metavar="NAME-OR-FILE", help="Judge by this topic instead of the configured one.")
@click.option("--since", type=DAY, help="Only what was first seen or fetched since this day (UTC).")
@json_option
@pass_settings
def command(settings: Settings, topic: str | None, since: date | None, as_json: bool) -> None:
    """Judges kept articles and refused pages again and shows what would change; nothing is changed in the archive.

    What would be kept comes first, the surest first, then what would be dropped, the surest first. `was` is the score that it was
    given when it was read. Of refused pages only the title and the beginning of the text are kept, so that what is recovered may
    be judged differently once its page is read whole. What a person said of a verdict stays, and is not listed.
    """
    from crawler.errors import ReadingFailed
    from crawler.judging import judge, load_topic
    from crawler.workers import LIMIT, within
    from storage.judgeable import judgeable

    loaded = load_topic(topic or settings.config.topic)
    begin = datetime.combine(since, time(), UTC) if since else None
    judged = 0
    changes: list[dict[str, Any]] = []
    live = sys.stderr.isatty()
    with settings.open(read_only=True) as archive:
        for item in judgeable(archive, since=begin):
            judged += 1
            if live and judged % 200 == 0:
                click.echo(f"\r{judged} judged, {len(changes)} would change", nl=False, err=True)
            try:
                with within(LIMIT):
                    verdict = judge(item.title, item.text, loaded)
            except ReadingFailed as error:
                click.echo(plain(f"{item.url}: {error}"), err=True)
                continue
            if verdict.relevant != item.kept:
                change = "keep" if verdict.relevant else "drop"
                row = {"change": change, "source": item.source, "url": item.url, "title": item.title, "was": item.score}
                changes.append({**row, "score": verdict.score, "reason": verdict.reason})
    if live:
        click.echo("\r" + " " * 60 + "\r", nl=False, err=True)
    changes.sort(
        key=lambda row: (row["change"] == "drop", row["score"] if row["change"] == "drop" else -row["score"], row["url"])
    )
    if as_json:
        click.echo(json.dumps(changes, ensure_ascii=False))
        return
    for row in changes:
        click.echo(f"{row['change']}  {plain(str(row['title'])) or row['url']}")
        was = "" if row["was"] is None else f"{row['was']:.2f} -> "
        click.echo(f"      {row['source']}  {was}{row['score']:.2f}  {row['url']}")
        click.echo(f"      {plain(str(row['reason']))}")
    kept = sum(row["change"] == "keep" for row in changes)
    click.echo(f"{judged} judged by {loaded.judged_by}: {kept} would be kept, {len(changes) - kept} dropped, the rest stays.")
