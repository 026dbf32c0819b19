"""What is written of a batch whose process ended before it began to crawl."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.operating import outcomes
from crawler.operating.children import Ended
from crawler.sources import Source
from storage import crawls, open_archive, sources
from storage.errors import ArchiveError

NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
SOURCE = Source(id="gov39", name="Правительство", feeds=("https://gov39.example.ru/rss/",), every="1h")


@pytest.mark.parametrize(("status", "outcome", "failures"), [(2, "failed", 1), (-9, "killed", 0)])
def test_a_crawl_that_never_began_is_not_taken_for_the_one_before_it(
    status: int, outcome: str, failures: int, tmp_path: Path
) -> None:
    ended = Ended(status=status, seconds=1.0, stopped=False, last_line="")
    with open_archive(tmp_path / "archive.db") as archive:
        sources.sync(archive, [SOURCE])
        before = crawls.start(archive, "gov39", now=NOW - timedelta(hours=1))
        crawls.finish(archive, before, outcome="finished", now=NOW - timedelta(hours=1))
        outcomes.record(archive, {"gov39": SOURCE}, ["gov39"], ended, before, now=NOW, stopping=True)
        assert crawls.last_number(archive) == before, "a daemon that stops ends its children itself"
        outcomes.record(archive, {"gov39": SOURCE}, ["gov39"], ended, before, now=NOW, stopping=False)
        crawl = crawls.latest(archive, "gov39")
        row = sources.get(archive, "gov39")
    assert crawl is not None
    assert (crawl["id"] > before, crawl["outcome"]) == (True, outcome)
    assert f"status {status} before it began" in crawl["message"]
    assert row is not None
    assert row["failures"] == failures
    assert datetime.fromisoformat(row["next_due"]) > NOW


def test_a_child_that_the_archive_ended_is_told_of_after_all_is_written(tmp_path: Path) -> None:
    ended = Ended(status=3, seconds=1.0, stopped=False, last_line="")
    with open_archive(tmp_path / "archive.db") as archive:
        sources.sync(archive, [SOURCE])
        crawl = crawls.start(archive, "gov39", now=NOW)
        crawls.finish(archive, crawl, outcome="failed", message="archive.db: damaged", now=NOW)
        with pytest.raises(ArchiveError, match="could not be read or written"):
            outcomes.record(archive, {"gov39": SOURCE}, ["gov39"], ended, crawl - 1, now=NOW, stopping=False)
        row = sources.get(archive, "gov39")
    assert row is not None
    assert datetime.fromisoformat(row["next_due"]) > NOW
