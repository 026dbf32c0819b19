"""Alarms: raised once with a reason, cleared once, and never for a weekend."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.reporting import health
from crawler.sources import Source
from storage import Archive, alarms, crawls, open_archive, pages, sources
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
        PageRecord(url=url, source="minprom", outcome="irrelevant", status=200, title="Новость", published=published),
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


def _crawl(archive: Archive, now: datetime, outcome: str, message: str = "") -> None:
    crawls.finish(archive, crawls.start(archive, "minprom", now=now), outcome=outcome, message=message, now=now)


def test_a_quiet_weekend_is_no_alarm_and_a_dead_month_is_one_raised_and_cleared_once(archive: Archive) -> None:
    now = _weeks(archive, 8)
    _crawl(archive, now, "finished")
    assert health.check(archive, SOURCE, now=now) == ([], [])
    until = datetime.fromisoformat(alarms.silence(archive, "minprom") or "")
    assert until < now + timedelta(days=14)
    assert health.sweep(archive, [SOURCE], now=until - timedelta(minutes=1)) == []
    assert health.sweep(archive, [SOURCE], now=until + timedelta(minutes=1)) == [("minprom", "silent")]
    assert health.sweep(archive, [SOURCE], now=until + timedelta(days=3)) == []
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


def test_dates_that_vanish_are_noticed(archive: Archive) -> None:
    now = _weeks(archive, 8)
    for number in range(6):
        _publish(archive, now + timedelta(days=number % 3, hours=9), dated=False, number=number)
    raised, _ = health.check(archive, SOURCE, now=now + timedelta(days=8))
    assert "undated" in raised


def test_a_listing_that_suddenly_shows_the_whole_site_is_noticed(archive: Archive) -> None:
    now = _weeks(archive, 8)
    for number in range(80):
        _publish(archive, now + timedelta(hours=9), number=number)
    raised, _ = health.check(archive, SOURCE, now=now + timedelta(hours=10))
    assert raised == ["flood"]


def test_a_source_of_which_little_is_known_is_not_called_silent(archive: Archive) -> None:
    _publish(archive, MONDAY)
    assert health.check(archive, SOURCE, now=MONDAY + timedelta(days=300)) == ([], [])
