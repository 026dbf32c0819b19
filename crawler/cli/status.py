"""`avtoklaster status`: is every source alive, and how big is the archive."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from crawler.cli.common import Settings, json_option, now, pass_settings, say, size_text
from crawler.cli.output import to_json, write_rows

_SMALL = 300_000_000
"""Bytes of an archive whose parts are measured without being asked: it takes a second."""

_COLUMNS = ("source", "state", "last success", "last new", "newest article", "lag", "quiet until", "waiting", "articles", "alarm")


@click.command(short_help="Shows the health of every source and the size of the archive.")
@click.option("--alarms", "only_alarms", is_flag=True, help="List only the sources with an alarm.")
@click.option("--all", "everything", is_flag=True, help="List the sources that have not been crawled yet too.")
@click.option("--sizes", is_flag=True, help="Measure the parts of a large archive too, which reads all of it.")
@json_option
@pass_settings
def command(settings: Settings, only_alarms: bool, everything: bool, sizes: bool, as_json: bool) -> int:
    """Shows how every source is doing, those with an alarm first, and how big the archive is by part.

    `last success` is when a crawl of the source last went well and `last new` when it last brought an article; `lag` is the mean
    time from publication until we saw it; `quiet until` is how long its silence is still normal, learned from how it publishes;
    `waiting` are addresses still to be fetched. The exit code is 1 when a source has an alarm, or when
    the service of a recipient refuses a message for long.
    """
    from crawler.reporting import refusals
    from storage import regrouping, status
    from storage import sizes as parts

    moment = now()
    with settings.open(read_only=True) as archive:
        rows = [_judged(row, moment) for row in status.sources(archive, now=moment)]
        totals = status.totals(archive)
        size = parts.file_size(settings.archive)
        outdated = regrouping.is_outdated(archive)
        undelivered = refusals.complaints(archive, settings.config.alerts)
        measured = parts.parts(archive) if sizes or size < _SMALL else []
    alarmed = [row for row in rows if row["alarm"]]
    crawled = [row for row in rows if row["last_crawl"]]
    if as_json:
        shares = [{"part": part.name, "size": part.size, "rows": part.rows} for part in measured]
        about = {"file": str(settings.archive), "size": size, **totals, "regroup_needed": outdated, "parts": shares}
        listed = alarmed if only_alarms else rows
        click.echo(to_json({"archive": about, "alarms": len(alarmed), "undelivered": undelivered, "sources": listed}))
    else:
        shown = alarmed if only_alarms else rows if everything else [row for row in rows if row["alarm"] or row["last_crawl"]]
        if shown:
            shown.sort(key=lambda row: (not row["alarm"], row["id"]))
            write_rows(_COLUMNS, ([_cells(row, moment)[name] for name in _COLUMNS] for row in shown))
        _sum_up(settings, len(crawled), totals, size)
        if outdated:
            say(f"{settings.archive}: {regrouping.NEEDED}.")
        if measured and not only_alarms:
            click.echo("")
            write_rows(("part", "size", "rows"), ((part.name, _size(part.size), part.rows) for part in measured))
    if alarmed:
        click.echo(
            f"{len(alarmed)} of {len(crawled)} crawled sources {'has' if len(alarmed) == 1 else 'have'} an alarm.", err=True
        )
    for line in undelivered:
        click.echo(line, err=True)
    return int(bool(alarmed or undelivered))


def _judged(row: dict[str, Any], moment: datetime) -> dict[str, Any]:
    """The row with the alarms that are true by now, though nobody has written them down: only crawls and the daemon do."""
    alarm = row["alarm"]
    if row["enabled"] and not alarm:
        if row["last_outcome"] in ("failed", "blocked") and row["last_success"]:
            alarm = f"the last crawl: {row['last_message'] or row['last_outcome']}"
        elif row["silent_until"] and datetime.fromisoformat(row["silent_until"]) < moment:
            alarm = f"silent for longer than it ever is: something was due by {row['silent_until'][:16].replace('T', ' ')} UTC"
    return {**row, "alarm": alarm if row["enabled"] else None}


def _cells(row: dict[str, Any], moment: datetime) -> dict[str, object]:
    return {
        "source": row["id"],
        "state": (row["last_outcome"] or "not crawled") if row["enabled"] else "turned off",
        "last success": _ago(row["last_success"], moment),
        "last new": _ago(row["last_new"], moment),
        "newest article": row["newest_article"],
        "lag": _hours(row["lag"]),
        "quiet until": (row["silent_until"] or "")[:16].replace("T", " "),
        "waiting": row["pending"],
        "articles": row["articles"],
        "alarm": row["alarm"],
    }


def _ago(stamp: str | None, moment: datetime) -> str:
    return _hours((moment - datetime.fromisoformat(stamp)).total_seconds() / 3600) + " ago" if stamp else "never"


def _hours(hours: float | None) -> str:
    """A length of time in its largest unit that still says something: 12 min, 5 h, 3 days."""
    if hours is None:
        return ""
    if hours < 1:
        return f"{max(0, round(hours * 60))} min"
    return f"{hours:.0f} h" if hours < 48 else f"{hours / 24:.0f} days"


def _size(size: int | None) -> str:
    return "" if size is None else size_text(size)


def _sum_up(settings: Settings, crawled: int, totals: dict[str, Any], size: int) -> None:
    span = f" from {totals['first_day']} to {totals['last_day']}" if totals["first_day"] else ""
    watched = f"{crawled} sources crawled" if crawled else "no source crawled yet"
    say(
        f"{settings.archive}: {size_text(size)}, {totals['articles']} articles{span}, {totals['copies']} copies, "
        f"{totals['stories']} stories; {watched}."
    )
