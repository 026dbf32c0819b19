"""A listing of one page that shows what was known beside what is new has no gap; one that shows only new things has."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.crawl.conftest import Desk
from tests.reliability.soak_press import Press, Site


def test_news_on_a_listing_of_one_page_leave_no_gap_unless_nothing_known_is_left_on_it(tmp_path: Path) -> None:
    start = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    site = Site(1, [start + timedelta(hours=n) for n in range(40)], shown=5)
    now = [start + timedelta(hours=6)]
    press = Press([site], lambda: now[0])
    try:
        way = f"listings = [\"{press.addresses[site.id]}news/\"]\narticle = '/news/\\d+/$'"
        desk = Desk(tmp_path, f"catalogue = false\n[crawl]\ndelay = 0.0\n[sources.one]\n{way}\n")
        desk.crawl("one")
        now[0] += timedelta(hours=2)
        desk.crawl("one")
        assert desk.one("SELECT count(*) FROM gaps") == 0
        now[0] += timedelta(hours=20)
        desk.crawl("one")
        assert desk.one("SELECT count(*) FROM gaps") == 1
    finally:
        press.stop()
