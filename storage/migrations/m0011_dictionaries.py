"""Raw pages are packed with another page of their source as the dictionary; those that were kept before stay as they are."""

from __future__ import annotations

import sqlite3


def migrate(conn: sqlite3.Connection) -> None:
    conn.execute(
        """
        CREATE TABLE dictionaries (
            id INTEGER PRIMARY KEY,
            source TEXT NOT NULL REFERENCES sources (id),
            url TEXT NOT NULL,
            body BLOB NOT NULL
        ) STRICT
        """
    )
    conn.execute("CREATE INDEX dictionaries_by_source ON dictionaries (source)")
    conn.execute("CREATE INDEX dictionaries_by_url ON dictionaries (url)")
    conn.execute("ALTER TABLE kept_pages ADD COLUMN dictionary INTEGER REFERENCES dictionaries (id)")
    conn.execute("CREATE INDEX kept_pages_by_dictionary ON kept_pages (dictionary) WHERE dictionary IS NOT NULL")
