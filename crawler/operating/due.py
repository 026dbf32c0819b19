"""When a source is to be crawled next: as it is told (`every`, `cron`), else by its rhythm, later while it fails.

Failures push the next crawl back linearly, by weight: a hard one (blocked, a feed that is no feed) 1, a soft one (timeouts,
server errors) 1/2, a temporary one (interrupted) 1/4. A source is never given up: a day apart at the most.

That a process was killed is hardly ever the doing of a site. What was killed in company is crawled again at once, each source in
a process of its own: that shows whose crawl it is that kills. Only `KILLS` of these in a row are held against a source.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import takewhile

from crawler.checks import interval
from crawler.fetching.addresses import ways
from crawler.reporting import health
from crawler.reporting.habit import Habit, habit_of
from crawler.rhythm import next_check
from crawler.sources import Source
from storage import crawls, history, polling, sources
from storage.connection import Archive
from storage.polling import Wish

BACK_OFF_STEP = timedelta(minutes=20)
LONGEST = timedelta(days=1)

DAY = 86400
"""Seconds. A feed's `ttl` is its author's word about it and holds for up to a day."""

CACHED = 3 * 3600
"""Seconds for which Cache-Control and Expires hold at most: servers say `30d` for everything that ends in .xml."""

KILLS = health.KILLS_IN_A_ROW

WEIGHTS = {"blocked": 1.0, "failed": 0.5, "killed": 0.5, "interrupted": 0.25}
"""Weight of an outcome of a crawl (`crawls.outcome`); other outcomes end a row of failures."""


def after_crawl(archive: Archive, source: Source, *, now: datetime, news: bool = True) -> tuple[list[str], list[str]]:
    """What follows a crawl, however it ended: its next one is due, its alarms are judged; the kinds raised and cleared.

    `news`: did it try any page? Otherwise what was learned of the source before still holds.
    """
    habit = habit_of(archive, source, now=now, news=news)
    schedule(archive, source, now=now, habit=habit)
    return health.check(archive, source, now=now, habit=habit)


def schedule(archive: Archive, source: Source, *, now: datetime, habit: Habit | None = None) -> datetime:
    """Works out when `source` is due after `now` (aware) and writes it to `sources.next_due`.

    What the site asks for is respected: Retry-After always, the pace of its feeds and headers unless a person has given
    `every` or `cron`.
    """
    outcomes = history.outcomes(archive, source.id, limit=60)
    began = history.last_began(archive, source.id)
    when = next_due(source, outcomes, lambda: (habit or habit_of(archive, source, now=now)).checks, now=now, began=began)
    asked = [polling.left_alone_until(archive, source.id) or now]
    if not (source.every or source.cron):
        asked += [fresh_until(wish) for wish in polling.wishes(archive, source.id, ways(source))]
    # never more than a day from now, also when the clock was wrong as they were noted
    when = max(when, min(max(asked), now + LONGEST))
    sources.set_next_due(archive, source.id, when)
    return when


def take_up(archive: Archive, catalogue: Iterable[Source], *, now: datetime) -> None:
    """The rows of the sources as they are configured now; what is due later than it should be is brought forward."""
    wanted = list(catalogue)
    crawls.close_killed(archive, now=now)
    sources.sync(archive, wanted)
    for source in wanted:
        if source.enabled:
            bring_forward(archive, source, now=now)


def bring_forward(archive: Archive, source: Source, *, now: datetime) -> None:
    """Puts a source that is due later than anything could have asked for where it belongs: its `every` has changed, or the clock
    was wrong when it was noted. What the source is due by its rhythm is within a day and stays."""
    row = sources.get(archive, source.id)
    noted = datetime.fromisoformat(row["next_due"]) if row and row["next_due"] else now
    if noted <= now or not (source.every or source.cron or noted > now + LONGEST):
        return
    schedule(archive, source, now=now)
    if (again := sources.get(archive, source.id)) and datetime.fromisoformat(again["next_due"]) > noted:
        sources.set_next_due(archive, source.id, noted)


def fresh_until(wish: Wish) -> datetime:
    """Until when a way asks not to be asked again (aware, UTC), a day after it was fetched at most."""
    moment = wish.fetched + timedelta(seconds=max(min(wish.ttl, DAY), min(wish.max_age, CACHED)))
    for _ in range(24):
        if moment.hour not in wish.skip_hours and moment.weekday() not in wish.skip_days:
            break
        moment = moment.replace(minute=0, second=0) + timedelta(hours=1)
    return min(moment, wish.fetched + LONGEST)


def next_due(
    source: Source, outcomes: Sequence[str], checks: Callable[[], Sequence[int]], *, now: datetime, began: datetime | None = None
) -> datetime:
    """When the source is due (aware, UTC). `outcomes` are those of its crawls, newest first.

    `checks()`, called if needed, are the minutes of its local week at which to ask. `began` is when its last crawl did: `every`
    is from start to start, and at once after a crawl that took longer.
    """
    back = back_off(outcomes)
    if source.every:
        # a beginning that is further away than any crawl takes is of another time: the clock was set
        start = began if began and timedelta(0) <= now - began < LONGEST else now
        return max(start.astimezone(UTC) + interval(source.every), now.astimezone(UTC) + back)
    if source.cron:
        return _next_cron(source.cron, source.timezone, now + back)
    return next_check(checks(), source.timezone, now + back)


def back_off(outcomes: Sequence[str]) -> timedelta:
    """How much longer to wait after the failures at the head of `outcomes` (newest first)."""
    row = list(takewhile(WEIGHTS.__contains__, outcomes))
    accidents = row.count("killed") < KILLS
    weight = sum(WEIGHTS[outcome] for outcome in row if not (accidents and outcome == "killed"))
    return min(weight * BACK_OFF_STEP, LONGEST)


def batches(archive: Archive, waiting: Sequence[str], size: int) -> list[list[str]]:
    """The sources that wait, in their order, as they are to be crawled: `size` in a process, alone after a kill."""
    alone = crawls.killed_last(archive, waiting)
    together = [id for id in waiting if id not in alone]
    found = [together[first : first + size] for first in range(0, len(together), size)] + [[id] for id in alone]
    return sorted(found, key=lambda batch: waiting.index(batch[0]))


def _next_cron(line: str, timezone: str, after: datetime) -> datetime:
    # weekdays are names here (`crawler.checks.cron`): by number, APScheduler's 1 is Tuesday
    from apscheduler.triggers.cron import CronTrigger

    moment = CronTrigger.from_crontab(line, timezone=timezone).get_next_fire_time(None, after + timedelta(seconds=1))
    return moment.astimezone(UTC) if moment is not None else after.astimezone(UTC) + LONGEST
