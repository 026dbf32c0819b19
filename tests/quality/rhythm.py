"""How much sooner an article is seen when a source is asked by its rhythm: `python -m tests.quality.rhythm` prints the table.

Scored on the second half of the publication times: the median delay from publication to the next check, as a ratio to that of a
fixed interval with the same number of requests (averaged over its phase); learned once, from the first half, and as the daemon
learns, anew every day from all that came before it. Two kinds of past: five real news channels that publish around the clock, and
a simulated year of a ministry that publishes in office hours.

Half of the delay (a ratio of .5) is within reach for a ministry, not for these channels, as the second table shows. Its plans
know every second post of the half that is to be scored, which nobody can know, and their focus on the busy hours is the one that
turned out best for just that half, whatever becomes of the mean: at 24 requests a day that gives .52 to .74 over the posts
between. The reason: half of the posts are seen within d when each check has the d minutes before it to itself, so d is at least
the share of the day that holds the busiest half of the posts, times the interval, against half of it for a fixed one. By the
hours of the day, taken from the scored half itself, that is .48 to .72 (of the ministry .26). The minute of the hour adds much
for one channel whose system posts at :00 and :15, and only from some hundred requests a day on, where a check fits each such
minute.

Tried and not better on the channels, chosen by halves of the first half, with as many requests: asking sooner after a post (an
intensity excited by each one seen, by 0.3 or 0.5 for 10 or 30 minutes: medians .62 to .86); a focus of 2 to 4 (medians up to .06
better, means a third larger, the ministry's three times); the round minutes (:00, :30, :15, :10, :05) learned together; less or
no pull towards the press office's week; boosted trees over the time of the week, the time since the last post and the number of
posts in the last 5 minutes to 24 hours (with what 24 checks a day can know, no better than the time of the week and the minute
alone); requests of all five given out by how much each publishes (root of it, or in proportion: the median over all posts .63 to
.66, and the quieter channels wait twice as long).
"""

import json
import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from statistics import mean, median
from zoneinfo import ZoneInfo

from crawler.reporting.habit import habit_from
from crawler.rhythm import learn, next_check, plan
from tests.shared import shared

_ZONE = "Europe/Moscow"


def ratio(times: list[datetime], per_day: float, *, daily: bool = False) -> tuple[float, float]:
    """(median, mean) delay on the second half of `times` by rhythm, each as a ratio to that of a fixed interval.

    `daily`: learned anew at the first publication of every day, from those before it; otherwise once, from the first half.
    """
    half = len(times) // 2
    checks = plan(learn(times[:half], _ZONE, times[half - 1]), per_day)
    ours, made, today = [], [len(checks)], times[half].date()
    for number, moment in enumerate(times[half:], start=half):
        if daily and moment.date() != today:
            today = moment.date()
            checks = plan(learn(times[:number], _ZONE, times[number - 1]), per_day)
            made.append(len(checks))
        ours.append(_wait(checks, moment))
    return _against_fixed(ours, times[half:], mean(made))


def _wait(checks: list[int], moment: datetime) -> float:
    return (next_check(checks, _ZONE, moment) - moment).total_seconds()


def _against_fixed(ours: list[float], published: list[datetime], per_week: float) -> tuple[float, float]:
    interval = 7 * 86400 / per_week
    fixed = [interval - (moment.timestamp() + phase / 20 * interval) % interval for moment in published for phase in range(20)]
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


def table() -> list[tuple[str, float, tuple[float, float], tuple[float, float]]]:
    """(whose past, requests a day, ratios (median, mean) when learned once, and when learned every day)."""
    pasts = {"simulated ministry": ministry(), **channels()}
    return [
        (name, per_day, ratio(times, per_day), ratio(times, per_day, daily=True))
        for per_day in (24, 96)
        for name, times in pasts.items()
    ]


def oracle(times: list[datetime], per_day: float) -> tuple[float, float]:
    """(median, mean) ratios of the plan that knows every second publication of the second half, over those between.

    Of several plans with more and less focus on the busy hours the one whose median is best over just these.
    """
    known, scored = times[len(times) // 2 :][::2], times[len(times) // 2 :][1::2]
    rhythm = learn(known, _ZONE, known[-1])
    found = []
    for power in (1.0, 4 / 3, 2.0, 8 / 3):  # `plan` sharpens a rhythm that it knows well by 1.5 more
        sharp = replace(rhythm, weeks=4.0, intensity=tuple(value**power for value in rhythm.intensity))
        checks = plan(sharp, per_day)
        found.append(_against_fixed([_wait(checks, moment) for moment in scored], scored, len(checks)))
    return min(found)


def busy_share(times: list[datetime]) -> float:
    """Twice the share of the day that the hours take which hold half of the second half's publications.

    No plan by the hour of the day has a lower ratio of medians: see above.
    """
    hours = Counter(moment.astimezone(ZoneInfo(_ZONE)).hour for moment in times[len(times) // 2 :])
    held, taken = 0, 0.0
    for _, count in hours.most_common():
        missing = hours.total() / 2 - held
        if missing <= 0:
            break
        held, taken = held + count, taken + min(1.0, missing / count)
    return 2 * taken / 24


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
    pasts = {"simulated ministry": ministry(), **channels()}
    print("ratio to a fixed interval             learned once    learned daily")
    print(f"{'past':24} requests/day  median  mean    median  mean")
    for name, per_day, once, daily in table():
        print(f"{name[:24]:24} {per_day:12.0f}  {once[0]:6.2f}  {once[1]:4.2f}    {daily[0]:6.2f}  {daily[1]:4.2f}")
    print("\na plan that knows every second publication of the scored half; the least by hours of the day for any plan")
    for per_day in (24, 96):
        for name, times in pasts.items():
            middle, average = oracle(times, per_day)
            print(f"{name[:24]:24} {per_day:12.0f}  {middle:6.2f}  {average:4.2f}    {busy_share(times):6.2f}")
    print("\ncalled silent though alive, of publications looked at; its normal silence, median in days")
    for name, times in pasts.items():
        false, looked, days = silences(times)
        print(f"{name[:32]:32} {false} of {looked:4} {days:6.2f}")


if __name__ == "__main__":
    main()
