"""One page that always fails is its own row and no fault of its source; a source none of whose pages can be had is failing."""

import sqlite3
from collections.abc import Iterator

import pytest

from crawler.simulator import World, start
from tests.crawl.conftest import Desk

GOOD, DEAD = "mirror1-feed", "mirror2-feed"


@pytest.fixture()
def world() -> Iterator[World]:
    with start(mirrors=2, articles=3) as running:
        running.fault("/news/2/", "status", site="mirror1", code=500)
        running.fault("/news/*", "status", site="mirror2", code=500)
        yield running


def _outcomes(desk: Desk, source: str) -> list[str]:
    return [row[0] for row in desk.rows("SELECT outcome FROM crawls WHERE source = ? ORDER BY id", source)]


def test_a_page_that_fails_again_and_again_is_no_alarm_and_takes_no_time_from_its_source(desk: Desk, world: World) -> None:
    for _ in range(4):
        desk.crawl(GOOD, DEAD, code=None)
    assert _outcomes(desk, GOOD) == ["finished"] * 4
    assert _outcomes(desk, DEAD) == ["failed"] * 4
    assert desk.rows("SELECT source, kind FROM alarms WHERE cleared IS NULL") == [(DEAD, "failing")]
    [page] = desk.rows(
        "SELECT reason, attempts FROM pages WHERE outcome = 'failed' AND url LIKE 'http://127.0.%/news/2/' AND source = ?", GOOD
    )
    assert page == ("HTTP 500", 3)  # thrice at once, then more and more rarely
    world.heal()
    desk.crawl(DEAD)
    assert _outcomes(desk, DEAD)[-1] == "finished"
    assert desk.rows("SELECT source, kind FROM alarms WHERE cleared IS NULL") == []


def test_a_source_whose_news_cannot_be_had_is_failing_though_it_was_well(desk: Desk, world: World) -> None:
    world.advance(-1)
    desk.crawl("presscenter")
    with sqlite3.connect(desk.archive) as conn:  # an hour ago: times are whole seconds
        conn.execute("UPDATE pages SET first_seen = strftime('%Y-%m-%dT%H:%M:%S+00:00', first_seen, '-1 hour')")
    conn.close()
    world.fault("/presscenter/news/[0-9]*/", "status", site="presscenter", code=500)
    world.advance(1)
    for _ in range(3):
        desk.crawl("presscenter", code=None)
    assert _outcomes(desk, "presscenter") == ["finished", "failed", "failed", "failed"]
    assert "no article page could be had: HTTP 500" in desk.one("SELECT message FROM crawls ORDER BY id DESC LIMIT 1")
