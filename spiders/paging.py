"""Ways of many pages, newest first (feeds, listings, APIs, channels): back to what is known, to a date, an end, or the budget.

A reading that is broken off (kill -9, Ctrl-C, a failing page, the budget of a search for history) leaves its cursor in the
archive, written together with the links of each page; the next crawl reads the top until nothing is new, then from the cursor on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from crawler.errors import FetchError, Gone, ParseError
from crawler.items import Cursor, Link, Page
from spiders.asking import Asking, Checked, parsed
from spiders.found import Found

Parse = Callable[[bytes, str, str, int], Found]
"""(body, address, content type, number of the page from 1) -> what it lists."""

_FAR = 5000
"""Pages of one way read in one crawl, whatever they hold: a calendar links to itself for ever."""

Over = Callable[[Sequence[Link], Sequence[Link]], bool]
"""(links of a page, the new ones among them) -> is this far enough?"""


@dataclass(slots=True)
class _Reading:
    """What is known while a way is read; `known`: something on it was known before."""

    way: str
    new: int = 0
    read: int = 0
    known: bool = False
    seen: set[frozenset[str]] = field(default_factory=set)

    def repeats(self, links: Sequence[Link]) -> bool:
        """Was a page with exactly these links read before? Past the last page Bitrix shows the last one again."""
        key = frozenset(link.url for link in links)
        known = key in self.seen
        self.seen.add(key)
        return known


def _nothing_new(links: Sequence[Link], new: Sequence[Link]) -> bool:
    return not new


async def ask(asking: Asking, kind: str, way: str, parse: Parse, *, enough: Over = _nothing_new) -> Checked:
    """Reads a paged way, for news back to the first page without anything new unless `enough` says otherwise.

    Raises FetchError or ParseError when its first page cannot be had or is no list.
    """
    broken_off = asking.remembers.cursor(asking.source, way)
    first = await asking.get(way, conditional=broken_off is None)
    if first.status == 304:
        asking.take(way, first)
        return Checked(kind=kind, url=way, reached=True)
    reading = _Reading(way)
    top = Cursor(next=way, page=1, position=0)
    try:
        if broken_off is None:
            end = await _read(asking, parse, reading, first, top, _before_since(asking) or enough)
        else:
            end = await _read(asking, parse, reading, first, top, _nothing_new, keep=broken_off)
            if end == "known":
                page = await asking.get(broken_off.next, conditional=False)
                started = broken_off.started
                over = _before_since(asking) or (lambda links, new: asking.remembers.known_before(links, started) == len(links))
                end = await _read(asking, parse, reading, page, broken_off, over)
    except (FetchError, ParseError) as error:
        if not reading.read:
            raise
        asking.note(way, error)
        return Checked(kind=kind, url=way, new=reading.new, error=error)
    if end != "cut" or not (asking.remembers.since or asking.remembers.limit or asking.stopping.is_set()):
        # news beyond the budget is not gone back to: the newest matter, and the next crawl would take it for new;
        # what a person's --limit left out of one crawl is
        asking.remembers.ended(asking.source, way)
    # a list of one page that shows something known beside the new is without a gap, as a feed is
    # a listing ends where there is nothing older; a feed only holds no more, unless it was paged to its end
    feed = kind == "feed" and asking.remembers.since is not None
    whole = len(reading.seen) > 1 if feed else reading.read > 1 or reading.known
    reached = end == "known" or (end == "end" and whole)
    return Checked(kind=kind, url=way, new=reading.new, reached=reached)


async def _read(
    asking: Asking, parse: Parse, reading: _Reading, page: Page, at: Cursor, over: Over, *, keep: Cursor | None = None
) -> str:
    """Reads pages from `at` on: "known" when `over` says so, "end" at the end of the list, "cut" when there may be more.

    `keep`: the cursor of an earlier reading, which stays as it is. Raises what fetching and parsing raise.
    """
    while True:
        try:
            found = await parsed(parse, page, at.page)
        except ParseError:
            if at.page == 1:
                raise
            return "end"
        links = [replace(link, position=at.position + number) for number, link in enumerate(found.links)]
        following = Cursor(next=found.next, page=at.page + 1, position=at.position + len(links), started=at.started)
        wanted = asking.wanted(links)
        new = asking.take(reading.way, page, wanted, keep or (following if found.next else None), pace=found.pace)
        reading.new += len(new)
        reading.known = reading.known or len(new) < len(wanted)
        reading.read += 1
        if over(links, new):
            return "known"
        if reading.repeats(links) or not found.next:
            return "end"
        if asking.remembers.since:
            await asking.drain()
        if asking.stopping.is_set() or asking.enough() or reading.read >= _FAR:
            return "cut"
        at = following
        try:
            page = await asking.get(at.next, conditional=False)
        except Gone:  # past the last page many sites say 404
            return "end"


def _before_since(asking: Asking) -> Over | None:
    """For a search for history: are all dated links of a page older than the day asked for? A page without dates ends nothing.

    What an earlier page had too is not asked: a pinned article, the day's news beside every page of an archive.
    """
    since = asking.remembers.since
    if since is None:
        return None
    had: set[str] = set()

    def over(links: Sequence[Link], new: Sequence[Link]) -> bool:
        days = [day for link in links if link.url not in had and (day := asking.remembers.day(link))]
        had.update(link.url for link in links)
        return bool(days) and max(days) < since

    return over
