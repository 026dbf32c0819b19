"""How big the archive is, by part, in words of people and not of tables."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from storage.connection import Archive

_PARTS = {
    "articles": ("articles",),
    "full text search": ("articles_fts", "words", "mentions"),
    "raw pages": ("kept_pages", "dictionaries"),
    "addresses tried": ("pages", "links", "folded_hosts"),
    "copies and stories": ("copies", "copy", "stories", "story", "merged_stories"),
    "earlier wordings": ("revisions",),
    "evidence and corrections": ("dates", "corrections", "former_corrections", "labels", "notes", "seen"),
    "crawls and sources": (
        "crawls",
        "sources",
        "source",
        "leases",
        "gaps",
        "walks",
        "robots",
        "alarms",
        "rhythms",
        "sent_alerts",
        "undelivered",
        *("polling", "certificates", "lessons", "learned"),
    ),
    "the archive itself": ("sqlite", "meta", "regions", "month_counts", "companies"),
}
_COUNTS = {"articles": "articles", "raw pages": "kept_pages", "addresses tried": "pages", "earlier wordings": "revisions"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of the file: its size in bytes, None when this SQLite cannot tell; its rows, None where they mean nothing."""

    name: str
    size: int | None
    rows: int | None


def file_size(path: Path) -> int:
    """Bytes of the archive with the log beside it."""
    return sum(file.stat().st_size for file in (path, Path(f"{path}-wal")) if file.exists())


def parts(archive: Archive) -> list[Part]:
    """The parts of the archive, the largest first, free space last. Reads every page of the file: a second per gigabyte or so."""
    sizes = _bytes_by_table(archive)
    found: dict[str, int] = dict.fromkeys(_PARTS, 0)
    found["everything else"] = 0
    for table, size in (sizes or {}).items():
        found[_part_of(table)] += size
    rows = {name: int(archive.conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0]) for name, table in _COUNTS.items()}
    known = [Part(name=name, size=size if sizes is not None else None, rows=rows.get(name)) for name, size in found.items()]
    known = [part for part in sorted(known, key=lambda part: -(part.size or 0)) if part.size or part.rows]
    free = archive.conn.execute("PRAGMA freelist_count").fetchone()[0] * archive.conn.execute("PRAGMA page_size").fetchone()[0]
    return [*known, Part(name="free, used before the file grows", size=free, rows=None)]


def _bytes_by_table(archive: Archive) -> dict[str, int] | None:
    """Bytes of every table with its indexes; None where SQLite was built without DBSTAT."""
    try:
        rows = archive.conn.execute(
            "SELECT coalesce(m.tbl_name, s.name) AS name, sum(s.pgsize) AS size"
            " FROM dbstat AS s LEFT JOIN sqlite_master AS m ON m.name = s.name WHERE s.aggregate = TRUE GROUP BY 1"
        ).fetchall()
    except sqlite3.OperationalError:
        return None
    return {row[0]: row[1] for row in rows}


def _part_of(table: str) -> str:
    for part, names in _PARTS.items():
        if any(table == name or table.startswith(f"{name}_") for name in names):
            return part
    return "everything else"
