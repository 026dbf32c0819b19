"""Pages and links: the frontier lives in the archive, and nothing is tried twice or forgotten."""

import pytest

from storage import Archive, kept, links, pages
from storage.records import LinkRecord, PageRecord
from tests.storage.samples import NOW, later, page

FEED = page("https://gov39.ru/rss/", etag='"1"', last_modified="Mon, 02 Feb 2026 08:00:00 GMT")


def link(number: int) -> LinkRecord:
    return LinkRecord(url=f"https://gov39.ru/press/{number}/", title=f"Новость {number}", via="feed", position=number)


def waiting(archive: Archive, **when) -> list[str]:
    return [found.url.split("/")[-2] for found in links.pending(archive, "gov39", limit=9, **when)]


def test_a_feed_queues_what_was_never_tried_and_says_exactly_what(archive: Archive) -> None:
    assert links.discovered(archive, "gov39", FEED, [link(1), link(2)], now=NOW) == [link(1), link(2)]
    again = links.discovered(archive, "gov39", FEED, [link(3), link(2), link(1)], now=later(hours=1))
    assert again == [link(3)]
    assert waiting(archive) == ["3", "1", "2"]
    assert links.pending(archive, "gov39", limit=1) == [link(3)]
    assert links.count_pending(archive, "gov39") == 3


def test_spellings_of_one_address_are_one_link_and_the_source_is_asked_as_it_writes(archive: Archive) -> None:
    spellings = [
        LinkRecord(url="https://gov39.ru/press/1/?utm_source=rss"),
        LinkRecord(url="HTTPS://GOV39.RU:443/press/1/#top"),
        LinkRecord(url="mailto:press@gov39.ru"),
    ]
    assert links.discovered(archive, "gov39", None, spellings, now=NOW) == spellings[:1]
    assert links.pending(archive, "gov39", limit=9)[0].url == "https://gov39.ru/press/1/?utm_source=rss"


def test_a_tried_page_leaves_the_frontier_for_ever(archive: Archive) -> None:
    links.discovered(archive, "gov39", FEED, [link(1)], now=NOW)
    pages.record(archive, page(link(1).url, outcome="irrelevant", title="О мосте", lead="я" * 900, score=0.1), now=NOW)
    assert links.count_pending(archive, "gov39") == 0
    assert links.discovered(archive, "gov39", FEED, [link(1)], now=later(days=1)) == []
    row = pages.get(archive, link(1).url)
    assert (row["outcome"], row["title"], len(row["lead"]), row["score"]) == ("irrelevant", "О мосте", 500, 0.1)


def test_a_failed_page_waits_for_later_crawls_longer_and_longer_but_not_for_ever(archive: Archive) -> None:
    links.discovered(archive, "gov39", FEED, [link(1), link(2)], now=NOW)
    failed = page(link(1).url, outcome="failed", reason="timeout", status=None)
    pages.record(archive, failed, now=NOW)
    assert waiting(archive, now=NOW) == ["2", "1"]
    for _ in range(3):
        pages.record(archive, failed, now=NOW)
    assert waiting(archive, now=NOW) == ["2"]
    assert waiting(archive, now=later(days=1)) == ["2", "1"]
    assert pages.get(archive, link(1).url)["attempts"] == 4
    pages.record(archive, failed, now=later(days=31))
    assert links.count_pending(archive, "gov39") == 1


def test_a_redirected_address_is_known_by_both_names(archive: Archive) -> None:
    asked, final = "https://gov39.ru/n/1", "https://gov39.ru/press/novost-1/"
    links.discovered(archive, "gov39", None, [LinkRecord(url=asked)], now=NOW)
    pages.record(archive, page(final, requested=asked, outcome="irrelevant"), now=NOW)
    assert links.count_pending(archive, "gov39") == 0
    assert links.is_known(archive, asked)
    assert links.is_known(archive, final)
    assert pages.get(archive, asked)["reason"] == f"led to {final}"


def test_a_site_that_redirects_http_to_https_is_folded_from_then_on(archive: Archive) -> None:
    old, new = "http://www.gov39.ru", "https://gov39.ru"
    pages.record(archive, page(f"{old}/press/7/", outcome="irrelevant"), now=NOW)
    pages.record(archive, page(f"{new}/press/8/", requested=f"{old}/press/8/", outcome="irrelevant"), now=NOW)
    for number in (7, 8):
        for origin in (old, new):
            assert pages.get(archive, f"{origin}/press/{number}/")["url"] == f"{new}/press/{number}/"
    assert archive.one("SELECT count(*) FROM pages")[0] == 2
    assert not links.is_known(archive, "http://gov39.ru/press/7/"), "nothing is folded without the site's word"


def test_a_site_that_turns_round_is_followed(archive: Archive) -> None:
    for asked, final in (("http", "https"), ("https", "http")):
        pages.record(archive, page(f"{final}://gov39.ru/a", requested=f"{asked}://gov39.ru/a", outcome="irrelevant"), now=NOW)
    assert pages.get(archive, "https://gov39.ru/a")["url"] == "http://gov39.ru/a"
    assert archive.one("SELECT count(*) FROM pages")[0] == 1


def test_a_redirect_to_another_page_or_site_folds_nothing(archive: Archive) -> None:
    for asked, final in (
        ("http://gov39.ru/a", "https://gov39.ru/"),
        ("http://gov39.ru/b", "https://gov40.ru/b"),
        ("https://news.gov39.ru/c", "https://gov39.ru/c"),
    ):
        pages.record(archive, page(final, requested=asked, outcome="irrelevant"), now=NOW)
    assert archive.one("SELECT count(*) FROM folded_hosts")[0] == 0
    assert archive.one("SELECT count(*) FROM pages")[0] == 6


def test_validators_follow_200_and_304_and_outlive_a_failure(archive: Archive) -> None:
    url = FEED.url
    assert pages.validators(archive, url) == ("", "", 0)
    links.discovered(archive, "gov39", FEED, [], now=NOW)
    assert pages.validators(archive, url) == ('"1"', "Mon, 02 Feb 2026 08:00:00 GMT", 0)
    for polls in (1, 2):
        pages.record(archive, page(url, status=304, outcome="not_article"), now=NOW)
        assert pages.validators(archive, url)[2] == polls
    pages.record(archive, page(url, status=304, outcome="not_article", etag='"2"'), now=NOW)
    pages.record(archive, page(url, status=503, outcome="failed"), now=NOW)
    assert pages.validators(archive, url) == ('"2"', "Mon, 02 Feb 2026 08:00:00 GMT", 3)
    pages.record(archive, page(url, outcome="not_article"), now=NOW)
    assert pages.validators(archive, url) == ("", "", 0), "a 200 without validators means that the server gives none any more"


def test_raw_bytes_come_back_as_they_were(archive: Archive) -> None:
    body = "Текст страницы. ".encode("cp1251") * 500
    pages.record(archive, page(outcome="irrelevant", body=body, headers={"Content-Type": "text/html"}), now=NOW)
    pages.record(archive, page("https://kp40.ru/1", source="kp40", outcome="irrelevant", body=b"\x00\xff"), now=later(days=2))
    first, second = kept.pages(archive)
    assert (first.body, first.headers, first.status) == (body, {"content-type": "text/html"}, 200)
    assert second.body == b"\x00\xff"
    assert archive.one("SELECT max(length(body)) FROM kept_pages")[0] < len(body) / 10
    assert [each.source for each in kept.pages(archive, source="kp40")] == ["kp40"]
    assert [each.source for each in kept.pages(archive, since=later(days=1))] == ["kp40"]


def test_of_a_page_fetched_again_the_newest_bytes_stay(archive: Archive) -> None:
    for number in range(60):
        pages.record(archive, page(outcome="irrelevant", body=b"%d" % number), now=later(hours=number))
        pages.record(archive, page(f"https://gov39.ru/{number}", outcome="irrelevant", body=b"x%d" % number), now=NOW)
    assert len(list(kept.pages(archive))) == 61
    assert [each.body for each in kept.pages(archive) if each.url.endswith("/press/1/")] == [b"59"]


def test_an_outcome_that_does_not_exist_is_refused(archive: Archive) -> None:
    with pytest.raises(ValueError, match="not an outcome"):
        pages.record(archive, PageRecord(url="https://gov39.ru/1", source="gov39", outcome="fine"), now=NOW)
