"""How rows are printed: tables for people, CSV, JSON and JSON lines for programs; row by row, never all in memory.

Whatever comes from the web is printed without control characters: a title must not be able to move the cursor, set the window's
title or turn the line around (ECMA-48 sequences, C1 controls, bidirectional overrides).
"""

from __future__ import annotations

import base64
import csv
import itertools
import json
import math
import os
import re
import shutil
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TextIO, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])
Row = Sequence[object]

_SAMPLE = 500
"""Rows whose cells decide the widths of a table's columns."""

# C0 and C1 controls, DEL, zero-width and bidirectional marks, line separators, BOM, lone surrogates
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
_ESCAPE = re.compile("\x1b(?:\\[[0-?]*[ -/]*[@-~]|\\][^\x07\x1b]*(?:\x07|\x1b\\\\)?|[@-Z\\\\^_])")
_SPACE = re.compile(r"\s+")
_FORMULA = re.compile(r"[=+\-@\t\n]")
_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?")


def printable(text: str) -> str:
    """The text without escape sequences and control characters; line breaks and tabs stay."""
    return _CONTROL.sub("", _ESCAPE.sub("", text))


def plain(text: str) -> str:
    """The text on one line, safe for a terminal."""
    return _SPACE.sub(" ", printable(text)).strip()


def width(text: str) -> int:
    """Columns that a text takes on a terminal: 2 for wide characters, 0 for combining ones."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def fit(text: str, columns: int) -> str:
    """The text cut to so many terminal columns, «…» at the end when something is missing."""
    if width(text) <= columns:
        return text
    taken = 0
    for index, char in enumerate(text):
        taken += width(char)
        if taken > columns - 1:
            return text[:index].rstrip() + "…"
    return text


def emphasis(text: str, out: TextIO) -> str:
    """The text in bold where that shows: on a terminal, unless NO_COLOR (no-color.org) is set."""
    return click.style(text, bold=True) if out.isatty() and not os.environ.get("NO_COLOR") else text


def prepare_streams() -> None:
    """Files and pipes get UTF-8 whatever the locale is; a terminal gets what it can show. What is closed is a null device: the
    next file or socket that is opened would get its number, and be written to as stderr by every child."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number, which is this one; not inherited yet
            os.set_inheritable(number, True)
    if sys.stdout is None:
        sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    if sys.stderr is None:
        sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            if stream.isatty():
                stream.reconfigure(errors="replace")
            else:
                stream.reconfigure(encoding="utf-8", errors="replace")


def to_json(value: object) -> str:
    """One line of JSON, UTF-8; bytes as {"$base64": …}, numbers that JSON has not as null, control characters escaped."""
    text = json.dumps(_jsonable(value), ensure_ascii=False, allow_nan=False)
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _jsonable(value: object) -> object:
    if isinstance(value, bytes):
        return {"$base64": base64.b64encode(value).decode()}
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {str(key): _jsonable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_jsonable(item) for item in value]
    return value


def unique(columns: Sequence[str]) -> list[str]:
    """Names with none twice: a join's second `id` becomes `id_2`, so that JSON keeps both."""
    seen: dict[str, int] = {}
    names = []
    for name in columns:
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name}_{seen[name]}")
    return names


def output_options(command: F) -> F:
    """`--table`, `--csv`, `--json` and `--nl`, as the parameter `fmt`; the last one given counts."""
    for value, text in (
        ("nl", "Print JSON lines: one object a line."),
        ("json", "Print one JSON array of objects."),
        ("csv", "Print CSV, UTF-8, with a line of names. Text that a spreadsheet would run as a formula gets an apostrophe."),
        ("table", "Print a table for people (the default); on a terminal long cells are cut to its width."),
    ):
        command = click.option(f"--{value}", "fmt", flag_value=value, default=None, help=text)(command)
    return command


def write_rows(columns: Sequence[str], rows: Iterable[Row], fmt: str | None = None, stream: TextIO | None = None) -> int:
    """Prints rows in a format ("table", "csv", "json", "nl"; None: table) and returns how many there were.

    The first row is asked for before anything is printed, so that an error in it leaves stdout empty.
    """
    out = stream or sys.stdout
    names = unique(columns)
    source = iter(rows)
    first = list(itertools.islice(source, 1))
    counted = _Counter(itertools.chain(first, source))
    {"table": _write_table, "csv": _write_csv, "json": _write_json, "nl": _write_lines}[fmt or "table"](names, counted, out)
    return counted.count


class _Counter:
    """Passes rows on and counts them."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            self.count += 1
            yield row


def _write_json(names: list[str], rows: Iterable[Row], out: TextIO) -> None:
    out.write("[")
    before = "\n"
    for row in rows:
        out.write(before + to_json(dict(zip(names, row, strict=True))))
        before = ",\n"
    out.write("]\n" if before == "\n" else "\n]\n")


def _write_lines(names: list[str], rows: Iterable[Row], out: TextIO) -> None:
    for row in rows:
        out.write(to_json(dict(zip(names, row, strict=True))) + "\n")


def _write_csv(names: list[str], rows: Iterable[Row], out: TextIO) -> None:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([csv_cell(value) for value in row])


def csv_cell(value: object) -> object:
    """A cell of CSV that no spreadsheet takes for a formula: such text gets an apostrophe in front (OWASP, "CSV injection")."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if not isinstance(value, str):
        return value
    text = printable(value).replace("\r\n", "\n").replace("\r", "\n")
    return "'" + text if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def _cell(value: object) -> str:
    """A value as a table shows it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.6g}"
    if isinstance(value, bytes):
        return f"<{len(value)} bytes>"
    return plain(str(value))


def _write_table(names: list[str], rows: Iterable[Row], out: TextIO) -> None:
    source = iter(rows)
    sample = list(itertools.islice(source, _SAMPLE))
    cells = [[_cell(value) for value in row] for row in sample]
    heads = [plain(name) for name in names]
    right = [all(isinstance(row[i], (int, float, type(None))) for row in sample) for i in range(len(names))]
    right = [flag and bool(sample) for flag in right]
    widths = [max([width(head), *(width(row[i]) for row in cells)]) for i, head in enumerate(heads)]
    cut = out.isatty()
    if cut:
        widths = _shrink(widths, shutil.get_terminal_size().columns - 2 * (len(widths) - 1))

    def line(row: Sequence[str]) -> str:
        parts = [fit(cell, size) if cut else cell for cell, size in zip(row, widths, strict=True)]
        padding = [" " * max(0, size - width(part)) for part, size in zip(parts, widths, strict=True)]
        joined = (pad + part if flag else part + pad for part, pad, flag in zip(parts, padding, right, strict=True))
        return "  ".join(joined).rstrip() + "\n"

    out.write(emphasis(line(heads).rstrip("\n"), out) + "\n")
    out.write("  ".join("─" * size for size in widths) + "\n")
    for row in cells:
        out.write(line(row))
    for later in source:
        out.write(line([_cell(value) for value in later]))


def _shrink(widths: list[int], room: int) -> list[int]:
    """Column widths that fit into a line: the widest give way first, none below 8."""
    low, high = 8, max([8, *widths])
    while low < high:  # the largest common limit under which the sum fits
        middle = (low + high + 1) // 2
        if sum(min(size, middle) for size in widths) <= room:
            low = middle
        else:
            high = middle - 1
    return [min(size, low) for size in widths]
