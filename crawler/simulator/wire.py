"""How an answer can break on the wire: each kind writes bytes itself and the connection is closed after it.

Imitates: the resources of Scrapy's mock server (drop, delay, partial, broken chunks) and the sloppy servers named in the
project's traps.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress

from crawler.simulator.messages import Response, head

Writer = asyncio.StreamWriter
Wire = Callable[..., Awaitable[None]]


async def _send(writer: Writer, data: bytes) -> None:
    writer.write(data)
    await writer.drain()


def _reset(writer: Writer) -> None:
    """Closes with RST instead of FIN."""
    own: socket.socket | None = writer.get_extra_info("socket")
    if own is not None:
        with suppress(OSError):
            own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def drop(writer: Writer, answer: Response) -> None:
    """Closed before the first byte."""


async def reset(writer: Writer, answer: Response, *, share: float = 0.0) -> None:
    """Reset after `share` of the body."""
    if share:
        await _send(writer, head(answer, length=len(answer.body)) + answer.body[: int(len(answer.body) * share)])
    _reset(writer)


async def drop_in_headers(writer: Writer, answer: Response) -> None:
    """Closed half-way through the headers."""
    top = head(answer, length=len(answer.body))
    await _send(writer, top[: len(top) // 2])


async def drop_in_body(writer: Writer, answer: Response, *, share: float = 0.5) -> None:
    """Closed after `share` of a body whose length was announced in full."""
    await _send(writer, head(answer, length=len(answer.body)) + answer.body[: int(len(answer.body) * share)])


async def hang(writer: Writer, answer: Response, *, seconds: float = 3600.0) -> None:
    """Silence; the connection stays open."""
    await asyncio.sleep(seconds)


async def hang_in_body(writer: Writer, answer: Response, *, share: float = 0.5, seconds: float = 3600.0) -> None:
    """Half an answer, then silence."""
    await drop_in_body(writer, answer, share=share)
    await asyncio.sleep(seconds)


async def delay(writer: Writer, answer: Response, *, seconds: float) -> None:
    """The whole answer, late."""
    await asyncio.sleep(seconds)
    await _send(writer, head(answer, length=len(answer.body)) + answer.body)


async def drip(writer: Writer, answer: Response, *, size: int = 1, seconds: float = 0.5) -> None:
    """The body in pieces of `size` bytes, one every `seconds`: never silent for long, never finished."""
    await _send(writer, head(answer, length=len(answer.body)))
    for start in range(0, len(answer.body), size):
        await _send(writer, answer.body[start : start + size])
        await asyncio.sleep(seconds)


async def too_long(writer: Writer, answer: Response, *, by: int = 1000) -> None:
    """Content-Length promises `by` bytes more than come."""
    await _send(writer, head(answer, length=len(answer.body) + by) + answer.body)


async def too_short(writer: Writer, answer: Response, *, by: int = 100) -> None:
    """Content-Length promises `by` bytes fewer than come."""
    await _send(writer, head(answer, length=max(0, len(answer.body) - by)) + answer.body)


async def no_length(writer: Writer, answer: Response) -> None:
    """HTTP/1.0 style: the end of the connection is the end of the body. Legal (RFC 9112 section 6.3)."""
    await _send(writer, head(answer, length=None) + answer.body)


async def two_lengths(writer: Writer, answer: Response) -> None:
    """Two Content-Length headers that differ (RFC 9112 section 6.3: unrecoverable)."""
    answer.headers.append(("Content-Length", str(len(answer.body) // 2)))
    await _send(writer, head(answer, length=len(answer.body)) + answer.body)


def _chunks(body: bytes, size: int = 512) -> list[bytes]:
    return [b"%x\r\n%s\r\n" % (len(part), part) for part in (body[at : at + size] for at in range(0, len(body), size))]


async def chunked(writer: Writer, answer: Response) -> None:
    """Well-formed chunks."""
    answer.headers.append(("Transfer-Encoding", "chunked"))
    await _send(writer, head(answer, length=None) + b"".join(_chunks(answer.body)) + b"0\r\n\r\n")


async def broken_chunks(writer: Writer, answer: Response) -> None:
    """A chunk size that is no number, half-way."""
    answer.headers.append(("Transfer-Encoding", "chunked"))
    parts = _chunks(answer.body)
    await _send(writer, head(answer, length=None) + b"".join(parts[: len(parts) // 2]) + b"zz\r\nbroken\r\n0\r\n\r\n")


async def unfinished_chunks(writer: Writer, answer: Response) -> None:
    """No last chunk: the answer is cut, and nothing but that says so."""
    answer.headers.append(("Transfer-Encoding", "chunked"))
    parts = _chunks(answer.body)
    await _send(writer, head(answer, length=None) + b"".join(parts[: max(1, len(parts) // 2)]))


async def endless_headers(writer: Writer, answer: Response, *, megabytes: int = 64) -> None:
    """Header after header."""
    await _send(writer, b"HTTP/1.1 200 OK\r\n")
    line = b"X-Filler: " + b"a" * 4000 + b"\r\n"
    for _ in range(megabytes * 256):
        await _send(writer, line)


async def endless_body(writer: Writer, answer: Response, *, megabytes: int = 1024, announced: bool = False) -> None:
    """A body of that many mebibytes, with or without saying so beforehand."""
    answer.headers.append(("Connection", "close"))
    await _send(writer, head(answer, length=megabytes << 20 if announced else None))
    block = b"<p>a</p>" * (1 << 13)
    for _ in range(megabytes * 16):
        await _send(writer, block)


async def bad_status_line(writer: Writer, answer: Response, *, line: str = "HTTP/9.9 two hundred") -> None:
    """A first line that is not HTTP."""
    await _send(writer, line.encode() + b"\r\n\r\n" + answer.body)


async def no_status_line(writer: Writer, answer: Response) -> None:
    """Only a body, as HTTP/0.9 had it."""
    await _send(writer, answer.body)


async def bare_newlines(writer: Writer, answer: Response) -> None:
    """Headers that end in LF alone: sloppy, common, readable (RFC 9112 section 2.2)."""
    await _send(writer, head(answer, length=len(answer.body)).replace(b"\r\n", b"\n") + answer.body)


async def header_bytes(writer: Writer, answer: Response) -> None:
    """A header with raw windows-1251 in it, and one without a colon."""
    top = head(answer, length=len(answer.body))
    spoiled = top.replace(b"\r\n", b"\r\nX-Title: \xcd\xee\xe2\xee\xf1\xf2\xe8\r\n", 1)
    await _send(writer, spoiled + answer.body)


WIRES: dict[str, Wire] = {
    wire.__name__: wire
    for wire in (
        *(
            drop,
            reset,
            drop_in_headers,
            drop_in_body,
            hang,
            hang_in_body,
            delay,
            drip,
            too_long,
            too_short,
            no_length,
            two_lengths,
        ),
        *(chunked, broken_chunks, unfinished_chunks, endless_headers, endless_body, bad_status_line, no_status_line),
        *(bare_newlines, header_bytes),
    )
}
"""Kind -> how it writes the answer. Options are keyword arguments."""
