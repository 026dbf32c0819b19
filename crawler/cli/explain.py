"""`avtoklaster explain`: what is read from a page and what is thought of it, without storing anything."""

from __future__ import annotations

import gzip
import re
import sys
import zlib
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler.cli.common import DAY, Settings, json_option, now, pass_settings
from crawler.cli.explained import as_object, for_people
from crawler.cli.output import plain, to_json
from crawler.errors import AvtoklasterError, FetchError

if TYPE_CHECKING:
    from crawler.checking.live import Fetching
    from crawler.checking.page import Pages
    from crawler.items import Hints, Learned, Page
    from crawler.judging import Topic
    from crawler.sources import Source

MAX_FILE = 32 * 1024 * 1024
"""Bytes of a page; a longer file is refused."""

_TAG = re.compile(rb"<\s*(?:!doctype|html|head|body|meta|title|div|article|section|p|br|h1)\b", re.IGNORECASE)
_TEXT_NAMES = {".txt", ".md", ".text"}
_HTML_NAMES = {".html", ".htm", ".xhtml", ".shtml", ".php", ".aspx"}


class Unreadable(AvtoklasterError):
    """An input that cannot be read; the message names it and says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Input:
    """Bytes to be read. `url` is "" for a file: the page itself may state its address."""

    url: str
    body: bytes
    hints: Hints


@click.command(short_help="Reads a page without storing it and says why it would be kept or not.")
@click.argument("inputs", nargs=-1, required=True, metavar="FILE-OR-URL...")
@click.option("--topic", metavar="NAME-OR-FILE", help="Judge by this topic instead of the configured one.")
@click.option("--seen", type=DAY, help="The day the page was fetched, against which «вчера» is understood; otherwise today.")
@click.option("--source", "source_name", metavar="SOURCE", help="Read as a page of this source: its time zone, its selectors.")
@json_option
@pass_settings
def command(
    settings: Settings, inputs: tuple[str, ...], topic: str | None, seen: date | None, source_name: str | None, as_json: bool
) -> int:
    """Reads pages without storing them: title, text, date with all its witnesses, and the verdict with the terms that led to it.

    Each input is an HTML file, a text file (its first line is the title), - for stdin, or an http(s) address; files may be
    compressed with gzip. A text file is always taken for an article.

    An address is fetched once, as a crawl would: robots.txt is obeyed, a challenge is not evaded, and what is not on the open
    Internet is refused unless it is the host and port of a configured source. It is read as a page of the source whose site it
    is on, if there is one. What cannot be had is one line: blocked, robots, off_limits, gone or failed, and why.

    What a person corrected of an article that the archive has from this address is told as well: it holds there.

    --json prints one object a line. The exit code is 1 when some inputs could not be read and 2 when none could.
    """
    from crawler.judging import load_topic
    from crawler.sources import pick

    source = pick(settings.config.sources, [source_name])[0] if source_name else None
    desk = _Desk(load_topic(topic or settings.config.topic), source, _moment(seen) if seen else None, as_json, settings.archive)
    addresses = [name for name in inputs if _is_address(name)]
    good = _fetched(settings, inputs, addresses, desk) if addresses else sum(desk.take(name) for name in inputs)
    return 0 if good == len(inputs) else 1 if good else 2


def _is_address(name: str) -> bool:
    return re.match(r"https?://", name, re.IGNORECASE) is not None


def _fetched(settings: Settings, inputs: tuple[str, ...], addresses: list[str], desk: _Desk) -> int:
    """How many of the inputs could be read, when some are addresses: everything happens inside Scrapy's process."""
    from crawler.checking.live import run
    from crawler.checking.page import NOBODY, Pages, owner

    config = settings.config
    wanted: dict[str, Source] = {}
    for name in addresses:
        try:
            url = _address(name)
        except Unreadable:
            continue  # said in its turn
        wanted[url] = owner(config.sources.values(), url) or desk.source or NOBODY

    async def work(fetching: Fetching) -> int:
        pages = Pages(fetching, wanted, config.crawl.concurrency)
        try:
            return sum(
                [await desk.take_address(name, pages, wanted) if _is_address(name) else desk.take(name) for name in inputs]
            )
        finally:
            pages.close()

    return run(config, work)


def _address(name: str) -> str:
    """Raises Unreadable."""
    from crawler import checks

    try:
        return checks.address(name).partition("#")[0]
    except ValueError as error:
        raise Unreadable(f"{name}: {error}") from None


class _Desk:
    """Takes inputs one by one: each is explained on stdout, or is one line on stderr."""

    def __init__(self, topic: Topic, source: Source | None, seen: datetime | None, as_json: bool, archive: Path) -> None:
        """`source` was named by the user; `seen` too, None: the moment a page was fetched, and now for a file.

        What pages of a source have taught is known from `archive`, if there is one.
        """
        self.source = source
        self._archive = archive
        self._topic, self._seen, self._as_json = topic, seen, as_json
        self._good = 0

    def take(self, name: str) -> bool:
        """A file or stdin. False when it cannot be read."""
        try:
            found = _load(name, self.source, self._seen or now(), self._learned(self.source))
        except Unreadable as error:
            return _refuse(str(error))
        return self._explain(name, found)

    async def take_address(self, name: str, pages: Pages, owners: dict[str, Source]) -> bool:
        """An address. False when it cannot be had."""
        try:
            url = _address(name)
            page = await pages.get(url)
        except Unreadable as error:
            return _refuse(str(error))
        except FetchError as error:
            return _refuse(f"{name}: {error.outcome}: {error.reason}")
        source = self.source or owners[url]
        return self._explain(name, _as_crawled(page, source, self._seen, self._learned(source)))

    def _learned(self, source: Source | None) -> Learned:
        from crawler.learning import learned_in

        return learned_in(self._archive, source.id if source else "")

    def _explain(self, name: str, found: _Input) -> bool:
        from crawler.judging import judge
        from crawler.reading import read

        reading = read(found.body, found.url, found.hints)
        verdict = judge(reading.title, reading.text, self._topic)
        said = _corrections(self._archive, reading.url or reading.canonical)
        if self._as_json:
            corrected = {"corrections": said} if said else {}
            sys.stdout.write(to_json(as_object(name, reading, verdict) | corrected) + "\n")
        else:
            lines = for_people(name, reading, verdict, said)
            sys.stdout.write(("\n" if self._good else "") + "".join(line + "\n" for line in lines))
        sys.stdout.flush()
        self._good += 1
        return True


def _corrections(path: Path, url: str) -> list[dict[str, Any]]:
    """What people said of the article at an address, if the archive has it: that holds there, whatever is read here."""
    from storage import articles, open_archive
    from storage.corrected import said
    from storage.errors import ArchiveError

    try:
        with open_archive(path, read_only=True) as archive:
            article = articles.get(archive, url) if url else None
            return said(archive, article["id"]) if article else []
    except ArchiveError:
        return []


def _refuse(why: str) -> bool:
    click.echo(f"Error: {plain(why)}", err=True)
    return False


def _as_crawled(page: Page, source: Source, seen: datetime | None, learned: Learned) -> _Input:
    from crawler.records import hints_for

    hints = hints_for(page, source, learned)
    return _Input(url=page.url, body=page.body, hints=replace(hints, first_seen=seen) if seen else hints)


def _moment(day: date) -> datetime:
    """The end of a day in Moscow: nothing published on it is in the future."""
    return datetime.combine(day, time(23, 59, 59), timezone(timedelta(hours=3)))


def _load(name: str, source: Source | None, first_seen: datetime, learned: Learned) -> _Input:
    """A file or stdin, with the hints of `source` if there is one. Raises Unreadable."""
    if re.match(r"[a-z][a-z0-9+.-]+://", name, re.IGNORECASE):
        raise Unreadable(f"{name}: only http and https addresses are fetched")
    path = Path(name)
    try:
        if name == "-":
            body = sys.stdin.buffer.read(MAX_FILE + 1)
        else:
            with path.open("rb") as stream:
                body = stream.read(MAX_FILE + 1)
            if body[:2] == b"\x1f\x8b":
                with gzip.open(path, "rb") as packed:
                    body = packed.read(MAX_FILE + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise Unreadable(f"{name}: {getattr(error, 'strerror', None) or error}") from None
    if len(body) > MAX_FILE:
        raise Unreadable(f"{name}: larger than {MAX_FILE >> 20} MB, no page is")
    return _Input(url="", body=body, hints=_hints(_is_text(path, body), source, first_seen, learned))


def _is_text(path: Path, body: bytes) -> bool:
    from crawler.reading import is_binary

    suffixes = {suffix.lower() for suffix in path.suffixes}
    if suffixes & _TEXT_NAMES:
        return True
    return not suffixes & _HTML_NAMES and not is_binary(body) and not _TAG.search(body[:65536].replace(b"\0", b""))


def _hints(is_text: bool, source: Source | None, first_seen: datetime, learned: Learned) -> Hints:
    from crawler.items import Hints

    hints = Hints(first_seen=first_seen, is_text=is_text)
    if source is None:
        return hints
    return replace(
        hints,
        timezone=source.timezone,
        site_name=source.name,
        title_css=source.title_css,
        date_css=source.date_css,
        text_css=source.text_css,
        learned=learned,
    )
