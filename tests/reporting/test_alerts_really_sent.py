"""Alerts as the daemon sends them: the command as a process of its own, real Apprise, a real webhook that is down for a while."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from crawler.simulator.generated import release
from crawler.sources import Source
from storage import articles, open_archive, sources
from storage.records import ArticleRecord, PageRecord
from tests.reporting.test_alerts import NOW

pytest.importorskip("apprise")
ROOT = Path(__file__).resolve().parents[2]


class Hook:
    """A receiver on loopback: `status` is what it answers; while `held` is set it takes a message and does not answer."""

    def __init__(self) -> None:
        self.status = 200
        self.bodies: list[dict[str, Any]] = []
        self.came = threading.Event()
        self.go_on = threading.Event()
        self.go_on.set()
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if hook.status == 200:
                    hook.bodies.append(body)
                hook.came.set()
                hook.go_on.wait(60)
                try:
                    self.send_response(hook.status)
                    self.end_headers()
                except BrokenPipeError:
                    pass

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def titles(self) -> list[str]:
        return [body["title"] for body in self.bodies]


class Desk:
    """A folder with an archive, a configuration and a receiver."""

    def __init__(self, folder: Path, hook: Hook) -> None:
        self.folder, self.hook = folder, hook
        with open_archive(folder / "avtoklaster.db") as archive:
            sources.sync(archive, [Source(id="gov39", name="Правительство", region="RU-KGD", kind="government")])
        rule = f'catalogue = false\n[[alert]]\nto = "json://127.0.0.1:{hook.server.server_port}/"\n'
        (folder / "avtoklaster.toml").write_text(rule, encoding="utf-8")

    def publish(self, *numbers: int) -> list[str]:
        with open_archive(self.folder / "avtoklaster.db") as archive:
            for number in numbers:
                url = f"https://gov39.example.ru/news/{number}/"
                title, text = release(number)
                record = ArticleRecord(
                    url=url, source="gov39", region="RU-KGD", title=title, text="\n".join(text), score=0.8,
                    published=f"2026-01-{number % 27 + 1:02d}T10:00:00+03:00",
                )  # fmt: skip
                articles.store(archive, record, PageRecord(url=url, source="gov39", outcome="stored", status=200), now=NOW)
        return [release(number)[0] for number in numbers]

    def stories(self) -> set[str]:
        with open_archive(self.folder / "avtoklaster.db", read_only=True) as archive:
            return {row[0] for row in archive.conn.execute("SELECT title FROM stories")}

    def start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "crawler", "alerts"]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        return subprocess.Popen(command, cwd=self.folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def tell(self) -> int:
        process = self.start()
        _, err = process.communicate(timeout=120)
        assert b"Traceback" not in err, err
        return process.returncode


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    hook = Hook()
    yield Desk(tmp_path, hook)
    hook.go_on.set()
    hook.server.shutdown()
    hook.server.server_close()


@pytest.mark.slow
def test_a_receiver_that_is_down_for_a_while_gets_everything_once_and_in_one_message(desk: Desk) -> None:
    desk.publish(1, 2)
    old = desk.stories()
    assert desk.tell() == 0
    assert desk.hook.titles == [], "what was there before is not news"
    desk.publish(*range(10, 20))
    desk.hook.status = 500
    assert desk.tell() == 1
    desk.publish(20)
    assert desk.tell() == 1
    desk.hook.status = 200
    assert desk.tell() == 0
    assert desk.tell() == 0
    (message,) = desk.hook.bodies
    titles = desk.stories() - old
    assert len(titles) >= 5
    assert all(message["message"].count(title) == 1 for title in titles)


@pytest.mark.slow
def test_a_process_that_is_killed_while_it_sends_loses_nothing_and_two_at_once_tell_once(desk: Desk) -> None:
    assert desk.tell() == 0
    (title,) = desk.publish(30)
    desk.hook.go_on.clear()
    sending = desk.start()
    assert desk.hook.came.wait(60)
    assert desk.tell() == 0, "another process is at it: nothing to do"
    assert desk.hook.titles == [title]
    sending.send_signal(signal.SIGKILL)
    sending.communicate()
    desk.hook.go_on.set()
    # nobody can know whether the service took it: rather told again than never
    assert desk.tell() == 0
    assert desk.hook.titles == [title, title]
    assert desk.tell() == 0
    assert len(desk.hook.titles) == 2
