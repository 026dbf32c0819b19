"""Which killed crawls were all that their process did: only these can be their source's own doing."""

from __future__ import annotations

import sqlite3


def migrate(conn: sqlite3.Connection) -> None:
    conn.execute("ALTER TABLE crawls ADD COLUMN alone INTEGER NOT NULL DEFAULT 0")
