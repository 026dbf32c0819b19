"""Times as the archive writes them: ISO 8601 with offset, in UTC, to the second; `published` alone keeps its own offset. Pure."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import NamedTuple


def stamp(moment: datetime) -> str:
    """An aware moment as text that sorts by time: "2026-01-30T09:15:00+00:00". Raises ValueError for a naive one."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def iso_day(text: str) -> str:
    """A day as it is written in Russian, "30.1.2026", as "2026-01-30"; anything else as it stands."""
    found = re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text)
    return "{2}-{1:0>2}-{0:0>2}".format(*found.groups()) if found else text


class Publication(NamedTuple):
    """`published` as kept, the same in UTC (a bare date stays one), and the calendar day at the place. All None if unknown."""

    published: str | None
    utc: str | None
    day: str | None


def publication(text: str | None) -> Publication:
    """Reads ISO 8601: a time with an offset, or a bare date; a time without offset is only believed as its date.

    Raises ValueError for anything else: a date that cannot be read must not become one silently.
    """
    if not text:
        return Publication(None, None, None)
    if len(text) == 10:
        day = date.fromisoformat(text).isoformat()
        return Publication(day, day, day)
    moment = datetime.fromisoformat(text)
    day = moment.date().isoformat()
    if moment.tzinfo is None:
        return Publication(day, day, day)
    return Publication(moment.isoformat(timespec="seconds"), stamp(moment), day)
