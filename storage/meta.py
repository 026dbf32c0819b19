"""What the archive notes about itself, as names and texts."""

from __future__ import annotations

from storage.connection import Archive


def get(archive: Archive, key: str) -> str | None:
    """The text noted under `key`, None if there is none."""
    row = archive.one("SELECT value FROM meta WHERE key = ?", (key,))
    return None if row is None else str(row["value"])


def put(archive: Archive, key: str, value: str) -> None:
    """Notes a text, in place of an earlier one of that key."""
    with archive.write():
        archive.conn.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", (key, value))
