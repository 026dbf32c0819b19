"""Names and certificates of hosts, against real sockets on loopback."""

import asyncio
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme

from crawler.checking.network import Certificate, certificate, resolve


@contextmanager
def _listening(answer: str, context: ssl.SSLContext | None = None) -> Iterator[int]:
    """A server on loopback that does a handshake, cuts the connection, or says nothing at all."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        held: list[socket.socket] = []

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                if answer == "cut":
                    connection.recv(10)
                    connection.close()
                elif answer == "silent":
                    held.append(connection)
                elif context is not None:
                    with connection, context.wrap_socket(connection, server_side=True) as secure:
                        secure.recv(1)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        for connection in held:
            connection.close()


def test_a_known_name_has_no_complaint_and_an_unknown_one_says_why() -> None:
    answers = asyncio.run(resolve(["localhost", "127.0.0.1", "no-such-host.invalid"]))
    assert answers["localhost"] == answers["127.0.0.1"] == ""
    assert answers["no-such-host.invalid"].startswith("DNS: ")


def test_a_resolver_that_hangs_costs_no_more_than_the_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(30))
    start = time.monotonic()
    answers = asyncio.run(resolve([f"host{number}.example" for number in range(300)], patience=0.2))
    over.set()
    assert set(answers.values()) == {"DNS: no answer within 0.2 s"}
    assert time.monotonic() - start < 5


def test_nothing_to_resolve_is_nothing_to_wait_for() -> None:
    assert asyncio.run(resolve([])) == {}


def test_a_certificate_nobody_trusts_still_says_who_signed_it(tmp_path: Path) -> None:
    authority = trustme.CA(organization_name="Удостоверяющий центр области")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with _listening("tls", context) as port:
        found = asyncio.run(certificate("127.0.0.1", port))
    assert isinstance(found, Certificate)
    assert "Удостоверяющий центр области" in found.issuer
    assert found.days_left > 0


def test_a_connection_that_is_cut_is_told_from_a_certificate_at_fault() -> None:
    with _listening("cut") as port:
        found = asyncio.run(certificate("127.0.0.1", port))
    assert isinstance(found, str)
    assert "cut" in found


def test_a_silent_or_closed_port_is_over_in_time() -> None:
    with _listening("silent") as port:
        assert asyncio.run(certificate("127.0.0.1", port, patience=0.3)) == "TLS: no answer in time"
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    assert asyncio.run(certificate("127.0.0.1", port)) == "TLS: connection refused"
