"""What the companies are called of which articles speak: topics say it, the archive keeps it for those who have no topic."""

from __future__ import annotations

from collections.abc import Mapping

from storage.connection import Archive


def remember(archive: Archive, names: Mapping[str, str]) -> None:
    """Notes the names of companies by their ids; writes only what is not known yet."""
    known = dict(archive.conn.execute("SELECT id, name FROM companies").fetchall())
    new = [(id, name) for id, name in names.items() if known.get(id) != name]
    if new:
        with archive.write():
            archive.conn.executemany("INSERT OR REPLACE INTO companies (id, name) VALUES (?, ?)", new)
