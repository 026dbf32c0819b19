"""The rows of `corrections`: what a person has said of which article. Understanding and applying it is `storage.corrections`."""

from __future__ import annotations

from datetime import datetime

from storage.connection import Archive
from storage.text import clean
from storage.times import stamp

CORRECTED_COLUMNS = {
    "title": ("title",),
    "region": ("region",),
    "date": ("published", "published_utc", "day", "published_by"),
    "verdict": ("score", "reason", "judged_by"),
    "story": ("story",),
}
"""A field that a person corrects -> the columns of `articles` that reading and judging then leave alone."""


def corrected(archive: Archive, article: int) -> dict[str, str]:
    """The corrected fields of an article with their values."""
    rows = archive.conn.execute("SELECT field, value FROM corrections WHERE article = ? ORDER BY at", (article,))
    return {row["field"]: row["value"] for row in rows}


def write_down(archive: Archive, article: int, field: str, value: str, *, who: str, note: str, now: datetime) -> None:
    """The bare row, inside the caller's transaction."""
    archive.conn.execute(
        "INSERT OR REPLACE INTO corrections (article, field, value, who, at, note) VALUES (?, ?, ?, ?, ?, ?)",
        (article, field, value, clean(who), stamp(now), clean(note)),
    )
