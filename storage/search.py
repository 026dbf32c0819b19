"""Full-text search with Russian morphology: ranked by how well, where (titles count more) and how lately."""

from __future__ import annotations

import re
import sqlite3
from datetime import UTC, date, datetime
from typing import Any

from storage import fulltext
from storage.connection import Archive
from storage.errors import QueryRefused
from storage.times import stamp
from storage.wanted import Expression, parse

MARK = ("[", "]")
"""What stands before and after a found word in a snippet."""

_RANKED = 20_000
"""So many matches are ranked by bm25 whole; its price grows with all of them (35 ms at 100,000, 220 ms at 1,000,000)."""

_NEWEST = 1_000
"""Of words that are more common, so many newest matches (and as many in titles) are ranked by title and freshness."""

_POOL = 1_000
"""The best by bm25 among which freshness decides."""

_TITLE = 3.0
_HALF_LIFE = 120.0
"""Days after which half of the bonus of a new article is gone; an article without date has none."""


def search(
    archive: Archive,
    text: str,
    *,
    since: str | None = None,
    until: str | None = None,
    region: str | None = None,
    source: str | None = None,
    story: int | None = None,
    limit: int = 20,
    now: datetime | None = None,
    mark: tuple[str, str] = MARK,
) -> list[dict[str, Any]]:
    """The best `limit` articles for words, "phrases", -exclusions, prefix* and OR.

    `since` and `until` are days (YYYY-MM-DD, both included) of publication, or of first sight where no date is known.
    Each row: id, url, title, published, source, region, story, score (ours, comparable within one search only), snippet.
    Raises QueryRefused for a search without words.
    """
    expression = parse(text, lambda forms: fulltext.met(archive, forms))
    where, values = _filter(since, until, region, source, story)
    try:
        scored = _ranked(archive, expression, where, values, now or datetime.now(UTC), max(limit, 1))
    except sqlite3.OperationalError as error:
        raise QueryRefused(f"cannot search for {text!r}: {error}") from error
    rows = []
    for article, score in scored:
        row = _row(archive, expression, article, mark)
        if row is not None:
            rows.append(row | {"score": round(score, 4), "snippet": row.pop("snippet")})
        if len(rows) == limit:
            break
    return rows


def _filter(
    since: str | None, until: str | None, region: str | None, source: str | None, story: int | None
) -> tuple[str, dict[str, Any]]:
    """The conditions on `articles AS a` that are asked for, "" if none."""
    conditions = {
        "(a.day >= :since OR (a.day IS NULL AND a.first_seen >= :since))": since,
        "(a.day <= :until OR (a.day IS NULL AND a.first_seen < :until || 'T~'))": until,
        "a.region = :region": region,
        "a.source = :source": source,
        "a.story = :story": story,
    }
    values = {"since": since, "until": until, "region": region, "source": source, "story": story}
    return " AND ".join(condition for condition, value in conditions.items() if value is not None), values


def _ranked(
    archive: Archive, expression: Expression, where: str, values: dict[str, Any], now: datetime, limit: int
) -> list[tuple[int, float]]:
    """Ids with scores, best first: somewhat more than `limit`, as a few may turn out not to be shown."""
    within, values = _within(archive, where, values)
    if _count(archive, expression.any, _RANKED) <= _RANKED:
        found = archive.conn.execute(
            f"SELECT rowid, rank FROM articles_fts WHERE articles_fts MATCH :match {within} ORDER BY rank LIMIT {_POOL}",
            {**values, "match": expression.match},
        ).fetchall()
        relevance = {row[0]: -row[1] for row in found}
    else:
        relevance = {}
        for match, weight in ((expression.match, 1.0), (expression.title, _TITLE)):
            newest = archive.conn.execute(
                f"SELECT rowid FROM articles_fts WHERE articles_fts MATCH :match {within} ORDER BY rowid DESC LIMIT {_NEWEST}",
                {**values, "match": match},
            )
            relevance |= {row[0]: weight for row in newest}
    fresh = _freshness(archive, list(relevance), now)
    scored = sorted(((id, score * (1 + fresh.get(id, 0.0))) for id, score in relevance.items()), key=lambda s: (-s[1], -s[0]))
    return scored[: limit + 50]


def _within(archive: Archive, where: str, values: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The filter as a condition on the index: a set of ids where that is small, else asked of each match as it comes."""
    if not where:
        return "", {}
    most = 100_000
    row = archive.one(f"SELECT count(*) FROM (SELECT 1 FROM articles AS a WHERE {where} LIMIT {most + 1})", values)
    if row is not None and row[0] <= most:
        # the plus keeps FTS5 from looking up each id by itself
        return f"AND +rowid IN (SELECT a.id FROM articles AS a WHERE {where})", values
    return f"AND EXISTS (SELECT 1 FROM articles AS a WHERE a.id = articles_fts.rowid AND {where})", values


def _count(archive: Archive, match: str, most: int) -> int:
    row = archive.one(f"SELECT count(*) FROM (SELECT 1 FROM articles_fts WHERE articles_fts MATCH ? LIMIT {most + 1})", (match,))
    return int(row[0]) if row else 0


def _freshness(archive: Archive, ids: list[int], now: datetime) -> dict[int, float]:
    """1 for what was published today, falling to 0; an article without date has no entry."""
    today = date.fromisoformat(stamp(now)[:10]).toordinal()
    fresh = {}
    for begin in range(0, len(ids), 500):
        part = ids[begin : begin + 500]
        rows = archive.conn.execute(f"SELECT id, day FROM articles WHERE id IN ({','.join('?' * len(part))})", part)
        for row in rows:
            if row["day"]:
                age = max(today - date.fromisoformat(row["day"]).toordinal(), 0)
                fresh[row["id"]] = 0.5 ** (age / _HALF_LIFE)
    return fresh


_ROW = """
    SELECT a.id, a.url, a.title, a.published, a.source, a.region, a.story, 0.0 AS score,
        snippet(articles_fts, 3, :open, :close, '…', 24) AS by_lemma, snippet(articles_fts, 1, :open, :close, '…', 24) AS by_form
    FROM articles_fts JOIN articles AS a ON a.id = articles_fts.rowid
    WHERE articles_fts.rowid = :id AND articles_fts MATCH :match
        AND NOT EXISTS (SELECT 1 FROM corrections AS c WHERE c.article = a.id AND c.field = 'verdict' AND c.value = 'irrelevant')
"""


def _row(archive: Archive, expression: Expression, article: int, mark: tuple[str, str]) -> dict[str, Any] | None:
    """What is shown of one article; the snippet is of its text, with the words as they stand."""
    open_, close = "\x01", "\x02"
    found = archive.one(_ROW, {"id": article, "match": expression.match, "open": open_, "close": close})
    if found is None:
        return None
    row = dict(found)
    snippet = max(row.pop("by_lemma"), row.pop("by_form"), key=lambda text: text.count(open_))
    snippet = re.sub(r"\s+", " ", snippet).strip()
    return row | {"snippet": snippet.replace(open_, mark[0]).replace(close, mark[1])}
