"""`avtoklaster judge`: what a changed topic would keep and drop, before it is switched on."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time

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

    Of refused pages only the title and the beginning of the text are kept, so that what is recovered may be judged differently
    once its page is read whole.
    """
    from crawler.judging import judge, load_topic
    from storage.judgeable import judgeable

    loaded = load_topic(topic or settings.config.topic)
    begin = datetime.combine(since, time(), UTC) if since else None
    judged = 0
    changes = []
    with settings.open(read_only=True) as archive:
        for item in judgeable(archive, since=begin):
            judged += 1
            verdict = judge(item.title, item.text, loaded)
            if verdict.relevant != item.kept:
                change = "keep" if verdict.relevant else "drop"
                row = {"change": change, "url": item.url, "title": item.title, "score": verdict.score}
                changes.append({**row, "reason": verdict.reason})
    if as_json:
        click.echo(json.dumps(changes, ensure_ascii=False))
        return
    for row in changes:
        click.echo(f"{row['change']}  {plain(str(row['title'])) or row['url']}")
        click.echo(f"      {row['url']}")
        click.echo(f"      {plain(str(row['reason']))}")
    kept = sum(row["change"] == "keep" for row in changes)
    click.echo(f"{judged} judged by {loaded.judged_by}: {kept} would be kept, {len(changes) - kept} dropped, the rest stays.")
