"""What is learned of a source from its newest pages: lines that all share, tails of their titles."""

from __future__ import annotations

import sqlite3

_STATEMENTS = (
    # the newest pages only; marks instead of lines, so that no text of an article is kept twice
    """
    CREATE TABLE lessons (
        source TEXT NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
        url TEXT NOT NULL,
        at TEXT NOT NULL,
        title TEXT NOT NULL,
        tails TEXT NOT NULL,
        lines TEXT NOT NULL,
        PRIMARY KEY (source, url)
    ) STRICT
    """,
    """
    CREATE TABLE learned (
        source TEXT NOT NULL REFERENCES sources (id) ON DELETE CASCADE,
        what TEXT NOT NULL CHECK (what IN ('line', 'tail')),
        text TEXT NOT NULL,
        pages INTEGER NOT NULL,
        first_seen TEXT NOT NULL,
        last_seen TEXT NOT NULL,
        PRIMARY KEY (source, what, text)
    ) STRICT
    """,
)


def migrate(conn: sqlite3.Connection) -> None:
    for statement in _STATEMENTS:
        conn.execute(statement)
