"""A person's word: kept apart, and stronger than any rereading, regrouping or import."""

from __future__ import annotations

from storage.connection import Archive

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
