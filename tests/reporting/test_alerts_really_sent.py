"""Alerts as the daemon sends them: the command as a process of its own, real Apprise, a real webhook that is down for a while."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
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
        self.refuses = ""  # a word that it lets through in no title
        self.bodies: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.came = threading.Event()
        self.go_on = threading.Event()
        self.go_on.set()
        hook = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status = 413 if hook.refuses and hook.refuses in body["title"] else hook.status
                if status == 200:
                    hook.bodies.append(body)
                    hook.keys.append(self.headers["Idempotency-Key"])
                hook.came.set()
                hook.go_on.wait(60)
                try:
                    self.send_response(status)
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


class Mailbox:
    """An SMTP server on loopback; `answer` is what it says when it has been given a message."""

    def __init__(self) -> None:
        self.answer = b"250 taken"
        self.mails: list[EmailMessage] = []
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 here\r\n")
        while line := await reader.readline():
            if line.upper().startswith(b"DATA"):
                writer.write(b"354 go on\r\n")
                told = await reader.readuntil(b"\r\n.\r\n")
                mail = message_from_bytes(told.removesuffix(b".\r\n").replace(b"\r\n..", b"\r\n."), policy=policy.default)
                assert isinstance(mail, EmailMessage)
                self.mails.append(mail)
                writer.write(self.answer + b"\r\n")
            else:
                writer.write(b"221 bye\r\n" if line.upper().startswith(b"QUIT") else b"250 well\r\n")
        writer.close()


@contextmanager
def mailbox() -> Iterator[Mailbox]:
    """Runs a mailbox in a thread."""
    box, ready, loop = Mailbox(), threading.Event(), asyncio.new_event_loop()

    async def listen() -> None:
        server = await asyncio.start_server(box.serve, "127.0.0.1", 0)
        box.port = server.sockets[0].getsockname()[1]
        ready.set()

    def run() -> None:
        loop.run_until_complete(listen())
        loop.run_forever()

    thread = threading.Thread(target=run)
    thread.start()
    assert ready.wait(30)
    try:
        yield box
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


class Desk:
    """A folder with an archive, a configuration and a receiver."""

    def __init__(self, folder: Path, hook: Hook) -> None:
        self.folder, self.hook = folder, hook
        self.said = ""
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
                    published=(datetime.now(UTC) + timedelta(days=number % 27)).isoformat(timespec="seconds"),
                )  # fmt: skip
                articles.store(archive, record, PageRecord(url=url, source="gov39", outcome="stored", status=200), now=NOW)
        return [release(number)[0] for number in numbers]

    def stories(self) -> set[str]:
        with open_archive(self.folder / "avtoklaster.db", read_only=True) as archive:
            return {row[0] for row in archive.conn.execute("SELECT title FROM stories")}

    def start(self, *options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "crawler", "alerts", *options]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        return subprocess.Popen(command, cwd=self.folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def tell(self, *options: str) -> int:
        process = self.start(*options)
        _, err = process.communicate(timeout=120)
        assert b"Traceback" not in err, err
        self.said = err.decode()
        return process.returncode

    def age(self) -> None:
        """What was refused was so an hour earlier: nobody waits that long for a test."""
        with open_archive(self.folder / "avtoklaster.db") as archive, archive.write():
            archive.conn.execute("UPDATE undelivered SET since = ?", ((datetime.now(UTC) - timedelta(hours=2)).isoformat(),))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    hook = Hook()
    yield Desk(tmp_path, hook)
    hook.go_on.set()
    hook.server.shutdown()
    hook.server.server_close()


@pytest.mark.slow
def test_a_receiver_that_is_down_for_a_while_gets_everything_once(desk: Desk) -> None:
    desk.publish(1, 2)
    old = desk.stories()
    assert desk.tell() == 0
    assert desk.hook.titles == [], "what was there before is not news"
    desk.publish(*range(10, 20))
    desk.hook.status = 500
    assert desk.tell() == 1
    desk.publish(20, 21, 22)
    assert desk.tell() == 1
    desk.hook.status = 200
    assert desk.tell() == 0
    assert desk.tell() == 0
    titles = desk.stories() - old
    assert len(titles) >= 5
    told = "\n".join(body["message"] for body in desk.hook.bodies)
    assert all(told.count(f"— {title}\n") == 1 for title in titles)
    assert len(desk.hook.bodies) <= 2, "the one that was refused, and all that came since"


@pytest.mark.slow
def test_one_message_that_the_webhook_refuses_for_ever_does_not_keep_the_others(desk: Desk) -> None:
    assert desk.tell() == 0
    (bad,) = desk.publish(30)
    desk.hook.refuses = bad
    assert desk.tell() == 1
    (good,) = desk.publish(44)
    for _ in range(3):
        assert desk.tell() == 1
    desk.age()
    assert desk.hook.titles == []
    assert desk.tell() == 1
    assert desk.hook.titles == ["Сообщение не принято", good]
    assert f"json: «{bad}» was refused 5 times" in desk.said
    assert "avtoklaster alerts --again" in desk.said
    status = subprocess.run(
        [sys.executable, "-m", "crawler", "status"],
        cwd=desk.folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
    )
    assert status.returncode == 1
    assert f"«{bad}» was refused" in status.stderr.decode()
    assert desk.tell() == 0, "it is not tried again by itself"
    desk.hook.refuses = ""
    assert desk.tell("--again") == 0
    assert desk.hook.titles[2:] == [bad]
    assert desk.said == ""
    assert desk.tell("--again") == 0
    assert len(desk.hook.titles) == 3


@pytest.mark.slow
def test_a_process_that_is_killed_between_sending_and_noting_sends_the_same_message_under_the_same_number(desk: Desk) -> None:
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
    desk.publish(*range(10, 20))
    # nobody can know whether the service took it: rather told again than never, in a way that a receiver recognises
    assert desk.tell() == 0
    first, again, *new = desk.hook.bodies
    assert first["id"] == again["id"]
    assert (first["title"], first["message"]) == (again["title"], again["message"])
    assert new
    assert first["id"] not in {body["id"] for body in new}
    assert desk.hook.keys == [body["id"] for body in desk.hook.bodies]
    assert desk.tell() == 0
    assert len(desk.hook.bodies) == 2 + len(new)


@pytest.mark.slow
def test_an_email_has_html_our_text_beside_it_and_the_same_message_id_when_it_is_sent_again(desk: Desk) -> None:
    with mailbox() as box:
        address = f"mailto://127.0.0.1:{box.port}?from=monitor@example.org&to=anna@example.org&mode=insecure"
        rule = f'catalogue = false\n[[alert]]\nto = "{address}"\n'
        (desk.folder / "avtoklaster.toml").write_text(rule, encoding="utf-8")
        assert desk.tell() == 0
        (title,) = desk.publish(40)
        box.answer = b"451 later"  # after it has taken all of it
        assert desk.tell() == 1
        box.answer = b"250 taken"
        assert desk.tell() == 0
        assert desk.tell() == 0
    first, again = box.mails
    assert first["Message-ID"] == again["Message-ID"]
    assert again.get_all("Message-ID") == [first["Message-ID"]]
    assert again["Subject"] == title
    plain, html = again.get_body(("plain",)), again.get_body(("html",))
    assert plain is not None
    assert html is not None
    assert "https://gov39.example.ru/news/40/" in plain.get_content(), "who reads no HTML gets the address too"
    assert f">{title}</a>" in html.get_content()
