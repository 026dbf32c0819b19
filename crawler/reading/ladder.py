"""Which of the witnesses is believed: trust, agreement, plausibility. A wrong date is worse than none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, timezone

from crawler.items import DateWitness, Hints
from crawler.reading.moments import Moment, make, zone_of
from crawler.reading.witnesses import Witness

ENOUGH = 55
"""Points from which a day is believed."""

STRONG = 80
"""Points from which a day is believed although another day has nearly as many."""

MARGIN = 6
"""Points by which a day that is not strong must lead."""


@dataclass(frozen=True, slots=True)
class Dated:
    """The outcome: ISO 8601 or None, the witness that was believed, and everyone heard with the reason."""

    published: str | None
    by: str
    witnesses: tuple[DateWitness, ...]


@dataclass(slots=True)
class _Heard:
    witness: Witness
    moment: Moment | None
    points: float
    doubt: str = ""


def choose(witnesses: list[Witness], hints: Hints, *, local: bool) -> Dated:
    """Weighs all witnesses. `local`: the page is written where `hints.timezone` holds, so that UTC stamps are shown in it."""
    if local:
        witnesses = _relabelled(witnesses)
    heard = [_hear(witness, hints, local) for witness in _with_year(witnesses)]
    if not local:
        _settle_neighbours(heard)
    _doubt_guesses(heard)
    _doubt_now(heard, hints)
    _doubt_after_change(heard)
    days = _days(heard)
    ranked = sorted(days.items(), key=lambda item: (-item[1], item[0]))
    if not ranked or ranked[0][1] < ENOUGH:
        return _result(None, heard, "no witness is trusted enough")
    day, points = ranked[0]
    rival = next((each for each in ranked[1:] if abs((each[0] - day).days) > 0), None)
    if rival and points < STRONG and rival[1] > points - MARGIN:
        return _result(None, heard, f"{day} and {rival[0]} have equally good witnesses")
    return _result(day, heard, "", hints)


def _relabelled(witnesses: list[Witness]) -> list[Witness]:
    """Stamps that call the clock of the place UTC, as many sites do: told by a byline with the very same time and no offset."""
    shown = {
        (each.moment.day, each.moment.time.hour, each.moment.time.minute)
        for each in witnesses
        if each.moment and each.moment.time and each.moment.offset is None and each.trust >= 40
    }
    found = []
    for each in witnesses:
        moment = each.moment
        if moment and moment.time and moment.offset == 0 and (moment.day, moment.time.hour, moment.time.minute) in shown:
            each = replace(each, moment=replace(moment, offset=None))
        found.append(each)
    return found


def _with_year(witnesses: list[Witness]) -> list[Witness]:
    """A byline without year takes that of the address, where it has one: the page may be older than our first sight of it."""
    year = next((int(each.said[5:]) for each in witnesses if each.name == "address" and each.said.startswith("year ")), 0)
    if not year:
        return witnesses
    found = []
    for each in witnesses:
        moment = each.moment
        if moment and moment.guessed == "year" and moment.day.year != year:
            moment = make(year, moment.day.month, moment.day.day, moment.time, moment.offset, "year")
            each = replace(each, moment=moment)
        found.append(each)
    return found


def _hear(witness: Witness, hints: Hints, local: bool) -> _Heard:
    moment = witness.moment
    if moment is None:
        return _Heard(witness, None, 0, "cannot be read" if witness.said else witness.why)
    if moment.time == time(0, 0) or (moment.time is not None and local and moment.in_zone(hints.timezone).time == time(0, 0)):
        # midnight to the second is a date written as a time; in UTC it may be the midnight of the place
        moment = (moment.in_zone(hints.timezone) if moment.time != time(0, 0) else moment).day_only()
    elif local and moment.offset == 0:
        moment = moment.in_zone(hints.timezone)
    if _instant(moment, hints) > hints.first_seen + timedelta(days=1):
        return _Heard(witness, moment, 0, "lies after the page was first seen")
    if witness.changed:
        return _Heard(witness, moment, 0, "says when it was changed")
    return _Heard(witness, moment, float(witness.trust), "" if witness.trust >= 40 else witness.why)


def _instant(moment: Moment, hints: Hints) -> datetime:
    """The moment as an aware time; the day's start where no time is known."""
    if moment.offset is not None:
        return datetime.combine(moment.day, moment.time or time(0), timezone(timedelta(minutes=moment.offset)))
    return datetime.combine(moment.day, moment.time or time(0), zone_of(hints.timezone))


def _settle_neighbours(heard: list[_Heard]) -> None:
    """A moment in UTC has another day where the page was published: the one a reader sees there, if the two can be one moment."""
    seen = {each.moment.day: each for each in heard if each.moment and each.points >= 40 and each.moment.offset is None}
    for each in heard:
        moment = each.moment
        if moment is None or moment.offset != 0 or moment.time is None or moment.day in seen:
            continue
        for step, possible in ((1, moment.time.hour >= 12), (-1, moment.time.hour < 12)):
            day = moment.day + timedelta(days=step)
            if possible and day in seen:
                each.moment = Moment(day)
                break


def _doubt_guesses(heard: list[_Heard]) -> None:
    """1 January without a time is what extractors make of a bare year; it needs a second witness of another name."""
    for each in heard:
        if each.moment and (each.moment.day.month, each.moment.day.day) == (1, 1) and each.moment.time is None:
            others = {
                other.witness.name
                for other in heard
                if other.moment and other.moment.day == each.moment.day and other.points >= 40
            }
            if each.points and not others - {each.witness.name}:
                each.points, each.doubt = min(each.points, 30), "a first of January that nobody else says is a bare year"


def _doubt_now(heard: list[_Heard], hints: Hints) -> None:
    """Some sites stamp every page with the moment they served it: believed only if nobody says an older day."""
    for each in heard:
        if not each.moment or not each.points or each.moment.time is None:
            continue
        age = hints.first_seen - _instant(each.moment, hints)
        older = [o for o in heard if o.moment and o.points >= 50 and o.moment.day < each.moment.day - timedelta(days=1)]
        if age < timedelta(minutes=20) and older:
            each.points, each.doubt = 10, "is the moment the page was served"


def _doubt_after_change(heard: list[_Heard]) -> None:
    """Nothing is published after it was last changed: who says so speaks of something else."""
    changes = [
        each.moment.day for each in heard if each.moment and each.witness.changed and each.witness.name in ("json-ld", "meta")
    ]
    if not changes:
        return
    for each in heard:
        if each.moment and each.points and each.points < 85 and each.moment.day > max(changes) + timedelta(days=1):
            each.points, each.doubt = each.points - 20, "lies after the last change"


def _days(heard: list[_Heard]) -> dict[date, float]:
    """Points of every day: those of its best witness, and a little for each other one that agrees."""
    points: dict[date, float] = {}
    for day in {each.moment.day for each in heard if each.moment and each.points > 0}:
        best: dict[str, float] = {}
        for each in heard:
            if each.moment and each.moment.day == day and each.points > 0:
                best[each.witness.name] = max(best.get(each.witness.name, 0), each.points)
        ordered = sorted(best.values(), reverse=True)
        points[day] = ordered[0] + sum(min(12.0, other * 0.2) for other in ordered[1:])
    return points


def _result(day: date | None, heard: list[_Heard], refusal: str, hints: Hints | None = None) -> Dated:
    agreeing = [each for each in heard if day and each.moment and each.moment.day == day and each.points > 0]
    agreeing.sort(key=lambda each: -each.points)
    published, by = None, ""
    if agreeing and hints:
        timed = next((each.moment for each in agreeing if each.moment and each.moment.time is not None), None)
        moment = timed or Moment(agreeing[0].moment.day)  # type: ignore[union-attr]
        published, by = moment.with_zone(hints.timezone).iso(), agreeing[0].witness.name
    spoken = []
    for each in sorted(heard, key=lambda each: -each.points):
        believed = each in agreeing
        why = each.doubt or (each.witness.why if believed or not day else "")
        if not believed and not why:
            why = refusal or f"{by} is trusted more"
        spoken.append(DateWitness(witness=each.witness.name, value=_value(each), believed=believed, why=why))
    return Dated(published, by, tuple(spoken))


def _value(each: _Heard) -> str:
    return replace(each.moment, guessed="").iso() if each.moment else each.witness.said
