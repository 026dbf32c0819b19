"""When a source is asked: learned from its past, least waiting for the requests allowed, no silence taken for normal too long."""

import itertools
import random
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from crawler.rhythm import WEEK, _cheapest, expected_silence, learn, next_check, plan, week_minute

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


def _office(weeks: int, seed: int = 1, zone: str = "Europe/Moscow") -> list[datetime]:
    """Releases of a ministry: three a working day between nine and eighteen local time, hardly any at the weekend."""
    rng = random.Random(seed)
    found = []
    for day in range(weeks * 7):
        date = MONDAY + timedelta(days=day)
        for _ in range(3 if date.weekday() < 5 else int(rng.random() < 0.1)):
            local = datetime(date.year, date.month, date.day, tzinfo=ZoneInfo(zone))
            found.append((local + timedelta(hours=9, minutes=rng.randrange(9 * 60))).astimezone(UTC))
    return sorted(found)


def test_a_ministry_is_asked_often_at_eleven_on_a_tuesday_and_hardly_on_a_sunday_night() -> None:
    rhythm = learn(_office(20), "Europe/Moscow", MONDAY + timedelta(weeks=20))
    checks = plan(rhythm, 24)
    tuesday = sum(1440 + 10 * 60 <= m < 1440 + 12 * 60 for m in checks)
    sunday = sum(6 * 1440 + 22 * 60 <= m < 7 * 1440 for m in checks)
    assert tuesday >= 5
    assert sunday <= 1


def test_the_plan_keeps_to_the_budget_and_never_forgets_a_day() -> None:
    rhythm = learn(_office(20), "Europe/Moscow", MONDAY + timedelta(weeks=20))
    for per_day in (2, 12, 48, 200):
        checks = plan(rhythm, per_day)
        assert 0.9 * 7 * per_day <= len(checks) <= 7 * per_day
        around = [*checks, checks[0] + WEEK]
        assert max(b - a for a, b in itertools.pairwise(around)) <= 2 * 1440


def test_half_the_waiting_of_a_fixed_interval_with_as_many_requests() -> None:
    past = _office(20)
    future = [moment for moment in _office(52, seed=2) if moment > MONDAY + timedelta(weeks=20)]
    checks = plan(learn(past, "Europe/Moscow", MONDAY + timedelta(weeks=20)), 24)
    waits = sorted((next_check(checks, "Europe/Moscow", moment) - moment).total_seconds() for moment in future)
    assert waits[len(waits) // 2] <= 0.5 * 86400 / 24 / 2


def test_the_rest_of_today_does_not_count_as_a_day_on_which_nothing_came() -> None:
    past = [MONDAY + timedelta(days=day, hours=hour, minutes=30) for day in range(21) for hour in range(24)]
    now = MONDAY + timedelta(days=21, minutes=31)  # one publication of this Monday, half an hour after midnight
    days = [sum(learn([*past, now], "UTC", now).intensity[day * 1440 : (day + 1) * 1440]) for day in range(7)]
    assert days[0] == pytest.approx(days[1], rel=0.02)
    assert days[0] >= days[4]


def test_the_hours_of_a_weekend_never_seen_are_those_of_the_source_s_own_working_days() -> None:
    past = [MONDAY + timedelta(days=day, hours=22, minutes=7 * k) for day in range(4) for k in range(8)]
    intensity = learn(past, "UTC", past[-1]).intensity
    saturday = intensity[5 * 1440 : 6 * 1440]
    assert sum(saturday[22 * 60 : 23 * 60]) > 2 * sum(saturday[11 * 60 : 12 * 60])


@pytest.mark.parametrize("seed", range(30))
def test_the_checks_cost_no_more_than_any_other_choice(seed: int) -> None:
    rng = random.Random(seed)
    intensity = [rng.random() ** 3 for _ in range(9)]
    price = rng.random() * 3
    start = intensity.index(min(intensity))

    def cost(chosen: tuple[int, ...]) -> float:
        ends = [*sorted(chosen), 9]
        total = price * len(ends)
        for m in range(9):
            total += intensity[(start + m) % 9] * (next(end for end in ends if end > m) - m)
        return total

    best = min(cost(chosen) for size in range(9) for chosen in itertools.combinations(range(1, 9), size))
    ours = tuple((m - start) % 9 for m in _cheapest(intensity, price))
    assert cost(tuple(m for m in ours if m)) == pytest.approx(best)


def test_a_weekend_is_no_silence_but_two_missing_weeks_are() -> None:
    past = _office(20)
    now = MONDAY + timedelta(weeks=20)
    rhythm = learn(past, "Europe/Moscow", now)
    friday = max(moment for moment in past if moment.weekday() == 4)
    until = expected_silence(rhythm, friday)
    assert friday + timedelta(days=3) < until < friday + timedelta(days=14)


def test_without_a_past_the_working_week_of_a_press_office_is_assumed() -> None:
    rhythm = learn([], "Asia/Vladivostok", MONDAY)
    assert rhythm.observed == 0
    assert rhythm.intensity[1440 + 11 * 60] > 5 * rhythm.intensity[6 * 1440 + 3 * 60]
    assert expected_silence(rhythm, MONDAY) > MONDAY + timedelta(days=5)


def test_a_weekday_that_has_not_come_round_yet_is_not_a_day_without_publications() -> None:
    past = [moment for moment in _office(1) if moment.weekday() < 3]
    rhythm = learn(past, "Europe/Moscow", MONDAY + timedelta(days=3))
    days = [sum(rhythm.intensity[d * 1440 : (d + 1) * 1440]) for d in range(7)]
    assert days[3] > 0.4 * days[0]


@pytest.mark.parametrize("zone", ["Europe/Kaliningrad", "Europe/Berlin", "Asia/Kamchatka"])
def test_the_next_check_is_always_later_also_over_a_change_of_the_clocks(zone: str) -> None:
    checks = plan(learn([], zone, MONDAY), 24)
    moment = datetime(2026, 3, 28, 20, 0, 30, tzinfo=UTC)
    for _ in range(100):
        following = next_check(checks, zone, moment)
        assert moment < following <= moment + timedelta(days=1, hours=12)
        moment = following


def test_publications_after_now_are_not_learned_from() -> None:
    past = _office(4)
    assert learn(past, "Europe/Moscow", MONDAY).observed == 0
    assert week_minute(MONDAY, "Europe/Moscow") == 180
