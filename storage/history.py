"""What the archive knows of a source's past: when it published, how its crawls ended."""

from __future__ import annotations

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
    """How the last crawls of the source ended, newest first; one that still runs is left out.

    So is what says nothing of its source: that another process had it, or that it was killed together with others, with the
    daemon, or before it began.
    """
    rows = archive.conn.execute(
        # by number, not by time: a clock that was wrong for a day must not hide what came after it
        "SELECT outcome FROM crawls WHERE source = ? AND outcome IS NOT NULL"
        " AND outcome != 'busy' AND (outcome != 'killed' OR alone) ORDER BY id DESC LIMIT ?",
        (source, limit),
    )
    return [row[0] for row in rows]


def seen_between(archive: Archive, source: str, *, since: datetime, until: datetime) -> int:
    """Pages of a source first seen from `since` (inclusive) to `until` (exclusive) that were read as articles."""
    row = archive.one(
        "SELECT count(*) FROM pages WHERE source = ? AND first_seen >= ? AND first_seen < ?"
        " AND outcome IN ('stored', 'revised', 'unchanged', 'copy', 'irrelevant')",
        (source, stamp(since), stamp(until)),
    )
    assert row is not None
    return int(row[0])


def days_watched(archive: Archive, source: str, *, since: datetime, until: datetime) -> int:
    """The days (UTC) from `since` to `until` on which a crawl of the source went well."""
    row = archive.one(
        "SELECT count(*) FROM source_days WHERE source = ? AND checks > 0 AND day BETWEEN ? AND ?",
        (source, stamp(since)[:10], stamp(until)[:10]),
    )
    assert row is not None
    return int(row[0])


def newest(archive: Archive, source: str, *, limit: int) -> list[tuple[bool, bool, bool]]:
    """(was read to the end, has a date, has a title) of the newest pages of a source, newest first.

    Pages that the gate refused by their bytes were not read: they have no score, and at most the date that a list gave.
    """
    rows = archive.conn.execute(
        "SELECT score IS NOT NULL, published IS NOT NULL, title != '' FROM pages WHERE source = ?"
        " AND outcome IN ('stored', 'revised', 'unchanged', 'copy', 'irrelevant') ORDER BY first_seen DESC, rowid DESC LIMIT ?",
        (source, limit),
    )
    return [(bool(row[0]), bool(row[1]), bool(row[2])) for row in rows]


def due_since(archive: Archive, source: str) -> datetime | None:
    """When the source is, or was, due; None while it has no time or a crawl of it runs."""
    row = archive.one(
        "SELECT next_due FROM sources WHERE id = ? AND NOT EXISTS"
        " (SELECT 1 FROM crawls WHERE source = sources.id AND finished IS NULL)",
        (source,),
    )
    return datetime.fromisoformat(row[0]) if row and row[0] else None


def last_began(archive: Archive, source: str) -> datetime | None:
    """When the last crawl of the source began."""
    row = archive.one("SELECT started FROM crawls WHERE source = ? ORDER BY id DESC LIMIT 1", (source,))
    return datetime.fromisoformat(row[0]) if row else None


def last_crawls(archive: Archive, source: str, *, limit: int) -> list[dict[str, Any]]:
    """The last crawls of a source that ended, newest first: `started, finished, outcome, message, alone`."""
    rows = archive.conn.execute(
        "SELECT started, finished, outcome, message, alone FROM crawls WHERE source = ? AND outcome IS NOT NULL"
        " ORDER BY id DESC LIMIT ?",
        (source, limit),
    )
    return [dict(row) for row in rows]
