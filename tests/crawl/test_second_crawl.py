"""What is known is not fetched again, and what is new is."""

from collections import Counter

import pytest

from crawler.simulator import World
from tests.crawl.conftest import Desk


def test_everything_published_is_kept_once_and_a_second_crawl_asks_each_way_once(desk: Desk, world: World) -> None:
    desk.crawl("bitrix", "tatarstan", "presscenter", "wordpress", "trade", "fund")
    relevant = {
        piece["url"] for piece in world.truth if piece["relevant"] and piece["site"] not in ("telegram", "closed", "nasty")
    }
    stored = {url for (url,) in desk.rows("SELECT url FROM articles UNION SELECT url FROM copies")}
    assert stored <= {piece["url"] for piece in world.truth}
    assert len(relevant & stored) >= 0.9 * len(relevant)
    before = desk.contents()

    world.take_log()
    desk.crawl("bitrix", "tatarstan", "presscenter", "wordpress", "trade", "fund")
    asked = Counter((entry["site"], entry["target"]) for entry in world.take_log())
    ways = {
        (name, "/" + url.split("/", 3)[3].replace("{page}", "1"))
        for name in ("bitrix", "tatarstan", "presscenter", "wordpress", "trade", "fund")
        for source in [world.sources[name]]
        for url in (*source.feeds, *source.listings, *source.sitemaps, *([source.api.url] if source.api else []))
    }
    undated = {("wordpress", f"/{name}") for name in ("post-sitemap.xml", "post-sitemap2.xml.gz", "page-sitemap.xml")}
    assert set(asked) == ways | undated  # that their index is unchanged says nothing of them
    assert set(asked.values()) == {1}
    assert desk.contents() == before
    assert desk.rows("SELECT new, revised, copies, irrelevant, failed FROM crawls WHERE id > 6") == [(0, 0, 0, 0, 0)] * 6


@pytest.mark.long
def test_feeds_and_sitemaps_are_asked_conditionally(desk: Desk, world: World) -> None:
    desk.crawl("wordpress")
    world.take_log()
    desk.crawl("wordpress")
    second = world.take_log()
    assert second
    assert all(entry["status"] == 304 for entry in second)


@pytest.mark.slow
def test_a_day_later_only_the_new_pages_are_fetched(desk: Desk, world: World) -> None:
    world.advance(-1)
    desk.crawl("bitrix")
    world.take_log()
    known = {url for (url,) in desk.rows("SELECT url FROM pages")}
    world.advance(1)
    fresh = {piece["url"] for piece in world.truth if piece["site"] == "bitrix"} - known
    desk.crawl("bitrix")
    fetched = {world.sites["bitrix"] + entry["target"].lstrip("/") for entry in world.take_log()}
    assert fresh
    assert fresh <= fetched
    assert not {piece["url"] for piece in world.truth} & known & fetched
