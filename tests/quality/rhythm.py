"""How much sooner an article is seen when a source is asked by its rhythm: `python -m tests.quality.rhythm` prints the table.

Learned on the first half of the publication times, scored on the second: the median delay from publication to the next check,
as a ratio to that of a fixed interval with the same number of requests (averaged over its phase). Two kinds of past: five real
news channels that publish around the clock, and a simulated year of a ministry that publishes in office hours.

Tried and not better on the channels, with as many requests: asking sooner after a post (an intensity excited by each one seen, by
0.3 or 0.5 for 10 or 30 minutes: medians 0.62 to 0.86), and a focus of 2 and more (the mean suffers and little is won).
"""

import json
import random
from datetime import UTC, datetime, timedelta
from statistics import mean, median
from zoneinfo import ZoneInfo

from crawler.reporting.habit import habit_from
from crawler.rhythm import learn, next_check, plan, week_minute
from tests.shared import shared

_ZONE = "Europe/Moscow"


def ratio(times: list[datetime], per_day: float) -> tuple[float, float]:
    """(median, mean) delay on the second half of `times` by rhythm, each as a ratio to that of a fixed interval."""
    half = len(times) // 2
    past, future = times[:half], times[half:]
    checks = plan(learn(past, _ZONE, past[-1]), per_day)
    ours = [(next_check(checks, _ZONE, moment) - moment).total_seconds() for moment in future]
    interval = 7 * 86400 / len(checks)
    fixed = [interval - (moment.timestamp() + phase / 20 * interval) % interval for moment in future for phase in range(20)]
    return median(ours) / median(fixed), mean(ours) / mean(fixed)


def ministry(seed: int = 1) -> list[datetime]:
    """A year of a ministry: about three releases a working day in office hours, hardly any at the weekend, none on holidays."""
    rng = random.Random(seed)
    times = []
    for number in range(365):
        day = datetime(2025, 1, 9, tzinfo=ZoneInfo(_ZONE)) + timedelta(days=number)
        if (day.month, day.day) in {(1, 1), (2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4)}:
            continue
        count = sum(rng.random() < 0.3 for _ in range(10)) if day.weekday() < 5 else int(rng.random() < 0.15)
        times += [day + timedelta(hours=min(max(rng.gauss(13, 2.3), 8), 20)) for _ in range(count)]
    return sorted(moment.astimezone(UTC) for moment in times)


def channels() -> dict[str, list[datetime]]:
    """The publication times of the real channels, by name."""
    found = {}
    for file in sorted(shared("data", "telegram-channels").glob("*.jsonl")):
        rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
        found[rows[0]["channel"]] = sorted(datetime.fromisoformat(row["date"]) for row in rows)
    return found


def table() -> list[tuple[str, float, float, float]]:
    """(whose past, requests a day, ratio of the medians, ratio of the means)."""
    rows: list[tuple[str, float, float, float]] = []
    for per_day in (24, 96):
        rows += [("simulated ministry", per_day, *ratio(ministry(), per_day))]
        rows += [(name, per_day, *ratio(times, per_day)) for name, times in channels().items()]
    return rows


def bound(times: list[datetime]) -> float:
    """The least ratio of medians that any plan over the hours of the week could reach on the second half of `times`.

    Half of the publications are seen within d when each check has the d minutes before it. The busiest hours that hold half of
    them are a share f of the week, so d is at least f times the interval, against half of it for a fixed one: 2 f. The hours are
    taken from the second half itself, where chance looks like rhythm; what chance alone gives is printed beside it.
    """
    counts = [0] * 168
    future = times[len(times) // 2 :]
    for moment in future:
        counts[week_minute(moment, _ZONE) // 60] += 1
    held, hours = 0, 0
    for count in sorted(counts, reverse=True):
        if held >= len(future) / 2:
            break
        held, hours = held + count, hours + 1
    return 2 * hours / 168


def even(times: list[datetime]) -> list[datetime]:
    """As many publications at random moments of the same days: a source without any rhythm."""
    rng = random.Random(1)
    span = (times[-1] - times[0]).total_seconds()
    return sorted(times[0] + timedelta(seconds=rng.random() * span) for _ in times)


def silences(times: list[datetime]) -> tuple[int, int, float]:
    """(publications after which it was called silent though alive, publications, days of its median normal silence).

    Walks through the past: at some sixty publications the normal silence is learned from those before, as after every crawl.
    """
    false, normal = 0, []
    step = max(1, len(times) // 60)
    for number in range(8, len(times) - 1):
        until = habit_from(times[:number], _ZONE, times[number]).quiet_until if number % step == 0 else None
        if until is not None:
            false += times[number] > until
            normal.append((until - times[number - 1]).total_seconds() / 86400)
    return false, len(normal), median(normal)


def main() -> None:
    print(f"{'past':32} requests/day  median  mean   (ratio to a fixed interval)")
    for name, per_day, middle, average in table():
        print(f"{name[:32]:32} {per_day:12.0f}  {middle:6.2f}  {average:4.2f}")
    print("\nno plan over the hours of the week could have a lower median   (a source without rhythm, by chance)")
    for name, times in [("simulated ministry", ministry()), *channels().items()]:
        print(f"{name[:32]:32} {bound(times):20.2f}  {bound(even(times)):6.2f}")
    print("\ncalled silent though alive, of publications looked at; its normal silence, median in days")
    for name, times in [("simulated ministry", ministry()), *channels().items()]:
        false, looked, days = silences(times)
        print(f"{name[:32]:32} {false} of {looked:4} {days:6.2f}")


if __name__ == "__main__":
    main()
