"""What people said and took back, or said otherwise since: the words that hold stay in `corrections`, the history is here."""

from __future__ import annotations

import sqlite3


def migrate(conn: sqlite3.Connection) -> None:
    conn.execute(
        """
        CREATE TABLE former_corrections (
            id INTEGER PRIMARY KEY,
            article INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
            field TEXT NOT NULL,
            value TEXT NOT NULL,
            who TEXT NOT NULL,
            at TEXT NOT NULL,
            note TEXT NOT NULL,
            ended TEXT NOT NULL,
            ended_by TEXT NOT NULL,
            ended_note TEXT NOT NULL,
            how TEXT NOT NULL CHECK (how IN ('withdrawn', 'overruled'))
        ) STRICT
        """
    )
    conn.execute("CREATE INDEX former_corrections_by_article ON former_corrections (article)")
