"""What was learned of each source, and the newest pages it was learned from."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from storage import sources
from storage.connection import Archive
from storage.times import stamp

NEWEST = 20
"""Pages of a source that are remembered: what a site does not show any more is not learned from what it showed."""

WHATS = ("line", "tail")


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonRecord:
    """What one page can teach: the mark of its title, the title's tails, and the marks of its lines with their lengths."""

    title: str
    tails: tuple[str, ...]
    lines: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remembered:
    """The newest pages by address, oldest first, and what was learned: text -> pages it was seen on, by `WHATS`."""

    lessons: dict[str, LessonRecord] = field(default_factory=dict)
    learned: dict[str, dict[str, int]] = field(default_factory=dict)


def remembered(archive: Archive, source: str) -> Remembered:
    """All that is known of a source; empty for one that is not known, and for an archive of an older version."""
    if archive.one("SELECT 1 FROM sqlite_master WHERE name = 'learned'") is None:
        return Remembered(learned={what: {} for what in WHATS})
    rows = archive.conn.execute("SELECT * FROM lessons WHERE source = ? ORDER BY at, url", (source,))
    lessons = {
        row["url"]: LessonRecord(title=row["title"], tails=tuple(json.loads(row["tails"])), lines=json.loads(row["lines"]))
        for row in rows
    }
    found: dict[str, dict[str, int]] = {what: {} for what in WHATS}
    for row in archive.conn.execute("SELECT what, text, pages FROM learned WHERE source = ? ORDER BY what, text", (source,)):
        found[row["what"]][row["text"]] = row["pages"]
    return Remembered(lessons=lessons, learned=found)


def remember(
    archive: Archive,
    source: str,
    url: str,
    lesson: LessonRecord,
    *,
    news: Sequence[tuple[str, str, int]] = (),
    again: Sequence[tuple[str, str]] = (),
    now: datetime,
) -> None:
    """Notes a page and what was learned with it, one transaction; older pages than the `NEWEST` are forgotten.

    `news`: (what, text, pages it is on); `again`: (what, text) that was known and stands on one more page.
    """
    at = stamp(now)
    with archive.write():
        sources.ensure(archive, source)
        archive.conn.execute(
            "INSERT OR REPLACE INTO lessons (source, url, at, title, tails, lines) VALUES (?, ?, ?, ?, ?, ?)",
            (source, url, at, lesson.title, json.dumps(lesson.tails, ensure_ascii=False), json.dumps(dict(lesson.lines))),
        )
        archive.conn.execute(
            "DELETE FROM lessons WHERE source = :source AND url NOT IN"
            " (SELECT url FROM lessons WHERE source = :source ORDER BY at DESC, rowid DESC LIMIT :newest)",
            {"source": source, "newest": NEWEST},
        )
        archive.conn.executemany(
            "INSERT OR REPLACE INTO learned (source, what, text, pages, first_seen, last_seen) VALUES (?, ?, ?, ?, ?, ?)",
            [(source, what, text, pages, at, at) for what, text, pages in news],
        )
        archive.conn.executemany(
            "UPDATE learned SET pages = pages + 1, last_seen = ? WHERE source = ? AND what = ? AND text = ?",
            [(at, source, what, text) for what, text in again],
        )


def untaught(archive: Archive, names: Sequence[str], *, fewest: int) -> list[str]:
    """Those of the sources that fewer than `fewest` pages have taught and that keep so many: archives of older versions."""
    return [name for name in names if _count(archive, "lessons", name) < fewest <= _count(archive, "kept_pages", name)]


def _count(archive: Archive, table: str, source: str) -> int:
    row = archive.one(f"SELECT count(DISTINCT url) FROM {table} WHERE source = ?", (source,))
    assert row is not None
    return int(row[0])


def without_learned(archive: Archive, source: str, title: str, text: str) -> tuple[str, str]:
    """What was kept before its source's lines and tails were learned, as it would be kept now: title and text."""
    known = archive.conn.execute("SELECT what, text FROM learned WHERE source = ?", (source,)).fetchall()
    if not known:
        return title, text
    lines = {row["text"] for row in known if row["what"] == "line"}
    for tail in sorted((row["text"] for row in known if row["what"] == "tail"), key=len, reverse=True):
        title = title.removesuffix(tail).rstrip() or title
    return title, "\n".join(line for line in text.split("\n") if line not in lines) or text
