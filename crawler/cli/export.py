"""`avtoklaster export`: the archive, or a query of it, as a file for other programs and for people."""

from __future__ import annotations

import contextlib
import csv
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

import click

from crawler.cli.common import Settings, now, pass_settings
from crawler.cli.output import printable, unique, write_rows
from crawler.errors import UsageError

FORMATS = ("csv", "jsonl", "parquet", "atom", "xlsx")

_CELL = 32_767
"""Characters that a cell of Excel holds."""
_SHEET = 1_048_575


@click.command(short_help="Writes the archive, or a query of it, as CSV, JSON lines, Parquet, Atom or XLSX.")
@click.option(
    "--format",
    "fmt",
    type=click.Choice(FORMATS),
    help="The format; otherwise the one that the name of the file ends in, or csv.",
)
@click.option("--output", "-o", metavar="FILE", help="The file to write; otherwise stdout.")
@click.option("--query", "sql", metavar="SQL", help="What to export, or @NAME of a named query; otherwise all articles.")
@click.option(
    "--param", "-p", "given", multiple=True, metavar="NAME=VALUE", help="A value for :NAME in the query; may be repeated."
)
@click.option("--excel", is_flag=True, help="CSV that a Russian Excel opens by a double click: with a BOM and semicolons.")
@pass_settings
def command(
    settings: Settings, fmt: str | None, output: str | None, sql: str | None, given: tuple[str, ...], excel: bool
) -> None:
    """Writes the archive, or the rows of one SELECT, row by row: a million articles need no gigabyte of memory.

    The archive is every article but those that a person called irrelevant (`correct`).

    CSV cells that a spreadsheet would run as a formula get an apostrophe in front. JSON lines can be imported again. An Atom feed
    has the newest 100 articles; a query for it names url, title, summary, updated and source. XLSX cells hold 32,767 characters:
    longer texts are cut. Parquet needs the extra: pip install 'avtoklaster[parquet]'.

    A file appears under its name only when it is whole.
    """
    from crawler.cli.query import understood
    from storage.exporting import ARTICLES, FEED
    from storage.query import run

    ending = Path(output or "").suffix[1:].lower()
    fmt = fmt or (ending if ending in FORMATS else "csv")
    if fmt in ("xlsx", "parquet") and output is None:
        raise UsageError(f"{fmt} is no text: name a file with --output.")
    if excel and fmt != "csv":
        raise UsageError("--excel is a kind of CSV.")
    if fmt == "parquet":
        _needs_pyarrow()
    text, values = understood(sql or (FEED if fmt == "atom" else ARTICLES), None, given)
    columns, rows = run(settings.archive, text, params=values, timeout=86_400)
    if output is None:
        _write(fmt, sys.stdout, columns, rows, excel, settings.archive.stem)
        return
    target, partial = Path(output), Path(f"{output}.part")
    try:
        if fmt == "parquet":
            from crawler.cli import parquet

            parquet.write(partial, unique(columns), rows)
        elif fmt == "xlsx":
            _xlsx(partial, unique(columns), rows)
        else:
            with partial.open("w", encoding="utf-8", newline="") as stream:
                _write(fmt, stream, columns, rows, excel, settings.archive.stem)
        partial.replace(target)
    except OSError as error:
        raise UsageError(f"{output}: {error.strerror or error}.") from None
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)


def _needs_pyarrow() -> None:
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError:
        raise UsageError("parquet needs a library that is not there: pip install 'avtoklaster[parquet]'.") from None


def _write(
    fmt: str, stream: TextIO, columns: Sequence[str], rows: Iterator[tuple[Any, ...]], excel: bool, archive_id: str
) -> None:
    if fmt == "atom":
        _atom(stream, columns, rows, archive_id)
    elif excel:
        from crawler.cli.output import csv_cell

        stream.write("\ufeff")
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(columns)
        writer.writerows([csv_cell(value) for value in row] for row in rows)
    else:
        write_rows(columns, rows, "nl" if fmt == "jsonl" else "csv", stream)


def _atom(stream: TextIO, columns: Sequence[str], rows: Iterator[tuple[Any, ...]], archive_id: str) -> None:
    from crawler.reporting.feed import COLUMNS, of_rows

    missing = set(COLUMNS) - set(columns)
    if missing:
        raise UsageError(f"an Atom feed needs the columns url, title and updated; missing: {', '.join(sorted(missing))}.")
    try:
        for piece in of_rows((dict(zip(columns, row, strict=True)) for row in rows), archive_id=archive_id, now=now()):
            stream.write(piece)
    except ValueError as error:
        raise UsageError(f"{error}.") from None


def _xlsx(path: Path, columns: Sequence[str], rows: Iterator[tuple[Any, ...]]) -> None:
    import xlsxwriter
    from xlsxwriter.exceptions import FileCreateError, FileSizeError

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": True}
    book = xlsxwriter.Workbook(str(path), options)
    sheet = book.add_worksheet("archive")
    sheet.freeze_panes(1, 0)
    sheet.write_row(0, 0, columns)
    for number, row in enumerate(rows, 1):
        if number > _SHEET:
            raise UsageError("more rows than a sheet of Excel holds (1,048,576): export a part, or CSV.")
        for index, value in enumerate(row):
            if isinstance(value, (int, float)):
                sheet.write_number(number, index, value)
            elif value is not None:
                sheet.write_string(number, index, printable(str(value))[:_CELL])
    try:
        book.close()
    except FileCreateError as error:
        raise error.args[0] from None  # the OSError
    except FileSizeError:
        raise UsageError("more than a file of Excel holds (4 GB of a sheet): export a part, or CSV.") from None
