"""What befalls a daemon in months: its archive is moved, the disk is full, its configuration is wrong, it is started twice."""

from __future__ import annotations

import os
import re
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from importlib.resources import files
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from crawler.simulator import World, start
from storage import backups
from tests.operating.test_daemon import Service, daemon

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with start() as running:
        yield running


def _config(world: World, every: str = "5s") -> str:
    """One source of the world."""
    (name, source) = next((name, source) for name, source in world.sources.items() if source.feeds and not source.sitemaps)
    return (
        f"catalogue = false\n[crawl]\ndelay = 0\n[sources.{name}]\nfeeds = {list(source.feeds)}\n"
        f'article = {source.article!r}\nevery = "{every}"\n'
    ).replace("'", '"' if "\\" not in source.article else "'")


def _wait(for_what: Callable[[], object], service: Service, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not for_what():
        assert time.monotonic() < deadline, service.log
        time.sleep(0.1)


def _crawls(service: Service) -> int:
    return len(re.findall(r"event=crawl .*outcome=finished", service.log))


def _status(port: int) -> int:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=30) as answer:
            return int(answer.status)
    except HTTPError as error:
        return error.code


@pytest.mark.long
def test_an_archive_that_is_moved_away_is_not_made_anew_and_goes_on_when_it_is_back(world: World, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    away = tmp_path / "away"
    away.mkdir()
    with daemon(_config(world), tmp_path, "--listen", str(port)) as service:
        _wait(lambda: _crawls(service) >= 1, service)
        assert _status(port) == 200
        for file in tmp_path.glob("archive.db*"):
            file.rename(away / file.name)
        _wait(lambda: "event=job-failed" in service.log, service)
        assert _status(port) == 503
        assert not (tmp_path / "archive.db").exists(), "nothing is begun behind the back of who moved it"
        assert service.log.count("Traceback") == 0
        backups.make(away / "archive.db", tmp_path / "archive.db")
        done = _crawls(service)
        _wait(lambda: _crawls(service) >= done + 2, service)
        assert "event=archive-replaced" in service.log
        assert "event=job-well-again job=_look" in service.log
        assert service.log.count("event=job-failed job=_look") == 1
        assert _status(port) == 200


@pytest.mark.long
def test_children_work_by_the_configuration_that_was_found_right_while_a_wrong_one_stands_there(
    world: World, tmp_path: Path
) -> None:
    with daemon(_config(world), tmp_path) as service:
        service.said("READY=1")

        def refused(times: int) -> bool:
            return service.log.count("event=reload-refused") == times

        for number, wrong in enumerate(("catalogue = maybe", 'topic = "nowhere.toml"'), 1):
            (tmp_path / "avtoklaster.toml").write_text(wrong, encoding="utf-8")
            service.process.send_signal(signal.SIGHUP)
            _wait(partial(refused, number), service)
        done = _crawls(service)
        _wait(lambda: _crawls(service) >= done + 2, service)


@pytest.mark.long
@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="files of a running process are limited by Linux only")
def test_a_disk_that_is_full_is_unhealthy_and_well_again_when_there_is_room(world: World, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with daemon(_config(world), tmp_path, "--listen", str(port)) as service:
        _wait(lambda: _crawls(service) >= 1, service)
        assert _status(port) == 200
        before = resource.prlimit(
            service.process.pid, resource.RLIMIT_FSIZE, (16_384, resource.RLIM_INFINITY)
        )  # the log has room
        _wait(lambda: "event=job-failed" in service.log, service)
        assert _status(port) == 503
        resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE, before)
        _wait(lambda: _status(port) == 200, service)
        assert "Traceback" not in service.log


def test_a_second_daemon_on_one_archive_is_refused_in_one_line(world: World, tmp_path: Path) -> None:
    with daemon(_config(world, "1h"), tmp_path) as service:
        service.said("READY=1")
        second = subprocess.run(
            [sys.executable, "-m", "crawler", "--archive", "archive.db", "daemon"],
            cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert second.returncode == 3
        assert second.stderr == "Error: archive.db: another daemon watches its sources already\n"
        service.process.kill()
        service.process.wait()
    with daemon(_config(world, "1h"), tmp_path) as service:
        service.said("READY=1")


@pytest.mark.long
def test_a_crawl_that_cannot_even_begin_is_a_failed_crawl_with_its_reason(world: World, tmp_path: Path) -> None:
    topic = tmp_path / "topic.toml"
    topic.write_bytes((files("crawler") / "topics" / "automotive-clusters.toml").read_bytes())
    with daemon('topic = "topic.toml"\n' + _config(world), tmp_path) as service:
        service.said("READY=1")
        topic.write_text("nonsense = 1", encoding="utf-8")
        service.until("SELECT count(*) FROM crawls WHERE outcome = 'failed' AND message LIKE '%status 2 before it began%'", 1)
        service.until("SELECT count(*) FROM sources WHERE failures = 1 AND next_due > datetime('now', '+5 minutes')", 1)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a file system of six megabytes."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = shutil.which("mount")
    if mount is None or subprocess.run([mount, "-t", "tmpfs", "-o", "size=6m", "tmpfs", folder], check=False).returncode:
        pytest.skip("no small file system can be mounted here: that takes root")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


@pytest.mark.long
def test_a_full_disk_is_a_line_and_not_a_storm_and_when_there_is_room_it_goes_on(
    world: World, tmp_path: Path, small_disk: Path
) -> None:
    config = f'archive = "{small_disk / "archive.db"}"\n{_config(world)}'
    with daemon(config, tmp_path, archive=small_disk / "archive.db") as service:
        _wait(lambda: _crawls(service) >= 1, service)
        with (small_disk / "fill").open("wb", buffering=0) as fill, suppress(OSError):
            while fill.write(b"0" * 512):
                pass
        _wait(lambda: "event=job-failed" in service.log, service)
        first = time.monotonic()
        _wait(lambda: time.monotonic() - first > 30, service)
        assert service.log.count("event=job-failed") <= 6, "a line a job, however often it fails"
        (small_disk / "fill").unlink()
        done = _crawls(service)
        _wait(lambda: _crawls(service) >= done + 2, service, 120)
        assert service.log.count("Traceback") == 0
    assert backups.check(small_disk / "archive.db")["articles"] >= 1


@pytest.mark.parametrize("how", ["2>&-", "2>&1 >/dev/null | head -n 1"], ids=["closed", "its reader went away"])
def test_without_a_stderr_it_crawls_all_the_same(how: str, world: World, tmp_path: Path) -> None:
    (tmp_path / "avtoklaster.toml").write_text(_config(world), encoding="utf-8")
    command = f"'{sys.executable}' -m crawler --archive archive.db daemon {how}"
    shell = subprocess.Popen(["sh", "-c", command], cwd=tmp_path, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        deadline = time.monotonic() + 90
        while True:
            assert time.monotonic() < deadline
            time.sleep(0.2)
            if not (tmp_path / "archive.db-wal").exists():
                continue
            with sqlite3.connect(f"file:{tmp_path / 'archive.db'}?mode=ro", uri=True) as conn, suppress(sqlite3.OperationalError):
                ended = [row[0] for row in conn.execute("SELECT outcome FROM crawls WHERE finished IS NOT NULL")]
                if ended:
                    break
    finally:
        os.killpg(shell.pid, signal.SIGKILL)
        shell.wait()
    assert set(ended) == {"finished"}
