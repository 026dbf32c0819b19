"""Kept articles are fetched again at growing intervals."""

import itertools

from storage import Archive, articles, pages
from storage.revisits import due
from tests.storage.samples import NOW, distinct, later, page, put


def urls(archive: Archive, **after: float) -> list[str]:
    return [link.url for link in due(archive, "gov39", now=later(**after), limit=10)]


def test_waits_double_until_the_article_is_old(archive: Archive) -> None:
    put(archive)
    fetched = []
    for hour in range(24 * 90):
        if urls(archive, hours=hour):
            fetched.append(hour)
            pages.record(archive, page(outcome="unchanged", status=304), now=later(hours=hour))
    assert fetched[:6] == [1, 2, 4, 8, 16, 32]
    assert all(one >= 2 * before for before, one in itertools.pairwise(fetched))
    assert fetched[-1] == 1024
    assert articles.get(archive, 1)["last_seen"] == later(hours=1024).isoformat()


def test_a_failure_waits_too_and_a_page_that_is_gone_is_looked_at_again(archive: Archive) -> None:
    put(archive)
    pages.record(archive, page(outcome="failed", status=503), now=later(hours=2))
    assert urls(archive, hours=3) == []
    pages.record(archive, page(outcome="gone", status=404), now=later(hours=4))
    assert urls(archive, hours=8) == ["https://gov39.ru/press/1/"]


def test_the_longest_overdue_come_first_and_copies_never(archive: Archive) -> None:
    put(archive, url="https://gov39.ru/1", text=distinct("1"), now=NOW)
    put(archive, url="https://gov39.ru/2", text=distinct("2"), now=later(hours=6))
    put(archive, url="https://gov39.ru/3", text=distinct("1"), published=None, now=NOW)
    put(archive, url="https://kp40.ru/1", source="kp40", text=distinct("4"), now=NOW)
    assert urls(archive, hours=8) == ["https://gov39.ru/1", "https://gov39.ru/2"]
    assert due(archive, "gov39", now=later(hours=8), limit=1)[0].via == "revisit"
