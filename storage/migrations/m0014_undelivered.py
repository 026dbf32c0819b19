"""Messages that a recipient's service refuses, and what became of them."""

from __future__ import annotations

import sqlite3


def migrate(conn: sqlite3.Connection) -> None:
    conn.execute(
        """
        CREATE TABLE undelivered (
            number TEXT PRIMARY KEY,
            recipient TEXT NOT NULL,
            name TEXT NOT NULL,
            title TEXT NOT NULL,
            subjects TEXT NOT NULL,
            tries INTEGER NOT NULL,
            since TEXT NOT NULL,
            last TEXT NOT NULL,
            raised TEXT,
            aside TEXT,
            ended TEXT,
            how TEXT
        ) STRICT
        """
    )
