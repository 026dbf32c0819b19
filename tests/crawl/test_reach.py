"""How far a crawl goes: limits, history, ways that stand in for others, gaps, and what its exit code says."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from crawler.simulator import World, start
from tests.crawl.conftest import ROOT, Desk


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with start(mirrors=1, articles=60) as running:
        yield running


def _tried(desk: Desk) -> int:
    return int(desk.one("SELECT count(*) FROM pages WHERE reason <> 'a way of the source'"))


def test_a_limit_takes_the_newest_and_the_next_crawl_takes_up_the_rest(desk: Desk, world: World) -> None:
    desk.crawl("mirror1-listing", "--limit", 3)
    newest = list(world.mirror(1))[:3]
    assert {url for (url,) in desk.rows("SELECT url FROM pages WHERE reason <> 'a way of the source'")} == set(newest)
    desk.crawl("mirror1-listing", "--limit", 2)
    assert _tried(desk) == 5


@pytest.mark.slow
@pytest.mark.long
def test_history_is_gone_back_to_in_pieces_until_the_day_is_reached(desk: Desk, world: World) -> None:
    every = set(world.mirror(1))
    for _ in range(5):
        before = _tried(desk) if desk.archive.exists() else 0
        desk.crawl("mirror1-listing", "--since", "2000-01-01", "--limit", 25)
        assert _tried(desk) <= before + 25
    tried = {url for (url,) in desk.rows("SELECT url FROM pages WHERE reason <> 'a way of the source'")}
    assert tried == every
    assert desk.rows("SELECT count(*) FROM walks") == [(0,)]


def test_when_a_way_fails_the_others_are_used_and_the_crawl_is_partial(desk: Desk, world: World) -> None:
    world.fault("/presscenter/news/rss/", "page", site="presscenter")
    desk.crawl("presscenter")
    (outcome, message, new) = desk.rows("SELECT outcome, message, new FROM crawls")[0]
    assert outcome == "partial"
    assert "not a feed but an HTML page" in message
    assert new > 0


@pytest.mark.slow
def test_a_feed_that_rolled_over_leaves_a_gap_unless_another_way_reaches_back(desk: Desk, world: World) -> None:
    site = world.sites["fund"]
    body = "<rss><channel>{}</channel></rss>"
    item = f"<item><title>Завод</title><link>{site}press-tsentr/novosti/2026-01-0{{0}}-a/</link></item>"
    feed = "/press-tsentr/atom.xml"
    world.fault(feed, "raw", site="fund", text=body.format(item.format(1)).encode().decode("latin-1"), content_type="text/xml")
    desk.crawl("fund", code=None)
    assert desk.rows("SELECT count(*) FROM gaps") == [(0,)], "the first crawl has nothing to miss"
    world.fault(feed, "raw", site="fund", text=body.format(item.format(2)).encode().decode("latin-1"), content_type="text/xml")
    desk.crawl("fund", code=None)
    assert desk.rows("SELECT source FROM gaps") == [("fund",)]


@pytest.mark.slow
def test_an_empty_listing_fails_the_crawl_and_strict_or_a_source_that_worked_lately_the_command(desk: Desk, world: World) -> None:
    desk.crawl("bitrix", "trade")
    world.fault("/press/*", "page", site="bitrix")
    done = desk.crawl("bitrix", "trade", code=1)
    assert "bitrix: failed" in done.err
    assert "no link of the listing" in desk.one("SELECT message FROM crawls WHERE source = 'bitrix' ORDER BY id DESC LIMIT 1")


@pytest.mark.slow
@pytest.mark.long
def test_a_source_that_never_worked_fails_the_command_only_when_strict(desk: Desk, world: World) -> None:
    assert "closed: blocked" in desk.crawl("closed", "fund").err
    desk.crawl("closed", "fund", "--strict", code=1)
    desk.crawl("closed", code=1)


def test_json_has_the_counts_of_each_source(desk: Desk) -> None:
    (row,) = json.loads(desk.crawl("trade", "--json").out)
    assert row["source"] == "trade"
    assert row["outcome"] == "finished"
    assert row["new"] + row["copies"] == desk.one("SELECT new + copies FROM crawls")


def test_an_unknown_source_and_a_wrong_day_are_one_line(desk: Desk) -> None:
    assert "bitrix" in desk.crawl("bitriks", code=2).err
    assert "is not a day" in desk.crawl("--since", "once", code=2).err
    assert "is in the future" in desk.crawl("--since", "2199-01-01", code=2).err
    assert not desk.archive.exists()


def test_scrapy_crawls_a_source_by_name(desk: Desk) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SCRAPY_SETTINGS_MODULE": "crawler.settings"}
    done = subprocess.run(
        [sys.executable, "-m", "scrapy", "crawl", "trade"],
        cwd=desk.folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert desk.rows("SELECT source, outcome FROM crawls") == [("trade", "finished")]
    assert desk.one("SELECT count(*) FROM articles") > 0
