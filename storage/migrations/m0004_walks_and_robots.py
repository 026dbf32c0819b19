"""How far paged ways were read, and robots.txt of each site."""

from __future__ import annotations

import sqlite3


def migrate(conn: sqlite3.Connection) -> None:
    conn.execute(
        """
        CREATE TABLE walks (
            source TEXT NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
            way TEXT NOT NULL,
            kind TEXT NOT NULL CHECK (kind IN ('news', 'history')),
            started TEXT NOT NULL,
            next TEXT NOT NULL,
            page INTEGER NOT NULL,
            position INTEGER NOT NULL,
            PRIMARY KEY (source, way, kind)
        ) STRICT
        """
    )
    conn.execute(
        """
        CREATE TABLE robots (
            site TEXT PRIMARY KEY,
            fetched TEXT NOT NULL,
            status INTEGER NOT NULL,
            text TEXT NOT NULL
        ) STRICT
        """
    )
