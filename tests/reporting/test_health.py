"""Alarms: raised once with a reason, cleared once, and never for a weekend."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.reporting import health
from crawler.sources import Source
from storage import Archive, alarms, certificates, crawls, open_archive, pages, sources
from storage.records import PageRecord

MONDAY = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
SOURCE = Source(id="minprom", name="Минпром", timezone="Europe/Moscow")


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with open_archive(tmp_path / "archive.db") as opened:
        sources.sync(opened, [SOURCE])
        yield opened


def _publish(archive: Archive, when: datetime, *, dated: bool = True, number: int = 0) -> None:
    url = f"https://minprom.example.ru/news/{when:%Y%m%d%H%M}-{number}/"
    published = when.astimezone(UTC).isoformat(timespec="seconds") if dated else None
    pages.record(
        archive,
        PageRecord(url=url, source="minprom", outcome="irrelevant", status=200, title="Новость", published=published, score=0.1),
        now=when,
    )


def _weeks(archive: Archive, count: int) -> datetime:
    """Two releases each working day at ten and fifteen; gives the Monday after."""
    for day in range(count * 7):
        date = MONDAY + timedelta(days=day)
        if date.weekday() < 5:
            _publish(archive, date + timedelta(hours=7))
            _publish(archive, date + timedelta(hours=12))
    return MONDAY + timedelta(weeks=count)


def _sweep(archive: Archive, now: datetime) -> list[tuple[str, str]]:
    return health.sweep(archive, [SOURCE], now=now, watching_since=MONDAY)


def _crawl(archive: Archive, now: datetime, outcome: str, message: str = "") -> None:
    crawls.finish(archive, crawls.start(archive, "minprom", now=now), outcome=outcome, message=message, now=now)


def test_a_quiet_weekend_is_no_alarm_and_a_dead_month_is_one_raised_and_cleared_once(archive: Archive) -> None:
    now = _weeks(archive, 8)
    _crawl(archive, now, "finished")
    assert health.check(archive, SOURCE, now=now) == ([], [])
    until = datetime.fromisoformat(alarms.silence(archive, "minprom") or "")
    assert until < now + timedelta(days=14)
    assert _sweep(archive, now=until - timedelta(minutes=1)) == []
    assert _sweep(archive, now=until + timedelta(minutes=1)) == [("minprom", "silent")]
    assert _sweep(archive, now=until + timedelta(days=3)) == []
    assert [row["kind"] for row in alarms.standing(archive)] == ["silent"]
    back = until + timedelta(days=4)
    _publish(archive, back)
    assert health.check(archive, SOURCE, now=back) == ([], ["silent"])
    assert alarms.standing(archive) == []


def test_two_failed_crawls_in_a_row_are_an_alarm_with_their_message_and_one_is_not(archive: Archive) -> None:
    _crawl(archive, MONDAY, "failed", "the feed is an HTML page now")
    assert health.check(archive, SOURCE, now=MONDAY) == ([], [])
    _crawl(archive, MONDAY + timedelta(hours=1), "failed", "the feed is an HTML page now")
    assert health.check(archive, SOURCE, now=MONDAY) == (["failing"], [])
    assert alarms.standing(archive)[0]["message"] == "the feed is an HTML page now"
    _crawl(archive, MONDAY + timedelta(hours=2), "blocked", "DDoS-Guard")
    assert health.check(archive, SOURCE, now=MONDAY) == (["blocked"], ["failing"])
    _crawl(archive, MONDAY + timedelta(hours=3), "finished")
    assert health.check(archive, SOURCE, now=MONDAY) == ([], ["blocked"])


def test_dates_that_vanish_are_noticed_after_two_articles_without_and_forgotten_with_the_first_one(archive: Archive) -> None:
    now = _weeks(archive, 8)
    _publish(archive, now + timedelta(hours=9), dated=False)
    assert health.check(archive, SOURCE, now=now + timedelta(hours=10)) == ([], []), "one article without a date is no rebuilding"
    _publish(archive, now + timedelta(hours=11), dated=False)
    assert health.check(archive, SOURCE, now=now + timedelta(hours=12)) == (["undated"], [])
    _publish(archive, now + timedelta(hours=13), dated=False)
    assert health.check(archive, SOURCE, now=now + timedelta(hours=14)) == ([], []), "raised once"
    _publish(archive, now + timedelta(hours=15))
    assert health.check(archive, SOURCE, now=now + timedelta(hours=16)) == ([], ["undated"])


def test_a_source_that_often_has_no_dates_is_not_blamed_for_a_row_of_them(archive: Archive) -> None:
    for number in range(40):
        _publish(archive, MONDAY + timedelta(hours=number), dated=number % 3 == 0)
    for number in range(6):
        _publish(archive, MONDAY + timedelta(hours=50 + number), dated=False)
    assert health.check(archive, SOURCE, now=MONDAY + timedelta(hours=60)) == ([], [])


def test_a_listing_that_suddenly_shows_the_whole_site_is_noticed_and_a_first_crawl_is_not(archive: Archive) -> None:
    now = _weeks(archive, 8)
    for number in range(80):
        _publish(archive, now + timedelta(hours=9), number=number)
    assert health.check(archive, SOURCE, now=now + timedelta(hours=10)) == ([], []), "never watched before"
    for day in range(1, 15):
        _crawl(archive, now - timedelta(days=day), "finished")
    assert health.check(archive, SOURCE, now=now + timedelta(hours=10)) == (["flood"], [])
    assert health.check(archive, SOURCE, now=now + timedelta(hours=48)) == ([], ["flood"])


def test_a_feed_that_is_no_feed_any_more_behind_a_good_listing_is_an_alarm_from_the_second_time_on(archive: Archive) -> None:
    source = replace(SOURCE, feeds=("https://minprom.example.ru/rss/",), listings=("https://minprom.example.ru/news/",))
    broken = "feed https://minprom.example.ru/rss/: not a feed but an HTML page"
    _crawl(archive, MONDAY, "partial", broken)
    assert health.check(archive, source, now=MONDAY) == ([], [])
    _crawl(archive, MONDAY + timedelta(hours=1), "partial", "3 articles read from the text of the list")
    assert health.check(archive, source, now=MONDAY) == ([], [])
    for hour in (2, 3):
        _crawl(archive, MONDAY + timedelta(hours=hour), "partial", broken)
    assert health.check(archive, source, now=MONDAY) == (["way"], [])
    assert alarms.standing(archive)[0]["message"] == broken
    _crawl(archive, MONDAY + timedelta(hours=4), "finished")
    assert health.check(archive, source, now=MONDAY) == ([], ["way"])


def test_a_certificate_about_to_expire_is_told_two_weeks_before_and_cleared_when_it_is_renewed(archive: Archive) -> None:
    def shown(expires: datetime, now: datetime) -> tuple[list[str], list[str]]:
        certificates.note(archive, "minprom", host="minprom.ru:443", issuer="Russian Trusted Sub CA", expires=expires, now=now)
        return health.check(archive, SOURCE, now=now)

    last = MONDAY + timedelta(days=60)
    assert shown(last, last - timedelta(days=15)) == ([], [])
    assert shown(last, last - timedelta(days=13)) == (["certificate"], [])
    assert "Russian Trusted Sub CA" in alarms.standing(archive)[0]["message"]
    assert shown(last, last - timedelta(days=12)) == ([], [])
    assert shown(last + timedelta(days=90), last - timedelta(days=11)) == ([], ["certificate"])


def test_a_host_that_is_no_longer_the_sources_raises_nothing(archive: Archive) -> None:
    certificates.note(archive, "minprom", host="old.ru:443", issuer="CA", expires=MONDAY + timedelta(days=9), now=MONDAY)
    assert health.check(archive, SOURCE, now=MONDAY + timedelta(days=8)) == ([], [])


def test_a_source_that_waits_in_vain_for_its_crawl_is_an_alarm_but_not_after_a_week_off(archive: Archive) -> None:
    sources.set_next_due(archive, "minprom", MONDAY)
    week = MONDAY + timedelta(days=7)
    assert health.sweep(archive, [SOURCE], now=week + timedelta(hours=1), watching_since=week) == []
    assert health.sweep(archive, [SOURCE], now=week + timedelta(hours=25), watching_since=week) == [("minprom", "not crawled")]
    _crawl(archive, week + timedelta(hours=26), "finished")
    assert health.check(archive, SOURCE, now=week + timedelta(hours=26)) == ([], ["not crawled"])


def test_a_source_of_which_little_is_known_is_not_called_silent(archive: Archive) -> None:
    _publish(archive, MONDAY)
    assert health.check(archive, SOURCE, now=MONDAY + timedelta(days=300)) == ([], [])
