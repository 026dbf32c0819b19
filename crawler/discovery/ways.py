"""The ways of a site, looked at one by one: what a feed, a sitemap, a JSON API or a page lists of this site's own addresses."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urljoin

from crawler import presets
from crawler.discovery.clues import Clues, look, site
from crawler.errors import FetchError, ParseError
from crawler.items import Link, Page
from crawler.sources import Api, Source
from spiders import api, feeds, listings
from spiders import sitemaps as maps
from spiders.found import Found
from storage.address import canonical

Get = Callable[[str], Awaitable[Page]]
"""Fetches one address politely; raises FetchError."""

_USUAL_FEEDS = ("rss/", "feed/", "rss.xml", "news/rss/")
_MOST_FEEDS = 6
_MOST_PARTS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way: feed, api, sitemap, listing or telegram; `links` are the canonical addresses it lists, newest first."""

    kind: str
    url: str
    links: tuple[str, ...]
    next: str = ""


@dataclass(slots=True)
class Seen:
    """Pages of the site that were looked at, and those that could not be had."""

    get: Get
    pages: dict[str, tuple[Page, Clues]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)

    async def page(self, url: str) -> Page | None:
        """The page, None when it cannot be had; asked for once."""
        if url in self.pages:
            return self.pages[url][0]
        if url in self.missing:
            return None
        try:
            page = await self.get(url)
        except FetchError as error:
            self.missing[url] = error.reason
            return None
        if not page.body.strip():
            self.missing[url] = "an empty answer"
            return None
        self.pages[url] = (page, look(page.body, page.url, page.headers.get("content-type", "")))
        return page

    def clues(self) -> Iterable[Clues]:
        return (clues for _, clues in self.pages.values())


async def feeds_of(seen: Seen, first: Page | None, root: str) -> list[Way]:
    """Feeds that list something of this site, those with most links first; one that repeats another is left out."""
    named = [address for clues in list(seen.clues()) for address in clues.feeds]
    if first is not None:
        named.insert(0, first.url)
    own = {site(root)}
    ways: list[Way] = []
    for address in list(dict.fromkeys(named))[:_MOST_FEEDS]:
        ways += await _feed(seen, address, own)
    if not ways:
        places = [
            urljoin(page.url, "rss/") for page, clues in list(seen.pages.values()) if page.url.endswith("/") and clues.links
        ]
        for address in dict.fromkeys([*(urljoin(root, place) for place in _USUAL_FEEDS), *places]):
            ways = await _feed(seen, address, own)
            if ways:
                break
    chosen: list[Way] = []
    for way in sorted(ways, key=lambda way: -len(way.links)):
        if not any(set(way.links) <= set(other.links) for other in chosen):
            chosen.append(way)
    return chosen


async def _feed(seen: Seen, address: str, own: Collection[str]) -> list[Way]:
    page = await seen.page(address)
    if page is None:
        return []
    try:
        found = feeds.parse(page.body, page.url, page.headers.get("content-type", ""))
    except ParseError:
        return []
    links = _own(found.links, own)
    return [Way(kind="feed", url=page.url, links=links)] if len(links) * 2 > len(found.links) else []


async def api_of(seen: Seen, platform: str, home: str) -> list[Way]:
    """The JSON API that sites of this platform have, if it answers."""
    entry = presets.fill(platform, home=home).get("api") if platform else None
    if not entry:
        return []
    page = await seen.page(api.address(Api(**entry), 1))
    try:
        listed = api.parse(page.body, page.url, Api(**entry)).links if page else ()
    except ParseError:
        return []
    links = _own(listed, {site(home)})
    return [Way(kind="api", url=entry["url"], links=links)] if links else []


async def sitemaps_of(seen: Seen, named: Sequence[str]) -> list[Way]:
    """Sitemaps with what they list; of an index the newest parts are read, those named after posts and news first."""
    ways = []
    for address in named[:3]:
        page = await seen.page(address)
        found = _map(page) if page else None
        if page is None or found is None:
            continue
        links = list(found.links)
        parts = [part for part, _ in found.parts]
        likely = re.compile(r"(?i)post|news|novost|article|iblock|press")
        for part in sorted(parts, key=lambda part: not likely.search(part))[:_MOST_PARTS]:
            inner = await seen.page(part)
            more = _map(inner) if inner else None
            links += more.links if more else ()
        if links:
            ways.append(Way(kind="sitemap", url=address, links=_own(links, {site(address)})))
    return ways


def _map(page: Page) -> Found | None:
    try:
        return maps.parse(page.body, page.url, page.headers.get("content-type", ""))
    except ParseError:
        return None


def _own(links: Iterable[Link], own: Collection[str]) -> tuple[str, ...]:
    """Canonical addresses of links to these sites, each once."""
    found: dict[str, None] = {}
    for link in links:
        try:
            if site(link.url) in own:
                found[canonical(link.url)] = None
        except ValueError:
            continue
    return tuple(found)


def listing_of(pages: dict[str, tuple[Page, Clues]], address: str, article: str) -> Way | None:
    """What a page lists, by a pattern or by looks; None when that is less than two."""
    page = next((page for asked, (page, _) in pages.items() if address in (asked, page.url)), None)
    if page is None:
        return None
    source = Source(id="new", name="new", home=address, article=article)
    try:
        found = listings.parse(page.body, page.url, source, content_type=page.headers.get("content-type", ""))
    except ParseError:
        return None
    links = _own(found.links, {site(address)})
    return Way(kind="listing", url=page.url, links=links, next=found.next) if len(links) > 1 else None
