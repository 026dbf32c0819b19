"""Files of articles as bytes of UTF-8, whatever they were written in: plain or .gz, with a mark or without."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_CHUNK = 1 << 16
_HEAD = 1 << 16
"""Bytes at the beginning of a file that tell its encoding."""

_MARKS = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_CYRILLIC = ("windows-1251", "koi8-r", "ibm866", "iso-8859-5")
"""What a file of Russian texts may be in that is not UTF-8: Excel's CSV is windows-1251."""


def open_file(name: str) -> BinaryIO:
    """A file of articles, plain or .gz; "-" is stdin. Raises OSError."""
    if name == "-":
        import sys

        return sys.stdin.buffer
    path = Path(name)
    return gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb")  # type: ignore[return-value]


def as_utf8(stream: BinaryIO) -> tuple[io.BufferedReader, str]:
    """The same text in UTF-8, and what it was written in; a stream that breaks off does so when it is read to that place."""
    head, broken = _head(stream)
    encoding = encoding_of(head)
    return io.BufferedReader(_Recoded(head, broken, stream, encoding), _CHUNK), encoding


def encoding_of(head: bytes) -> str:
    """What the beginning of a file is written in.

    UTF-8 unless a mark says otherwise, or no line of it is UTF-8 and together they are Russian by another table: a few wrong
    bytes in a file of UTF-8 cost their own lines only.
    """
    for mark, name in _MARKS.items():
        if head.startswith(mark):
            return name
    lines = [line for line in head.split(b"\n") if not line.isascii()]
    if not lines or any(_is_utf8(line) for line in lines):
        return "utf-8"
    from crawler.reading.encoding import decode

    found = decode(b"\n".join(lines)).encoding
    return found if found in _CYRILLIC else "utf-8"


def _is_utf8(line: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(line)  # the last line may be cut within a letter
    except UnicodeDecodeError:
        return False
    return True


def _head(stream: BinaryIO) -> tuple[bytes, Exception | None]:
    """The beginning of a file, and what broke it off there if something did."""
    pieces: list[bytes] = []
    try:
        for piece in _pieces(stream):
            pieces.append(piece)
            if sum(map(len, pieces)) >= _HEAD:
                break
    except (OSError, EOFError, zlib.error) as error:
        return b"".join(pieces), error
    return b"".join(pieces), None


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    # of a .gz that breaks off, read() would lose what came in the same call before the error
    read = getattr(stream, "read1", stream.read)
    while piece := read(_CHUNK):
        yield piece


class _Recoded(io.RawIOBase):
    def __init__(self, head: bytes, broken: Exception | None, stream: BinaryIO, encoding: str) -> None:
        self._source = self._all(head, broken, stream)
        self._decoder = None if encoding == "utf-8" else codecs.getincrementaldecoder(encoding)("replace")
        self._rest = b""

    @staticmethod
    def _all(head: bytes, broken: Exception | None, stream: BinaryIO) -> Iterator[bytes]:
        yield head
        if broken is not None:
            raise broken
        yield from _pieces(stream)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._rest:
            piece = next(self._source, None)
            if piece is None:
                return 0
            self._rest = piece if self._decoder is None else self._decoder.decode(piece).encode()
        taken = self._rest[: len(buffer)]
        buffer[: len(taken)] = taken
        self._rest = self._rest[len(taken) :]
        return len(taken)
