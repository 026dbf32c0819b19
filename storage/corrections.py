"""A person's word: kept apart, and stronger than any rereading, regrouping or import."""

from __future__ import annotations

import difflib
from datetime import datetime, timedelta
from typing import Any

from storage import article_rows, articles, splitting, stories
from storage.connection import Archive
from storage.corrected import PERSON, check_field, end, write_down
from storage.regions import NAMES
from storage.text import clean, fold
from storage.times import iso_day, publication, stamp


def correct(
    archive: Archive, article: int | str, field: str, value: str, *, who: str = "", note: str = "", now: datetime
) -> dict[str, Any]:
    """Writes down a person's word about an article (id or any address of it) and applies it at once; the article's row then.

    verdict: relevant, irrelevant. date: ISO 8601, or as 30.01.2026, or none. title: any. region: a code or the name. story: the
    id of a story, or new. copy: `no` where `article` is the address of a copy; the id of the article that this is a copy of.
    Raises LookupError if there is no such article or story, ValueError (one line: what is allowed) for a wrong field or value.
    """
    check_field(field)
    with archive.write():
        row = articles.get(archive, article)
        if row is None:
            raise LookupError(f"no article {article}")
        if field == "copy":
            kept = splitting.correct_copy(archive, row, str(article), value.strip(), who=who, note=note, now=now)
            return articles.get(archive, kept) or {}
        value, columns = _understood(archive, row, field, " ".join(clean(value).split()), note, now)
        end(archive, row["id"], field, who=who, now=now, how="overruled")
        write_down(archive, row["id"], field, value, who=who, note=note, now=now)
        article_rows.apply(archive, row["id"], columns)
        if field == "verdict":
            stories.told_again(archive, row["id"])
        if field == "date":
            article_rows.write_dates(archive, row["id"], article_rows.dates(archive, row["id"]))
        return articles.get(archive, row["id"]) or {}


def _understood(
    archive: Archive, row: dict[str, Any], field: str, value: str, note: str, now: datetime
) -> tuple[str, dict[str, Any]]:
    """The value as it is kept, and the columns that it sets."""
    if field == "title":
        if not value:
            raise ValueError("a title needs a word")
        return value, {"title": value}
    if field == "region":
        code = _region(value)
        return code, {"region": code}
    if field == "date":
        return _date(value, now)
    if field == "verdict":
        if value not in ("relevant", "irrelevant"):
            raise ValueError(f"a verdict is relevant or irrelevant, not {value!r}")
        return value, {"score": float(value == "relevant"), "reason": note or "a person said so", "judged_by": PERSON}
    return _story(archive, row, value)


def _region(value: str) -> str:
    code = value.upper()
    if code in NAMES:
        return code
    names = {fold(name): code for code, name in NAMES.items()}
    if fold(value) in names:
        return names[fold(value)]
    near = difflib.get_close_matches(fold(value), names, n=1)
    raise ValueError(
        f"no region {value!r}; " + (f"did you mean {NAMES[names[near[0]]]}?" if near else "a code of ISO 3166-2:RU is wanted")
    )


_EARLIEST = "1990-01-01"


def _date(value: str, now: datetime) -> tuple[str, dict[str, Any]]:
    if value.lower() in ("", "none", "нет"):
        value = ""
    value = iso_day(value)
    try:
        found = publication(value)
    except ValueError:
        raise ValueError(f"a date is YYYY-MM-DD, or ISO 8601 with an offset, or none; not {value!r}") from None
    if found.day and not _EARLIEST <= found.day <= stamp(now + timedelta(days=1))[:10]:
        why = "in the future" if found.day > _EARLIEST else "too early"
        raise ValueError(f"{found.day} cannot be the day of a publication: it is {why}")
    witness = PERSON if found.published else ""
    return value, {"published": found.published, "published_utc": found.utc, "day": found.day, "published_by": witness}


def _story(archive: Archive, row: dict[str, Any], value: str) -> tuple[str, dict[str, Any]]:
    if value == "new":
        cursor = archive.conn.execute("INSERT INTO stories (title) VALUES (?)", (row["title"],))
        value = str(cursor.lastrowid)
    if not value.isdigit():
        raise ValueError(f"a story is the number of one, or new; not {value!r}")
    if articles.number(value) is None or archive.one("SELECT 1 FROM stories WHERE id = ?", (int(value),)) is None:
        raise LookupError(f"no story {value}")
    return value, {"story": int(value)}
