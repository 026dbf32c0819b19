"""A crawl that is killed or stopped loses nothing: run again, the archive ends equal to that of an undisturbed run.

Twenty seeds, ten minutes: `python -m pytest -m long tests/crawl/test_resuming.py`.
"""

import random
import signal
import sqlite3
import subprocess
import time

import pytest

from crawler.simulator import World
from storage.address import canonical
from tests.crawl.conftest import Desk, MakeDesk

SOURCES = ("bitrix", "tatarstan", "wordpress", "trade")
_SEEDS = [
    1,
    *(pytest.param(n, marks=pytest.mark.slow) for n in (2,)),
    *(pytest.param(n, marks=pytest.mark.long) for n in range(3, 21)),
]


def _wait_for_requests(world: World, process: "subprocess.Popen[str]", wanted: int) -> None:
    """Returns when so many requests were seen, or the process has ended."""
    deadline = time.monotonic() + 240
    while len(world.log) < wanted and process.poll() is None:
        assert time.monotonic() < deadline, "the crawl does not get on"
        time.sleep(0.05)


def _check(desk: Desk) -> None:
    with sqlite3.connect(desk.archive) as conn:
        assert conn.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert conn.execute("PRAGMA foreign_key_check").fetchall() == []
    assert desk.rows("SELECT id FROM articles WHERE id NOT IN (SELECT article FROM pages WHERE article IS NOT NULL)") == []


@pytest.fixture(scope="module")
def undisturbed(world: World, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    desk = Desk(tmp_path_factory.mktemp("undisturbed"), world.config)
    desk.crawl(*SOURCES)
    return desk


@pytest.mark.parametrize("seed", _SEEDS)
def test_killed_half_way_and_run_again_the_archive_is_the_same(desk: Desk, world: World, undisturbed: Desk, seed: int) -> None:
    chance = random.Random(seed)
    killed = 0
    for _ in range(3):
        world.take_log()
        process = desk.start(*SOURCES)
        _wait_for_requests(world, process, chance.randint(2, 25))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        killed += process.returncode == -signal.SIGKILL
    assert killed
    _check(desk)
    desk.crawl(*SOURCES)
    _check(desk)
    for table, rows in undisturbed.contents().items():
        assert set(desk.contents()[table]) ^ set(rows) == set(), table
    assert desk.rows("SELECT count(*) FROM crawls WHERE finished IS NULL") == [(0,)]
    assert desk.one("SELECT count(*) FROM crawls WHERE outcome = 'killed'") > 0
    assert desk.rows("SELECT count(*) FROM leases") == [(0,)]


@pytest.mark.parametrize("number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)])
def test_asked_to_stop_once_it_finishes_what_is_in_flight_and_keeps_all(
    desk: Desk, world: World, undisturbed: Desk, number: signal.Signals
) -> None:
    world.fault("*", "delay", seconds=0.1)
    world.take_log()
    process = desk.start(*SOURCES)
    _wait_for_requests(world, process, 12)
    process.send_signal(number)
    _, err = process.communicate(timeout=60)
    assert process.returncode in (0, 1), err
    assert "Traceback" not in err
    assert "Stopped as asked" in err
    assert set(desk.rows("SELECT outcome FROM crawls")) <= {("interrupted",), ("finished",)}
    assert ("interrupted",) in desk.rows("SELECT outcome FROM crawls")
    asked = [entry for entry in world.take_log() if entry["status"] == 200 and "robots" not in entry["target"]]
    known = {url for (url,) in desk.rows("SELECT url FROM pages")}
    assert {canonical(world.sites[entry["site"]] + entry["target"].lstrip("/")) for entry in asked} - known == set()
    world.heal()
    desk.crawl(*SOURCES)
    assert desk.contents() == undisturbed.contents()


def test_asked_twice_it_ends_at_once_and_the_archive_is_whole(desk: Desk, world: World, undisturbed: Desk) -> None:
    world.fault("*", "delay", seconds=8)
    world.take_log()
    process = desk.start("bitrix")
    _wait_for_requests(world, process, 1)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    time.sleep(0.2)  # two signals at once are one to the kernel
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=30)
    assert time.monotonic() - began < 6
    assert desk.rows("SELECT outcome FROM crawls") == [("interrupted",)]
    _check(desk)


@pytest.mark.slow
def test_a_terminal_that_is_closed_does_not_end_the_crawl(desk: Desk) -> None:
    process = desk.start("fund")
    assert process.stderr is not None
    process.stderr.close()
    process.communicate(timeout=120)
    assert process.returncode == 0
    assert desk.rows("SELECT outcome, new FROM crawls") == [("finished", 4)]


@pytest.mark.slow
def test_two_crawls_of_one_source_at_a_time_make_no_double_and_no_error(desk: Desk, world: World, another: MakeDesk) -> None:
    processes = [desk.start("bitrix", "trade") for _ in range(2)]
    for process in processes:
        _, err = process.communicate(timeout=90)
        assert process.returncode == 0, err
        assert "locked" not in err
    alone = another("alone")
    alone.crawl("bitrix", "trade")
    assert desk.contents() == alone.contents()
    _check(desk)


def test_after_a_crawl_of_few_pages_the_next_one_finds_what_that_left_out(desk: Desk, undisturbed: Desk) -> None:
    desk.crawl(*SOURCES, "--limit", "1")
    desk.crawl(*SOURCES)
    _check(desk)
    assert desk.contents() == undisturbed.contents()
    assert desk.rows("SELECT * FROM gaps") == []
