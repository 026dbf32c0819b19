"""A full disk, readers beside a writer, clocks that jump, sites that make wait or lie."""

import os
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from crawler.simulator import World
from tests.cli.archives import spoil
from tests.crawl.conftest import ROOT, Desk, MakeDesk

# the command with another clock: what asks for the time gets it moved by so many days
_ANOTHER_DAY = """
import datetime, sys, time
days = datetime.timedelta(days=float(sys.argv.pop(1)))
real = datetime.datetime
class Moved(real):
    @classmethod
    def now(cls, tz=None):
        return real.now(tz) + days
datetime.datetime = Moved
from crawler.cli import main
main()
"""


def limited(desk: Desk, size: int) -> "subprocess.CompletedProcess[str]":
    """A crawl that may make no file longer than `size` bytes: to SQLite that is a full disk."""

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return subprocess.run(
        [sys.executable, "-m", "crawler", "crawl", "wordpress", "fund"],
        cwd=desk.folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        preexec_fn=limit,
    )


@pytest.mark.parametrize("size", [300_000, *(pytest.param(more, marks=pytest.mark.slow) for more in (400_000, 600_000))])
def test_a_full_disk_ends_the_crawl_and_loses_nothing(desk: Desk, another: MakeDesk, size: int) -> None:
    done = limited(desk, size)
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    if desk.archive.exists() and desk.one("PRAGMA user_version"):
        assert desk.one("PRAGMA integrity_check") == "ok"
    desk.crawl("wordpress", "fund")
    whole = another("whole")
    whole.crawl("wordpress", "fund")
    assert desk.contents() == whole.contents()
    assert desk.one("PRAGMA integrity_check") == "ok"


@pytest.mark.slow
def test_readers_beside_two_writers_are_never_told_that_the_archive_is_locked(desk: Desk, world: World) -> None:
    desk.crawl("fund")
    seen: list[int] = []
    errors: list[BaseException] = []
    stop = threading.Event()

    def read() -> None:
        try:
            while not stop.wait(0.02):
                seen.append(desk.one("SELECT count(*) FROM articles a JOIN pages p ON p.article = a.id"))
        except sqlite3.Error as error:
            errors.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    writers = [desk.start("bitrix", "trade"), desk.start("tatarstan", "presscenter")]
    told = [writer.communicate(timeout=120) for writer in writers]
    stop.set()
    reader.join()
    assert errors == []
    assert [writer.returncode for writer in writers] == [0, 0], told
    assert not [err for _, err in told if "locked" in err or "Traceback" in err]
    assert seen == sorted(seen)
    assert len(seen) > 10
    assert {outcome for (outcome,) in desk.rows("SELECT outcome FROM crawls")} == {"finished"}


@pytest.mark.slow
@pytest.mark.parametrize("days", [-3, 400])
@pytest.mark.long
def test_a_clock_that_jumps_loses_and_doubles_nothing(desk: Desk, world: World, another: MakeDesk, days: int) -> None:
    def crawl(moved: float) -> None:
        done = subprocess.run(
            [sys.executable, "-c", _ANOTHER_DAY, str(moved), "crawl", "wordpress", "bitrix"],
            cwd=desk.folder,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr

    world.advance(-1)
    crawl(0)
    known = {url for (url,) in desk.rows("SELECT url FROM articles")}
    world.advance(1)
    crawl(days)
    crawl(0)
    urls = [url for (url,) in desk.rows("SELECT url FROM articles UNION ALL SELECT url FROM copies")]
    assert len(urls) == len(set(urls))
    assert known <= set(urls)
    fresh = another("fresh")
    fresh.crawl("wordpress", "bitrix")
    relevant = {piece["url"] for piece in world.truth if piece["relevant"]}
    kept = {url for (url,) in fresh.rows("SELECT url FROM articles UNION ALL SELECT url FROM copies")}
    assert set(urls) & relevant == kept & relevant
    assert desk.one("PRAGMA integrity_check") == "ok"


def test_a_site_that_asks_to_wait_is_waited_for(desk: Desk, world: World) -> None:
    piece = next(piece for piece in world.truth if piece["site"] == "fund" and piece["relevant"])
    world.take_log()
    world.fault(piece["url"], "status", code=503, retry_after="2", times=1)
    desk.crawl("fund")
    path = piece["url"].removeprefix(world.sites["fund"])
    first, second = (entry["at"] for entry in world.take_log() if entry["target"].lstrip("/") == path)
    assert second - first >= 2.0
    assert desk.rows("SELECT outcome FROM pages WHERE url = ?", piece["url"])[0][0] in ("stored", "copy")


@pytest.mark.slow
def test_a_304_that_lies_is_found_out(desk: Desk, world: World) -> None:
    """A feed that always says "not modified" (FreshRSS#1020) is asked without validators from time to time."""
    world.advance(-1)
    try:
        desk.crawl("fund")
        known = {url for (url,) in desk.rows("SELECT url FROM pages")}
        feed = world.sources["fund"].feeds[0]
        world.fault(feed, "lying", site="")
    finally:
        world.advance(1)
    desk.crawl("fund")
    assert {url for (url,) in desk.rows("SELECT url FROM pages")} == known
    with sqlite3.connect(desk.archive) as conn:  # as if nine more polls had been
        conn.execute("UPDATE pages SET polls = 9 WHERE url = ?", (feed,))
    desk.crawl("fund")
    new = {url for (url,) in desk.rows("SELECT url FROM pages")} - known
    assert {piece["url"] for piece in world.truth if piece["key"] == "fund-seats"} <= new


@pytest.mark.parametrize(
    ("config", "arguments", "code", "said"),
    [
        ("[crawl]\ndelay = -1\n", ["crawl"], 2, "delay"),
        ("archive = \n", ["crawl"], 2, "avtoklaster.toml"),
        ("nonsense = 1\n", ["crawl"], 2, "nonsense"),
        ("catalogue = false\n", ["crawl", "gov93"], 2, "gov93"),
        ('archive = "/"\n', ["crawl"], 3, "folder"),
        ('archive = "no/such/folder/a.db"\n', ["crawl"], 3, "folder"),
        ('archive = "avtoklaster.toml"\n', ["crawl"], 3, "SQLite"),
    ],
)
def test_what_cannot_be_is_one_line(tmp_path: Path, config: str, arguments: list[str], code: int, said: str) -> None:
    file = tmp_path / "avtoklaster.toml"
    file.write_text(config, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "crawler", *arguments],
        cwd=tmp_path,
        env={key: value for key, value in os.environ.items() if not key.startswith("AVTOKLASTER")} | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == code, done.stderr
    lines = [line for line in done.stderr.splitlines() if not line.startswith("Note:")]
    assert len(lines) == 1 and said in lines[0], done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["avtoklaster.toml"]
    assert file.read_text(encoding="utf-8") == config


def test_an_archive_of_a_newer_version_is_left_alone(desk: Desk) -> None:
    desk.crawl("fund")
    with sqlite3.connect(desk.archive) as conn:
        conn.execute("PRAGMA user_version = 9999")
    conn.close()
    before = desk.archive.read_bytes()
    done = desk.crawl("fund", code=3)
    assert "newer" in done.err
    assert desk.archive.read_bytes() == before


@pytest.mark.parametrize(
    "table", ["articles", *(pytest.param(more, marks=pytest.mark.slow) for more in ("pages", "links", "dates"))]
)
def test_an_archive_that_is_damaged_ends_the_crawl_in_one_line(desk: Desk, world: World, table: str) -> None:
    world.advance(-1)
    desk.crawl("fund", "presscenter")
    world.advance(1)
    spoil(desk.archive, table)
    done = desk.crawl("fund", "presscenter", code=3)
    lines = [line for line in done.err.splitlines() if not line.startswith(("fund: ", "presscenter: "))]
    assert len(lines) == 1, done.err
    assert "avtoklaster.db: not an archive, or a damaged one: database disk image is malformed" in lines[0]
