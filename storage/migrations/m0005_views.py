"""Views that read like the question, the names of regions, and what each day knows of each source."""

from __future__ import annotations

import sqlite3

from storage.regions import NAMES

_TABLES = (
    "CREATE TABLE regions (code TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT, WITHOUT ROWID",
    # one row instead of the 48 crawls of a day: coverage stays when old crawls are pruned
    """
    CREATE TABLE source_days (
        source TEXT NOT NULL REFERENCES sources (id),
        day TEXT NOT NULL,
        checks INTEGER NOT NULL DEFAULT 0,
        failures INTEGER NOT NULL DEFAULT 0,
        new INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (source, day)
    ) STRICT, WITHOUT ROWID
    """,
    """
    INSERT INTO source_days (source, day, checks, failures, new)
    SELECT source, substr(finished, 1, 10), sum(outcome IN ('finished', 'partial')),
        sum(outcome IN ('failed', 'blocked', 'killed')), sum(new)
    FROM crawls WHERE finished IS NOT NULL GROUP BY 1, 2
    """,
)

_VIEWS = (
    """
    CREATE VIEW latest AS
    SELECT a.id, a.day, a.published, a.title, a.source, s.name AS source_name, a.region, r.name AS region_name, a.story, a.url,
        a.first_seen, a.gone_since
    FROM articles AS a
    LEFT JOIN sources AS s ON s.id = a.source
    LEFT JOIN regions AS r ON r.code = a.region
    WHERE NOT EXISTS (
        SELECT 1 FROM corrections AS c WHERE c.article = a.id AND c.field = 'verdict' AND c.value = 'irrelevant'
    )
    ORDER BY a.day DESC, a.published_utc DESC
    """,
    """
    CREATE VIEW by_region AS
    SELECT g.region, coalesce(r.name, g.region) AS region_name, g.articles,
        (SELECT count(*) FROM articles AS a WHERE a.region = g.region AND a.day > date('now', '-7 days')) AS last_7_days,
        (SELECT count(*) FROM articles AS a WHERE a.region = g.region AND a.day > date('now', '-30 days')) AS last_30_days,
        g.newest
    FROM (SELECT region, count(*) AS articles, max(day) AS newest FROM articles GROUP BY region) AS g
    LEFT JOIN regions AS r ON r.code = g.region
    ORDER BY g.articles DESC
    """,
    """
    CREATE VIEW story_sources AS
    SELECT a.story, t.title AS story_title, a.source, s.name AS source_name, 'article' AS kind, a.title, a.url, a.published,
        a.published_utc, a.first_seen,
        round((julianday(a.published_utc) - julianday(t.first_published)) * 24, 1) AS hours_after_first,
        NULL AS copied_from, NULL AS similarity, a.id AS article
    FROM articles AS a
    JOIN stories AS t ON t.id = a.story
    LEFT JOIN sources AS s ON s.id = a.source
    UNION ALL
    SELECT a.story, t.title, c.source, s.name, 'copy', c.title, c.url, c.published,
        CASE WHEN length(c.published) > 10 THEN strftime('%Y-%m-%dT%H:%M:%S+00:00', c.published) ELSE c.published END,
        c.first_seen, round((julianday(c.published) - julianday(t.first_published)) * 24, 1), a.url, c.similarity, a.id
    FROM articles AS a
    JOIN copies AS c ON c.article = a.id
    JOIN stories AS t ON t.id = a.story
    LEFT JOIN sources AS s ON s.id = c.source
    """,
    """
    CREATE VIEW edits AS
    SELECT v.article, a.url, a.source, a.region, v.replaced AS edited, v.seen AS wording_since, v.title AS title_before,
        coalesce(n.title, a.title) AS title_after, v.text AS text_before, coalesce(n.text, a.text) AS text_after
    FROM revisions AS v
    JOIN articles AS a ON a.id = v.article
    LEFT JOIN revisions AS n ON n.id = (SELECT min(x.id) FROM revisions AS x WHERE x.article = v.article AND x.id > v.id)
    ORDER BY v.replaced DESC
    """,
    """
    CREATE VIEW refused AS
    SELECT url, source, title, lead, published, score, reason, matched, judged_by, last_fetched
    FROM pages WHERE outcome = 'irrelevant' ORDER BY last_fetched DESC
    """,
    """
    CREATE VIEW source_health AS
    SELECT s.id, s.name, s.region, s.kind, s.enabled, s.last_success, s.last_new, s.next_due, s.failures,
        c.started AS last_crawl, coalesce(c.outcome, CASE WHEN c.id IS NOT NULL THEN 'running' END) AS last_outcome,
        c.message AS last_message,
        (SELECT group_concat(m.message, '; ') FROM alarms AS m WHERE m.source = s.id AND m.cleared IS NULL) AS alarm,
        (SELECT count(*) FROM links AS l WHERE l.source = s.id) AS pending,
        (SELECT count(*) FROM articles AS a WHERE a.source = s.id) AS articles,
        (SELECT max(a.day) FROM articles AS a WHERE a.source = s.id) AS newest_article
    FROM sources AS s
    LEFT JOIN crawls AS c ON c.id = (
        SELECT x.id FROM crawls AS x WHERE x.source = s.id ORDER BY x.started DESC, x.id DESC LIMIT 1
    )
    """,
    """
    CREATE VIEW coverage AS
    WITH RECURSIVE
        calendar (day) AS (
            SELECT min(day) FROM source_days
            UNION ALL SELECT date(day, '+1 day') FROM calendar WHERE day < date('now')
        ),
        begun (source, day) AS (SELECT source, min(day) FROM source_days GROUP BY source),
        known (source, day, checks, failures, new, gaps) AS (
            SELECT b.source, k.day, coalesce(d.checks, 0), coalesce(d.failures, 0), coalesce(d.new, 0),
                (SELECT count(*) FROM gaps AS g WHERE g.source = b.source AND g.closed IS NULL
                    AND substr(g.since, 1, 10) <= k.day AND substr(g.until, 1, 10) >= k.day)
            FROM begun AS b
            JOIN calendar AS k ON k.day >= b.day
            LEFT JOIN source_days AS d ON d.source = b.source AND d.day = k.day
        )
    SELECT source, day, checks, failures, new, gaps,
        CASE
            WHEN gaps > 0 THEN 'gap' WHEN checks > 0 THEN 'covered' WHEN failures > 0 THEN 'failing' ELSE 'not checked'
        END AS state
    FROM known
    """,
)


def migrate(conn: sqlite3.Connection) -> None:
    for statement in (*_TABLES, *_VIEWS):
        conn.execute(statement)
    conn.executemany("INSERT INTO regions (code, name) VALUES (?, ?)", sorted(NAMES.items()))
