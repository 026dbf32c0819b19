"""`avtoklaster sources check` and `sources add`, as real processes against the simulated press world."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler import leasing
from crawler.config import load_config
from crawler.simulator import World, start
from storage import open_archive
from tests.cli.conftest import Run

QUICK = "catalogue = false\n[crawl]\ndelay = 0.0\n"


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with start() as running:
        yield running


def _configure(folder: Path, text: str) -> Path:
    file = folder / "avtoklaster.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_check_says_of_each_way_what_works(run: Run, tmp_path: Path, world: World) -> None:
    _configure(tmp_path, world.config)
    reports = {report["id"]: report for report in run("sources", "check", "--json", code=None).json()}
    working = {id for id, report in reports.items() if report["works"]}
    assert working == set(world.sources) - {"closed", "traps"} & set(reports)
    assert reports["closed"]["verdict"].startswith("blocked: ")
    assert reports["closed"]["ways"][0]["blocked"] is True
    (way,) = reports["bitrix"]["ways"]
    assert (way["kind"], way["status"], way["charset"], way["links"], way["fitting"]) == ("listing", 200, "windows-1251", 6, 6)
    assert way["goes_on"] is True
    assert [article["kind"] for article in reports["bitrix"]["articles"]] == ["article"] * 3
    assert reports["bitrix"]["articles"][0]["published"].startswith(f"{world.today:%Y-%m}")
    assert reports["telegram"]["articles"][0]["length"] > 100


def test_check_of_a_few_is_shown_way_by_way_and_ends_with_a_verdict(run: Run, tmp_path: Path, world: World) -> None:
    _configure(tmp_path, world.config)
    out = run("sources", "check", "presscenter").out
    assert "feed      " in out
    assert "8 links, 8 of them articles" in out
    assert "verdict   works: feed (8), listing (8)" in out


def test_a_pattern_that_fits_nothing_is_named_as_the_reason(run: Run, tmp_path: Path, world: World) -> None:
    address = world.sources["bitrix"].listings[0]
    text = f'catalogue = false\n[sources.a]\nlistings = ["{address}"]\narticle = "/wrong/"\n'
    _configure(tmp_path, text)
    done = run("sources", "check", "--json", code=None)
    assert done.code == 1
    assert "it answers, but none of " in done.json()[0]["verdict"]
    assert "links fits `article`" in done.json()[0]["verdict"]


def test_robots_txt_is_obeyed_and_named(run: Run, tmp_path: Path, world: World) -> None:
    address = world.sources["bitrix"].home + "search/"
    _configure(tmp_path, f'catalogue = false\n[sources.a]\nlistings = ["{address}"]\n')
    report = run("sources", "check", "--json", code=None).json()[0]
    assert "robots.txt does not allow it" in report["verdict"]
    assert report["robots"] == "forbids a way"
    assert [entry["target"] for entry in world.take_log() if entry["target"].startswith("/search")] == []


@pytest.mark.parametrize("living", [True, False], ids=["living", "gone"])
def test_check_and_add_keep_away_from_a_machine_that_is_being_crawled(
    run: Run, tmp_path: Path, world: World, monkeypatch: pytest.MonkeyPatch, living: bool
) -> None:
    _configure(tmp_path, world.config)
    monkeypatch.setattr(leasing, "PATIENCE", 0.0)  # the commands are forks of this process
    crawling = subprocess.Popen([sys.executable, "-c", _CRAWLING, tmp_path / "avtoklaster.db", "bitrix"], stdout=subprocess.PIPE)
    assert crawling.stdout is not None
    machine = crawling.stdout.readline().decode().strip()
    if not living:
        crawling.kill()
        crawling.wait()
    world.take_log()
    try:
        (report,) = run("sources", "check", "bitrix", "--json", code=0).json()
        added = run("sources", "add", world.sources["bitrix"].home, "--dry-run", code=int(living))
    finally:
        crawling.kill()
        crawling.wait()
    asked = world.take_log()
    if living:
        assert (
            report["verdict"] == f"not checked: {machine} is being crawled by process {crawling.pid} for bitrix; ask again later"
        )
        assert "ask again later" in added.err
        assert asked == []
    else:
        assert report["works"] is True
        assert asked
    with open_archive(tmp_path / "avtoklaster.db", read_only=True) as archive:
        assert len(archive.conn.execute("SELECT * FROM leases").fetchall()) == int(living), "what was taken is given back"


_CRAWLING = """
import sys, time
from pathlib import Path
from crawler import leasing
from crawler import leasing
from crawler.config import load_config
from storage import leases, open_archive
archive = open_archive(Path(sys.argv[1]))
source = load_config(Path(sys.argv[1]).parent / "avtoklaster.toml").sources[sys.argv[2]]
(machine,) = leasing.machines(source)
assert leases.acquire(archive, [machine], source=source.id)
print(machine, flush=True)
time.sleep(300)
"""


@pytest.mark.slow
def test_save_writes_the_day_for_those_that_work_and_nothing_else(run: Run, tmp_path: Path, world: World) -> None:
    file = _configure(tmp_path, world.config)
    run("sources", "check", "presscenter", "closed", "--save", code=1)
    sources = load_config(file).sources
    assert sources["presscenter"].verified != "never"
    assert sources["closed"].verified == "never"
    assert [line for line in world.config.splitlines() if line not in file.read_text(encoding="utf-8").splitlines()] == []


@pytest.mark.slow
def test_without_the_internet_every_source_says_why_in_bounded_time(run: Run, tmp_path: Path) -> None:
    sources = "".join(
        f'[sources.s{number}]\nfeeds = ["https://press{number}.invalid/rss"]\nlistings = ["https://press{number}.invalid/news/"]\n'
        for number in range(60)
    )
    _configure(tmp_path, f'catalogue = false\n{sources}[sources.port]\nfeeds = ["http://127.0.0.1:9/rss"]\n')
    began = time.monotonic()
    done = run("sources", "check", "--json", code=None)
    assert time.monotonic() - began < 60
    assert done.code == 1
    reports = done.json()
    assert len(reports) == 61
    assert not any(report["works"] for report in reports)
    assert all(report["verdict"].startswith("unreachable: DNS: ") for report in reports[:-1])
    assert "connection refused" in reports[-1]["verdict"]


def test_add_writes_an_entry_that_check_then_finds_working(run: Run, tmp_path: Path, world: World) -> None:
    file = _configure(tmp_path, "# ours\n" + QUICK)
    done = run("sources", "add", world.sites["bitrix"], "--id", "oblast", "--region", "ru-kgd", "--kind", "government")
    assert "[sources.oblast]" in done.out
    assert file.read_text(encoding="utf-8").startswith("# ours\n")
    source = load_config(file).sources["oblast"]
    assert source.listings == world.sources["bitrix"].listings
    assert (source.region, source.timezone) == ("RU-KGD", "Europe/Kaliningrad")
    assert source.verified != "never"
    assert "works: listing" in run("sources", "check", "oblast").out


@pytest.mark.slow
def test_add_shows_without_writing_when_asked_to(run: Run, tmp_path: Path, world: World) -> None:
    before = _configure(tmp_path, QUICK).read_text(encoding="utf-8")
    out = run("sources", "add", world.sites["trade"], "--dry-run").out
    assert f'feeds = ["{world.sites["trade"]}rss.xml"]' in out
    assert (tmp_path / "avtoklaster.toml").read_text(encoding="utf-8") == before


@pytest.mark.slow
def test_add_writes_nothing_when_nothing_was_found(run: Run, tmp_path: Path, world: World) -> None:
    file = _configure(tmp_path, QUICK)
    for site in ("closed", "traps"):
        done = run("sources", "add", world.sites[site], code=None)
        assert done.code == 1
        assert done.err
        assert file.read_text(encoding="utf-8") == QUICK


def test_add_refuses_what_cannot_be_before_asking_anybody(run: Run) -> None:
    assert "absolute address" in run("sources", "add", "file:///etc/passwd", code=2).err
    assert "ISO 3166-2" in run("sources", "add", "https://a.invalid/", "--region", "XX", code=2).err
    assert "already a source 'gov39'" in run("sources", "add", "https://a.invalid/", "--id", "gov39", code=2).err
    assert "lower-case" in run("sources", "add", "https://a.invalid/", "--id", "Gov 39", code=2).err
