"""The daemon as a service manager sees it: a real process, a real archive, the simulated press world, real signals."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.request import urlopen

import psutil
import pytest

from crawler.simulator import World, start
from storage import open_archive

pytestmark = pytest.mark.slow

IDLE_MB = 40


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with start() as running:
        yield running


def _enabled(world: World) -> int:
    return sum(source.enabled for source in world.sources.values())


class Service:
    """A running daemon and what it says to its service manager."""

    def __init__(self, process: subprocess.Popen[bytes], manager: socket.socket, archive: Path, log: Path) -> None:
        self.process = process
        self._manager = manager
        self.archive = archive
        self._log = log

    def said(self, what: str, seconds: float = 60) -> str:
        """The next message that holds `what`."""
        self._manager.settimeout(seconds)
        while what not in (message := self._manager.recv(4096).decode()):
            pass
        return message

    @property
    def log(self) -> str:
        return self._log.read_text()

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        with sqlite3.connect(f"file:{self.archive}?mode=ro", uri=True) as conn:
            return conn.execute(sql).fetchall()

    def until(self, sql: str, enough: int, seconds: float = 90) -> None:
        """Looks until the query counts enough."""
        deadline = time.monotonic() + seconds
        while self.rows(sql)[0][0] < enough:  # type: ignore[operator]
            assert time.monotonic() < deadline, f"{sql} did not reach {enough}\n{self.log}"
            assert self.process.poll() is None, self.log
            self._manager.setblocking(False)
            with suppress(BlockingIOError):  # its queue holds ten messages; the daemon does not wait for who does not read them
                while self._manager.recv(4096):
                    pass
            time.sleep(0.2)


@contextmanager
def daemon(config: str, folder: Path, *options: str, archive: Path = Path("archive.db"), **environment: str) -> Iterator[Service]:
    (folder / "avtoklaster.toml").write_text(config, encoding="utf-8")
    log = folder / "daemon.log"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager, log.open("ab") as stderr:
        (folder / "notify").unlink(missing_ok=True)
        manager.bind(str(folder / "notify"))
        process = subprocess.Popen(
            [sys.executable, "-m", "crawler", "--archive", str(archive), "daemon", *options],
            cwd=folder,
            stderr=stderr,
            env={**os.environ, "NOTIFY_SOCKET": str(folder / "notify"), **environment},
        )
        try:
            yield Service(process, manager, folder / archive, log)
        finally:
            process.kill()
            process.wait()


def _every(config: str, interval: str) -> str:
    """The world's configuration with an order on every source."""
    lines = []
    for line in config.splitlines():
        lines.append(line)
        if line.startswith("[sources.") and line.count(".") == 1:
            lines.append(f'every = "{interval}"')
    return "\n".join(lines)


def test_it_says_ready_crawls_what_is_due_feeds_the_watchdog_and_ends_within_ten_seconds(world: World, tmp_path: Path) -> None:
    with daemon(_every(world.config, "1h"), tmp_path, WATCHDOG_USEC="2000000") as service:
        service.said("READY=1")
        service.said("WATCHDOG=1")
        service.until("SELECT count(DISTINCT source) FROM crawls WHERE finished IS NOT NULL", _enabled(world))
        service.until(
            "SELECT count(*) FROM sources WHERE enabled AND next_due > strftime('%Y-%m-%dT%H:%M:%S+00:00')", _enabled(world)
        )
        began = time.monotonic()
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(20) == 0
        assert time.monotonic() - began < 10
        service.said("STOPPING=1")
        assert service.rows("SELECT count(*) FROM articles")[0][0] > 10  # type: ignore[operator]
        assert service.rows("SELECT count(*) FROM crawls WHERE finished IS NULL")[0][0] == 0
        lines = [line for line in service.log.splitlines() if "event=crawl " in line]
        assert len(lines) == _enabled(world)


def test_sighup_reads_the_configuration_again_and_a_wrong_one_is_refused(world: World, tmp_path: Path) -> None:
    config = _every(world.config, "1h")
    with daemon(config, tmp_path) as service:
        service.said("READY=1")
        name = next(iter(world.sources))
        (tmp_path / "avtoklaster.toml").write_text(config + "\n[sources.new]\nname = 'x'\nkind = 'nonsense'\n", encoding="utf-8")
        service.process.send_signal(signal.SIGHUP)
        service.said("READY=1")
        assert "event=reload-refused" in service.log
        (tmp_path / "avtoklaster.toml").write_text(
            config.replace(f"[sources.{name}]", f"[sources.{name}]\nenabled = false"), encoding="utf-8"
        )
        service.process.send_signal(signal.SIGHUP)
        service.said("READY=1")
        assert service.rows(f"SELECT enabled FROM sources WHERE id = '{name}'") == [(0,)]
        assert service.process.poll() is None


def test_idle_it_is_small_and_serves_its_feed_and_its_health(world: World, tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with daemon(_every(world.config, "1h"), tmp_path, "--listen", str(port), WATCHDOG_USEC="2000000") as service:
        service.said("READY=1")
        service.until("SELECT count(DISTINCT source) FROM crawls WHERE finished IS NOT NULL", _enabled(world))
        for path, kind in (("healthz", "text/plain"), ("metrics", "text/plain"), ("stories.atom", "application/atom+xml")):
            with urlopen(f"http://127.0.0.1:{port}/{path}", timeout=30) as answer:
                assert answer.status == 200
                assert answer.headers.get_content_type() == kind
                body = answer.read().decode()
        assert body.count("<entry>") >= 5
        assert f'<link rel="self" type="application/atom+xml" href="http://127.0.0.1:{port}/stories.atom"/>' in body
        service.said("WATCHDOG=1")
        assert psutil.Process(service.process.pid).memory_info().rss < IDLE_MB * 1e6


def test_killed_outright_the_next_start_goes_on_and_nothing_is_lost_or_doubled(world: World, tmp_path: Path) -> None:
    config = _every(world.config, "5s")
    with daemon(config, tmp_path) as service:
        service.said("READY=1")
        service.until("SELECT count(*) FROM articles", 3)
        os.kill(service.process.pid, signal.SIGKILL)
        service.process.wait()
    with daemon(config, tmp_path) as service:
        service.said("READY=1")
        service.until(
            "SELECT min(n) FROM (SELECT count(c.id) AS n FROM sources s LEFT JOIN crawls c ON c.source = s.id"
            " AND c.outcome IN ('finished', 'partial') WHERE s.enabled GROUP BY s.id)",
            0,
        )
        service.until("SELECT count(DISTINCT source) FROM crawls WHERE finished IS NOT NULL", _enabled(world))
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(20) == 0
    with open_archive(tmp_path / "archive.db") as archive:
        assert archive.conn.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        assert archive.conn.execute("SELECT count(*) - count(DISTINCT text_hash) FROM articles").fetchone()[0] == 0


def test_a_wrong_configuration_is_one_line_and_exit_2(tmp_path: Path) -> None:
    (tmp_path / "avtoklaster.toml").write_text("topc = 'x'\n", encoding="utf-8")
    for options in ([], ["--check-config"]):
        command = [sys.executable, "-m", "crawler", "daemon", *options]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 2
        assert "topic" in done.stderr
        assert done.stderr.count("\n") == 1
