"""What can be judged again: kept articles, and refused pages that still have a title or the beginning of a text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from storage.connection import Archive
from storage.times import stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgeable:
    """One article (`kept`) or refused page; of a refused page `text` is its beginning only."""

    url: str
    title: str
    text: str
    kept: bool


def judgeable(archive: Archive, *, since: datetime | None = None) -> Iterator[Judgeable]:
    """Articles first seen, and pages fetched and found irrelevant, since then; in the order of their addresses."""
    moment = stamp(since) if since else ""
    for table in (_ARTICLES, _REFUSED):
        for row in archive.conn.execute(table, (moment,)):
            yield Judgeable(url=row[0], title=row[1] or "", text=row[2] or "", kept=table is _ARTICLES)


_ARTICLES = "SELECT url, title, text FROM articles WHERE first_seen >= ? ORDER BY url"
_REFUSED = (
    "SELECT url, title, lead FROM pages WHERE outcome = 'irrelevant' AND last_fetched >= ?"
    " AND (coalesce(title, '') <> '' OR coalesce(lead, '') <> '') ORDER BY url"
)
