"""What a person called irrelevant is in no count either: not in those kept in step by triggers, nor in the views for people.

The counts and mentions leave such articles out, so that nothing that reads them need look; ranges of an index that are counted
leave them out by `NOT IN unwanted`, which is as quick as the corrections are few.
"""

from __future__ import annotations

import sqlite3

_SAID = "{0}.field = 'verdict' AND {0}.value = 'irrelevant'"
_MONTH = "coalesce(substr({0}.day, 1, 7), '')"


def _wanted(article: str) -> str:
    return f"NOT EXISTS (SELECT 1 FROM corrections AS n WHERE n.article = {article} AND {_SAID.format('n')})"


def _less(row: str) -> str:
    return (
        "UPDATE month_counts SET articles = articles - 1"
        f" WHERE source = {row}.source AND region = {row}.region AND month = {_MONTH.format(row)}"
    )


def _more(row: str) -> str:
    return (
        "INSERT INTO month_counts (source, region, month, articles)"
        f" VALUES ({row}.source, {row}.region, {_MONTH.format(row)}, 1)"
        " ON CONFLICT (source, region, month) DO UPDATE SET articles = articles + 1"
    )


def _forget(row: str) -> str:
    names = (
        ("company", f"SELECT value FROM json_each({row}.companies)"),
        ("region", f"SELECT value FROM json_each({row}.regions) UNION SELECT {row}.region"),
    )
    return "; ".join(
        f"DELETE FROM mentions WHERE kind = '{kind}' AND name IN ({which})"
        f" AND day = coalesce({row}.day, '') AND article = {row}.id"
        for kind, which in names
    )


def _remember(row: str) -> str:
    # one statement each: a UNION would sort first
    return "; ".join(
        "INSERT OR IGNORE INTO mentions (kind, name, day, article, region)"
        f" SELECT {kind_and_name}, coalesce({row}.day, ''), {row}.id, {row}.region {source}"
        for kind_and_name, source in (
            ("'company', value", f"FROM json_each({row}.companies)"),
            ("'region', value", f"FROM json_each({row}.regions)"),
            (f"'region', {row}.region", f"WHERE {row}.region <> ''"),
        )
    )


# of an article that is named by a correction; when the article itself is being deleted, there is none any more
_LESS_OF = """
    UPDATE month_counts SET articles = month_counts.articles - 1 FROM articles AS a
    WHERE a.id = {0} AND month_counts.source = a.source AND month_counts.region = a.region
        AND month = coalesce(substr(a.day, 1, 7), '')
"""
_MORE_OF = """
    INSERT INTO month_counts (source, region, month, articles)
    SELECT source, region, coalesce(substr(day, 1, 7), ''), 1 FROM articles WHERE id = {0}
    ON CONFLICT (source, region, month) DO UPDATE SET articles = articles + 1
"""
_NAMED_BY = """
    SELECT 'company' AS kind, value AS name, coalesce(day, '') AS day, articles.id AS article, region
    FROM articles, json_each(companies) WHERE articles.id = {0}
    UNION SELECT 'region', value, coalesce(day, ''), articles.id, region FROM articles, json_each(regions) WHERE articles.id = {0}
    UNION SELECT 'region', region, coalesce(day, ''), id, region FROM articles WHERE id = {0} AND region <> ''
"""
_FORGET_OF = "DELETE FROM mentions WHERE (kind, name, day, article) IN (SELECT kind, name, day, article FROM (" + _NAMED_BY + "))"
_REMEMBER_OF = "INSERT OR IGNORE INTO mentions (kind, name, day, article, region)" + _NAMED_BY

_DROPPED = f"{_LESS_OF.format('new.article')}; {_FORGET_OF.format('new.article')};"
_TAKEN_BACK = f"{_MORE_OF.format('old.article')}; {_REMEMBER_OF.format('old.article')};"

_TRIGGERS = (
    "DROP TRIGGER month_counts_delete",
    "DROP TRIGGER month_counts_update",
    "DROP TRIGGER mentions_delete",
    "DROP TRIGGER mentions_update",
    # before: afterwards its corrections are gone with it
    f"CREATE TRIGGER month_counts_delete BEFORE DELETE ON articles WHEN {_wanted('old.id')} BEGIN {_less('old')}; END",
    f"""
    CREATE TRIGGER month_counts_update AFTER UPDATE OF source, region, day ON articles
    WHEN (old.source <> new.source OR old.region <> new.region OR {_MONTH.format("old")} <> {_MONTH.format("new")})
        AND {_wanted("old.id")}
    BEGIN {_less("old")}; {_more("new")}; END
    """,
    f"CREATE TRIGGER mentions_delete BEFORE DELETE ON articles WHEN {_wanted('old.id')} BEGIN {_forget('old')}; END",
    f"""
    CREATE TRIGGER mentions_update AFTER UPDATE OF regions, companies, region, day ON articles
    WHEN (old.regions <> new.regions OR old.companies <> new.companies OR old.region <> new.region OR old.day IS NOT new.day)
        AND {_wanted("old.id")}
    BEGIN {_forget("old")}; {_remember("new")}; END
    """,
    f"CREATE TRIGGER dropped AFTER INSERT ON corrections WHEN {_SAID.format('new')} BEGIN {_DROPPED} END",
    f"CREATE TRIGGER taken_back AFTER DELETE ON corrections WHEN {_SAID.format('old')} BEGIN {_TAKEN_BACK} END",
    # a correction goes over to another article when the two are made one
    f"CREATE TRIGGER dropped_elsewhere AFTER UPDATE OF article ON corrections WHEN {_SAID.format('new')}"
    f" BEGIN {_TAKEN_BACK} {_DROPPED} END",
)

_WITHIN = "SELECT count(*) FROM articles AS a WHERE a.region = g.region AND a.day > date('now', '{0}') AND a.id NOT IN unwanted"
_NEWEST = f"SELECT a.day FROM articles AS a WHERE {{0}} AND {_wanted('a.id')} ORDER BY a.day DESC LIMIT 1"

_VIEWS = (
    "CREATE INDEX corrections_unwanted ON corrections (article) WHERE field = 'verdict' AND value = 'irrelevant'",
    f"CREATE VIEW unwanted AS SELECT article FROM corrections AS n WHERE {_SAID.format('n')}",
    "DROP VIEW by_region",
    f"""
    CREATE VIEW by_region AS
    SELECT g.region, coalesce(r.name, g.region) AS region_name, g.articles,
        ({_WITHIN.format("-7 days")}) AS last_7_days,
        ({_WITHIN.format("-30 days")}) AS last_30_days,
        ({_NEWEST.format("a.region = g.region")}) AS newest
    FROM (SELECT region, sum(articles) AS articles FROM month_counts GROUP BY region) AS g
    LEFT JOIN regions AS r ON r.code = g.region
    WHERE g.articles > 0
    ORDER BY g.articles DESC
    """,
    "DROP VIEW story_sources",
    f"""
    CREATE VIEW story_sources AS
    SELECT a.story, t.title AS story_title, a.source, s.name AS source_name, 'article' AS kind, a.title, a.url, a.published,
        a.published_utc, a.first_seen,
        round((julianday(a.published_utc) - julianday(t.first_published)) * 24, 1) AS hours_after_first,
        NULL AS copied_from, NULL AS similarity, a.id AS article
    FROM articles AS a
    JOIN stories AS t ON t.id = a.story
    LEFT JOIN sources AS s ON s.id = a.source
    WHERE {_wanted("a.id")}
    UNION ALL
    SELECT a.story, t.title, c.source, s.name, 'copy', c.title, c.url, c.published,
        CASE WHEN length(c.published) > 10 THEN strftime('%Y-%m-%dT%H:%M:%S+00:00', c.published) ELSE c.published END,
        c.first_seen, round((julianday(c.published) - julianday(t.first_published)) * 24, 1), a.url, c.similarity, a.id
    FROM articles AS a
    JOIN copies AS c ON c.article = a.id
    JOIN stories AS t ON t.id = a.story
    LEFT JOIN sources AS s ON s.id = c.source
    WHERE {_wanted("a.id")}
    """,
    "DROP VIEW edits",
    f"""
    CREATE VIEW edits AS
    SELECT v.article, a.url, a.source, a.region, v.replaced AS edited, v.seen AS wording_since, v.title AS title_before,
        coalesce(n.title, a.title) AS title_after, v.text AS text_before, coalesce(n.text, a.text) AS text_after
    FROM revisions AS v
    JOIN articles AS a ON a.id = v.article
    LEFT JOIN revisions AS n ON n.id = (SELECT min(x.id) FROM revisions AS x WHERE x.article = v.article AND x.id > v.id)
    WHERE {_wanted("a.id")}
    ORDER BY v.replaced DESC
    """,
    "DROP VIEW source_health",
    f"""
    CREATE VIEW source_health AS
    SELECT s.id, s.name, s.region, s.kind, s.enabled, s.last_success, s.last_new, s.next_due, s.failures,
        c.started AS last_crawl, coalesce(c.outcome, CASE WHEN c.id IS NOT NULL THEN 'running' END) AS last_outcome,
        c.message AS last_message,
        (SELECT group_concat(m.message, '; ') FROM alarms AS m WHERE m.source = s.id AND m.cleared IS NULL) AS alarm,
        (SELECT count(*) FROM links AS l WHERE l.source = s.id) AS pending,
        (SELECT coalesce(sum(n.articles), 0) FROM month_counts AS n WHERE n.source = s.id) AS articles,
        ({_NEWEST.format("a.source = s.id")}) AS newest_article
    FROM sources AS s
    LEFT JOIN crawls AS c ON c.id = (
        SELECT x.id FROM crawls AS x WHERE x.source = s.id ORDER BY x.started DESC, x.id DESC LIMIT 1
    )
    """,
)

# a story of which nothing is left stays: its articles are still in it
_STORIES = f"""
    UPDATE stories SET
        first_published = (SELECT min(published_utc) FROM articles AS a WHERE a.story = stories.id AND {_wanted("a.id")}),
        last_published = (SELECT max(published_utc) FROM articles AS a WHERE a.story = stories.id AND {_wanted("a.id")}),
        articles = (SELECT count(*) FROM articles AS a WHERE a.story = stories.id AND {_wanted("a.id")}),
        sources = (SELECT count(*) FROM (
            SELECT a.source FROM articles AS a WHERE a.story = stories.id AND {_wanted("a.id")}
            UNION SELECT c.source FROM copies AS c JOIN articles AS a ON a.id = c.article
            WHERE a.story = stories.id AND {_wanted("a.id")}
        ))
    WHERE id IN (SELECT a.story FROM unwanted AS u JOIN articles AS a ON a.id = u.article)
"""


def migrate(conn: sqlite3.Connection) -> None:
    for statement in (*_TRIGGERS, *_VIEWS):
        conn.execute(statement)
    for (article,) in conn.execute("SELECT article FROM unwanted").fetchall():
        conn.execute(_LESS_OF.format("?1"), (article,))
        conn.execute(_FORGET_OF.format("?1"), (article,))
    conn.execute(_STORIES)
