"""What questions over years read instead of the articles: counts by month, mentions by name; names of companies; indexes.

At a million articles a count by month read 220,000 rows and more (0.7 s), a company or a region in a JSON column every row there
is (seconds), a list of vanished articles too. Chosen over wider indexes: `count(DISTINCT ...)` over 24 months sorts each row of
an index as well (0.2 s), and no index reaches into JSON. The counts replace those by region alone; the triggers cost a stored
article 0.08 ms.
"""

from __future__ import annotations

import sqlite3

_MONTH = "coalesce(substr({0}.day, 1, 7), '')"
_LESS = f"""
    UPDATE month_counts SET articles = articles - 1
    WHERE source = old.source AND region = old.region AND month = {_MONTH.format("old")};
"""
_MORE = f"""
    INSERT INTO month_counts (source, region, month, articles) VALUES (new.source, new.region, {_MONTH.format("new")}, 1)
    ON CONFLICT (source, region, month) DO UPDATE SET articles = articles + 1;
"""
_COUNTS = (
    "DROP TRIGGER region_counts_insert",
    "DROP TRIGGER region_counts_delete",
    "DROP TRIGGER region_counts_update",
    "DROP VIEW by_region",
    "DROP TABLE region_counts",
    """
    CREATE TABLE month_counts (
        source TEXT NOT NULL,
        region TEXT NOT NULL,
        month TEXT NOT NULL,
        articles INTEGER NOT NULL,
        PRIMARY KEY (source, region, month)
    ) STRICT, WITHOUT ROWID
    """,
    """
    INSERT INTO month_counts (source, region, month, articles)
    SELECT source, region, coalesce(substr(day, 1, 7), ''), count(*) FROM articles GROUP BY 1, 2, 3
    """,
    f"CREATE TRIGGER month_counts_insert AFTER INSERT ON articles BEGIN {_MORE} END",
    f"CREATE TRIGGER month_counts_delete AFTER DELETE ON articles BEGIN {_LESS} END",
    f"""
    CREATE TRIGGER month_counts_update AFTER UPDATE OF source, region, day ON articles
    WHEN old.source <> new.source OR old.region <> new.region OR {_MONTH.format("old")} <> {_MONTH.format("new")}
    BEGIN {_LESS} {_MORE} END
    """,
    """
    CREATE VIEW by_region AS
    SELECT g.region, coalesce(r.name, g.region) AS region_name, g.articles,
        (SELECT count(*) FROM articles AS a WHERE a.region = g.region AND a.day > date('now', '-7 days')) AS last_7_days,
        (SELECT count(*) FROM articles AS a WHERE a.region = g.region AND a.day > date('now', '-30 days')) AS last_30_days,
        (SELECT max(a.day) FROM articles AS a WHERE a.region = g.region) AS newest
    FROM (SELECT region, sum(articles) AS articles FROM month_counts GROUP BY region) AS g
    LEFT JOIN regions AS r ON r.code = g.region
    WHERE g.articles > 0
    ORDER BY g.articles DESC
    """,
)

_FIELDS = {"company": "companies", "region": "regions"}


_FORGET = " ".join(
    f"DELETE FROM mentions WHERE kind = '{kind}' AND name IN ({names}) AND day = coalesce(old.day, '') AND article = old.id;"
    for kind, names in (
        ("company", "SELECT value FROM json_each(old.companies)"),
        ("region", "SELECT value FROM json_each(old.regions) UNION SELECT old.region"),
    )
)
# one statement each: a UNION would sort first
_REMEMBER = " ".join(
    f"INSERT OR IGNORE INTO mentions (kind, name, day, article, region) SELECT {kind_and_name}, coalesce(new.day, ''), new.id,"
    f" new.region {source};"
    for kind_and_name, source in (
        ("'company', value", "FROM json_each(new.companies)"),
        ("'region', value", "FROM json_each(new.regions)"),
        ("'region', new.region", "WHERE new.region <> ''"),
    )
)
_MENTIONS = (
    """
    CREATE TABLE mentions (
        kind TEXT NOT NULL CHECK (kind IN ('company', 'region')),
        name TEXT NOT NULL,
        day TEXT NOT NULL,
        article INTEGER NOT NULL,
        region TEXT NOT NULL,
        PRIMARY KEY (kind, name, day, article)
    ) STRICT, WITHOUT ROWID
    """,
    *(
        f"""
        INSERT OR IGNORE INTO mentions (kind, name, day, article, region)
        SELECT '{kind}', value, coalesce(day, ''), articles.id, region FROM articles, json_each(articles.{column})
        """
        for kind, column in _FIELDS.items()
    ),
    """
    INSERT OR IGNORE INTO mentions (kind, name, day, article, region)
    SELECT 'region', region, coalesce(day, ''), id, region FROM articles WHERE region <> ''
    """,
    f"CREATE TRIGGER mentions_insert AFTER INSERT ON articles BEGIN {_REMEMBER} END",
    f"CREATE TRIGGER mentions_delete AFTER DELETE ON articles BEGIN {_FORGET} END",
    f"""
    CREATE TRIGGER mentions_update AFTER UPDATE OF regions, companies, region, day ON articles
    WHEN old.regions <> new.regions OR old.companies <> new.companies OR old.region <> new.region OR old.day IS NOT new.day
    BEGIN {_FORGET} {_REMEMBER} END
    """,
)

_INDEXES = (
    "CREATE TABLE companies (id TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE INDEX articles_gone ON articles (gone_since) WHERE gone_since IS NOT NULL",
    "CREATE INDEX copies_by_time ON copies (first_seen)",
    "CREATE INDEX stories_by_first ON stories (first_published)",
    "CREATE INDEX stories_by_last ON stories (last_published, sources)",
    # all that a story is made of, so that its times and sources are counted without reading its articles
    "DROP INDEX articles_by_story",
    "CREATE INDEX articles_by_story ON articles (story, published_utc, source)",
    # what a source published is asked by when it was first seen; that, unlike last_fetched, does not change with each visit
    "DROP INDEX pages_by_source",
    "CREATE INDEX pages_by_source ON pages (source, first_seen)",
)


_HEALTH = (
    "DROP VIEW source_health",
    """
    CREATE VIEW source_health AS
    SELECT s.id, s.name, s.region, s.kind, s.enabled, s.last_success, s.last_new, s.next_due, s.failures,
        c.started AS last_crawl, coalesce(c.outcome, CASE WHEN c.id IS NOT NULL THEN 'running' END) AS last_outcome,
        c.message AS last_message,
        (SELECT group_concat(m.message, '; ') FROM alarms AS m WHERE m.source = s.id AND m.cleared IS NULL) AS alarm,
        (SELECT count(*) FROM links AS l WHERE l.source = s.id) AS pending,
        (SELECT coalesce(sum(n.articles), 0) FROM month_counts AS n WHERE n.source = s.id) AS articles,
        (SELECT max(a.day) FROM articles AS a WHERE a.source = s.id) AS newest_article
    FROM sources AS s
    LEFT JOIN crawls AS c ON c.id = (
        SELECT x.id FROM crawls AS x WHERE x.source = s.id ORDER BY x.started DESC, x.id DESC LIMIT 1
    )
    """,
)


def migrate(conn: sqlite3.Connection) -> None:
    for statement in (*_COUNTS, *_MENTIONS, *_INDEXES, *_HEALTH):
        conn.execute(statement)
