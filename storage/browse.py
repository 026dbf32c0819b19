"""What the pages of `serve` show: plain rows, each asked with an index so that a million articles do not slow them down."""

from __future__ import annotations

import json
from typing import Any

from storage import alarms, article_rows, corrected, marks
from storage.connection import Archive
from storage.corrected import WANTED
from storage.wordings import wordings

Row = dict[str, Any]


def _rows(archive: Archive, sql: str, *values: Any) -> list[Row]:
    """The rows of a query; its parameters one by one, or in one dictionary."""
    named = values[0] if len(values) == 1 and isinstance(values[0], dict) else values
    return [dict(row) for row in archive.conn.execute(sql, named)]


def figures(archive: Archive, since: str) -> Row:
    """What happened from the day `since` on: articles, stories, copies, edits; and all articles."""
    row = archive.one(
        # whole months are counted already
        "SELECT (SELECT count(*) FROM articles WHERE day BETWEEN ?1 AND substr(?1, 1, 7) || '-31' AND id NOT IN unwanted)"
        " + (SELECT coalesce(sum(articles), 0)"
        " FROM month_counts WHERE month > substr(?1, 1, 7)) AS articles,"
        " (SELECT count(*) FROM stories WHERE last_published >= ?1) AS stories,"
        " (SELECT count(*) FROM sources AS s WHERE EXISTS (SELECT 1 FROM articles WHERE source = s.id AND day >= ?1"
        "  AND id NOT IN unwanted)) AS sources,"
        " (SELECT count(*) FROM copies WHERE first_seen >= ?1)"
        " - (SELECT count(*) FROM unwanted AS u JOIN copies AS c ON c.article = u.article WHERE c.first_seen >= ?1) AS copies,"
        " (SELECT count(*) FROM revisions WHERE replaced >= ?1)"
        " - (SELECT count(*) FROM unwanted AS u JOIN revisions AS v ON v.article = u.article WHERE v.replaced >= ?1) AS edits,"
        " (SELECT coalesce(sum(articles), 0) FROM month_counts) AS all_articles",
        (since,),
    )
    assert row is not None
    return dict(row)


def last_day(archive: Archive) -> str | None:
    """The newest day on which anything was published."""
    row = archive.one(f"SELECT a.day FROM articles AS a WHERE {WANTED} ORDER BY a.day DESC LIMIT 1")
    return row[0] if row else None


# most stories are told by one source: those come in the order of the index, and only the others are sorted
_TOLD = """
    SELECT * FROM (
        SELECT id, sources AS told FROM stories WHERE last_published >= :since AND sources > 1
        ORDER BY sources DESC, last_published DESC, id DESC LIMIT :limit
    )
    UNION ALL
    SELECT * FROM (
        SELECT id, sources FROM stories WHERE last_published >= :since AND sources <= 1
        ORDER BY last_published DESC, sources DESC, id DESC LIMIT :limit
    )
    LIMIT :limit
"""
_NAMING = (
    "mentions AS m CROSS JOIN articles AS a ON a.id = m.article WHERE m.kind = 'region' AND m.name = :region AND m.day >= :since"
)
_TOLD_NAMING = f"""
    SELECT a.story AS id, count(DISTINCT a.source) AS told FROM {_NAMING} AND a.story IS NOT NULL
    GROUP BY a.story ORDER BY told DESC, max(a.day) DESC, a.story DESC LIMIT :limit
"""


def stories(archive: Archive, since: str, *, region: str | None = None, limit: int = 40) -> list[Row]:
    """Stories with an article since that day, those told by most sources first, then articles that are alone in telling
    theirs (their `id` is None): `id, title, day, regions, members`.

    `members` are the articles, earliest first: `id, title, source, source_name, kind, day, published, url, copies`.
    """
    values = {"since": since, "region": region, "limit": limit}
    chosen = _rows(archive, _TOLD_NAMING if region else _TOLD, values)
    for story in chosen:
        head = archive.one("SELECT title FROM stories WHERE id = ?", (story["id"],))
        story["members"] = members(archive, "a.story = ?", story["id"])
        story["title"] = (head["title"] if head else "") or (story["members"][0]["title"] if story["members"] else "")
    chosen = [story for story in chosen if story["members"]]
    alone = _rows(
        archive,
        f"SELECT a.id, a.day, a.title FROM {_NAMING if region else 'articles AS a WHERE a.day >= :since'} AND a.story IS NULL"
        f" AND {WANTED} ORDER BY a.day DESC, a.published_utc DESC LIMIT :limit",
        values | {"limit": max(0, limit - len(chosen))},
    )
    chosen += [
        {"id": None, "day": a["day"], "title": a["title"], "members": members(archive, "a.id = ?", a["id"])} for a in alone
    ]
    for story in chosen:
        story["region"] = _region(story["members"])
    return chosen


def _region(told: list[Row]) -> str:
    """The region a story belongs to: the one its texts name first most often, else that of its first source."""
    named: dict[str, int] = {}
    for member in told:
        first = (member["regions"] or [member["region"]])[0]
        named[first] = named.get(first, 0) + 1
    return min(named, key=lambda region: (-named[region], region)) if named else "RU"


def members(archive: Archive, which: str, value: int) -> list[Row]:
    """The articles of a story (`which` is the condition), in the order in which they told it; undated ones last."""
    found = _rows(
        archive,
        "SELECT a.id, a.title, a.source, s.name AS source_name, s.kind, a.region, a.regions, a.day, a.published, a.url,"
        " a.published_utc, a.gone_since, substr(a.text, 1, 400) AS lead,"
        " (SELECT count(*) FROM copies AS c WHERE c.article = a.id) AS copies"
        " FROM articles AS a LEFT JOIN sources AS s ON s.id = a.source"
        f" WHERE {which} AND {WANTED} ORDER BY a.published_utc IS NULL, a.published_utc, a.id LIMIT 300",
        value,
    )
    for row in found:
        row["regions"] = json.loads(row["regions"])
    return found


def story(archive: Archive, id: int) -> Row | None:
    """One story with its articles, each with its copies and text; `told` sources, `copied` times, its `regions`."""
    merged = archive.one("SELECT into_story FROM merged_stories WHERE story = ?", (id,))
    id = merged["into_story"] if merged else id  # an address that someone wrote down goes on leading to the event
    row = archive.one("SELECT * FROM stories WHERE id = ?", (id,))
    if row is None:
        return None
    found = {**dict(row), "members": members(archive, "a.story = ?", id)}
    for member in found["members"]:
        member["copied_at"] = copies(archive, member["id"])
    texts = {row["id"]: row["text"] for row in _rows(archive, "SELECT id, text FROM articles WHERE story = ? LIMIT 300", id)}
    for member in found["members"]:
        member["text"] = texts.get(member["id"], "")
    found["told"] = len({member["source"] for member in found["members"]})
    found["copied"] = sum(len(member["copied_at"]) for member in found["members"])
    found["regions"] = [_region(found["members"])] if found["members"] else []
    return found


def copies(archive: Archive, article: int) -> list[Row]:
    return _rows(
        archive,
        "SELECT c.url, c.title, c.published, c.first_seen, c.similarity, c.source, s.name AS source_name FROM copies AS c"
        " LEFT JOIN sources AS s ON s.id = c.source WHERE c.article = ? ORDER BY coalesce(c.published, c.first_seen)",
        article,
    )


def article(archive: Archive, id: int) -> Row | None:
    """One article with all that is known of it: dates, companies by name, marks, copies, corrections, wordings."""
    rows = _rows(
        archive,
        "SELECT a.*, s.name AS source_name, s.kind FROM articles AS a LEFT JOIN sources AS s ON s.id = a.source WHERE a.id = ?",
        id,
    )
    if not rows:
        return None
    found = rows[0]
    for name in ("matched", "regions", "companies", "tags", "captions"):
        found[name] = json.loads(found[name])
    names = {row["id"]: row["name"] for row in _rows(archive, "SELECT id, name FROM companies")}
    found["dates"] = article_rows.dates(archive, id)
    found["companies"] = [names.get(company, company) for company in found["companies"]]
    found["marks"] = marks.marks(archive, id)
    found["copied_at"] = copies(archive, id)
    found["corrections"], found["former"] = corrected.said(archive, id), corrected.former(archive, id)
    found["wordings"] = wordings(archive, id)
    return found


def regions(archive: Archive, since: str) -> list[Row]:
    """Articles by region since that day, most first: `region, name, articles`."""
    return _rows(
        archive,
        # whole months are counted already; of the first one a range of the index for each region
        "SELECT g.region, coalesce(r.name, g.region) AS name, g.later + (SELECT count(*) FROM articles AS a"
        " WHERE a.region = g.region AND a.day BETWEEN ?1 AND substr(?1, 1, 7) || '-31' AND a.id NOT IN unwanted) AS articles"
        " FROM (SELECT region, sum(iif(month > substr(?1, 1, 7), articles, 0)) AS later FROM month_counts"
        "  WHERE month >= substr(?1, 1, 7) AND articles > 0 GROUP BY region) AS g"
        " LEFT JOIN regions AS r ON r.code = g.region WHERE articles > 0 ORDER BY articles DESC, name",
        since,
    )


def days(archive: Archive, since: str, *, region: str | None = None, source: str | None = None) -> dict[str, int]:
    """Articles a day since that day; days without any are missing."""
    within = " AND region = :region" if region else " AND source = :source" if source else ""
    values = {"since": since, "region": region, "source": source}
    tables = "articles", "unwanted CROSS JOIN articles ON articles.id = unwanted.article"
    # what a person called irrelevant is few: taken off, not looked for in each article that is counted
    every, dropped = ({row["day"]: row["n"] for row in _rows(archive, _DAYS.format(of, within), values)} for of in tables)
    return {day: n - dropped.get(day, 0) for day, n in every.items() if n > dropped.get(day, 0)}


_DAYS = "SELECT day, count(*) AS n FROM {0} WHERE day >= :since{1} GROUP BY day"


def uncovered(archive: Archive, since: str) -> set[str]:
    """Days on which not a single source was checked with success though crawling had begun: their silence means nothing."""
    return {row["day"] for row in _rows(archive, _UNCOVERED, {"since": since})}


# the view `coverage` says the same of each source; here a day is done with at the first source that was checked
_UNCOVERED = """
    WITH RECURSIVE calendar (day) AS (
        SELECT max(:since, min(begun)) FROM (SELECT (SELECT min(day) FROM source_days WHERE source = id) AS begun FROM sources)
        UNION ALL SELECT date(day, '+1 day') FROM calendar WHERE day < date('now')
    )
    SELECT day FROM calendar WHERE day <= date('now') AND NOT EXISTS (
        SELECT 1 FROM sources CROSS JOIN source_days AS d ON d.source = sources.id AND d.day = calendar.day
        WHERE d.checks > 0 AND NOT EXISTS (
            SELECT 1 FROM gaps AS g WHERE g.source = d.source AND g.closed IS NULL
                AND substr(g.since, 1, 10) <= d.day AND substr(g.until, 1, 10) >= d.day
        )
    )
"""


def source_names(archive: Archive) -> dict[str, str]:
    """What each source is called."""
    return {row["id"]: row["name"] or row["id"] for row in _rows(archive, "SELECT id, name FROM sources")}


def latest(archive: Archive, *, region: str | None = None, limit: int = 60) -> list[Row]:
    """The newest articles, of one region or of all."""
    return _rows(
        archive,
        "SELECT a.id, a.day, a.title, a.source, s.name AS source_name, a.story, a.url FROM articles AS a"
        f" LEFT JOIN sources AS s ON s.id = a.source WHERE {'a.region = :region AND ' if region else ''}a.day IS NOT NULL"
        f" AND {WANTED}"
        " ORDER BY a.day DESC, a.published_utc DESC LIMIT :limit",
        {"region": region, "limit": limit},
    )


def health(archive: Archive) -> list[Row]:
    """The view `source_health` of enabled sources, those with an alarm first; `alarms` has them one by one: kind, message."""
    found = _rows(archive, "SELECT * FROM source_health WHERE enabled ORDER BY alarm IS NULL, name")
    standing = alarms.standing(archive)
    for row in found:
        row["alarms"] = [one for one in standing if one["source"] == row["id"]] if row["alarm"] else []
    return found
