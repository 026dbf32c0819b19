"""Full-text search with Russian morphology: ranked by how well, where (titles count more) and how lately."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from storage import fulltext
from storage.connection import Archive
from storage.corrected import WANTED
from storage.errors import QueryRefused
from storage.snippets import Finder
from storage.times import stamp
from storage.wanted import Expression, parse

MARK = ("[", "]")
"""What stands before and after a found word in a snippet."""

_RANKED = 4_000
"""So many matches are ranked by bm25 whole: it takes 5 to 10 µs a match, and asks for all of them whatever the limit."""

_PHRASES = 40
"""The alternatives that bm25 can take: each costs it a walk over its own matches."""

_NEWEST = 600
"""Of words that are more common, so many newest matches are ranked by title and freshness alone."""

_COMMON = 8_000
"""A phrase of words that each stand in more articles is dear: FTS5 walks over the places of all of them, 1 s in a million."""

_NEWEST_PHRASES = 100
"""So many newest matches of a dear phrase are looked for; the walk ends there."""

_POOL = 400
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
    expression = parse(text, fulltext.Words(archive))
    if expression.nothing:
        return []  # it takes FTS5 a walk over every place of the word to find that out
    finder = Finder(expression.patterns)
    where, values = _filter(since, until, region, source, story)
    try:
        scored = _ranked(archive, expression, finder, where, values, now or datetime.now(UTC), limit)
    except sqlite3.OperationalError as error:
        raise QueryRefused(f"cannot search for {text!r}: {error}") from error
    rows = []
    for article, score in scored:
        row = archive.one(_ROW, (article,))
        if row is not None:
            shown = {name: row[name] for name in _SHOWN}
            snippet = finder.snippet(row["text"], mark)
            if mark[0] not in snippet and mark[0] in (title := finder.snippet(row["title"], mark)):
                snippet = title  # found by its title alone: that is what there is to show
            rows.append(shown | {"score": round(score, 4), "snippet": snippet})
        if len(rows) >= limit:
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
    archive: Archive, expression: Expression, finder: Finder, where: str, values: dict[str, Any], now: datetime, limit: int
) -> list[tuple[int, float]]:
    """Ids with scores, best first."""
    within, values = _within(archive, where, values)
    dear = any(all(_more_than(archive, word, _COMMON) for word in run) for run in expression.runs)
    few = not dear and expression.phrases <= _PHRASES and not _more_than(archive, expression.any, _RANKED)
    order, most = ("rank", _POOL) if few else ("rowid DESC", max(_NEWEST_PHRASES, limit) if dear else _NEWEST)
    score = "-rank" if few else "1.0"
    found = archive.conn.execute(
        f"SELECT rowid, {score} FROM articles_fts WHERE articles_fts MATCH :match {within} ORDER BY {order} LIMIT {most}",
        {**values, "match": expression.match},
    ).fetchall()
    scores = {row[0]: row[1] for row in found}
    today = date.fromisoformat(stamp(now)[:10]).toordinal()
    for row in _known(archive, list(scores)):
        scores[row["id"]] *= 1 + _freshness(row["day"], today)
        if not few:
            scores[row["id"]] *= 1 + (_TITLE - 1) * finder.share(row["title"])
    return sorted(scores.items(), key=lambda scored: (-scored[1], -scored[0]))


def _within(archive: Archive, where: str, values: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The filter as a condition on the index: a set of ids where that is small, else asked of each match as it comes."""
    if not where:
        return "", {}
    most = 50_000
    row = archive.one(
        f"SELECT count(*), min(id), max(id) FROM (SELECT a.id FROM articles AS a WHERE {where} LIMIT {most + 1})", values
    )
    if row is not None and row[0] <= most:
        # the plus keeps FTS5 from looking up each id by itself; between the bounds it need not walk over a common word's places
        between = "AND rowid BETWEEN :lowest AND :highest"
        return f"{between} AND +rowid IN (SELECT a.id FROM articles AS a WHERE {where})", {
            **values,
            "lowest": row[1] or 0,
            "highest": row[2] or 0,
        }
    return f"AND EXISTS (SELECT 1 FROM articles AS a WHERE a.id = articles_fts.rowid AND {where})", values


def _more_than(archive: Archive, match: str, most: int) -> bool:
    """Do more articles than `most` match? Counts no further than that."""
    row = archive.one("SELECT 1 FROM articles_fts WHERE articles_fts MATCH ? LIMIT 1 OFFSET ?", (match, most))
    return row is not None


def _known(archive: Archive, ids: list[int]) -> list[sqlite3.Row]:
    """Day and title of the candidates."""
    rows: list[sqlite3.Row] = archive.conn.execute(
        "SELECT id, day, title FROM articles WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(ids),)
    ).fetchall()
    return rows


@lru_cache(maxsize=4096)
def _freshness(day: str | None, today: int) -> float:
    """1 for what was published today, falling to 0; 0 for an article without date."""
    if day is None:
        return 0.0
    age = max(today - date.fromisoformat(day).toordinal(), 0)
    return float(0.5 ** (age / _HALF_LIFE))


_SHOWN = ("id", "url", "title", "published", "source", "region", "story")

_ROW = f"""
    SELECT a.id, a.url, a.title, a.published, a.source, a.region, a.story, a.text FROM articles AS a WHERE a.id = ? AND {WANTED}
"""
