"""Crawls and leases: who is at work, who was killed, and never two at one host."""

import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from storage import Archive, crawls, leases, sources
from tests.storage.samples import NOW, later


@dataclass
class Entry:
    id: str
    name: str = "Имя"
    region: str = "RU-KGD"
    kind: str = "government"
    home: str = "https://gov39.ru/"
    enabled: bool = True


def test_a_crawl_is_begun_counted_and_ended(archive: Archive) -> None:
    crawl = crawls.start(archive, "gov39", now=NOW)
    crawls.progress(archive, crawl, {"requests": 3, "new": 1}, now=later(seconds=5))
    assert crawls.get(archive, crawl)["requests"] == 3
    crawls.finish(archive, crawl, outcome="finished", counts={"requests": 9, "new": 2}, message="всё", now=later(minutes=1))
    row = crawls.latest(archive, "gov39")
    assert (row["id"], row["outcome"], row["requests"], row["new"]) == (crawl, "finished", 9, 2)
    assert row["finished"] == "2026-02-02T09:01:00+00:00"
    source = sources.get(archive, "gov39")
    assert (source["last_success"], source["last_new"], source["failures"]) == (row["finished"], row["finished"], 0)


def test_failures_in_a_row_are_counted_until_a_success(archive: Archive) -> None:
    for outcome, failures in (("failed", 1), ("blocked", 2), ("interrupted", 2), ("busy", 2), ("partial", 0), ("failed", 1)):
        crawls.finish(archive, crawls.start(archive, "gov39", now=NOW), outcome=outcome, now=NOW)
        assert sources.get(archive, "gov39")["failures"] == failures
    assert sources.get(archive, "gov39")["last_new"] is None


def test_wrong_counts_and_outcomes_are_refused(archive: Archive) -> None:
    crawl = crawls.start(archive, "gov39", now=NOW)
    with pytest.raises(ValueError, match="does not count happiness"):
        crawls.progress(archive, crawl, {"happiness": 1}, now=NOW)
    with pytest.raises(ValueError, match="not an outcome"):
        crawls.finish(archive, crawl, outcome="fine", now=NOW)


HOLD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from storage import open_archive, leases, crawls
archive = open_archive(Path(sys.argv[1]))
crawls.start(archive, "gov39", now=datetime.now(UTC))
print(bool(leases.acquire(archive, ["gov39.ru"], source="gov39", wait_seconds=0)), flush=True)
sys.stdin.read()
"""


def holder(archive: Archive) -> subprocess.Popen:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(archive.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline().strip() == "True"
    return process


def test_a_host_leased_by_a_living_process_is_not_given_and_after_its_death_at_once(archive: Archive) -> None:
    with holder(archive) as process:
        refused = leases.acquire(archive, ["a.ru", "gov39.ru"], source="kp40", wait_seconds=0.3)
        assert not refused
        assert (refused.holder.source, refused.holder.pid) == ("gov39", process.pid)
        assert archive.one("SELECT count(*) FROM leases")[0] == 1, "all or nothing: a.ru was not taken"
        assert crawls.close_killed(archive, now=datetime.now(UTC)) == []
        process.kill()
        process.wait()
    assert leases.acquire(archive, ["gov39.ru"], source="kp40", wait_seconds=0)
    assert crawls.close_killed(archive, now=datetime.now(UTC)) == [1]
    assert crawls.get(archive, 1)["outcome"] == "killed"


def test_one_process_does_not_crawl_one_host_for_two_sources_at_once(archive: Archive) -> None:
    assert leases.acquire(archive, ["tatarstan.ru"], source="mpt", wait_seconds=0)
    assert leases.acquire(archive, ["tatarstan.ru"], source="mpt", wait_seconds=0)
    assert not leases.acquire(archive, ["tatarstan.ru"], source="mert", wait_seconds=0)
    leases.release(archive, source="mpt")
    assert leases.acquire(archive, ["tatarstan.ru"], source="mert", wait_seconds=0)


def test_the_lease_of_another_machine_ends_only_by_time(archive: Archive) -> None:
    assert leases.acquire(archive, ["gov39.ru"], source="gov39", wait_seconds=0)
    archive.conn.execute("UPDATE leases SET machine = 'elsewhere', pid = 999999999")
    assert not leases.acquire(archive, ["gov39.ru"], source="kp40", wait_seconds=0)
    archive.conn.execute("UPDATE leases SET expires = ?", ((datetime.now(UTC) - timedelta(seconds=1)).isoformat(),))
    assert leases.acquire(archive, ["gov39.ru"], source="kp40", wait_seconds=0)


def test_a_pid_used_again_after_a_reboot_is_not_the_holder(archive: Archive) -> None:
    assert leases.acquire(archive, ["gov39.ru"], source="gov39", wait_seconds=0)
    archive.conn.execute("UPDATE leases SET boot = 'before'")
    assert leases.acquire(archive, ["gov39.ru"], source="kp40", wait_seconds=0)


def test_the_catalogue_becomes_rows_and_what_left_it_stays_disabled(archive: Archive) -> None:
    sources.sync(archive, [Entry("gov39"), Entry("kp40", enabled=False)])
    sources.set_next_due(archive, "gov39", later(hours=1))
    changes = archive.conn.total_changes
    sources.sync(archive, [Entry("gov39"), Entry("kp40", enabled=False)])
    assert archive.conn.total_changes == changes, "nothing differs: nothing is written"
    sources.sync(archive, [Entry("klops", name="Клопс")])
    rows = {row["id"]: (row["name"], row["enabled"]) for row in archive.conn.execute("SELECT * FROM sources")}
    assert rows == {"gov39": ("Имя", 0), "kp40": ("Имя", 0), "klops": ("Клопс", 1)}
    assert sources.get(archive, "gov39")["next_due"] == "2026-02-02T10:00:00+00:00"


def test_due_are_the_enabled_sources_whose_time_has_come_the_longest_waiting_first(archive: Archive) -> None:
    sources.sync(archive, [Entry(id) for id in ("a", "b", "c", "d")] + [Entry("off", enabled=False)])
    sources.set_next_due(archive, "a", later(minutes=-1))
    sources.set_next_due(archive, "b", later(minutes=1))
    sources.set_next_due(archive, "c", later(minutes=-2))
    assert sources.due(archive, NOW) == ["d", "c", "a"]
    assert sources.next_due(archive) == "2026-02-02T08:58:00+00:00"
