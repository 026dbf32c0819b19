"""Looks at a site through a few requests: which feeds, sitemaps and listings it has, and what its articles' addresses look like.

The site is asked as a reader would ask: the address given, the front page, robots.txt, the press sections these link to, declared
feeds, and only when nothing is declared the places where such sites usually keep them. A set of addresses is believed to be
articles when pages of it read as articles.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from crawler.discovery.clues import Clues, look, platform, site, sitemaps
from crawler.discovery.patterns import learn
from crawler.errors import FetchError, ParseError
from crawler.items import Hints, Link, Page, Reading
from crawler.reading import read
from crawler.sources import Api, Source
from crawler import presets
from spiders import api, feeds, listings, telegram
from spiders import sitemaps as maps
from spiders.found import Found
from storage.address import canonical

Get = Callable[[str], Awaitable[Page]]
"""Fetches one address politely; raises FetchError."""

_USUAL_SECTIONS = (
    "news/",
    "press-center/news/",
    "presscenter/news/",
    "press/",
    "novosti/",
    "press-tsentr/novosti/",
    "press-center/",
)
_USUAL_FEEDS = ("rss/", "feed/", "rss.xml", "news/rss/")
_MOST_SECTIONS = 7
_MOST_FEEDS = 6
_MOST_PARTS = 4
_SAMPLES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way that was found: `kind` is feed, api, sitemap, listing or telegram; `links` are the canonical addresses it lists, newest first."""

    kind: str
    url: str
    links: tuple[str, ...]
    next: str = ""


@dataclass(slots=True, kw_only=True)
class Discovered:
    """What was found of a site. `read` are the articles that were read to be sure; `notes` say what was tried in vain."""

    home: str
    name: str = ""
    platform: str = ""
    channel: str = ""
    article: str = ""
    feeds: list[Way] = field(default_factory=list)
    sitemaps: list[Way] = field(default_factory=list)
    apis: list[Way] = field(default_factory=list)
    listings: list[Way] = field(default_factory=list)
    previews: list[Way] = field(default_factory=list)
    next: str = ""
    read: list[Reading] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def works(self) -> bool:
        """Is there a way, and does a page of it read as an article?"""
        return bool((self.feeds or self.apis or self.sitemaps or self.listings or self.previews) and self.read)


@dataclass(slots=True)
class _Seen:
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


async def discover(url: str, get: Get) -> Discovered:
    """Everything that was found out about the site at `url`. Raises FetchError when neither it nor its front page can be had."""
    seen = _Seen(get)
    first = await seen.page(url)
    if channel := await _preview(seen, first):
        return channel
    root = urljoin(first.url if first else url, "/")
    home = await seen.page(root)
    if first is None and not await _answers(seen, root):
        raise FetchError(seen.missing[url])
    found = Discovered(home=home.url if home else root)
    robots = await _robots(seen, root)
    found.platform = platform(robots.encode())
    sections = await _sections(seen, url, root)
    for clues in seen.clues():
        found.name = found.name or clues.name
        found.platform = found.platform or clues.platform
        found.channel = found.channel or clues.channel
    found.feeds = await _feeds(seen, first, root)
    mapped = await _sitemaps(seen, sitemaps(robots) or [urljoin(root, "sitemap.xml")])
    found.apis = await _api(seen, found)
    await _articles(seen, found, sections, mapped)
    return found


async def _preview(seen: _Seen, page: Page | None) -> Discovered | None:
    """What is found when the address is a Telegram channel's preview. Raises Blocked for one that is closed."""
    if page is None or not re.search(r"/s/\w+/?$", urlsplit(page.requested).path):
        return None
    try:
        posts = telegram.parse(page.body, page.url)
    except ParseError:
        return None
    way = Way(kind="telegram", url=page.requested, links=tuple(link.url for link in posts.links))
    readings = [_as_text(link, page) for link in posts.links[:_SAMPLES]]
    name = next(iter(clues.name for clues in seen.clues()), "")
    return Discovered(home=way.url, name=name.removesuffix(" – Telegram"), channel=way.url, previews=[way], read=readings)


def _as_text(link: Link, page: Page) -> Reading:
    return read(f"{link.title}\n\n{link.text}".encode(), link.url, Hints(first_seen=page.fetched, link=link, is_text=True))


async def _answers(seen: _Seen, root: str) -> bool:
    """Does the site answer at all? A missing front page is no reason to give up; DNS, TLS and timeouts are."""
    return bool(seen.pages) or any(reason.startswith("HTTP 4") for reason in seen.missing.values())


async def _robots(seen: _Seen, root: str) -> str:
    page = await seen.page(urljoin(root, "robots.txt"))
    return page.body.decode("utf-8", "replace") if page else ""


async def _sections(seen: _Seen, url: str, root: str) -> list[str]:
    """Press sections that answer: what was given, then what pages call so, two steps deep, else where they usually are."""
    tried: list[str] = [] if url == root else [url]
    for _ in range(2):
        named = [address for clues in list(seen.clues()) for address in clues.sections if site(address) == site(root)]
        for address in named:
            if len(tried) < _MOST_SECTIONS and address not in tried:
                tried.append(address)
                await seen.page(address)
    if not [address for address in tried if address in seen.pages]:
        for place in _USUAL_SECTIONS:
            address = urljoin(root, place)
            tried.append(address)
            if await seen.page(address):
                break
    reached = [seen.pages[address][0].url for address in tried if address in seen.pages]
    return list(dict.fromkeys(address for address in reached if site(address) == site(root)))


async def _feeds(seen: _Seen, first: Page | None, root: str) -> list[Way]:
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


async def _feed(seen: _Seen, address: str, own: Collection[str]) -> list[Way]:
    page = await seen.page(address)
    if page is None:
        return []
    try:
        found = feeds.parse(page.body, page.url, page.headers.get("content-type", ""))
    except ParseError:
        return []
    links = _own(found.links, own)
    return [Way(kind="feed", url=page.url, links=links)] if len(links) * 2 > len(found.links) else []


async def _api(seen: _Seen, found: Discovered) -> list[Way]:
    """The JSON API that sites of this platform have, if it answers."""
    entry = presets.fill(found.platform, home=found.home).get("api") if found.platform else None
    if not entry:
        return []
    page = await seen.page(api.address(Api(**entry), 1))
    try:
        listed = api.parse(page.body, page.url, Api(**entry)).links if page else ()
    except ParseError:
        return []
    links = _own(listed, {site(found.home)})
    return [Way(kind="api", url=entry["url"], links=links)] if links else []


async def _sitemaps(seen: _Seen, named: Sequence[str]) -> list[Way]:
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


async def _articles(seen: _Seen, found: Discovered, sections: list[str], mapped: list[Way]) -> None:
    """Decides which addresses are articles, then which listings and sitemaps lead to them."""
    pages = [*sections, *(address for address in (found.home,) if address in seen.pages and address not in sections)]
    listed = [way for address in pages if (way := _listing(seen.pages, address, ""))]
    for source in [*found.feeds, *found.apis, *listed, *mapped]:
        examples = source.links if source.kind != "sitemap" else _largest_form(source.links)
        pattern = learn(examples, _others(seen, found, sections, mapped, set(examples)))
        if not pattern:
            continue
        fitting = [link for link in examples if re.search(pattern, link)]
        readings = await _read(seen, fitting)
        if readings:
            found.article, found.read = pattern, readings
            break
    else:
        found.notes.append("no set of links was found whose pages read as articles")
        return
    again = [way for address in pages if (way := _listing(seen.pages, address, found.article))]
    if found.feeds or found.apis:  # a front page shows the few newest of what these hold
        again = [way for way in again if way.url != found.home]
    found.listings = sorted(again, key=lambda way: (way.url == found.home, -len(way.links), len(way.url)))[:1]
    found.sitemaps = [way for way in mapped if any(re.search(found.article, link) for link in way.links)]
    if found.listings:
        found.next = await _next(seen, found)


def _others(
    seen: _Seen, found: Discovered, sections: Sequence[str], mapped: Sequence[Way], examples: Collection[str]
) -> set[str]:
    """Addresses that are no articles: ways, sections, their pages, and links named like a section (one word, no digit)."""
    known = [found.home, *sections, *(way.url for way in (*found.feeds, *mapped))]
    known += [address for clues in seen.clues() for address in (*clues.sections, *clues.feeds)]
    known += [f"{address}?{key}=2" for address in sections for key in ("PAGEN_1", "page")]
    for clues in seen.clues():
        known += [
            link for link in clues.links if re.fullmatch(r"(?:/[a-zA-Z]+)?/?", urlsplit(link).path) and not urlsplit(link).query
        ]
    result = set()
    for address in known:
        try:
            result.add(canonical(address))
        except ValueError:
            continue
    return result - set(examples)


def _listing(pages: dict[str, tuple[Page, Clues]], address: str, article: str) -> Way | None:
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


def _largest_form(links: Sequence[str]) -> tuple[str, ...]:
    """Of all addresses in a sitemap those of the commonest place and depth: articles outnumber everything else."""
    places: dict[tuple[int, str], list[str]] = {}
    for link in links:
        steps = [step for step in urlsplit(link).path.split("/") if step]
        first = steps[0] if len(steps) > 1 and not steps[0].isdigit() else ""
        places.setdefault((len(steps), first), []).append(link)
    return tuple(max(places.values(), key=len, default=[]))


async def _read(seen: _Seen, links: Sequence[str]) -> list[Reading]:
    """Up to three of the addresses read; empty unless most of those that could be had are articles."""
    tried = 0
    articles: list[Reading] = []
    for link in dict.fromkeys([*links[:1], *links[len(links) // 2 :][:1], *links[-1:], *links[:5]]):
        if tried == _SAMPLES or (tried == 2 and not articles):
            break
        page = await seen.page(link)
        if page is None:
            continue
        tried += 1
        reading = read(page.body, page.url, Hints(first_seen=page.fetched, headers=page.headers, status=page.status))
        if reading.kind == "article":
            articles.append(reading)
    return articles if len(articles) * 2 > tried else []


async def _next(seen: _Seen, found: Discovered) -> str:
    """The template of a listing's further pages, only where its own pager does not lead on: tried, and believed if it does."""
    way = found.listings[0]
    if way.next:
        return ""
    for template in ("?PAGEN_1={page}", "?page={page}", "page/{page}/"):
        address = urljoin(way.url, template.replace("{page}", "2"))
        if await seen.page(address) is None:
            continue
        more = _listing(seen.pages, address, found.article)
        if more and not set(more.links) & set(way.links):
            return template
    return ""
