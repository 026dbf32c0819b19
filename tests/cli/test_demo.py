"""`avtoklaster demo`: the whole thing, offline, in seconds, and never over somebody's data."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from storage import meta, open_archive
from tests.cli.conftest import Run, environment


@pytest.mark.long
def test_the_demo_replaces_an_earlier_one_and_shows_what_it_crawled(run: Run, tmp_path: Path) -> None:
    with open_archive(tmp_path / "demo.db") as archive:
        meta.put(archive, "demo", "an earlier one")
        meta.put(archive, "mark", "to be gone with it")
    began = time.monotonic()
    done = run("demo", "--json")
    assert time.monotonic() - began < 60
    told = done.json()
    assert (tmp_path / "demo.db").exists() and told["archive"] == "demo.db"
    assert told["counts"]["articles"] >= 25
    assert told["counts"]["irrelevant"] >= 20
    sources = {row["id"]: row for row in told["sources"]}
    assert sources["closed"]["outcome"] == "blocked"
    assert all(sources[name]["outcome"] == "finished" for name in ("bitrix", "tatarstan", "presscenter", "wordpress", "fund"))
    first, second = told["crawls"]
    assert second["requests"] < first["requests"] / 2
    assert len(told["queries"]) == 3
    with sqlite3.connect(tmp_path / "demo.db") as conn:
        assert conn.execute("SELECT count(*) FROM meta WHERE key = 'mark'").fetchone() == (0,)
        assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        for query in told["queries"]:  # what is shown can be run as shown, in plain sqlite3 too
            assert len(conn.execute(query["sql"]).fetchall()) == len(query["rows"])


def test_somebody_elses_archive_is_not_replaced(run: Run, tmp_path: Path) -> None:
    mine = tmp_path / "demo.db"
    with open_archive(mine):
        pass
    before = mine.read_bytes()
    refused = run("demo", code=2)
    assert "demo.db" in refused.err and "earlier demo" in refused.err
    assert mine.read_bytes() == before


@pytest.mark.slow
def test_people_are_shown_tables_and_what_to_type_next(run: Run, tmp_path: Path) -> None:
    shown = run("--archive", str(tmp_path / "shown.db"), "demo").out
    assert "Янтарной области" in shown
    assert shown.count(' query "SELECT') == 3
    assert "What to do next" in shown and "avtoklaster crawl" in shown


def test_what_is_no_archive_or_cannot_be_one_is_left_alone(run: Run, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Здравствуйте!", encoding="utf-8")
    run("demo", "letter.txt", code=3)
    assert (tmp_path / "letter.txt").read_text(encoding="utf-8") == "Здравствуйте!"
    run("demo", "no/such/folder/demo.db", code=3)
    run("demo", str(tmp_path), code=3)


def test_ctrl_c_ends_the_demo_and_all_its_processes(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "crawler", "demo"],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stderr
    for line in process.stderr:  # the crawl is about to begin
        if "avtoklaster crawl" in line:
            break
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(timeout=30) != 0
    process.stderr.close()
    deadline = time.monotonic() + 10
    while _group_lives(process.pid):
        assert time.monotonic() < deadline, "a process was left behind"
        time.sleep(0.05)


def _group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
