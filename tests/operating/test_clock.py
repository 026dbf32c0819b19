"""The whole daemon under a clock that is moved: summer time, a clock that is set, sleep, a week off; with real processes."""

from __future__ import annotations

import itertools
import socket
import sqlite3
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from scheduler import Rules
from tests.operating.timelapse import VARIABLE, Clock, Timelapse

BERLIN = ZoneInfo("Europe/Berlin")
TUESDAY = datetime(2026, 3, 3, 16, 0, tzinfo=UTC)
CHILD = (sys.executable, "-I", "-S", str(Path(__file__).with_name("quick_child.py")))
SLOW = partial(pytest.param, marks=pytest.mark.slow)
KINDS = {"hourly": 'every = "1h"', "nine": 'cron = "0 9 * * *"', "learned": ""}


class Desk:
    """A folder with a daemon of a few sources, and what it did."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.archive = folder / "archive.db"
        monkeypatch.setenv(VARIABLE, str(folder / "clock"))
        monkeypatch.setattr("apscheduler.schedulers.base.datetime", datetime)  # put back after the test

    def daemon(self, start: datetime, **kinds: str) -> Timelapse:
        lines = ["catalogue = false"]
        for id, kind in (kinds or KINDS).items():
            lines += [f"[sources.{id}]", f'feeds = ["https://{id}.example.ru/rss/"]', 'timezone = "Europe/Berlin"', kind]
        (self.folder / "avtoklaster.toml").write_text("\n".join(lines), encoding="utf-8")
        clock = Clock(self.folder / "clock", start)
        return Timelapse(self.folder / "avtoklaster.toml", self.archive, clock, rules=Rules(tick=3600.0), program=CHILD)

    def crawls(self, source: str) -> list[datetime]:
        with sqlite3.connect(self.archive) as conn:
            rows = conn.execute("SELECT started FROM crawls WHERE source = ? ORDER BY id", (source,)).fetchall()
        return [datetime.fromisoformat(row[0]) for row in rows]

    def commands(self, beginning: str) -> list[datetime]:
        lines = (self.folder / "clock.commands").read_text(encoding="utf-8").splitlines()
        return [datetime.fromisoformat(line[:25]) for line in lines if line[26:].startswith(beginning)]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(tmp_path, monkeypatch)


def _gaps(moments: list[datetime]) -> list[timedelta]:
    return [later - earlier for earlier, later in itertools.pairwise(moments)]


def _let(*deltas: timedelta) -> Callable[[Timelapse], object]:
    """A story: so much time passes, then the clock is put so far from where it is, and so on in turn."""

    async def story(daemon: Timelapse) -> None:
        for number, delta in enumerate(deltas):
            if number % 2:
                daemon.clock.advance(delta)
            else:
                await daemon.pass_until(daemon.clock() + delta)

    return story


@pytest.mark.slow
@pytest.mark.parametrize("day", [datetime(2026, 3, 28, 20, tzinfo=UTC), datetime(2026, 10, 24, 20, tzinfo=UTC)], ids=str)
def test_a_change_of_summer_time_loses_and_doubles_no_crawl(desk: Desk, day: datetime) -> None:
    desk.daemon(day).play(_let(timedelta(hours=36)))
    assert set(_gaps([m.replace(second=0) for m in desk.crawls("hourly")])) <= {timedelta(minutes=m) for m in (60, 61)}
    nine = [moment.astimezone(BERLIN) for moment in desk.crawls("nine")[1:]]
    assert [(m.day - nine[0].day, m.hour, m.minute) for m in nine] == [(0, 9, 0), (1, 9, 0)]
    learned = desk.crawls("learned")
    assert max(_gaps(learned)) < timedelta(hours=9), "the longest pause is a night of the weekend"
    assert min(_gaps(learned)) >= timedelta(minutes=4)
    assert len(desk.commands("backup")) == 2


@pytest.mark.parametrize("jump", [SLOW(timedelta(minutes=90)), timedelta(days=7), SLOW(timedelta(days=400))], ids=str)
def test_after_a_sleep_or_a_leap_forwards_each_source_is_crawled_once_and_then_in_its_rhythm(desk: Desk, jump: timedelta) -> None:
    desk.daemon(TUESDAY).play(_let(timedelta(hours=2), jump, timedelta(hours=4)))
    for source in ("hourly", "learned"):
        moments = desk.crawls(source)
        woken = max(range(1, len(moments)), key=lambda n: moments[n] - moments[n - 1])
        assert moments[woken] - moments[woken - 1] >= jump
        after = moments[woken:]
        assert after[0] - after[1] < timedelta(0)
        assert min(_gaps(after)) >= timedelta(minutes=4 if source == "learned" else 60)
        assert max(_gaps(after)) <= timedelta(minutes=61 if source == "hourly" else 9 * 60)
    assert len(desk.commands("backup")) == (jump > timedelta(days=1)), "late, and once for all the nights it slept through"


@pytest.mark.parametrize("jump", [SLOW(timedelta(minutes=90)), timedelta(days=30), SLOW(timedelta(days=4000))], ids=str)
def test_a_clock_that_is_set_back_changes_nothing_in_the_rhythm(desk: Desk, jump: timedelta) -> None:
    desk.daemon(TUESDAY).play(_let(timedelta(hours=5, minutes=30), -jump, timedelta(hours=6)))
    moments = desk.crawls("hourly")
    back = next(n for n, gap in enumerate(_gaps(moments), 1) if gap < timedelta(0))
    real = moments[back] + jump - moments[back - 1]
    assert timedelta(minutes=59) <= real <= timedelta(minutes=62), "as if nobody had touched the clock"
    assert min(_gaps(moments[back:])) >= timedelta(minutes=60)
    assert len(moments[back:]) >= 6
    assert max(_gaps([m for m in desk.crawls("learned") if m >= moments[back]])) < timedelta(hours=9)
    assert len(desk.commands("backup")) >= 1, "the jobs of the night have come back with the clock"


@pytest.mark.slow
def test_a_clock_that_was_wrong_while_nothing_ran_puts_no_source_off_for_years(desk: Desk) -> None:
    desk.daemon(datetime(2040, 1, 1, tzinfo=UTC)).play(_let(timedelta(hours=2)))
    desk.daemon(TUESDAY).play(_let(timedelta(hours=18)))
    for source, at_least in (("hourly", 18), ("nine", 1), ("learned", 8)):
        assert len([m for m in desk.crawls(source) if m.year == 2026]) >= at_least, source


@pytest.mark.slow
def test_small_corrections_back_and_forth_do_not_add_up(desk: Desk) -> None:
    async def story(daemon: Timelapse) -> None:
        for number in range(40):
            await daemon.pass_until(daemon.clock() + timedelta(minutes=15))
            daemon.clock.advance(timedelta(seconds=20 if number % 2 else -20))

    desk.daemon(TUESDAY).play(story)
    assert 9 <= len(desk.crawls("hourly")) <= 11


def test_after_a_week_off_a_backlog_of_sixty_sources_is_one_crawl_each(desk: Desk) -> None:
    kinds = {f"s{number}": 'every = "10m"' if number % 2 else 'every = "3h"' for number in range(60)}
    told = '[[alert]]\nto = "json://127.0.0.1:9/"'
    desk.daemon(TUESDAY, **{**kinds, "s59": f'every = "10m"\n{told}'}).play(_let(timedelta(minutes=1)))
    back = TUESDAY + timedelta(days=7)
    desk.daemon(back, **{**kinds, "s59": f'every = "10m"\n{told}'}).play(_let(timedelta(minutes=5)))
    # the last two that wait, and the two that are at work when no more wait
    assert 1 <= len([m for m in desk.commands("alerts") if m >= back]) <= 4, "towards the end, not after each of six batches"
    since = Counter(source for source in kinds for moment in desk.crawls(source) if moment >= back)
    assert since == dict.fromkeys(kinds, 1)


def test_a_changed_interval_holds_from_the_reading_of_the_configuration(desk: Desk) -> None:
    desk.daemon(TUESDAY, slow='every = "20h"').play(_let(timedelta(minutes=1)))
    desk.daemon(TUESDAY + timedelta(minutes=2), slow='every = "30m"').play(_let(timedelta(hours=2)))
    assert len(desk.crawls("slow")) >= 4


def test_the_watchdog_is_fed_only_while_the_clock_of_the_jobs_ticks_and_the_archive_answers(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    fed: list[bool] = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(desk.folder / "notify"))
        manager.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", str(desk.folder / "notify"))

        async def feed(daemon: Timelapse) -> None:
            with suppress(BlockingIOError):
                while manager.recv(4096):
                    pass
            await daemon._guarded(daemon._feed_watchdog)
            with suppress(BlockingIOError):
                fed.append(b"WATCHDOG=1" in manager.recv(4096))
                return
            fed.append(False)

        async def story(daemon: Timelapse) -> None:
            await daemon.quiet()
            await feed(daemon)
            daemon._scheduler.pause()
            daemon.clock.advance(timedelta(minutes=20))
            await feed(daemon)
            daemon._scheduler.resume()
            await daemon.quiet()
            await feed(daemon)
            desk.archive.rename(desk.folder / "away.db")
            await feed(daemon)
            (desk.folder / "away.db").rename(desk.archive)
            await feed(daemon)

        desk.daemon(TUESDAY, one='every = "1h"').play(story)
    assert fed == [True, False, True, False, True]
