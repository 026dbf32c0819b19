"""When a source is crawled next."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.operating.due import BACK_OFF_STEP, LONGEST, back_off, fresh_until, next_due, schedule
from crawler.reporting.habit import CHECKS_PER_DAY, habit_of
from crawler.rhythm import learn, plan
from crawler.sources import Source
from storage import Archive, open_archive, pages, polling, sources
from storage.polling import Wish
from storage.records import PageRecord

NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)  # a Tuesday
FEED = "https://gov39.example.ru/rss/"


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with open_archive(tmp_path / "archive.db") as opened:
        yield opened


def _source(**fields: object) -> Source:
    return Source(id="gov39", name="Правительство", **fields)  # type: ignore[arg-type]


def _checks() -> list[int]:
    return plan(learn([], "Europe/Moscow", NOW), CHECKS_PER_DAY)


def test_every_is_from_start_to_start() -> None:
    assert next_due(_source(every="30m"), ["finished"], _checks, now=NOW) == NOW + timedelta(minutes=30)


def test_a_long_crawl_does_not_put_the_next_one_off_and_a_clock_that_was_set_neither() -> None:
    source = _source(every="30m")
    assert next_due(source, ["finished"], _checks, now=NOW, began=NOW - timedelta(minutes=10)) == NOW + timedelta(minutes=20)
    assert next_due(source, ["finished"], _checks, now=NOW, began=NOW - timedelta(minutes=50)) == NOW, "at once"
    for wrong in (timedelta(days=400), timedelta(days=-400)):
        assert next_due(source, ["finished"], _checks, now=NOW, began=NOW + wrong) == NOW + timedelta(minutes=30)


def test_cron_weekdays_are_what_they_are_called_and_in_the_sources_own_zone() -> None:
    when = next_due(_source(cron="0 9 * * mon", timezone="Asia/Vladivostok"), ["finished"], _checks, now=NOW)
    assert when == datetime(2026, 3, 8, 23, 0, tzinfo=UTC)
    assert when.astimezone(UTC).utcoffset() == timedelta(0)


def test_failures_put_the_next_crawl_off_by_their_weight_and_never_for_good() -> None:
    assert back_off(["finished", "failed"]) == timedelta(0)
    assert back_off(["blocked", "blocked", "finished"]) == 2 * BACK_OFF_STEP
    assert back_off(["failed", "interrupted", "partial"]) == 0.75 * BACK_OFF_STEP
    assert back_off(["killed", "failed", "killed", "finished", "killed"]) == 0.5 * BACK_OFF_STEP, "twice may be chance"
    assert back_off(["killed"] * 3) == 1.5 * BACK_OFF_STEP
    assert back_off(["blocked"] * 500) == LONGEST
    usual = next_due(_source(every="30m"), ["finished"], _checks, now=NOW)
    assert next_due(_source(every="30m"), ["blocked"] * 3, _checks, now=NOW) == usual + timedelta(minutes=30)


def test_a_source_without_orders_is_asked_by_its_rhythm_often_in_office_hours() -> None:
    when, gaps = NOW, []
    for _ in range(3):
        following = next_due(_source(), ["finished"], _checks, now=when)
        gaps.append(following - when)
        when = following
    assert max(gaps) < timedelta(hours=1)
    sunday = datetime(2026, 3, 8, 1, 0, tzinfo=UTC)  # four at night in Moscow
    first = next_due(_source(), ["finished"], _checks, now=sunday)
    assert next_due(_source(), ["finished"], _checks, now=first) - first > timedelta(hours=1)


def _said(archive: Archive, **said: object) -> None:
    polling.note(archive, "gov39", Wish(way=FEED, fetched=NOW, **said))  # type: ignore[arg-type]


def test_retry_after_is_respected_up_to_a_day_whatever_a_person_ordered(archive: Archive) -> None:
    source = _source(every="5m")
    sources.sync(archive, [source])
    polling.leave_alone(archive, "gov39", NOW + timedelta(hours=2))
    polling.leave_alone(archive, "gov39", NOW + timedelta(hours=1))
    assert schedule(archive, source, now=NOW) == NOW + timedelta(hours=2)
    polling.leave_alone(archive, "gov39", NOW + timedelta(days=400))
    assert schedule(archive, source, now=NOW) == NOW + LONGEST
    assert sources.due(archive, NOW + timedelta(hours=23)) == []
    assert sources.due(archive, NOW + timedelta(hours=25)) == ["gov39"]


def test_a_feeds_ttl_holds_for_a_day_and_a_servers_cache_headers_for_three_hours(archive: Archive) -> None:
    source = _source(feeds=(FEED,))
    sources.sync(archive, [source])
    usual = schedule(archive, source, now=NOW)
    _said(archive, ttl=7200)
    assert usual < schedule(archive, source, now=NOW) == NOW + timedelta(hours=2)
    _said(archive, ttl=90 * 86400)
    assert schedule(archive, source, now=NOW) == NOW + LONGEST
    _said(archive, max_age=30 * 86400)
    assert schedule(archive, source, now=NOW) == NOW + timedelta(hours=3)
    _said(archive, ttl=60)
    assert schedule(archive, source, now=NOW) == usual, "it may be asked sooner than we want to"


def test_what_a_feed_said_inside_stays_when_it_answers_304(archive: Archive) -> None:
    source = _source(feeds=(FEED,))
    sources.sync(archive, [source])
    _said(archive, ttl=7200, skip_hours=frozenset({3}))
    later = NOW + timedelta(hours=2)
    polling.note(archive, "gov39", Wish(way=FEED, fetched=later), unchanged=True)
    assert schedule(archive, source, now=later) == later + timedelta(hours=2)
    assert polling.wishes(archive, "gov39", [FEED])[0].skip_hours == {3}
    assert polling.wishes(archive, "gov39", []) == [], "a way that is no longer the source's"


def test_hours_and_days_that_a_feed_wants_to_be_skipped_are_skipped(archive: Archive) -> None:
    assert fresh_until(Wish(way=FEED, fetched=NOW, skip_hours=frozenset({9, 10, 12}))) == NOW.replace(hour=11)
    late = NOW.replace(hour=22, minute=30)
    assert fresh_until(Wish(way=FEED, fetched=late, skip_days=frozenset({1}))) == late.replace(hour=0, minute=0) + timedelta(
        days=1
    )
    everything = frozenset(range(24))
    assert fresh_until(Wish(way=FEED, fetched=NOW, skip_hours=everything)) == NOW + LONGEST, "nobody means that"


def test_a_person_who_says_how_often_knows_better_than_a_feeds_ttl(archive: Archive) -> None:
    source = _source(every="5m", feeds=(FEED,))
    sources.sync(archive, [source])
    _said(archive, ttl=7200)
    assert schedule(archive, source, now=NOW) == NOW + timedelta(minutes=5)


def test_a_clock_set_back_moves_what_is_due_with_it(archive: Archive) -> None:
    sources.sync(archive, [_source()])
    sources.set_next_due(archive, "gov39", NOW + timedelta(days=30))
    sources.shift_due(archive, -timedelta(days=30))
    assert sources.due(archive, NOW) == ["gov39"]


def test_a_habit_is_learned_again_when_something_came_and_not_for_another_day_of_silence(archive: Archive) -> None:
    source = _source()
    first = habit_of(archive, source, now=NOW)
    for hour in range(10):
        page = PageRecord(url=f"https://gov39.example.ru/{hour}/", source="gov39", outcome="irrelevant", reason="other matters")
        pages.record(archive, page, now=NOW - timedelta(hours=hour))
    assert habit_of(archive, source, now=NOW, news=False) == first
    assert habit_of(archive, source, now=NOW + timedelta(days=1), news=False) == first
    learned = habit_of(archive, source, now=NOW)
    assert (learned.observed, learned.last) == (10, NOW)
    assert habit_of(archive, source, now=NOW, news=False) == habit_of(archive, source, now=NOW)
