"""How often a site wants to be asked is heard in its answers and moves the source's next crawl: through real HTTP."""

from datetime import UTC, datetime, timedelta

from crawler.simulator import World
from tests.crawl.conftest import Desk

SOON = timedelta(seconds=90)
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>News</title><ttl>600</ttl>
<skipHours><hour>{hour}</hour></skipHours><item><title>One</title><link>{link}</link></item></channel></rss>"""


def next_due(desk: Desk, source: str) -> datetime:
    return datetime.fromisoformat(desk.one("SELECT next_due FROM sources WHERE id = ?", source))


def test_the_ttl_of_a_feed_moves_the_next_crawl(desk: Desk, world: World) -> None:
    source = next(s for s in world.sources.values() if s.feeds and s.enabled)
    far = (datetime.now(UTC) + timedelta(hours=5)).hour
    world.fault(source.feeds[0], "raw", text=FEED.format(hour=far, link=source.home), content_type="application/rss+xml")
    before = datetime.now(UTC)
    desk.crawl(source.id, "--limit", "1", code=None)
    assert before + timedelta(minutes=600) - SOON < next_due(desk, source.id) < datetime.now(UTC) + timedelta(minutes=600) + SOON
    assert desk.rows("SELECT ttl, skip_hours FROM polling WHERE way = ?", source.feeds[0]) == [(36000, f"[{far}]")]


def test_cache_headers_of_a_listing_move_the_next_crawl(desk: Desk, world: World) -> None:
    source = next(s for s in world.sources.values() if s.listings and s.enabled)
    world.fault(source.listings[0], "header", name="Cache-Control", value="public, max-age=9000")
    before = datetime.now(UTC)
    desk.crawl(source.id, "--limit", "1", code=None)
    assert next_due(desk, source.id) > before + timedelta(seconds=9000) - SOON


def test_retry_after_of_a_refusal_and_of_an_error_moves_the_next_crawl(desk: Desk, world: World) -> None:
    source = next(s for s in world.sources.values() if len(s.feeds) == 1 and not s.listings and s.enabled)
    for code in (429, 503):
        world.heal()
        world.fault(source.feeds[0], "status", code=code, retry_after="14400" if code == 429 else "36000")
        before = datetime.now(UTC)
        desk.crawl(source.id, code=None)
        asked = timedelta(seconds=14400 if code == 429 else 36000)
        assert before + asked - SOON < next_due(desk, source.id) < datetime.now(UTC) + asked + SOON
