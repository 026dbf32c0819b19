"""Gaps: stretches of time in which a source may have published what we never saw."""

from __future__ import annotations

from datetime import date, datetime

from storage.connection import Archive
from storage.times import stamp


def note(archive: Archive, source: str, *, since: str, until: datetime, reason: str, now: datetime) -> None:
    """Records a gap from `since` (ISO 8601 in UTC) to `until`; the same gap is recorded once."""
    with archive.write():
        if archive.one("SELECT 1 FROM gaps WHERE source = ? AND since = ?", (source, since)) is None:
            archive.conn.execute(
                "INSERT INTO gaps (source, noticed, since, until, reason) VALUES (?, ?, ?, ?, ?)",
                (source, stamp(now), since, stamp(until), reason),
            )


def close(archive: Archive, source: str, *, since: date, now: datetime) -> int:
    """Closes the open gaps of a source that begin on `since` or later, after a search for history went back to it; how many."""
    with archive.write():
        cursor = archive.conn.execute(
            "UPDATE gaps SET closed = ? WHERE source = ? AND closed IS NULL AND substr(since, 1, 10) >= ?",
            (stamp(now), source, since.isoformat()),
        )
    return cursor.rowcount
