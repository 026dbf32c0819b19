"""`/healthz`, `/metrics` and `/stories.atom` of the daemon: a few lines of HTTP/1.1 over asyncio, for a small supervisor.

The exposition format is that of Prometheus, text version 0.0.4.
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable, Iterable
from contextlib import closing, suppress
from datetime import UTC, datetime

from crawler.errors import UsageError
from crawler.reporting.feed import newest
from storage import measures
from storage.connection import Archive, typed_errors
from storage.errors import ArchiveError

_REQUEST_SECONDS = 5.0
_REQUEST_BYTES = 8192


async def serve(
    host: str, port: int, open_archive: Callable[[], Archive], amiss: Callable[[], ArchiveError | None] = lambda: None
) -> asyncio.Server:
    """Listens until the server is closed; every answer is made from the archive as it stands then. Raises UsageError.

    `amiss` tells /healthz what is wrong with the archive that opening it does not show.
    """

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with (
            closing(writer),
            suppress(TimeoutError, ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError),
        ):
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), _REQUEST_SECONDS)
            status, kind, body = _respond(head, open_archive, amiss)
            writer.write(
                f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode()
                + body
            )
            await asyncio.wait_for(writer.drain(), _REQUEST_SECONDS)

    try:
        return await asyncio.start_server(answer, host, port, limit=_REQUEST_BYTES)
    except OSError as error:
        raise UsageError(f"--listen {host}:{port}: {os.strerror(error.errno) if error.errno else error}") from None


def _respond(
    head: bytes, open_archive: Callable[[], Archive], amiss: Callable[[], ArchiveError | None]
) -> tuple[str, str, bytes]:
    method, path = (*head.split(b" ", 2)[:2], b"", b"")[:2]
    plain = "text/plain; charset=utf-8"
    if method != b"GET":
        return "405 Method Not Allowed", plain, b"GET only\n"
    try:
        with open_archive() as archive, typed_errors(archive.path):
            if path == b"/healthz":
                if error := amiss():
                    raise error
                return "200 OK", plain, b"ok\n"
            if path == b"/stories.atom":
                feed = newest(archive, _address(head), datetime.now(UTC))
                return "200 OK", "application/atom+xml; charset=utf-8", feed.encode()
            if path == b"/metrics":
                return "200 OK", "text/plain; version=0.0.4; charset=utf-8", "".join(_exposition(archive)).encode()
    except ArchiveError as error:
        return "503 Service Unavailable", plain, f"{error}\n".encode()
    return "404 Not Found", plain, b"/healthz, /metrics and /stories.atom are here\n"


def _address(head: bytes) -> str:
    """Where the feed was asked for, as whoever asked spells it."""
    host = re.search(rb"\r\nhost:[ \t]*([\w.:\[\]-]+)", head, re.IGNORECASE)
    return f"http://{host[1].decode('ascii', 'replace')}/stories.atom" if host else ""


def _exposition(archive: Archive) -> Iterable[str]:
    for name, kind, help, rows in measures.all_of(archive):
        yield f"# HELP avtoklaster_{name} {help}\n# TYPE avtoklaster_{name} {kind}\n"
        for labels, value in rows:
            inner = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
            yield f"avtoklaster_{name}{{{inner}}} {value}\n" if inner else f"avtoklaster_{name} {value}\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
