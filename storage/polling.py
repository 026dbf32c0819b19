"""What a site itself says about how often it may be asked: Retry-After, and the words of its feeds and headers."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from storage.connection import Archive
from storage.times import stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What one way (feed, listing, sitemap, API) said when it was last fetched.

    `ttl` and `max_age` are seconds, 0 if nothing was said; `skip_hours` (0 to 23) and `skip_days` (0 is Monday) are in UTC.
    """

    way: str
    fetched: datetime
    ttl: int = 0
    max_age: int = 0
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()


def note(archive: Archive, source: str, wish: Wish, *, unchanged: bool = False) -> None:
    """Keeps what a way said. `unchanged`: it answered 304, which says nothing of what stands inside the document."""
    with archive.write():
        archive.conn.execute(
            "INSERT INTO polling (source, way, fetched, ttl, max_age, skip_hours, skip_days)"
            " VALUES (:source, :way, :fetched, :ttl, :max_age, :skip_hours, :skip_days)"
            " ON CONFLICT (source, way) DO UPDATE SET fetched = excluded.fetched, max_age = excluded.max_age,"
            " ttl = CASE WHEN :unchanged THEN ttl ELSE excluded.ttl END,"
            " skip_hours = CASE WHEN :unchanged THEN skip_hours ELSE excluded.skip_hours END,"
            " skip_days = CASE WHEN :unchanged THEN skip_days ELSE excluded.skip_days END",
            {
                "source": source,
                "way": wish.way,
                "fetched": stamp(wish.fetched),
                "ttl": wish.ttl,
                "max_age": wish.max_age,
                "skip_hours": json.dumps(sorted(wish.skip_hours)),
                "skip_days": json.dumps(sorted(wish.skip_days)),
                "unchanged": unchanged,
            },
        )


def wishes(archive: Archive, source: str, ways: Collection[str]) -> list[Wish]:
    """What those of the source's ways that are named said."""
    rows = archive.conn.execute("SELECT * FROM polling WHERE source = ?", (source,))
    return [
        Wish(
            way=row["way"],
            fetched=datetime.fromisoformat(row["fetched"]),
            ttl=row["ttl"],
            max_age=row["max_age"],
            skip_hours=frozenset(json.loads(row["skip_hours"])),
            skip_days=frozenset(json.loads(row["skip_days"])),
        )
        for row in rows
        if row["way"] in ways
    ]


def leave_alone(archive: Archive, source: str, until: datetime) -> None:
    """The site asked (Retry-After) not to be asked again before `until`; the latest of several such requests holds."""
    with archive.write():
        archive.conn.execute(
            "INSERT INTO rhythms (source, not_before) VALUES (?, ?) ON CONFLICT (source) DO UPDATE"
            " SET not_before = max(coalesce(not_before, ''), excluded.not_before)",
            (source, stamp(until)),
        )


def left_alone_until(archive: Archive, source: str) -> datetime | None:
    """Until when the site asked to be left alone, which may have passed; None if it never did."""
    row = archive.one("SELECT not_before FROM rhythms WHERE source = ?", (source,))
    return datetime.fromisoformat(row["not_before"]) if row and row["not_before"] else None
