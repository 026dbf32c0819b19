"""When a source publishes, learned from its past: when to ask it again, and how long a silence is still normal. Pure.

The model is an intensity over the minutes of a week in the source's own time zone (publications per minute): hour of day and
day of week, each smoothed and pulled towards the working week of a press office while little is known, times the minute of
the hour (editors' systems publish at :00, :15, :30). Checks are placed so that the expected waiting of all publications is
least for the number of requests allowed: a shortest-path problem over the week, solved exactly in linear time for one price,
the price found by bisection.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise
from zoneinfo import ZoneInfo

WEEK = 7 * 24 * 60
"""Minutes of a week; minute 0 is Monday 00:00 local time."""

_HOUR_PRIOR = (1, 1, 1, 1, 1, 1, 2, 3, 6, 10, 12, 12, 11, 11, 12, 12, 11, 9, 6, 4, 3, 2, 2, 1)
_DAY_PRIOR = (6, 6, 6, 6, 6, 2, 1.5)
_PRIOR_WEIGHT = 20.0
"""How many publications' worth the prior counts: a source with hundreds in its past speaks for itself."""

_FLOOR = 0.03
"""Share of the mean intensity that every minute has at least: no hour of the week is never asked."""

_FOCUS = 0.5
_WEEKS_TO_KNOW = 4.0
"""Measured by `tests.quality.rhythm`: with less of a past than a few weeks, more focus follows chance."""

_YEARS_BETWEEN = 5.0
"""A living source may be called silent so seldom: with 250 sources that is one false alarm in a week."""

_HALF_LIFE_DAYS = 60.0
"""A publication this old counts half: editors change their habits."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """`intensity[m]`: publications expected in minute `m` of the local week; `tail`: a silence, in expected publications, that
    is no longer normal; `observed`: how many publications were learned from, over how many `weeks`."""

    timezone: str
    intensity: tuple[float, ...]
    tail: float
    observed: int
    weeks: float = 0.0

    @property
    def per_day(self) -> float:
        """Publications expected a day, averaged over the week."""
        return sum(self.intensity) / 7


def learn(publications: Iterable[datetime], timezone: str, now: datetime) -> Rhythm:
    """Learns the rhythm from the times of past publications (aware; any order; those after `now` are ignored).

    Without any, the rhythm is that of a press office with one release a working day.
    """
    zone = ZoneInfo(timezone)
    times = sorted(moment for moment in publications if moment <= now)
    span_days = max((now - times[0]).total_seconds() / 86400, 1.0) if times else 7.0
    weights = [0.5 ** ((now - moment).total_seconds() / 86400 / _HALF_LIFE_DAYS) for moment in times]
    local = [moment.astimezone(zone) for moment in times]
    effective_days = _HALF_LIFE_DAYS / math.log(2) * (1 - 0.5 ** (span_days / _HALF_LIFE_DAYS)) if times else 7.0
    per_day = (sum(weights) + 1) / (effective_days + 1)
    day = _days(local, weights, local[0] if local else now.astimezone(zone), now.astimezone(zone), per_day)
    weekday_hours = _hours(local, weights, _HOUR_PRIOR, weekend=False)
    weekend_hours = _hours(local, weights, weekday_hours, weekend=True)
    minute = _shrunk([moment.minute for moment in local], weights, (1.0,) * 60, prior_weight=120.0)
    levels = [day[h // 24] * (weekend_hours if h >= 120 else weekday_hours)[h % 24] for h in range(168)]
    raw = _smooth_hours(levels, minute)
    scale = sum(day) / sum(raw)
    floor = _FLOOR * sum(day) / WEEK
    intensity = tuple(max(value * scale, floor) for value in raw)
    weeks = span_days / 7 if times else 0.0
    rhythm = Rhythm(timezone, intensity, 0.0, len(times), weeks)
    sums = list(accumulate(intensity, initial=0.0))
    gaps = [_expected(rhythm, sums, earlier, later) for earlier, later in pairwise(times[-400:])]
    return Rhythm(timezone, intensity, _tail(gaps, sum(weights), sum(day) / 7), len(times), weeks)


def _shrunk(
    values: Sequence[int], weights: Sequence[float], prior: Sequence[float], prior_weight: float = _PRIOR_WEIGHT
) -> list[float]:
    """Shares of each value, pulled towards the prior's shares; they sum to 1."""
    counts = [share * prior_weight / sum(prior) for share in prior]
    for value, weight in zip(values, weights, strict=True):
        counts[value] += weight
    total = sum(counts)
    return [count / total for count in counts]


def _days(local: Sequence[datetime], weights: Sequence[float], first: datetime, last: datetime, per_day: float) -> list[float]:
    """Publications expected on each weekday: what was seen over the days there were, pulled towards the press office's week.

    A weekday that has not come round yet is not a weekday without publications, nor is the rest of today.
    """
    pull_days = 3.0
    mean = sum(_DAY_PRIOR) / 7
    counts = [pull_days * per_day * share / mean for share in _DAY_PRIOR]
    exposure = [pull_days] * 7
    for moment, weight in zip(local, weights, strict=True):
        counts[moment.weekday()] += weight
    span = (last.date() - first.date()).days
    for back in range(min(span + 1, 400)):
        seen = (_part(last) if back == 0 else 1.0) - (_part(first) if back == span else 0.0)
        exposure[(last.weekday() - back) % 7] += seen * 0.5 ** (back / _HALF_LIFE_DAYS)
    return [count / days for count, days in zip(counts, exposure, strict=True)]


def _part(moment: datetime) -> float:
    """How much of its day has passed: 0 to 1."""
    return (moment.hour * 60 + moment.minute) / 1440


def _hours(local: Sequence[datetime], weights: Sequence[float], prior: Sequence[float], *, weekend: bool) -> list[float]:
    chosen = [(moment.hour, weight) for moment, weight in zip(local, weights, strict=True) if (moment.weekday() >= 5) == weekend]
    return _shrunk([hour for hour, _ in chosen], [weight for _, weight in chosen], prior)


def _smooth_hours(levels: Sequence[float], minute: Sequence[float]) -> list[float]:
    """The minutes of the week from the level of each of its hours and the share of each minute of the hour.

    Hours have no edges: the level goes over into that of the nearer hour, half and half where they meet.
    """
    mix = [abs(within - 29.5) / 60 for within in range(60)]
    early = [(share * (1 - m), share * m) for share, m in zip(minute[:30], mix[:30], strict=True)]
    late = [(share * (1 - m), share * m) for share, m in zip(minute[30:], mix[30:], strict=True)]
    out: list[float] = []
    for hour, level in enumerate(levels):
        before, after = levels[hour - 1], levels[(hour + 1) % len(levels)]
        out += [level * own + before * other for own, other in early]
        out += [level * own + after * other for own, other in late]
    return out


def _tail(gaps: Sequence[float], observed: float, per_day: float) -> float:
    """The silence, in expected publications, that a living source keeps once in `_YEARS_BETWEEN` years.

    For a Poisson process whose rate is known from `observed` publications only: the predictive (negative binomial) tail. Sources
    that publish in bursts keep longer ones: it is stretched as the longest of those seen are, of 200 the longest but one.
    """
    odds = min(0.5, 1 / (max(per_day, 0.01) * 365 * _YEARS_BETWEEN))
    known = max(observed, 1.0)
    tail = known * (math.pow(odds, -1 / known) - 1)
    if not gaps:
        return tail
    seen = sorted(gaps)[min(len(gaps) - 1, int(len(gaps) * 0.995))]
    return tail * max(1.0, seen / math.log(min(len(gaps) + 1, 200)))


def week_minute(moment: datetime, timezone: str) -> int:
    """The minute of the local week of an aware time."""
    local = moment.astimezone(ZoneInfo(timezone))
    return local.weekday() * 1440 + local.hour * 60 + local.minute


def _expected(rhythm: Rhythm, sums: Sequence[float], earlier: datetime, later: datetime) -> float:
    """Publications expected between two times; `sums` are the running sums of the intensity."""
    minutes = max(0, int((later - earlier).total_seconds() // 60))
    start = week_minute(earlier, rhythm.timezone)
    weeks, rest = divmod(minutes, WEEK)
    end = start + rest
    part = sums[min(end, WEEK)] - sums[start] + (sums[end - WEEK] if end > WEEK else 0.0)
    return weeks * sums[WEEK] + part


def expected_silence(rhythm: Rhythm, since: datetime) -> datetime:
    """Until when a silence that began at `since` is still normal (aware, UTC)."""
    total = sum(rhythm.intensity)
    weeks, rest = divmod(rhythm.tail, total)
    moment = since + timedelta(weeks=int(weeks))
    minute = week_minute(moment, rhythm.timezone)
    passed = 0
    while rest > 0 and passed < WEEK:
        rest -= rhythm.intensity[(minute + passed) % WEEK]
        passed += 1
    return (moment + timedelta(minutes=passed)).astimezone(UTC)


def plan(rhythm: Rhythm, per_day: float) -> list[int]:
    """The minutes of the local week at which to check, ascending: about `7 * per_day` of them, at least one a day.

    Least expected waiting for that number of requests; a check at minute m sees what was published before m.
    """
    wanted = max(7, round(7 * per_day))
    # checks half an hour apart need no grid of minutes, and five times fewer places are five times less work after every crawl
    step = 5 if per_day <= 48 else 1
    # the usual publication counts for more than the odd one at night, the more so the better the source is known: half of all
    # publications wait less, and the mean stays what it was
    focus = 1 + _FOCUS * min(1.0, rhythm.weeks / _WEEKS_TO_KNOW)
    grid = [sum(rhythm.intensity[start : start + step]) ** focus for start in range(0, WEEK, step)]
    scale = sum(rhythm.intensity) / sum(grid)
    grid = [value * scale for value in grid]
    low, high = 1e-9, 1e9
    price = sum(grid) * len(grid) / wanted**2 / 2  # exact for an even intensity: the number falls with the root of the price
    best: list[int] = []
    for _ in range(30):
        checks = _cheapest(grid, price)
        if len(checks) > wanted:
            low = price
        else:
            high, best = price, checks
        if 0 <= wanted - len(checks) <= wanted // 50:
            break
        guess = price * (len(checks) / wanted) ** 2
        price = guess if low < guess < high else math.sqrt(low * high)
    return [check * step for check in best or _cheapest(grid, high)]


def _cheapest(intensity: Sequence[float], price: float) -> list[int]:
    """Checks that minimise waiting plus `price` for each, by a monotone queue of lines (cost is linear in the check's minute).

    best[b] = min over a of best[a] + sum of intensity[m] * (b - m) for a <= m < b, + price. The period is cut at its quietest
    minute.
    """
    size = len(intensity)
    start = min(range(size), key=lambda m: intensity[m])
    rotated = [intensity[(start + m) % size] for m in range(size)]
    sums = list(accumulate(rotated, initial=0.0))
    moments = list(accumulate((value * m for m, value in enumerate(rotated)), initial=0.0))
    back = [0] * (size + 1)
    lines = [(0.0, 0.0, 0)]  # slope, intercept, a
    head = 0
    for b in range(1, size + 1):
        while head + 1 < len(lines) and lines[head + 1][0] * b + lines[head + 1][1] <= lines[head][0] * b + lines[head][1]:
            head += 1
        slope, intercept, a = lines[head]
        best = slope * b + intercept + b * sums[b] - moments[b] + price
        back[b] = a
        line = (-sums[b], best + moments[b], b)
        while len(lines) - head >= 2 and _hidden(lines[-2], lines[-1], line):
            lines.pop()
        lines.append(line)
    checks = []
    b = size
    while b > 0:
        checks.append((start + b) % size)
        b = back[b]
    return sorted(checks)


def _hidden(first: tuple[float, float, int], middle: tuple[float, float, int], last: tuple[float, float, int]) -> bool:
    """Whether the middle line is nowhere the lowest of three with falling slopes."""
    return (last[1] - first[1]) * (first[0] - middle[0]) <= (middle[1] - first[1]) * (first[0] - last[0])


def next_check(checks: Sequence[int], timezone: str, after: datetime) -> datetime:
    """The first planned check later than `after` (aware, UTC); a local time that DST skips comes at the moment after the gap."""
    if not checks:
        raise ValueError("a plan has at least one check")
    minute = week_minute(after, timezone)
    index = bisect_right(checks, minute)
    ahead = checks[index] - minute if index < len(checks) else checks[0] + WEEK - minute
    return after.astimezone(UTC).replace(second=0, microsecond=0) + timedelta(minutes=ahead)
