"""Alarms of sources, and what is known of their rhythm."""

from __future__ import annotations

import sqlite3

_STATEMENTS = (
    """
    CREATE TABLE alarms (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        source TEXT NOT NULL REFERENCES sources (id),
        kind TEXT NOT NULL,
        message TEXT NOT NULL,
        raised TEXT NOT NULL,
        cleared TEXT
    ) STRICT
    """,
    "CREATE UNIQUE INDEX alarms_standing ON alarms (source, kind) WHERE cleared IS NULL",
    """
    CREATE TABLE rhythms (
        source TEXT PRIMARY KEY REFERENCES sources (id),
        silent_until TEXT,
        per_day REAL NOT NULL DEFAULT 0
    ) STRICT
    """,
    """
    CREATE TABLE sent_alerts (
        recipient TEXT NOT NULL,
        subject TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (recipient, subject)
    ) STRICT
    """,
)


def migrate(conn: sqlite3.Connection) -> None:
    for statement in _STATEMENTS:
        conn.execute(statement)
