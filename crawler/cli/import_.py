"""`avtoklaster import`: articles that others have collected."""

from __future__ import annotations

import sys
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from crawler.cli.common import Settings, json_option, now, pass_settings, say
from crawler.cli.output import plain, to_json
from crawler.errors import UsageError

if TYPE_CHECKING:
    from crawler.importing import Report
    from crawler.incoming import Incoming, Unreadable

_SHOWN = 20
_SUFFIXES = tuple(f".{kind}{packed}" for kind in ("jsonl", "json", "ndjson", "csv") for packed in ("", ".gz"))


@click.command(short_help="Adds articles from JSON lines, CSV, or what news-please wrote, through judging and storage.")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option("--topic", metavar="NAME-OR-FILE", help="Judge by this topic instead of the configured one.")
@json_option
@pass_settings
def command(settings: Settings, files: tuple[str, ...], topic: str | None, as_json: bool) -> int:
    """Adds articles from files, or - for stdin, on the way of our own: judged, stored once, copies and edits recognised.

    A line is an object with url and text or title, and what is known of published, source, author, language and image. The
    JSON that news-please writes is read too, one object a file or a line, and so are tables: CSV with commas, semicolons or
    tabs whose first line names the columns, in English or Russian. A folder stands for all JSON and CSV files in it; .gz is
    unpacked. Files of Russian that are not UTF-8, as Excel saves them in windows-1251, are recognised, and it is said so. A
    source that the catalogue does not know becomes a row of kind `other` that is not crawled.

    What cannot be read costs only its own line: it is named with its number, and the exit code is 1. An import that was broken
    off is simply given again: what is known is passed over. What we fetched ourselves is never overruled by a file.
    """
    from crawler.importing import Importer

    streams = [(name, _open(name)) for name in _expanded(files)]
    with settings.open(create=True) as archive:
        importer = Importer(archive, topic or settings.config.topic, settings.config.sources, now)
        progress = _Progress()
        for name, stream in streams:
            with stream:
                for lines in importer.take(name, _records(name, stream)):
                    progress(lines)
        progress.close()
    _print(importer.report, as_json)
    return int(bool(importer.report.counts["unreadable"]))


def _expanded(files: tuple[str, ...]) -> list[str]:
    """The files named, a folder replaced by the JSON and CSV files in it. Raises UsageError for a folder without any."""
    found = []
    for name in files:
        if name == "-" or not Path(name).is_dir():
            found.append(name)
            continue
        inside = sorted(str(path) for path in Path(name).rglob("*") if path.name.endswith(_SUFFIXES) and path.is_file())
        if not inside:
            raise UsageError(f"{name}: a folder without JSON or CSV files.")
        found += inside
    return found


def _open(name: str) -> BinaryIO:
    from crawler.unpacking import open_file

    try:
        return open_file(name)
    except OSError as error:
        raise UsageError(f"{name}: {error.strerror}.") from None


def _records(name: str, stream: BinaryIO) -> Iterator[tuple[int, Incoming | Unreadable]]:
    """The records of a file; one that breaks off (a truncated .gz, a disk error) ends with a line that says so."""
    from crawler.incoming import Unreadable, records

    line = 0
    try:
        for line, item in records(stream, lambda encoding: click.echo(plain(f"{name}: read as {encoding}."), err=True)):
            yield line, item
    except (OSError, EOFError, zlib.error) as error:
        yield line + 1, Unreadable(line=line + 1, reason=f"the file breaks off here: {error}")


def _print(report: Report, as_json: bool) -> None:
    for file, line, reason in report.unreadable[:_SHOWN]:
        click.echo(plain(f"{file}:{line}: {reason}"), err=True)
    unreadable = report.counts["unreadable"]
    if unreadable > _SHOWN:
        click.echo(f"… and {unreadable - _SHOWN} more lines that could not be read.", err=True)
    if as_json:
        counts = {name: report.counts[name] for name in report.COUNTS}
        errors = [{"file": file, "line": line, "reason": reason} for file, line, reason in report.unreadable]
        click.echo(to_json({**counts, "sources": report.sources, "errors": errors}))
        return
    told = [f"{report.counts[name]} {name}" for name in report.COUNTS[1:] if report.counts[name]]
    say(f"{report.counts['lines']} lines: {', '.join(told) or 'nothing in them'}.")
    if report.sources:
        more = f" and {len(report.sources) - 10} more" if len(report.sources) > 10 else ""
        say(f"New sources: {', '.join(report.sources[:10])}{more}.")


class _Progress:
    """The number of lines so far, on a terminal, once a second."""

    def __init__(self) -> None:
        self._live = sys.stderr.isatty()
        self._shown = time.monotonic()

    def __call__(self, lines: int) -> None:
        if self._live and time.monotonic() - self._shown > 1:
            self._shown = time.monotonic()
            click.echo(f"\r\x1b[K{lines} lines", err=True, nl=False)

    def close(self) -> None:
        if self._live:
            click.echo("\r\x1b[K", err=True, nl=False)
