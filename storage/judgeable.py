"""What can be judged again: kept articles, and refused pages that still have a title or the beginning of a text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from storage.connection import Archive
from storage.times import stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgeable:
    """One article (`kept`) or refused page; of a refused page `text` is its beginning only. `score` is what it was given."""

    url: str
    source: str
    score: float | None
    title: str
    text: str
    kept: bool


def judgeable(archive: Archive, *, since: datetime | None = None) -> Iterator[Judgeable]:
    """Articles first seen, and pages fetched and found irrelevant, since then; in the order of their addresses.

    Not those on whose verdict a person has spoken: no topic changes that.
    """
    moment = stamp(since) if since else ""
    for table in (_ARTICLES, _REFUSED):
        for row in archive.conn.execute(table, (moment,)):
            url, source, score, title, text = row
            yield Judgeable(url=url, source=source, score=score, title=title or "", text=text or "", kept=table is _ARTICLES)


_ARTICLES = (
    "SELECT url, source, score, title, text FROM articles WHERE first_seen >= ?"
    " AND NOT EXISTS (SELECT 1 FROM corrections WHERE article = articles.id AND field = 'verdict') ORDER BY url"
)
_REFUSED = (
    "SELECT url, source, score, title, lead FROM pages WHERE outcome = 'irrelevant' AND last_fetched >= ?"
    " AND (coalesce(title, '') <> '' OR coalesce(lead, '') <> '')"
    " AND NOT EXISTS (SELECT 1 FROM corrections WHERE article = pages.article AND field = 'verdict') ORDER BY url"
)
