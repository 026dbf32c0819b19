"""What the archive knows of a source's past: when it published, how its crawls ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from storage.connection import Archive
from storage.times import stamp


def publications(archive: Archive, source: str, *, limit: int) -> list[datetime]:
    """Times (aware, UTC) at which the source published its newest `limit` pages, about the topic or not.

    A page whose date has no time of day, or none at all, counts with the moment it was first seen.
    """
    rows = archive.conn.execute(
        "SELECT coalesce(CASE WHEN length(published) > 10 THEN published END, first_seen) FROM pages"
        " WHERE source = ? AND outcome IN ('stored', 'revised', 'unchanged', 'copy', 'irrelevant')"
        " ORDER BY first_seen DESC LIMIT ?",
        (source, limit),
    )
    return sorted(datetime.fromisoformat(row[0]).astimezone(UTC) for row in rows)


def outcomes(archive: Archive, source: str, *, limit: int) -> list[str]:
    """How the last crawls of the source ended, newest first; one that still runs is left out."""
    rows = archive.conn.execute(
        # by number, not by time: a clock that was wrong for a day must not hide what came after it
        "SELECT outcome FROM crawls WHERE source = ? AND outcome IS NOT NULL ORDER BY id DESC LIMIT ?",
        (source, limit),
    )
    return [row[0] for row in rows]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recent:
    """What a source brought in a stretch of days: pages that were read, how many with a date, how many with a title."""

    seen: int
    dated: int
    titled: int


def recent(archive: Archive, source: str, *, since: datetime, until: datetime) -> Recent:
    """The pages of a source first seen from `since` (inclusive) to `until` (exclusive) that were read as articles."""
    row = archive.one(
        "SELECT count(*), count(published), sum(title != '') FROM pages WHERE source = ? AND first_seen >= ? AND first_seen < ?"
        " AND outcome IN ('stored', 'revised', 'unchanged', 'copy', 'irrelevant')",
        (source, stamp(since), stamp(until)),
    )
    assert row is not None
    return Recent(seen=row[0], dated=row[1], titled=row[2] or 0)


def last_crawls(archive: Archive, source: str, *, limit: int) -> list[dict[str, Any]]:
    """The last crawls of a source that ended, newest first: `started, finished, outcome, message`."""
    rows = archive.conn.execute(
        "SELECT started, finished, outcome, message FROM crawls WHERE source = ? AND outcome IS NOT NULL"
        " ORDER BY id DESC LIMIT ?",
        (source, limit),
    )
    return [dict(row) for row in rows]
