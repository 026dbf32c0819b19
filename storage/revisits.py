"""Which kept articles are to be fetched again, so that a silent edit or a take-down is seen: soon, then ever more seldom."""

from __future__ import annotations

from datetime import datetime, timedelta

from storage.connection import Archive
from storage.records import LinkRecord
from storage.times import stamp

FIRST = timedelta(hours=1)
"""After so long an article is fetched again for the first time; each further wait is as long as it has been known by then."""

LAST = timedelta(days=60)
"""Articles known for longer are left alone: by doubling waits each was fetched a dozen times."""


def due(archive: Archive, source: str, *, now: datetime, limit: int) -> list[LinkRecord]:
    """The articles of a source whose own address is to be fetched again now (via `revisit`), the longest overdue first.

    Fetched is what `articles.store` or `pages.record` was told of, also a failure or a 304; copies are not fetched again.
    """
    rows = archive.conn.execute(
        "SELECT a.url, unixepoch(p.last_fetched) AS fetched, unixepoch(a.first_seen) AS seen"
        " FROM articles AS a JOIN pages AS p ON p.url = a.url"
        " WHERE a.source = :source AND a.first_seen > :oldest"
        " AND unixepoch(:now) - fetched >= max(:first, fetched - seen)"
        " ORDER BY 1.0 * (unixepoch(:now) - fetched) / max(:first, fetched - seen) DESC, a.id DESC LIMIT :limit",
        {
            "source": source,
            "now": stamp(now),
            "oldest": stamp(now - LAST),
            "first": int(FIRST.total_seconds()),
            "limit": limit,
        },
    )
    return [LinkRecord(url=row["url"], via="revisit") for row in rows]
