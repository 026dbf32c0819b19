"""How often a source's ways may be asked by their own words, until when the site asked to be left alone, its certificates."""

from __future__ import annotations

import sqlite3

_STATEMENTS = (
    """
    CREATE TABLE polling (
        source TEXT NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
        way TEXT NOT NULL,
        fetched TEXT NOT NULL,
        ttl INTEGER NOT NULL DEFAULT 0,
        max_age INTEGER NOT NULL DEFAULT 0,
        skip_hours TEXT NOT NULL DEFAULT '[]',
        skip_days TEXT NOT NULL DEFAULT '[]',
        PRIMARY KEY (source, way)
    ) STRICT
    """,
    """
    CREATE TABLE certificates (
        source TEXT NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
        host TEXT NOT NULL,
        issuer TEXT NOT NULL,
        expires TEXT NOT NULL,
        seen TEXT NOT NULL,
        PRIMARY KEY (source, host)
    ) STRICT
    """,
    "ALTER TABLE rhythms ADD COLUMN not_before TEXT",
)


def migrate(conn: sqlite3.Connection) -> None:
    for statement in _STATEMENTS:
        conn.execute(statement)
