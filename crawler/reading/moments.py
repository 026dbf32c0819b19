"""A moment as a page states it: a day, perhaps a time, perhaps an offset. Nothing is filled in that was not said."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

EARLIEST = 1991
"""No press page of the web is older."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A calendar day where the page was published; `time` None: unknown; `offset` in minutes east of UTC, None: not stated.

    `guessed` names what was not stated but concluded ("year", "day order", "distance"), "" when all was stated.
    """

    day: date
    time: time | None = None
    offset: int | None = None
    guessed: str = ""

    def iso(self) -> str:
        """ISO 8601: a bare date when no time is known; the offset only when it was stated."""
        if self.time is None:
            return self.day.isoformat()
        zone = None if self.offset is None else timezone(timedelta(minutes=self.offset))
        return datetime.combine(self.day, self.time, zone).isoformat(timespec="seconds")

    def in_zone(self, zone: str) -> Moment:
        """The same instant as clocks show it in `zone` (IANA); a moment without offset or time is left as it is."""
        if self.time is None or self.offset is None:
            return self
        there = datetime.combine(self.day, self.time, timezone(timedelta(minutes=self.offset))).astimezone(zone_of(zone))
        return replace(self, day=there.date(), time=there.timetz().replace(tzinfo=None), offset=_minutes(there))

    def with_zone(self, zone: str) -> Moment:
        """The same clock time with the offset that `zone` has on that day; unchanged when an offset was stated."""
        if self.time is None or self.offset is not None:
            return self
        return replace(self, offset=_minutes(datetime.combine(self.day, self.time, zone_of(zone))))

    def day_only(self) -> Moment:
        """The moment without its time."""
        return Moment(self.day, guessed=self.guessed)


def _minutes(moment: datetime) -> int:
    offset = moment.utcoffset()
    return int(offset.total_seconds() // 60) if offset else 0


def zone_of(name: str) -> ZoneInfo:
    """The zone of an IANA name; Moscow's for a name that does not exist (what a source says was checked when it was loaded)."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("Europe/Moscow")


def make(
    year: int, month: int, day: int, clock: time | None = None, offset: int | None = None, guessed: str = ""
) -> Moment | None:
    """A moment, None when there is no such day or it lies outside what press pages can have."""
    if not EARLIEST <= year <= 2100:
        return None
    try:
        return Moment(date(year, month, day), clock, offset, guessed)
    except ValueError:
        return None


def clock(hour: int, minute: int, second: int = 0) -> time | None:
    """A time of day, None when there is none such (24:00 is none: its day is ambiguous)."""
    return time(hour, minute, second) if 0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60 else None
