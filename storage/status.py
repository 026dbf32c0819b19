"""How every source is doing, as rows for people."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from storage.connection import Archive
from storage.corrected import WANTED
from storage.processes import Process, is_gone
from storage.times import stamp

_LAG_DAYS = 30
_LAG_MOST = 7.0
"""Days; what is found later than that was searched for in history, and says nothing of how quick we are."""


def sources(archive: Archive, *, now: datetime) -> list[dict[str, Any]]:
    """The sources that are watched or were ever crawled, by id.

    Keys: those of the view `source_health`, and `silent_until` (until when its silence is normal, UTC), `gaps` (open ones), `lag`
    (hours from publication to first sight, mean of the last 30 days), each None when not known.
    """
    rows = archive.conn.execute(
        "SELECT h.*, r.silent_until,"
        " (SELECT count(*) FROM gaps AS g WHERE g.source = h.id AND g.closed IS NULL) AS gaps"
        " FROM source_health AS h LEFT JOIN rhythms AS r ON r.source = h.id"
        " WHERE h.enabled OR h.last_crawl IS NOT NULL ORDER BY h.id"
    ).fetchall()
    lags = _lags(archive, now)
    dead = _dead(archive)
    found = []
    for row in rows:
        outcome = "killed" if row["last_outcome"] == "running" and row["id"] in dead else row["last_outcome"]
        found.append({**dict(row), "last_outcome": outcome, "lag": lags.get(row["id"])})
    return found


def _lags(archive: Archive, now: datetime) -> dict[str, float]:
    rows = archive.conn.execute(
        "SELECT source, avg(hours) FROM (SELECT source, 24 * (julianday(first_seen) - julianday(published)) AS hours"
        # a range of the index for each source
        " FROM sources CROSS JOIN pages ON source = sources.id AND first_seen >= ?"
        " WHERE length(published) > 10) WHERE hours BETWEEN 0 AND ? GROUP BY source",
        (stamp(now - timedelta(days=_LAG_DAYS)), 24 * _LAG_MOST),
    )
    return {row[0]: round(row[1], 1) for row in rows}


def _dead(archive: Archive) -> set[str]:
    """The sources whose crawl seems to run while its process is gone; the next crawl writes that down."""
    rows = archive.conn.execute("SELECT source, pid, pid_started, boot, machine FROM crawls WHERE finished IS NULL").fetchall()
    return {
        row["source"]
        for row in rows
        if is_gone(Process(pid=row["pid"], started=row["pid_started"], boot=row["boot"], machine=row["machine"]))
    }


def totals(archive: Archive) -> dict[str, Any]:
    """The archive in a few figures: articles, copies, stories, sources, first and last day; without what a person called
    irrelevant."""
    row = archive.one(
        "SELECT (SELECT coalesce(sum(articles), 0) FROM month_counts) AS articles,"
        " (SELECT count(*) FROM copies) - (SELECT count(*) FROM copies WHERE article IN unwanted) AS copies,"
        " (SELECT count(*) FROM stories WHERE articles > 0) AS stories, (SELECT count(*) FROM sources WHERE enabled) AS enabled,"
        f" (SELECT a.day FROM articles AS a WHERE a.day IS NOT NULL AND {WANTED} ORDER BY a.day LIMIT 1) AS first_day,"
        f" (SELECT a.day FROM articles AS a WHERE {WANTED} ORDER BY a.day DESC LIMIT 1) AS last_day"
    )
    assert row is not None
    return dict(row)
