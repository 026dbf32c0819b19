"""How much sooner an article is seen when a source is asked by its rhythm: `python -m tests.quality.rhythm` prints the table.

Learned on the first half of the publication times, scored on the second: the median delay from publication to the next check,
as a ratio to that of a fixed interval with the same number of requests (averaged over its phase). Two kinds of past: five real
news channels that publish around the clock, and a simulated year of a ministry that publishes in office hours.
"""

import json
import random
from datetime import UTC, datetime, timedelta
from statistics import mean, median
from zoneinfo import ZoneInfo

from crawler.rhythm import learn, next_check, plan
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


def main() -> None:
    print(f"{'past':32} requests/day  median  mean   (ratio to a fixed interval)")
    for name, per_day, middle, average in table():
        print(f"{name[:32]:32} {per_day:12.0f}  {middle:6.2f}  {average:4.2f}")


if __name__ == "__main__":
    main()
