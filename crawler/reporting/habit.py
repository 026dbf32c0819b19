"""What follows from when a source has published, noted in the archive: learning it takes as long as ten requests."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.rhythm import expected_silence, learn, plan
from crawler.sources import Source
from storage import history, meta
from storage.connection import Archive

CHECKS_PER_DAY = 24.0
"""Requests a day that a source may cost while its rhythm decides: one check is one conditional request for each way."""

_ENOUGH_TO_KNOW = 8
"""Publications before a silence can be judged."""

_BATCH = timedelta(minutes=5)
_VERSION = 4
"""Of what is noted: a change of what is learned, or of how, makes it be learned again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """`checks` are the minutes of its local week at which the source is best asked, ascending; `per_day` its publications.

    `observed` is from how many of them this was learned, `last` (aware, UTC) the last one. Until `quiet_until` (aware, UTC; None
    while too little is known) a silence is normal.
    """

    checks: tuple[int, ...]
    per_day: float
    observed: int
    last: datetime | None
    quiet_until: datetime | None


def habit_of(archive: Archive, source: Source, *, now: datetime, news: bool = True) -> Habit:
    """The habit of a source. Without `news` (pages that came since) what was noted still holds: silence teaches nothing."""
    key, of = f"habit of {source.id}", f"{_VERSION} {CHECKS_PER_DAY} {source.timezone}"
    if not news and (noted := meta.get(archive, key)) and (fields := json.loads(noted)).pop("of") == of:
        return Habit(
            checks=tuple(fields["checks"]),
            per_day=fields["per_day"],
            observed=fields["observed"],
            last=_moment(fields["last"]),
            quiet_until=_moment(fields["quiet_until"]),
        )
    habit = habit_from(history.publications(archive, source.id, limit=1000), source.timezone, now)
    fields = {
        "of": of,
        "checks": habit.checks,
        "per_day": habit.per_day,
        "observed": habit.observed,
        "last": habit.last.isoformat() if habit.last else "",
        "quiet_until": habit.quiet_until.isoformat() if habit.quiet_until else "",
    }
    meta.put(archive, key, json.dumps(fields))
    return habit


def _moment(noted: str) -> datetime | None:
    return datetime.fromisoformat(noted) if noted else None


def habit_from(times: list[datetime], timezone: str, now: datetime) -> Habit:
    """The habit that shows in the times of publications (aware, ascending)."""
    published = _apart(times)
    last = published[-1] if published else None
    # as of the last publication: a silence must not teach that silence is normal while it lasts
    rhythm = learn(published, timezone, min(last, now) if last else now)
    return Habit(
        checks=tuple(plan(rhythm, CHECKS_PER_DAY)),
        per_day=rhythm.per_day,
        observed=rhythm.observed,
        last=last,
        quiet_until=expected_silence(rhythm, last) if last and rhythm.observed >= _ENOUGH_TO_KNOW else None,
    )


def _apart(times: list[datetime]) -> list[datetime]:
    """Publications of the same five minutes are one: a batch that was put up at once says nothing of how often it will happen,
    and the undated pages of a first crawl all count with its moment."""
    kept: list[datetime] = []
    for moment in times:
        if not kept or moment - kept[-1] >= _BATCH:
            kept.append(moment)
    return kept
