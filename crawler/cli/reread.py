"""`avtoklaster reread`: all kept pages once more, with the code and topic of today."""

from __future__ import annotations

import json
import sys
import time
from datetime import UTC, date, datetime
from datetime import time as clock
from typing import TYPE_CHECKING, Any

import click

from crawler.cli.common import DAY, Settings, json_option, known_source, pass_settings, say

if TYPE_CHECKING:
    from crawler.rereading import Report
    from storage.rereading import Change

_SHOWN = 5


@click.command(short_help="Reads all kept pages again with the current code and topic.")
@click.option("--source", metavar="SOURCE", help="Only pages of this source.")
@click.option("--since", type=DAY, help="Only pages fetched since this day (UTC).")
@click.option("--all", "every", is_flag=True, help="Also pages that this reader and topic have read, as after new selectors.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@json_option
@pass_settings
def command(settings: Settings, source: str | None, since: date | None, every: bool, dry_run: bool, as_json: bool) -> None:
    """Reads the kept raw pages again with the current code and topic, and says what changed.

    Worth it after an update that reads better, or with a changed topic. Numbers of articles, when they were seen first and last,
    whether they are gone, their copies and earlier wordings stay; so does what a person has corrected. Titles, texts, dates,
    verdicts, the search index and the stories follow the new reading.

    What this reader and topic have read already is passed over, so that a rereading that was broken off is simply called again.
    Each article is a transaction of its own: crawls may run meanwhile.

    An article that the topic now finds irrelevant stays, with its new score and reason; nothing is deleted. One whose page is no
    article to this reader is reported and stays as it is. Refused pages that were kept (keep_pages = "all") and are relevant
    now become articles, first seen when they were fetched.
    """
    from crawler.rereading import reread

    begin = datetime.combine(since, clock(), UTC) if since else None
    with settings.open(read_only=dry_run) as archive:
        if source:
            known_source(settings, archive, source)
        report = reread(
            archive,
            settings.config.topic,
            settings.config.sources,
            source=source or "",
            since=begin,
            every=every,
            dry_run=dry_run,
            progress=_Progress(),
        )
    if as_json:
        click.echo(json.dumps(_as_json(report, dry_run), ensure_ascii=False))
    else:
        _print(report, dry_run)


class _Progress:
    """Pages so far, on a terminal, once a second."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._shown = time.monotonic()

    def __call__(self, done: int, of: int) -> None:
        if self._live and (done == of or time.monotonic() - self._shown > 1):
            self._shown = time.monotonic()
            click.echo("\r\x1b[K" + (f"{done} of {of} pages" if done < of else ""), err=True, nl=False)


def _as_json(report: Report, dry_run: bool) -> dict[str, Any]:
    from crawler.rereading import kinds

    return {
        "dry_run": dry_run,
        **{name: report.counts[name] for name in report.COUNTS},
        "changes": [
            {
                "article": change.article,
                "url": change.url,
                "what": kinds(change),
                "before": dict(change.before),
                "after": dict(change.after),
            }
            for change in report.changes
        ],
        "recovered_pages": [{"url": url, "title": title} for url, title in report.recovered],
        "unreadable_pages": [{"url": url, "reason": reason} for url, reason in report.unreadable],
    }


def _print(report: Report, dry_run: bool) -> None:
    from crawler.rereading import kinds

    for what in ("titles", "texts", "dates", "verdicts"):
        changed = [change for change in report.changes if what in kinds(change)]
        for change in changed[:_SHOWN]:
            say(f"{what[:-1]:9} {change.article}  {_line(what, change)}")
        _more(len(changed))
    for what, rows in (("recovered", report.recovered), ("no article", report.unreadable)):
        for url, told in rows[:_SHOWN]:
            say(f"{what:9} {url}  {told}")
        _more(len(rows))
    counts = report.counts
    would = "would change" if dry_run else "changed"
    said = ", ".join(f"{counts[name]} {name}" for name in ("titles", "texts", "dates", "verdicts"))
    more = f"{counts['others']} articles in other things; {counts['unchanged']} read the same"
    say(f"{counts['pages']} pages read again; {would}: {said}, {more}.")
    rest = [
        (counts["recovered"], "refused pages are articles now" if not dry_run else "refused pages would become articles"),
        (counts["refused"], "refused as before"),
        (counts["unreadable"], "articles whose page is none to this reader: they stay"),
        (counts["outdated"], "fetched again or removed meanwhile"),
    ]
    if told := "; ".join(f"{count} {what}" for count, what in rest if count):
        say(told + ".")


def _more(count: int) -> None:
    if count > _SHOWN:
        say(f"          … and {count - _SHOWN} more; --json lists all.")


def _line(what: str, change: Change) -> str:
    before, after = change.before, change.after
    if what == "titles":
        return f"{before['title']!r} -> {after['title']!r}"
    if what == "texts":
        return f"{len(before['text'])} -> {len(after['text'])} characters  {change.title}"
    if what == "dates":
        return f"{before['published'] or 'none'} -> {after['published'] or 'none'}  {change.title}"
    verdict = "relevant" if after["score"] >= 0.5 else "irrelevant"
    return f"{before['score']:.2f} -> {after['score']:.2f}, {verdict} now ({after.get('reason', '')})  {change.title}"
