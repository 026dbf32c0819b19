"""The row of an article and what is kept in step with it: full text, dates, sketch, story. Inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage import copies, fulltext, stories, story_index
from storage.connection import Archive
from storage.corrected import CORRECTED_COLUMNS, corrected, with_persons_date
from storage.derived import Derived, derive
from storage.records import DateRecord
from storage.text import clean
from storage.times import stamp


@dataclass(frozen=True, slots=True)
class Given:
    """What is to be written of an article: columns, the dates that spoke, and what was worked out of its words, if it was."""

    values: Mapping[str, Any]
    dates: tuple[DateRecord, ...]
    derived: Derived | None = None


def insert(archive: Archive, given: Given, now: datetime) -> int:
    """A new article; its id."""
    fulltext.ready(archive)  # an index that is made anew is made of the articles as they were
    title, text = given.values["title"], given.values["text"]
    row = {**given.values, "first_seen": stamp(now), "last_seen": stamp(now)}
    cursor = archive.conn.execute(
        f"INSERT INTO articles ({', '.join(row)}) VALUES ({', '.join(f':{name}' for name in row)})", row
    )
    assert cursor.lastrowid is not None
    derived = _derived(archive, title, text, given.derived)
    write_dates(archive, cursor.lastrowid, given.dates)
    fulltext.add(archive, cursor.lastrowid, title, text, derived.lemmas)
    copies.remember(archive, cursor.lastrowid, derived.sketch)
    stories.assign(archive, cursor.lastrowid, derived.features)
    return cursor.lastrowid


def _derived(archive: Archive, title: str, text: str, known: Derived | None) -> Derived:
    """What follows from the words, worked out here and now unless it came along and is of these very words."""
    if known is not None and (known.title, known.text) == (title, text):
        return known
    fulltext.recall(archive, title, text)
    return derive(title, text)


def write_dates(archive: Archive, article: int, dates: tuple[DateRecord, ...]) -> None:
    """The dates that spoke, instead of those written down before; a person's word on the date goes before them."""
    archive.conn.execute("DELETE FROM dates WHERE article = ?", (article,))
    archive.conn.executemany(
        "INSERT INTO dates (article, witness, value, believed, why) VALUES (?, ?, ?, ?, ?)",
        [(article, d.witness, clean(d.value), int(d.believed), clean(d.why)) for d in with_persons_date(archive, article, dates)],
    )


def dates(archive: Archive, article: int) -> tuple[DateRecord, ...]:
    """The dates that spoke, as they are written down; a person's first."""
    rows = archive.conn.execute(
        "SELECT witness, value, believed, why FROM dates WHERE article = ? ORDER BY believed DESC, rowid", (article,)
    )
    said = tuple(DateRecord(witness=row[0], value=row[1], believed=bool(row[2]), why=row[3]) for row in rows)
    return with_persons_date(archive, article, said)


def apply(archive: Archive, article: int, values: Mapping[str, Any], derived: Derived | None = None) -> None:
    """Changes columns of an article and what is kept in step with them. Heeds no corrections."""
    fulltext.ready(archive)
    row = archive.one("SELECT * FROM articles WHERE id = ?", (article,))
    assert row is not None
    changed = {name: value for name, value in values.items() if row[name] != value}
    if not changed:
        return
    archive.conn.execute(
        f"UPDATE articles SET {', '.join(f'{name} = :{name}' for name in changed)} WHERE id = :id", {**changed, "id": article}
    )
    if "title" in changed or "text" in changed:
        title, text = changed.get("title", row["title"]), changed.get("text", row["text"])
        derived = _derived(archive, title, text, derived)
        fulltext.remove(archive, article, row["title"], row["text"])
        fulltext.add(archive, article, title, text, derived.lemmas)
        copies.remember(archive, article, derived.sketch)
    else:
        derived = None
    if "story" in changed:
        stories.moved(archive, row["story"], changed["story"])
    if changed.keys() & {"title", "text", "published_utc", "day", "source"}:
        stories.assign(archive, article, derived.features if derived else story_index.known(archive, article))


def update(archive: Archive, article: int, values: Mapping[str, Any], derived: Derived | None = None) -> None:
    """`apply`, but what a person has corrected stays."""
    fixed = {column for field in corrected(archive, article) for column in CORRECTED_COLUMNS.get(field, ())}
    apply(archive, article, {name: value for name, value in values.items() if name not in fixed}, derived)


def remove(archive: Archive, article: int) -> None:
    """Takes an article out of the archive and its index. Its pages keep their rows."""
    row = archive.one("SELECT title, text FROM articles WHERE id = ?", (article,))
    assert row is not None
    fulltext.remove(archive, article, row["title"], row["text"])
    copies.forget(archive, article)
    stories.forget(archive, article)
    archive.conn.execute("DELETE FROM articles WHERE id = ?", (article,))
