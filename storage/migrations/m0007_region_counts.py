"""`by_region` from counts that are kept in step: counting a million articles anew took half a second."""

from __future__ import annotations

import sqlite3

_STATEMENTS = (
    "CREATE TABLE region_counts (region TEXT PRIMARY KEY, articles INTEGER NOT NULL) STRICT, WITHOUT ROWID",
    "INSERT INTO region_counts (region, articles) SELECT region, count(*) FROM articles GROUP BY region",
    """
    CREATE TRIGGER region_counts_insert AFTER INSERT ON articles BEGIN
        INSERT INTO region_counts (region, articles) VALUES (new.region, 1)
        ON CONFLICT (region) DO UPDATE SET articles = articles + 1;
    END
    """,
    """
    CREATE TRIGGER region_counts_delete AFTER DELETE ON articles BEGIN
        UPDATE region_counts SET articles = articles - 1 WHERE region = old.region;
    END
    """,
    """
    CREATE TRIGGER region_counts_update AFTER UPDATE OF region ON articles WHEN old.region <> new.region BEGIN
        UPDATE region_counts SET articles = articles - 1 WHERE region = old.region;
        INSERT INTO region_counts (region, articles) VALUES (new.region, 1)
        ON CONFLICT (region) DO UPDATE SET articles = articles + 1;
    END
    """,
    "DROP VIEW by_region",
    """
    CREATE VIEW by_region AS
    SELECT g.region, coalesce(r.name, g.region) AS region_name, g.articles,
        (SELECT count(*) FROM articles AS a WHERE a.region = g.region AND a.day > date('now', '-7 days')) AS last_7_days,
        (SELECT count(*) FROM articles AS a WHERE a.region = g.region AND a.day > date('now', '-30 days')) AS last_30_days,
        (SELECT max(a.day) FROM articles AS a WHERE a.region = g.region) AS newest
    FROM region_counts AS g
    LEFT JOIN regions AS r ON r.code = g.region
    WHERE g.articles > 0
    ORDER BY g.articles DESC
    """,
)


def migrate(conn: sqlite3.Connection) -> None:
    for statement in _STATEMENTS:
        conn.execute(statement)
