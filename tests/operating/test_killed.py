"""Whose doing it is that a crawling process is killed: a whole daemon on a clock that is moved, and children that really are."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.operating import due
from crawler.reporting import health
from crawler.sources import Source
from scheduler import Rules
from storage import alarms, crawls, history, open_archive, sources
from tests.operating.timelapse import VARIABLE, Clock, Timelapse

CHILD = (sys.executable, str(Path(__file__).with_name("killing_child.py")))
TUESDAY = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def _daemon(folder: Path, monkeypatch: pytest.MonkeyPatch, names: list[str]) -> Timelapse:
    monkeypatch.setenv(VARIABLE, str(folder / "clock"))
    monkeypatch.setattr("apscheduler.schedulers.base.datetime", datetime)  # put back after the test
    entries = [f'[sources.{name}]\nfeeds = ["https://{name}.example.ru/rss/"]\nevery = "20m"' for name in names]
    (folder / "avtoklaster.toml").write_text("\n".join(["catalogue = false", *entries]), encoding="utf-8")
    clock = Clock(folder / "clock", TUESDAY)
    rules = Rules(tick=3600.0)
    return Timelapse(folder / "avtoklaster.toml", folder / "archive.db", clock, rules=rules, program=CHILD)


def _commands(folder: Path) -> list[str]:
    return [line[26:] for line in (folder / "clock.commands").read_text(encoding="utf-8").splitlines() if " crawl " in line]


def test_whoever_crawls_beside_a_killer_is_crawled_alone_at_once_and_only_the_killer_is_held_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["bystander", "killer", "quick"]
    daemon = _daemon(tmp_path, monkeypatch, names)

    async def story(daemon: Timelapse) -> None:
        await daemon.pass_until(TUESDAY + 3 * HOUR)

    daemon.play(story)
    commands = _commands(tmp_path)
    assert [commands[0], *sorted(commands[1:3])] == ["crawl bystander killer quick", "crawl bystander", "crawl killer"]
    with open_archive(tmp_path / "archive.db") as archive:
        told = archive.conn.execute(
            "SELECT source, group_concat(outcome || alone, ' ') FROM (SELECT * FROM crawls ORDER BY id) GROUP BY source"
        ).fetchall()
        ended = {row[0]: row[1].split() for row in told}
        standing = [(row["source"], row["kind"], row["message"]) for row in alarms.standing(archive)]
    assert ended["bystander"][0] == "killed0"
    assert set(ended["bystander"][1:]) == set(ended["quick"]) == {"finished0"}
    assert min(len(ended["bystander"]), len(ended["quick"])) >= 9, "every twenty minutes as ordered"
    assert ended["killer"][0] == "killed0"
    assert set(ended["killer"][1:]) == {"killed1"}
    assert 4 <= len(ended["killer"]) <= 7, "the third time it is held back, and longer each time"
    assert standing == [("killer", "failing", "its process ended with signal 9 while it crawled nothing else")]


def test_a_crawl_that_is_killed_after_the_others_of_its_process_is_its_own_doing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    daemon = _daemon(tmp_path, monkeypatch, ["killer", "quick", "quick2"])

    async def story(daemon: Timelapse) -> None:
        await daemon.quiet()

    daemon.play(story)
    with open_archive(tmp_path / "archive.db") as archive:
        found = archive.conn.execute("SELECT source, outcome, alone FROM crawls ORDER BY source").fetchall()
    assert [tuple(row) for row in found] == [("killer", "killed", 1), ("quick", "finished", 0), ("quick2", "finished", 0)]


def test_a_daemon_that_dies_with_its_children_again_and_again_is_held_against_no_source(tmp_path: Path) -> None:
    source = Source(id="gov39", name="Правительство", feeds=("https://gov39.example.ru/rss/",), every="1h")
    begin = "import sys; from datetime import *; from storage import *; from storage import crawls\n"
    begin += "with open_archive(sys.argv[1]) as a: print(crawls.start(a, 'gov39', now=datetime.fromisoformat(sys.argv[2])))"
    with open_archive(tmp_path / "archive.db") as archive:
        sources.sync(archive, [source])
        for hour in range(5):
            now = TUESDAY + hour * HOUR
            # a process that ends without a word, as by a power cut
            command = [sys.executable, "-c", begin, str(archive.path), now.isoformat()]
            subprocess.run(command, check=True, capture_output=True, env=os.environ)
            due.take_up(archive, [source], now=now)
            assert sources.due(archive, now) == ["gov39"], "crawled as soon as the daemon is there again"
        later = TUESDAY + 5 * HOUR
        crawls.finish(archive, crawls.start(archive, "gov39", now=later), outcome="failed", now=later)
        assert history.outcomes(archive, "gov39", limit=60) == ["failed"]
        assert due.schedule(archive, source, now=later) == later + HOUR
        assert health.check(archive, source, now=later) == ([], [])
        assert due.batches(archive, ["gov39", "other"], 10) == [["gov39", "other"]]
