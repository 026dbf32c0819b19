"""The notify protocol against a real socket."""

import os
import socket
import time
from pathlib import Path

import pytest

from crawler.operating.systemd import Notifier, watchdog_seconds


@pytest.mark.parametrize("kind", ["file", "abstract"])
def test_messages_arrive_at_the_service_managers_socket(kind: str, tmp_path: Path) -> None:
    address = str(tmp_path / "notify") if kind == "file" else f"@avtoklaster-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(address.replace("@", "\0", 1))
        assert Notifier(address).send(ready="1", status="watching")
        assert manager.recv(1000) == b"READY=1\nSTATUS=watching"


def test_without_a_service_manager_nothing_is_sent_and_nothing_fails(tmp_path: Path) -> None:
    assert not Notifier("").send(ready="1")
    assert not Notifier(str(tmp_path / "nobody")).send(ready="1")


def test_the_watchdog_is_fed_twice_in_its_time_and_only_by_the_process_it_means(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "120000000")
    monkeypatch.delenv("WATCHDOG_PID", raising=False)
    assert watchdog_seconds() == 60
    monkeypatch.setenv("WATCHDOG_PID", "1")
    assert watchdog_seconds() is None
    monkeypatch.setenv("WATCHDOG_PID", str(os.getpid()))
    assert watchdog_seconds() == 60
    monkeypatch.setenv("WATCHDOG_USEC", "")
    assert watchdog_seconds() is None


def test_a_manager_that_does_not_listen_holds_up_nobody(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        notifier = Notifier(str(tmp_path / "notify"))
        began = time.monotonic()
        while notifier.send(watchdog="1"):
            assert time.monotonic() - began < 30, "the queue of a socket is finite"
        assert time.monotonic() - began < 30
