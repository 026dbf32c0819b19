"""The rows of `corrections`: what a person has said of which article. Understanding and applying it is `storage.corrections`."""

from __future__ import annotations

import difflib
from dataclasses import replace
from datetime import datetime
from typing import Any

from storage.connection import Archive
from storage.records import DateRecord
from storage.text import clean
from storage.times import stamp

FIELDS = ("verdict", "date", "title", "region", "story", "copy")
"""What a person may correct."""

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


def check_field(field: str) -> None:
    """Raises ValueError (one line: what is allowed) for a field that is none."""
    if field not in FIELDS:
        near = difflib.get_close_matches(field, FIELDS, n=1)
        raise ValueError(f"no field {field!r}; {f'did you mean {near[0]}? ' if near else ''}allowed: {', '.join(FIELDS)}")


def former(archive: Archive, article: int) -> list[dict[str, Any]]:
    """What people said of an article that holds no longer, oldest first: `said`'s keys and `ended, ended_by, ended_note, how`."""
    rows = archive.conn.execute(
        "SELECT field, value, who, at, note, ended, ended_by, ended_note, how FROM former_corrections"
        " WHERE article = ? ORDER BY id",
        (article,),
    )
    return [dict(row) for row in rows]


def end(
    archive: Archive, article: int, field: str, value: str | None = None, *, who: str, note: str = "", now: datetime, how: str
) -> None:
    """A word, or all words on a field, hold no longer and stay as history; inside the caller's transaction.

    `how`: "withdrawn", or "overruled" by another word.
    """
    which = "article = :article AND field = :field AND (:value IS NULL OR value = :value)"
    values = {"article": article, "field": field, "value": value}
    archive.conn.execute(
        "INSERT INTO former_corrections (article, field, value, who, at, note, ended, ended_by, ended_note, how)"
        f" SELECT article, field, value, who, at, note, :ended, :who, :said, :how FROM corrections WHERE {which} ORDER BY at",
        {**values, "ended": stamp(now), "who": clean(who), "said": clean(note), "how": how},
    )
    archive.conn.execute(f"DELETE FROM corrections WHERE {which}", values)


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
