"""Tables of articles as spreadsheets save them: CSV with commas, semicolons or tabs, names in the first line. Pure."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

_DELIMITERS = (",", ";", "\t")
_LONGEST = 10_000
"""Characters of a first line."""

_RUSSIAN = {
    **dict.fromkeys(("ссылка", "адрес", "link"), "url"),
    **dict.fromkeys(("заголовок", "название"), "title"),
    **dict.fromkeys(("текст", "текст статьи", "текст новости", "содержание"), "text"),
    **dict.fromkeys(("дата", "дата публикации", "дата выхода", "опубликовано", "date"), "published"),
    "источник": "source",
    "автор": "author",
    "язык": "language",
}
_HINT = re.compile(r"sep=[,;\t]\s*")
"""What Excel takes the delimiter from, before the line of names."""

_GUARDED = re.compile(r"'(?=[=+\-@\t\n])")
"""The apostrophe that `export` puts before what a spreadsheet would run as a formula."""


@dataclass(frozen=True, slots=True)
class Table:
    """What the first line of a table says: its delimiter and the names of its columns, Russian ones in English."""

    delimiter: str
    names: tuple[str, ...]


def table(first_line: str, known: Iterable[str]) -> Table | None:
    """The table that a first line opens: by the delimiter that gives it most of the known names; None if it has none of them."""
    if len(first_line) > _LONGEST or first_line.lstrip()[:1] in ("{", "["):
        return None
    wanted = set(known)
    best, most = None, 0
    for delimiter in _DELIMITERS:
        cells = next(csv.reader([first_line], delimiter=delimiter), [])
        names = tuple(_RUSSIAN.get(name, name) for name in (cell.strip().lower() for cell in cells))
        if len(wanted & set(names)) > most:
            best, most = Table(delimiter, names), len(wanted & set(names))
    return best


def is_hint(line: str) -> bool:
    """Whether a first line is only there for Excel, and the names come in the next one."""
    return _HINT.fullmatch(line) is not None


def rows(lines: Iterable[str], table: Table, longest: int) -> Iterator[tuple[int, Mapping[str, str] | str]]:
    """(number of its first line, cells by name, or why there are none) for every row after the first line, empty ones left out.

    `longest`: characters that a cell may have. A row that ends early has no more cells.
    """
    csv.field_size_limit(longest)
    reader = csv.reader(lines, delimiter=table.delimiter, strict=True)
    if is_hint(table.delimiter.join(next(reader, []))):
        next(reader, None)
    while True:
        number = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield number, "a quotation mark is not closed" if "unexpected end" in str(error) else f"no row of a table: {error}"
            continue
        if len(row) > len(table.names):
            yield number, f"{len(row)} cells where the first line has {len(table.names)}"
        elif any(cell.strip() for cell in row):
            yield number, {name: _unguarded(cell) for name, cell in zip(table.names, row, strict=False)}


def _unguarded(cell: str) -> str:
    return cell[1:] if _GUARDED.match(cell) else cell
