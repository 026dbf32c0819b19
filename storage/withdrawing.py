"""A person takes back what a person said of an article: the newest reading holds again, and what was said stays as history."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

from storage import article_rows, articles, corrected, splitting, stories, story_index
from storage.connection import Archive
from storage.corrected import OVERRULED, PERSON
from storage.records import DateRecord
from storage.regions import FEDERAL
from storage.times import publication


def withdraw(archive: Archive, article: int | str, field: str, *, who: str, note: str = "", now: datetime) -> dict[str, Any]:
    """Ends a person's word on a field of an article (id or any address of it); the article's row then.

    What reading and judging last said of it holds again, also if that was after the correction. What was said to be a copy is
    read again by the next crawl; what was said to be none may become one when it is read again, or by `regroup`.
    Raises LookupError if there is no such article or nothing was said of that field, ValueError for a field that is none.
    """
    corrected.check_field(field)
    with archive.write():
        row = articles.get(archive, article) or (_spoken_of(archive, str(article)) if field == "copy" else None)
        if row is None:
            raise LookupError(f"no article {article}")
        had = dict(archive.one("SELECT * FROM articles WHERE id = ?", (row["id"],)) or {})
        values = _spoken(archive, had["id"], field, str(article))
        if not values:
            raise LookupError(f"nobody has corrected the {field} of article {had['id']}")
        for value in values:
            corrected.end(archive, had["id"], field, value, who=who, note=note, now=now, how="withdrawn")
        if field == "copy":
            for value in values:
                if not value.startswith(splitting.NOT_A_COPY):
                    splitting.read_again(archive, had["id"], value, "a person took back that it is a copy; to be read again", now)
        else:
            _restore(archive, had, field)
        return articles.get(archive, had["id"]) or {}


def _spoken(archive: Archive, article: int, field: str, named: str) -> list[str]:
    """The values that hold; of copies those that speak of the address by which the article was named, all if by its own."""
    values = [row["value"] for row in corrected.said(archive, article) if row["field"] == field]
    if field != "copy" or named.isdigit():
        return values
    about = [value for value in values if value.removeprefix(splitting.NOT_A_COPY) == splitting.known_as(archive, named)]
    return about or values


def _spoken_of(archive: Archive, address: str) -> dict[str, Any] | None:
    """The article of which a person said that this address is no copy: it is nobody's until it has been read again."""
    try:
        url = splitting.known_as(archive, address)
    except ValueError:
        return None
    said = archive.one(
        "SELECT article FROM corrections WHERE field = 'copy' AND value IN (?1, ?2 || ?1)", (url, splitting.NOT_A_COPY)
    )
    return articles.get(archive, said["article"]) if said else None


def _restore(archive: Archive, had: dict[str, Any], field: str) -> None:
    """What the archive knows of the article's own page without that person."""
    page = archive.one("SELECT * FROM pages WHERE url = ?", (had["url"],))
    read = dict(page) if page else {}
    if field == "title":
        article_rows.apply(archive, had["id"], {"title": read.get("title") or had["title"]})
    elif field == "region":
        source = archive.one("SELECT region FROM sources WHERE id = ?", (had["source"],))
        own = source["region"] if source else ""
        named = json.loads(had["regions"])
        article_rows.apply(archive, had["id"], {"region": own if own not in ("", FEDERAL) else next(iter(named), own)})
    elif field == "verdict":
        said = {name: read.get(name) for name in ("score", "reason", "judged_by")}
        article_rows.apply(archive, had["id"], {name: "" if value is None else value for name, value in said.items()})
        stories.told_again(archive, had["id"])
    elif field == "story":
        stories.assign(archive, had["id"], story_index.known(archive, had["id"]))
    else:
        _restore_date(archive, had["id"], read.get("published"))


def _restore_date(archive: Archive, article: int, read: str | None) -> None:
    """The dates that were believed before; `read` is what the newest reading gave, which an edit may have moved."""
    dates = [date for date in article_rows.dates(archive, article) if date.witness != PERSON]
    before = [date for date in dates if date.why.startswith(OVERRULED)]
    days = {date.value[:10] for date in before}
    best = read if read and (read[:10] in days or not dates) else next((date.value for date in before if _is_date(date)), None)
    found = publication(best)
    witness = next((date.witness for date in before if best and best.startswith(date.value)), before[0].witness if before else "")
    article_rows.apply(
        archive,
        article,
        {"published": found.published, "published_utc": found.utc, "day": found.day, "published_by": witness if best else ""},
    )
    again = [replace(date, believed=True, why=date.why.removeprefix(OVERRULED).removeprefix("; ")) for date in before]
    article_rows.write_dates(archive, article, (*again, *(date for date in dates if date not in before)))


def _is_date(date: DateRecord) -> bool:
    try:
        return publication(date.value).published is not None
    except ValueError:
        return False
