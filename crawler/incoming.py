"""Articles from files: our own lines of JSON, what news-please writes, tables. Parsing only; nothing is judged or stored here."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from typing import BinaryIO
from zoneinfo import ZoneInfo

from crawler.tabular import Table, is_hint, rows, table
from crawler.unpacking import as_utf8
from storage.address import canonical, host
from storage.times import iso_day

MAX_LINE = 32 * 1024 * 1024
"""Bytes of one line (or of one object written over several lines); longer ones are refused, not read."""

# our name -> the names it is read from, in this order; the second halves are news-please's (its `text` was once HTML-free too)
_NAMES = {
    "title": ("title", "title_page", "title_rss"),
    "text": ("text", "maintext"),
    "published": ("published", "date_publish"),
    "author": ("author", "authors"),
    "source": ("source", "source_domain"),
    "image": ("image", "image_url"),
    "language": ("language",),
}
_COLUMNS = {key for keys in _NAMES.values() for key in keys} | {"url"}
_RUSSIAN_DATE = re.compile(r"(\d{1,2}\.\d{1,2}\.\d{4})(?:,? (\d{1,2}:\d{2})(?::\d{2})?)?")
_UNDECODED = re.compile("[\udc80-\udcff]")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """An article as a file gives it. `url` is canonical; `source` is what the file says, "" if nothing; `published` is raw."""

    url: str
    title: str
    text: str
    source: str = ""
    published: str = ""
    author: str = ""
    image: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A line that holds no article, and why."""

    line: int
    reason: str


def parse(value: object) -> Incoming:
    """One decoded JSON value as an article. Raises ValueError saying what is missing."""
    if not isinstance(value, Mapping):
        raise ValueError(f"not an object but {_kind(value)}")
    url = value.get("url")
    if not isinstance(url, str) or not url.strip():
        raise ValueError("no url")
    found = {name: _text(value, keys) for name, keys in _NAMES.items()}
    if not found["text"] and not found["title"]:
        raise ValueError("neither title nor text")
    if not found["title"]:
        found["title"] = found["text"].split("\n", 1)[0][:300]
    return Incoming(url=canonical(url), **found)


def _kind(value: object) -> str:
    return {list: "an array", dict: "an object", str: "a text", bool: "true or false", type(None): "null"}.get(
        type(value), "a number"
    )


def _text(value: Mapping[str, object], keys: tuple[str, ...]) -> str:
    """The first of some fields that says something, cleaned of control characters; lists are joined. Raises ValueError."""
    for key in keys:
        said = value.get(key)
        if isinstance(said, list):
            said = ", ".join(str(item) for item in said)
        if isinstance(said, (int, float)) and not isinstance(said, bool) and key in _NAMES["published"]:
            said = str(said)
        if said is not None and not isinstance(said, str):
            raise ValueError(f"{key} is {_kind(said)}, not a text")
        cleaned = _UNPRINTABLE.sub("", (said or "").replace("\r\n", "\n").replace("\r", "\n")).strip()
        if cleaned:
            return cleaned
    return ""


def published(raw: str, zone: str, now: datetime) -> str | None:
    """A date as the archive keeps it: ISO 8601 with offset, or a bare date; None when it cannot be read or lies in the future.

    A time without offset is taken in `zone` (IANA), a number as seconds since 1970. News of tomorrow are believed (time zones),
    of later days not.
    """
    text = raw.strip()
    if russian := _RUSSIAN_DATE.fullmatch(text):
        text = iso_day(russian[1]) + (f"T{russian[2]:0>5}" if russian[2] else "")
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            day = date.fromisoformat(text)
            return text if day.year >= 1990 and day <= (now + timedelta(days=1)).date() else None
        if re.fullmatch(r"\d{9,10}(\.\d+)?", text):
            moment = datetime.fromtimestamp(float(text), UTC)
        else:
            moment = datetime.fromisoformat(text)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))
        return moment.isoformat(timespec="seconds") if moment.year >= 1990 and moment <= now + timedelta(days=1) else None
    except (ValueError, OverflowError, OSError):
        return None


def site(url: str) -> str:
    """The host of an address without `www.` and `m.`: the name of a source that nobody named."""
    return re.sub(r"^(www|m)\.", "", host(url))


def records(
    stream: BinaryIO, noticed: Callable[[str], None] = lambda encoding: None
) -> Iterator[tuple[int, Incoming | Unreadable]]:
    """(line number from 1, article or why there is none) for every line of a file; empty lines are passed over.

    A file that is one object over several lines (news-please writes one a file) or one array is read as well; the number is then
    that of the object. So is a table (CSV) whose first line names its columns. `noticed` is told what the file is written in if
    that is not UTF-8.
    """
    text, encoding = as_utf8(stream)
    if encoding != "utf-8":
        noticed(encoding)
    first = text.readline(MAX_LINE + 1).removeprefix(b"\xef\xbb\xbf")
    names = text.readline(MAX_LINE + 1) if is_hint(first[:9].decode("utf-8", "replace")) else b""
    opened = table((names or first).decode("utf-8", "replace"), _COLUMNS) if len(names or first) <= MAX_LINE else None
    yield from _rows([first, names], text, opened) if opened else _lines(names or first, text)


def _rows(head: list[bytes], stream: BinaryIO, opened: Table) -> Iterator[tuple[int, Incoming | Unreadable]]:
    """The rows of a table, whose first lines were read already."""
    if "url" not in opened.names:
        yield 1, Unreadable(line=1, reason=f"a table without a column url: {', '.join(opened.names)}")
        return
    number = 0
    try:
        for number, row in rows(_bounded(head, stream), opened, MAX_LINE):
            yield number, _article(number, row)
    except ValueError as error:
        yield number + 1, Unreadable(line=number + 1, reason=f"{error}; the table is not read further")


def _article(number: int, row: Mapping[str, str] | str) -> Incoming | Unreadable:
    try:
        if isinstance(row, str):
            raise ValueError(row)
        if any(_UNDECODED.search(cell) for cell in row.values()):
            raise ValueError("not UTF-8")
        return parse(row)
    except ValueError as error:
        return Unreadable(line=number, reason=str(error))


def _bounded(head: list[bytes], stream: BinaryIO) -> Iterator[str]:
    """The lines of a file from the first one on. Raises ValueError for one that is too long."""
    for line in chain(filter(None, head), iter(lambda: stream.readline(MAX_LINE + 1), b"")):
        if len(line) > MAX_LINE:
            raise ValueError(f"longer than {MAX_LINE >> 20} MB")
        yield line.decode("utf-8", "surrogateescape")


_NEITHER = "neither JSON nor the names of a table's columns, as url, title, text, published"


def _lines(first: bytes, stream: BinaryIO) -> Iterator[tuple[int, Incoming | Unreadable]]:
    """The objects of a file of JSON."""
    for number, raw in _pieces(first, stream):
        if isinstance(raw, Unreadable):
            yield number, raw
            continue
        try:
            yield number, parse(json.loads(raw.decode("utf-8")))
        except UnicodeDecodeError:
            yield number, Unreadable(line=number, reason="not UTF-8")
        except json.JSONDecodeError as error:
            other = number == 1 and raw.lstrip()[:1] not in b"{["
            reason = _NEITHER if other else f"not JSON: {error.msg} at character {error.pos + 1}"
            yield number, Unreadable(line=number, reason=reason)
        except RecursionError:
            yield number, Unreadable(line=number, reason="nested too deeply")
        except ValueError as error:
            yield number, Unreadable(line=number, reason=str(error))


def _pieces(line: bytes, stream: BinaryIO) -> Iterator[tuple[int, bytes | Unreadable]]:
    """(line number, the bytes of one object); `line` is the first one."""
    number = 0
    while line:
        number += 1
        if len(line) > MAX_LINE:
            while line and not line.endswith(b"\n"):
                line = stream.readline(MAX_LINE)
            yield number, Unreadable(line=number, reason=f"longer than {MAX_LINE >> 20} MB")
        elif number == 1 and _begins_a_document(line):
            yield from _whole(line, stream)
            return
        elif line.strip():
            yield number, line
        line = stream.readline(MAX_LINE + 1)


def _whole(first: bytes, stream: BinaryIO) -> Iterator[tuple[int, bytes | Unreadable]]:
    """The objects of a file that is indented JSON: one object, or an array of them; bounded by MAX_LINE as a whole."""
    body = first + stream.read(MAX_LINE + 1)
    if len(body) > MAX_LINE:
        yield (
            1,
            Unreadable(line=1, reason=f"JSON over several lines and longer than {MAX_LINE >> 20} MB: write one object a line"),
        )
        return
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        yield 1, body  # reported with its own reason where it is decoded
        return
    for number, item in enumerate(value if isinstance(value, list) else [value], 1):
        yield number, json.dumps(item).encode()


def _begins_a_document(line: bytes) -> bool:
    """Whether a first line says that the file is not one object a line."""
    start = line.strip()
    return start == b"{" or start.startswith(b"[")
