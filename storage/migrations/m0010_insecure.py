"""Which pages came over a connection whose certificate nobody verified."""

from __future__ import annotations

import sqlite3


def migrate(conn: sqlite3.Connection) -> None:
    conn.execute("ALTER TABLE pages ADD COLUMN insecure INTEGER NOT NULL DEFAULT 0")
