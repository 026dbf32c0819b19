"""One address, as a crawl would fetch and read it: whose site it is, and the page. Nothing is stored."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from urllib.parse import unquote, urlsplit

from crawler.checking.live import Fetching, quick
from crawler.fetching.addresses import endpoint, own_endpoints, preview, ways
from crawler.items import Page
from crawler.sources import Source, fits
from storage.address import canonical, same_site

NOBODY = Source(id="explain", name="")
"""Stands for the source of an address on nobody's site: the crawl's delay, the default time zone, no private network."""


def owner(sources: Iterable[Source], url: str) -> Source | None:
    """The source whose site an absolute address is on, whether it is enabled or not; None when it is on nobody's.

    Of several on one host it is the one whose article pattern fits, then the one whose own addresses share most of the path. A
    channel on Telegram's host owns only its own posts.
    """
    best: tuple[tuple[bool, bool, int, bool], Source] | None = None
    for source in sources:
        shared = [_shared(own, url) for own in (source.home, *ways(source)) if own and same_site(own, url)]
        channel = preview(source)
        if channel and same_site(channel, url):
            # «/s/channel» lists the posts that are at «/channel/12»
            name = urlsplit(channel).path.removeprefix("/s/").strip("/").lower()
            if _steps(url)[:1] != [name]:
                continue
            shared.append(0)  # less than for a source that is this channel and nothing else
        if not shared:
            continue
        rank = (endpoint(url) in own_endpoints(source), bool(source.article) and _fits(source, url), max(shared), source.enabled)
        if best is None or rank > best[0]:
            best = rank, source
    return best[1] if best else None


def _fits(source: Source, url: str) -> bool:
    try:
        return fits(source, canonical(url))
    except ValueError:
        return False


def _shared(one: str, other: str) -> int:
    """How many steps of their paths two addresses share from the left."""
    count = 0
    for a, b in zip(_steps(one), _steps(other), strict=False):
        if a != b:
            break
        count += 1
    return count


def _steps(url: str) -> list[str]:
    steps = [step.lower() for step in unquote(urlsplit(url).path).split("/") if step]
    return steps[1:] if steps[:1] == ["s"] else steps


class Pages:
    """Fetches addresses ahead, so many at a time; each is fetched once, however often it is asked for."""

    def __init__(self, fetching: Fetching, wanted: Mapping[str, Source], at_once: int) -> None:
        """`wanted` is address -> the source in whose name it is fetched. Needs a running event loop."""
        self._seats = asyncio.Semaphore(at_once)
        self._tasks = {url: asyncio.ensure_future(self._fetch(fetching, source, url)) for url, source in wanted.items()}

    async def _fetch(self, fetching: Fetching, source: Source, url: str) -> Page:
        async with self._seats:
            return await fetching.get(quick(source), url)

    async def get(self, url: str) -> Page:
        """The page at a wanted address. Raises FetchError."""
        return await self._tasks[url]

    def close(self) -> None:
        """Whatever nobody waits for any more is broken off; an error that nobody asked for is nobody's."""
        for task in self._tasks.values():
            if not task.cancel() and not task.cancelled():
                task.exception()
