"""A full disk, a limit on files, a read-only folder, few descriptors, little memory: one line says so, and the archive is whole.

What could not be done is done when the command is given again with room: the end is that of an undisturbed run.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from crawler.simulator import start
from tests.reliability.kills import Matrix
from tests.reliability.launcher import Ended, Launcher
from tests.reliability.tasks import NAME, TASKS, wrong

pytestmark = pytest.mark.slow
KIB = 1 << 10


def _refused(ended: Ended) -> bool:
    """Did the command say in one line what it could not write?"""
    said = [line for line in ended.text.splitlines() if line.startswith("Error: ")]
    return ended.code in (2, 3) and len(said) == 1 and "bug" not in said[0] and "Traceback" not in ended.text


def _end(stage: Matrix, task: str, place: Path) -> None:
    """The command again, with room: as if nothing had been."""
    TASKS[task].ready(place)
    ended = stage.launcher.run(place, *TASKS[task].args)
    assert ended.code == 0, ended.text
    assert wrong(place, TASKS[task], ended=True) == []
    assert stage.differences(task, place) == []


def _mount(*options: str) -> None:
    done = subprocess.run(["mount", *options], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no file system can be mounted here: {done.stderr.strip()}")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[..., Path]]:
    """Makes a small file system, and changes its size or rights."""
    place = tmp_path / "disk"
    place.mkdir()
    try:
        _mount("-t", "tmpfs", "-o", "size=64m", "tmpfs", str(place))
    except FileNotFoundError:
        pytest.skip("no file system can be mounted here: there is no mount(8)")

    def change(options: str) -> Path:
        _mount("-o", f"remount,{options}", str(place))
        return place

    yield change
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def _put(stage: Matrix, task: str, place: Path) -> None:
    copy = stage.stage.copy(task, f"for {task} {place.parent.name}")
    shutil.copytree(copy, place, dirs_exist_ok=True)


@pytest.mark.parametrize(("task", "room"), [*((task, 8) for task in TASKS), ("crawl", 500), ("import", 100), ("reread", 100)])
def test_on_a_full_disk(stage: Matrix, disk: Callable[..., Path], task: str, room: int) -> None:
    place = disk("size=64m")
    _put(stage, task, place)
    usage = shutil.disk_usage(place)
    disk(f"size={(usage.used // KIB + room)}k")
    ended = stage.launcher.run(place, *TASKS[task].args)
    assert _refused(ended), ended.text
    disk("size=64m")  # looking at it takes room too
    assert wrong(place, TASKS[task], ended=False) == []
    _end(stage, task, place)


@pytest.mark.parametrize("task", TASKS)
def test_where_files_may_not_grow(stage: Matrix, tmp_path: Path, task: str) -> None:
    place = tmp_path / "here"
    _put(stage, task, place)
    archive = place / NAME
    size = 40 * KIB if task in ("forget", "prune", "export") or not archive.exists() else 200 * KIB
    ended = stage.launcher.run(place, *TASKS[task].args, limits={"fsize": size})
    assert _refused(ended) or ended.code == 0, ended.text
    assert wrong(place, TASKS[task], ended=False) == []
    _end(stage, task, place)


@pytest.mark.parametrize("task", TASKS)
def test_in_a_read_only_folder(stage: Matrix, disk: Callable[..., Path], task: str) -> None:
    place = disk("size=64m")
    _put(stage, task, place)
    before = {file.name: file.read_bytes() for file in place.iterdir()}
    disk("ro")
    ended = stage.launcher.run(place, *TASKS[task].args)
    assert _refused(ended), ended.text
    assert {file.name: file.read_bytes() for file in place.iterdir()} == before
    disk("rw")
    _end(stage, task, place)


def test_reading_needs_no_room_at_all(stage: Matrix, disk: Callable[..., Path]) -> None:
    place = disk("size=64m")
    _put(stage, "export", place)
    disk("ro")
    for args in (["query", "SELECT count(*) FROM articles"], ["search", "завод"], ["status", "--all"], ["diff", "1"], ["schema"]):
        ended = stage.launcher.run(place, *args)
        assert ended.code in (0, 1), (args, ended.text)
        assert "Error" not in ended.text, (args, ended.text)


@contextmanager
def _crawled(tmp_path: Path, mirrors: int) -> Iterator[tuple[Launcher, Path, Callable[..., None]]]:
    with start(mirrors=mirrors, articles=3) as world, Launcher() as launcher:
        place = tmp_path / "here"
        place.mkdir()
        config = world.config.replace("[crawl]", "[crawl]\nconcurrency = 24\ntimeout = 10")
        (place / "avtoklaster.toml").write_text(config, encoding="utf-8")
        yield launcher, place, world.fault


@pytest.mark.parametrize("descriptors", [14, 30])
@pytest.mark.long
def test_with_few_descriptors(tmp_path: Path, descriptors: int) -> None:
    with _crawled(tmp_path, 24) as (launcher, place, _):
        names = [f"mirror{number}-feed" for number in range(1, 25)]
        ended = launcher.run(place, "crawl", *names, limits={"nofile": descriptors})
        assert ended.code in (0, 1) or _refused(ended), ended.text
        assert "bug" not in ended.text, ended.text
        assert wrong(place, TASKS["crawl"], ended=False) == []
        ended = launcher.run(place, "crawl", *names)
        assert ended.code == 0, ended.text
        assert wrong(place, TASKS["crawl"], ended=True) == []
        ended = launcher.run(place, "query", "SELECT (SELECT count(*) FROM articles) + (SELECT count(*) FROM copies)", "--csv")
        assert ended.text.split()[-1] == "72", ended.text


HOSTILE: dict[str, tuple[str, dict[str, object]]] = {
    "200 MB of text": ("endless_body", {"announced": False}),
    "a bomb of 256 MB": ("bomb", {"coding": "gzip"}),
    "15 MB of one paragraph": ("one_line", {"size": 8 << 20, "text": "Автокластер растёт. "}),
    "1,000,000 nested tags": ("nested", {}),
    "100,000 links": ("many_links", {}),
}


@pytest.mark.long
def test_hostile_pages_in_little_memory(tmp_path: Path) -> None:
    with _crawled(tmp_path, len(HOSTILE) + 1) as (launcher, place, fault):
        for number, (kind, how) in enumerate(HOSTILE.values(), 1):
            fault("/news/2/", kind, site=f"mirror{number}", **how)
        names = [f"mirror{number}-feed" for number in range(1, len(HOSTILE) + 2)]
        ended = launcher.run(place, "crawl", *names, limits={"more": 300 << 20})
        assert ended.code in (0, 1), ended.text
        assert wrong(place, TASKS["crawl"], ended=True) == []
        sql = "SELECT p.source, p.outcome FROM pages AS p WHERE p.url LIKE '%/news/2/' ORDER BY p.source"
        ended = launcher.run(place, "query", sql, "--csv")
        became = dict(line.split(",") for line in ended.text.splitlines()[1:])
        assert set(became) == set(names), ended.text
        assert {became[name] for name in names[:-1]} <= {"failed", "not_article", "irrelevant"}, became
        assert became[names[-1]] in ("stored", "copy")
