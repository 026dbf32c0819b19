"""The rows of `corrections`: what a person has said of which article. Understanding and applying it is `storage.corrections`."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from storage.connection import Archive
from storage.records import DateRecord
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


def said(archive: Archive, article: int) -> list[dict[str, Any]]:
    """What people said of an article, oldest first: `field, value, who, at, note`."""
    rows = archive.conn.execute("SELECT field, value, who, at, note FROM corrections WHERE article = ? ORDER BY at", (article,))
    return [dict(row) for row in rows]


WANTED = "NOT EXISTS (SELECT 1 FROM corrections AS n WHERE n.article = a.id AND n.field = 'verdict' AND n.value = 'irrelevant')"
"""Of `articles AS a`: what a person called irrelevant is in no list, count, search, export or message.

Said of the rows of `month_counts`, `mentions` and `stories` already, and by the view `unwanted` where many are counted."""

PERSON = "person"
"""The witness of a date, and the judge of a verdict, that a person gave."""

OVERRULED = "believed until a person said otherwise"
"""How the reason begins of the date that was believed before."""


def with_persons_date(archive: Archive, article: int, dates: tuple[DateRecord, ...]) -> tuple[DateRecord, ...]:
    """The dates that spoke; where a person set the date, it stands before them and is the only one believed.

    The one that had been believed says so in its `why`. Dates that went through here already come out as they are.
    """
    row = archive.one(
        "SELECT value, who, note FROM corrections WHERE article = ? AND field = 'date' ORDER BY at DESC LIMIT 1", (article,)
    )
    if row is None:
        return dates
    why = f"said by {row['who'] or 'a person'}{': ' if row['note'] else ''}{row['note']}"
    others = (
        replace(date, believed=False, why=f"{OVERRULED}{'; ' if date.why else ''}{date.why}") if date.believed else date
        for date in dates
        if date.witness != PERSON
    )
    return (DateRecord(witness=PERSON, value=row["value"] or "none", believed=True, why=why), *others)


def write_down(archive: Archive, article: int, field: str, value: str, *, who: str, note: str, now: datetime) -> None:
    """The bare row, inside the caller's transaction."""
    archive.conn.execute(
        "INSERT OR REPLACE INTO corrections (article, field, value, who, at, note) VALUES (?, ?, ?, ?, ?, ?)",
        (article, field, value, clean(who), stamp(now), clean(note)),
    )
