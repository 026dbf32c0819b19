"""`avtoklaster crawl`: a one-off crawl of all or the named sources."""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import click

from crawler.cli.common import DAY, Settings, json_option, pass_settings

if TYPE_CHECKING:
    from crawler.crawling import Result
    from crawler.progress import Crawl

_COUNTS = ("requests", "new", "revised", "copies", "irrelevant", "failed")
_WORKED = ("finished", "partial")
_RECENTLY = timedelta(days=7)
_MINUTE = 60.0
_FIRST = 5.0
"""Seconds until the first line about a search for history, and from one to the next."""


def _past(_ctx: click.Context, _param: click.Parameter, day: date | None) -> date | None:
    if day and day > datetime.now(UTC).date() + timedelta(days=1):
        raise click.BadParameter(f"{day} is in the future.")
    return day


@click.command("crawl")
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@click.option(
    "--since",
    type=DAY,
    callback=_past,
    metavar="DATE",
    help="Go back through pages and sitemaps to this day, as 2024-01-30 or 90d.",
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Try at most N article pages of each source.")
@click.option("--strict", is_flag=True, help="Exit with 1 when any source failed.")
@click.option("--quiet", is_flag=True, help="Say nothing while it runs.")
@json_option
@pass_settings
def command(
    settings: Settings, names: tuple[str, ...], since: date | None, limit: int | None, strict: bool, quiet: bool, as_json: bool
) -> None:
    """Crawls all enabled sources, or the named ones, once, whenever they are due.

    Every way of a source is asked for what is new; new pages are fetched newest first, read, judged and stored, within the budget
    of each source. A crawl that was broken off is taken up where it stopped by the next one.

    With --since a crawl goes back to that day, through as many pages of a listing as it takes, by the site's own filter where its
    entry names one; it says how far it is and what is left. What the budget does not allow today is fetched when the same
    command is given again.

    Ctrl-C once ends the crawl after the pages that are in flight, and keeps everything; twice ends it at once.

    The exit code is 1 when a source failed that had worked within the last 7 days, or none worked.
    """
    from crawler.crawling import run
    from crawler.sources import pick

    config = settings.config
    sources = pick(config.sources, names)
    if not sources:
        raise click.UsageError("no source is enabled; `avtoklaster sources list` shows the catalogue")
    if not (config.contact or quiet):
        click.echo('Note: set contact = "you@example.org" in avtoklaster.toml, so that sites can reach you.', err=True)
    progress = _Progress(len(sources))
    result = run(config, sources, since=since, limit=limit, on_change=None if quiet else progress)
    progress.close()
    _print(result, as_json)
    code = exit_code(result, datetime.now(UTC), strict=strict)
    if code:
        click.get_current_context().exit(code)


def exit_code(result: Result, now: datetime, *, strict: bool) -> int:
    """0 all well; 1 when a source failed that had worked within the last 7 days, or none worked; `strict`: when any failed."""
    failed = [crawl for crawl in result.crawls if crawl.outcome in ("failed", "blocked")]
    lately = [crawl for crawl in failed if crawl.last_success and datetime.fromisoformat(crawl.last_success) >= now - _RECENTLY]
    worked = any(crawl.outcome in _WORKED for crawl in result.crawls)
    return int(bool(lately or (strict and failed) or not (worked or result.interrupted)))


def _print(result: Result, as_json: bool) -> None:
    from crawler.cli.output import write_rows

    columns = ["source", "outcome", *_COUNTS, "message"]
    rows = [
        [crawl.source.id, crawl.outcome, *(crawl.counts.get(name, 0) for name in _COUNTS), crawl.message]
        for crawl in result.crawls
    ]
    write_rows(columns, rows, "json" if as_json else None)
    if not as_json and len(rows) > 1:
        totals = ", ".join(f"{sum(crawl.counts.get(name, 0) for crawl in result.crawls)} {name}" for name in _COUNTS)
        click.echo(f"{len(rows)} sources: {totals}")
    if result.interrupted:
        click.echo("Stopped as asked; everything so far is kept, and the next crawl goes on from here.", err=True)


class _Progress:
    """One line that changes on a terminal, one line a source elsewhere; on stderr, so that stdout is the table alone."""

    def __init__(self, sources: int) -> None:
        self._sources = sources
        self._running: dict[str, Crawl] = {}
        self._ended = 0
        self._shown = 0.0
        self._told: dict[str, float] = {}
        self._live = sys.stderr.isatty()

    def __call__(self, crawl: Crawl) -> None:
        try:
            self._note(crawl)
        except OSError:  # a terminal that was closed, a reader that went away: nobody looks, but the crawl goes on
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
            self._live = False

    def _note(self, crawl: Crawl) -> None:
        if crawl.outcome:
            self._running.pop(crawl.source.id, None)
            self._ended += 1
            self._line(crawl)
        else:
            self._running[crawl.source.id] = crawl
        if self._live and time.monotonic() - self._shown > 0.1:
            self._shown = time.monotonic()
            self._show()
        elif crawl.since and not (self._live or crawl.outcome):
            self._tell(crawl)

    def close(self) -> None:
        if self._live:
            click.echo("\r\x1b[K", err=True, nl=False)

    def _line(self, crawl: Crawl) -> None:
        from crawler.cli.output import plain

        told = ", ".join(f"{crawl.counts[name]} {name}" for name in _COUNTS if crawl.counts.get(name))
        text = (
            f"{crawl.source.id}: {crawl.outcome}"
            + (f" ({told})" if told else "")
            + (f": {crawl.message}" if crawl.message else "")
        )
        click.echo(("\r\x1b[K" if self._live else "") + plain(text), err=True)

    def _tell(self, crawl: Crawl) -> None:
        """A search for history takes hours: a line a minute and source says how far it is."""
        now = time.monotonic()
        if crawl.tried and now - self._told.setdefault(crawl.source.id, now - _MINUTE + _FIRST) >= _MINUTE:
            self._told[crawl.source.id] = now
            click.echo(f"{crawl.source.id}: {_how_far(crawl)}", err=True)

    def _show(self) -> None:
        from shutil import get_terminal_size

        from crawler.cli.output import fit

        if any(crawl.since for crawl in self._running.values()):
            now = ", ".join(f"{id} {_how_far(crawl)}" for id, crawl in self._running.items())
        else:
            now = "requests: " + ", ".join(f"{id} {crawl.counts.get('requests', 0)}" for id, crawl in self._running.items())
        text = f"{self._ended}/{self._sources} sources; {now}"
        click.echo(f"\r\x1b[K{fit(text, get_terminal_size().columns - 1)}", err=True, nl=False)


def _how_far(crawl: Crawl) -> str:
    """How far a search for history has come, and an estimate of the rest: its pace may change with the site's."""
    from crawler.progress import remaining

    back = f"back to {crawl.back_to}, " if crawl.back_to else ""
    left = remaining(crawl, datetime.now(UTC))
    estimate = f", about {_duration(left)} more" if left is not None else ""
    return f"{back}{crawl.tried} pages read, {crawl.waiting} wait{estimate}"


def _duration(left: timedelta) -> str:
    minutes = max(1, round(left.total_seconds() / 60))
    return f"{minutes} min" if minutes < 120 else f"{round(minutes / 60)} h"
