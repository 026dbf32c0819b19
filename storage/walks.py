"""How far a paged way (a listing, an API, a sitemap index) was read, so that a crawl that was killed goes on from there.

A walk is open while there are pages of it left to read. Its row changes in the transaction that queues the links of a page
(`links.discovered`, called inside the same `archive.write()`), so no page is skipped and none read twice.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from storage import folding
from storage.connection import Archive
from storage.times import stamp

NEWS, HISTORY = "news", "history"
"""Two walks over one way: back to what is known, and back to a date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """`next` is the address to be read next, `page` its number from 1, `position` that of its first link in the whole list.

    `started` is ISO 8601 in UTC.
    """

    started: str
    next: str
    page: int
    position: int


def get(archive: Archive, source: str, way: str, kind: str = NEWS) -> Walk | None:
    """The walk over a way that was begun and not ended."""
    row = archive.one(
        "SELECT started, next, page, position FROM walks WHERE source = ? AND way = ? AND kind = ?", (source, way, kind)
    )
    return Walk(**dict(row)) if row else None


def is_open(archive: Archive, source: str, kind: str) -> bool:
    """Is there a walk of this kind over any way of the source that has not come to its end?"""
    return archive.one("SELECT 1 FROM walks WHERE source = ? AND kind = ? LIMIT 1", (source, kind)) is not None


def put(archive: Archive, source: str, way: str, walk: Walk, kind: str = NEWS) -> None:
    """Notes how far a walk has come."""
    with archive.write():
        archive.conn.execute(
            "INSERT OR REPLACE INTO walks (source, way, kind, started, next, page, position) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (source, way, kind, walk.started, walk.next, walk.page, walk.position),
        )


def end(archive: Archive, source: str, way: str, kind: str = NEWS) -> None:
    """Forgets a walk that has come to its end."""
    with archive.write():
        archive.conn.execute("DELETE FROM walks WHERE source = ? AND way = ? AND kind = ?", (source, way, kind))


def keep_only(archive: Archive, source: str, ways: Collection[str], kind: str = NEWS) -> None:
    """Forgets the walks of a source over any other way than these."""
    with archive.write():
        archive.conn.execute(
            "DELETE FROM walks WHERE source = ? AND kind = ? AND way NOT IN (SELECT value FROM json_each(?))",
            (source, kind, json.dumps(list(ways))),
        )


def known_before(archive: Archive, urls: Iterable[str], moment: datetime | str) -> int:
    """How many of these addresses were tried or queued before `moment` (aware, or ISO 8601 in UTC)."""
    before = moment if isinstance(moment, str) else stamp(moment)
    count = 0
    for url in urls:
        try:
            address = folding.resolve(archive, url)
        except ValueError:
            continue
        row = archive.one(
            "SELECT 1 FROM pages WHERE url = :u AND first_seen < :m"
            " UNION ALL SELECT 1 FROM links WHERE url = :u AND found < :m LIMIT 1",
            {"u": address, "m": before},
        )
        count += row is not None
    return count
