"""When a source is crawled next."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.operating.due import BACK_OFF_STEP, LONGEST, back_off, next_due, schedule
from crawler.rhythm import Rhythm, learn
from crawler.sources import Source
from storage import Archive, crawls, open_archive, sources

NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)  # a Tuesday


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with open_archive(tmp_path / "archive.db") as opened:
        yield opened


def _source(**fields: str) -> Source:
    return Source(id="gov39", name="Правительство", **fields)  # type: ignore[arg-type]


def _rhythm() -> Rhythm:
    return learn([], "Europe/Moscow", NOW)


def test_every_is_from_start_to_start() -> None:
    assert next_due(_source(every="30m"), ["finished"], _rhythm, now=NOW) == NOW + timedelta(minutes=30)


def test_cron_weekdays_are_what_they_are_called_and_in_the_sources_own_zone() -> None:
    when = next_due(_source(cron="0 9 * * mon", timezone="Asia/Vladivostok"), ["finished"], _rhythm, now=NOW)
    assert when == datetime(2026, 3, 8, 23, 0, tzinfo=UTC)
    assert when.astimezone(UTC).utcoffset() == timedelta(0)


def test_failures_put_the_next_crawl_off_by_their_weight_and_never_for_good() -> None:
    assert back_off(["finished", "failed"]) == timedelta(0)
    assert back_off(["blocked", "blocked", "finished"]) == 2 * BACK_OFF_STEP
    assert back_off(["failed", "killed", "partial"]) == 0.75 * BACK_OFF_STEP
    assert back_off(["blocked"] * 500) == LONGEST
    usual = next_due(_source(every="30m"), ["finished"], _rhythm, now=NOW)
    assert next_due(_source(every="30m"), ["blocked"] * 3, _rhythm, now=NOW) == usual + timedelta(minutes=30)


def test_a_source_without_orders_is_asked_by_its_rhythm_often_in_office_hours() -> None:
    when, gaps = NOW, []
    for _ in range(3):
        following = next_due(_source(), ["finished"], _rhythm, now=when)
        gaps.append(following - when)
        when = following
    assert max(gaps) < timedelta(hours=1)
    sunday = datetime(2026, 3, 8, 1, 0, tzinfo=UTC)  # four at night in Moscow
    first = next_due(_source(), ["finished"], _rhythm, now=sunday)
    assert next_due(_source(), ["finished"], _rhythm, now=first) - first > timedelta(hours=1)


def test_what_the_site_asks_for_is_respected_up_to_a_day_and_written_to_the_archive(archive: Archive) -> None:
    source = _source(every="5m")
    sources.sync(archive, [source])
    crawl = crawls.start(archive, "gov39", now=NOW)
    crawls.finish(archive, crawl, outcome="finished", now=NOW)
    assert schedule(archive, source, now=NOW, not_before=NOW + timedelta(hours=2)) == NOW + timedelta(hours=2)
    assert schedule(archive, source, now=NOW, not_before=NOW + timedelta(days=400)) == NOW + LONGEST
    assert sources.due(archive, NOW + timedelta(hours=23)) == []
    assert sources.due(archive, NOW + timedelta(hours=25)) == ["gov39"]


def test_a_clock_set_back_moves_what_is_due_with_it(archive: Archive) -> None:
    sources.sync(archive, [_source()])
    sources.set_next_due(archive, "gov39", NOW + timedelta(days=30))
    sources.shift_due(archive, -timedelta(days=30))
    assert sources.due(archive, NOW) == ["gov39"]
