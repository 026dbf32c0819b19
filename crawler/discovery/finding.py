"""Looks at a site through a few requests: which feeds, sitemaps and listings it has, and what its articles' addresses look like.

The site is asked as a reader would ask: the address given, the front page, robots.txt, the press sections these link to, declared
feeds, and only when nothing is declared the places where such sites usually keep them. A set of addresses is believed to be
articles when pages of it read as articles.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from crawler.discovery.clues import platform, site, sitemaps
from crawler.discovery.patterns import groups, learn
from crawler.discovery.ways import Get, Seen, Way, api_of, feeds_of, listing_of, sitemaps_of
from crawler.errors import FetchError, ParseError
from crawler.items import Hints, Link, Page, Reading
from crawler.reading import read
from spiders import telegram
from spiders.found import template
from storage.address import canonical

_USUAL_SECTIONS = (
    "news/",
    "press-center/news/",
    "presscenter/news/",
    "press/",
    "novosti/",
    "press-tsentr/novosti/",
    "press-center/",
)
_PRESS = re.compile(r"(?i)/(?:news|novosti|press\w*|media|blogs?|posts?|tpost|stati|articles?|sobytiya)[/_-]")
_MOST_SECTIONS = 7
_MOST_FORMS = 4
_SAMPLES = 3


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


async def discover(url: str, get: Get) -> Discovered:
    """Everything that was found out about the site at `url`. Raises FetchError when neither it nor its front page can be had."""
    seen = Seen(get)
    if channel_card := re.fullmatch(r"https?://(?:t|telegram)\.me/(\w+)/?", url):
        url = telegram.address(channel_card[1])
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
    found.feeds = await feeds_of(seen, first, root)
    mapped = await sitemaps_of(seen, sitemaps(robots) or [urljoin(root, "sitemap.xml")])
    found.apis = await api_of(seen, found.platform, found.home)
    await _articles(seen, found, sections, mapped)
    return found


async def _preview(seen: Seen, page: Page | None) -> Discovered | None:
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


async def _answers(seen: Seen, root: str) -> bool:
    """Does the site answer at all? A missing front page is no reason to give up; DNS, TLS and timeouts are."""
    return bool(seen.pages) or any(reason.startswith("HTTP 4") for reason in seen.missing.values())


async def _robots(seen: Seen, root: str) -> str:
    page = await seen.page(urljoin(root, "robots.txt"))
    return page.body.decode("utf-8", "replace") if page else ""


async def _sections(seen: Seen, url: str, root: str) -> list[str]:
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


async def _articles(seen: Seen, found: Discovered, sections: list[str], mapped: list[Way]) -> None:
    """Decides which addresses are articles, then which listings and sitemaps lead to them."""
    pages = [*sections, *(address for address in (found.home,) if address in seen.pages and address not in sections)]
    listed = [way for address in pages if (way := listing_of(seen.pages, address, ""))]
    places = _places([link for way in mapped for link in way.links])
    for examples in [*(way.links for way in (*found.feeds, *found.apis, *listed)), *places]:
        readings, articles = await _proven(seen, groups(examples))
        pattern = learn(articles, _others(seen, found, sections, mapped, set(articles)))
        if pattern:
            found.article, found.read = pattern, readings
            break
    else:
        found.notes.append("no set of links was found whose pages read as articles")
        reasons = Counter(seen.missing.values()).most_common(2)
        found.notes += [f"{count} addresses: {reason}" for reason, count in reasons]
        return
    again = [way for address in pages if (way := listing_of(seen.pages, address, found.article))]
    if found.feeds or found.apis:  # a front page shows the few newest of what these hold
        again = [way for way in again if way.url != found.home]
    found.listings = sorted(again, key=lambda way: (way.url == found.home, -len(way.links), len(way.url)))[:1]
    found.sitemaps = [way for way in mapped if any(re.search(found.article, link) for link in way.links)]
    if found.listings:
        found.next = await _next(seen, found)


def _others(seen: Seen, found: Discovered, sections: Sequence[str], mapped: Sequence[Way], examples: Collection[str]) -> set[str]:
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


def _places(links: Sequence[str]) -> list[list[str]]:
    """The addresses of sitemaps by place and depth, those named like a press section first, then the commonest ones.

    Articles mostly outnumber everything else, but not in the sitemap of a shop.
    """
    places: dict[tuple[int, str], list[str]] = {}
    for link in links:
        steps = [step for step in urlsplit(link).path.split("/") if step]
        first = steps[0] if len(steps) > 1 and not steps[0].isdigit() else ""
        places.setdefault((len(steps), first), []).append(link)
    ranked = sorted(places.values(), key=lambda place: (not _PRESS.search(urlsplit(place[0]).path), -len(place)))
    return ranked[:_MOST_FORMS]


async def _proven(seen: Seen, forms: Sequence[Sequence[str]]) -> tuple[list[Reading], list[str]]:
    """Of the forms of addresses those whose pages read as articles, with what was read."""
    readings: list[Reading] = []
    articles: list[str] = []
    for number, form in enumerate(forms[:_MOST_FORMS]):
        read_ones = await _read(seen, form, samples=1 if number and readings else _SAMPLES)
        if read_ones:
            readings += read_ones
            articles += form
    return readings[:_SAMPLES], articles


async def _read(seen: Seen, links: Sequence[str], *, samples: int) -> list[Reading]:
    """Some of the addresses read; empty unless most of those that could be had are articles."""
    tried = 0
    articles: list[Reading] = []
    for link in dict.fromkeys([*links[:1], *links[len(links) // 2 :][:1], *links[-1:], *links[:5]]):
        if tried == samples or (tried == 2 and not articles):
            break
        page = await seen.page(link)
        if page is None:
            continue
        tried += 1
        reading = read(page.body, page.url, Hints(first_seen=page.fetched, headers=page.headers, status=page.status))
        if reading.kind == "article":
            articles.append(reading)
    return articles if len(articles) * 2 > tried else []


async def _next(seen: Seen, found: Discovered) -> str:
    """The template of a listing's further pages, only where its own pager does not lead on: tried, and believed if it does."""
    way = found.listings[0]
    if way.next:
        return ""
    for pattern in ("?PAGEN_1={page}", "?page={page}", "page/{page}/"):
        address = template(pattern, way.url, 2)
        if await seen.page(address) is None:
            continue
        more = listing_of(seen.pages, address, found.article)
        # some stand on every page: pinned ones, the day's news in the sidebar
        if more and 2 * len(set(more.links) - set(way.links)) > len(more.links):
            return pattern
    return ""
