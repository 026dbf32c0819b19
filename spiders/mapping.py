"""Sitemaps asked: a single one, or an index with its parts, newest first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from crawler.errors import FetchError, ParseError
from crawler.items import Cursor, Link, Page
from spiders import listings, sitemaps
from spiders.asking import Asking, Checked, parsed
from spiders.found import Found

_CHUNK = 50
"""Links of a dated sitemap that count as one page of it: a whole one without a new link is where the known part begins."""

_MOST_PARTS = 500
"""Sitemaps read of one index in one crawl; an index may name 50,000."""

_DEEPEST = 3
"""Indexes below each other; the protocol allows one (sitemaps.org), some sites have two, and a broken one names ever new ones."""


async def ask(asking: Asking, way: str) -> Checked:
    """Reads a sitemap. Raises FetchError or ParseError when it cannot be had, is none, or no part of an index can be read.

    While an index is being read its cursor is open: a crawl that is killed meanwhile asks it again unconditionally. An index
    that does not date its parts stays the same while they grow: when it is unchanged, these are asked all the same.
    """
    page = await asking.get(way, conditional=asking.remembers.cursor(asking.source, way) is None)
    if page.status == 304:
        asking.take(way, page)
        if not (undated := asking.remembers.parts(way)):
            return Checked(kind="sitemap", url=way, reached=True)
        return await _parts(asking, way, page.url, Found(links=(), parts=tuple((address, "") for address in undated)))
    found = await parsed(sitemaps.parse, page)
    if not found.parts:
        part = await entries(asking, way, page, found)
        if found.links and not part.articles:
            raise _no_article(asking, len(found.links))
        return Checked(kind="sitemap", url=way, new=part.new, reached=part.reached)
    asking.remembers.note_parts(way, _undated(found))
    asking.take(way, page, cursor=Cursor(next=way, page=1, position=0))
    checked = await _parts(asking, way, page.url, found)
    limited = asking.remembers.limit is not None and asking.remembers.since is None
    if not (limited or asking.stopping.is_set()):  # what a person's --limit left out of one crawl is asked for by the next
        asking.remembers.ended(asking.source, way)
    return checked


def _undated(found: Found) -> list[str]:
    """Parts of an index that it does not date: whether they have grown only they can tell."""
    return [address for address, stated in found.parts if not stated][:_MOST_PARTS]


@dataclass(slots=True)
class _Read:
    """What reading one sitemap, or all of an index, came to: `articles` tells whether any entry is an article's address."""

    new: int = 0
    reached: bool = False
    articles: bool = False
    entries: int = 0

    def add(self, part: _Read) -> None:
        self.new += part.new
        self.reached = self.reached or part.reached
        self.articles = self.articles or part.articles
        self.entries += part.entries


async def _parts(asking: Asking, way: str, at: str, found: Found) -> Checked:
    """Reads the sitemaps of the index that was found at `at`. Raises what kept all of them from being read."""
    whole = _Read()
    errors: list[FetchError | ParseError] = []
    seen = {way, at}
    queue = [(address, 1) for address in _not_older(asking, found)]
    if not queue:
        return Checked(kind="sitemap", url=way, reached=True)
    while queue and len(seen) <= _MOST_PARTS and not (asking.stopping.is_set() or asking.enough()):
        part, depth = queue.pop(0)
        if part in seen:
            continue
        seen.add(part)
        try:
            page = await asking.get(part)
            if page.status == 304:
                asking.take(part, page)
                whole.add(_Read(reached=True, articles=True))
                queue = [(address, depth + 1) for address in asking.remembers.parts(part) if depth < _DEEPEST] + queue
                continue
            found = await parsed(sitemaps.parse, page)
        except (FetchError, ParseError) as error:
            asking.note(part, error)
            errors.append(error)
            continue
        queue = [(address, depth + 1) for address in _not_older(asking, found) if depth < _DEEPEST] + queue
        if found.parts:
            asking.remembers.note_parts(part, _undated(found))
        if found.links:
            whole.add(await entries(asking, part, page, found))
        elif not found.parts:  # the news of a quiet day
            asking.take(part, page)
            whole.add(_Read(reached=True, articles=True))
    if not (whole.articles or errors or queue):
        raise _no_article(asking, whole.entries)
    if errors and not (whole.new or whole.reached):
        raise errors[0]
    return Checked(kind="sitemap", url=way, new=whole.new, reached=whole.reached, error=errors[0] if errors else None)


def _no_article(asking: Asking, entries: int) -> ParseError:
    """A site that was rebuilt lists all its pages, and none of them is what it was: that is no quiet day."""
    if not entries:
        return ParseError("a sitemap index that leads to no pages, only to other indexes")
    what = f"matches article = {asking.source.article!r}" if asking.source.article else "looks like an article's"
    return ParseError(f"no address of the sitemap {what} ({entries} addresses)")


async def entries(asking: Asking, way: str, page: Page, found: Found, cursor: Cursor | None = None) -> _Read:
    """Queues the entries that are articles: back to the known part, to the day asked for, or to the budget.

    `cursor` is how far the way is read with this part of it, where it has one.
    """
    since = asking.remembers.since
    if since is None:
        articles = wanted = await _unknown_part(asking, found.links)
    else:
        articles = [link async for chunk in _articles(asking, found.links) for link in chunk]
        wanted = asking.wanted(articles)
    new = asking.take(way, page, wanted, cursor)
    if since is not None:
        await asking.drain()
    return _Read(
        new=len(new),
        reached=since is not None or len(new) < len(wanted) or not wanted,
        articles=bool(articles),
        entries=len(found.links),
    )


def _not_older(asking: Asking, found: Found) -> list[str]:
    """The sitemaps of an index that a search for history has to read: what changed last before the day holds nothing newer."""
    return [part.url for part in asking.wanted([Link(url=address, date=stated) for address, stated in found.parts])]


async def _articles(asking: Asking, links: Sequence[Link]) -> AsyncIterator[list[Link]]:
    """The links that are articles, a chunk at a time, with the event loop let go between them: 50,000 take 15 s."""
    chunk: list[Link] = []
    for link in links:
        if listings.is_article(asking.source, link.url, asking.source.home or link.url):
            chunk.append(link)
        if len(chunk) == _CHUNK:
            yield chunk
            chunk = []
        if link.position % _CHUNK == 0:
            await asyncio.sleep(0)
    if chunk:
        yield chunk


async def _unknown_part(asking: Asking, links: Sequence[Link]) -> list[Link]:
    """The newest part of a dated sitemap, to the first stretch without a new link; all of an undated one; within the budget."""
    room = max(0, asking.remembers.budget(asking.source) - asking.remembers.count_pending(asking.source))
    dated = any(link.date for link in links)
    taken: list[Link] = []
    unknown = 0
    async for chunk in _articles(asking, links):
        fresh = len(chunk) - asking.remembers.known_before(chunk, "9999")
        taken += chunk
        unknown += fresh
        if (dated and not fresh) or unknown >= room:
            break
    return taken
