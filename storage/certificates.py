"""The certificates that the hosts of a source showed to its crawls, so that one about to expire is told of in time."""

from __future__ import annotations

from datetime import datetime, timedelta

from storage.connection import Archive
from storage.times import stamp

_IN_USE = timedelta(days=7)
"""A host that no crawl of the source went to for so long says nothing any more: the source has moved."""


def note(archive: Archive, source: str, *, host: str, issuer: str, expires: datetime, now: datetime) -> None:
    """A host (with port) showed a certificate; what it showed before is forgotten."""
    with archive.write():
        archive.conn.execute(
            "INSERT OR REPLACE INTO certificates (source, host, issuer, expires, seen) VALUES (?, ?, ?, ?, ?)",
            (source, host, issuer, stamp(expires), stamp(now)),
        )


def expiring(archive: Archive, source: str, *, now: datetime, within: timedelta) -> list[tuple[str, str, datetime]]:
    """(host, issuer, last moment) of the certificates in use that expire within so long from `now`, or have; soonest first."""
    rows = archive.conn.execute(
        "SELECT host, issuer, expires FROM certificates WHERE source = ? AND expires <= ? AND seen >= ? ORDER BY expires, host",
        (source, stamp(now + within), stamp(now - _IN_USE)),
    )
    return [(row["host"], row["issuer"], datetime.fromisoformat(row["expires"])) for row in rows]
