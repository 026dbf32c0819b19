"""What a page says of its site: feeds, press sections, platform, channel, name. Pure: bytes -> clues, the likeliest first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from lxml import html
from lxml.etree import ParserError

from spiders.found import decode
from storage.address import a_label, canonical

_FEED_TYPES = {"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json"}
_FEED_PATH = re.compile(r"(?i)(?:^|[/._?=-])(?:rss2?|atom|feed)(?:[/._?&=-]|\d*$)|\.rdf$")
_NOT_FEED = re.compile(r"(?i)comment|/wp-json/|subscribe|podcast")
_SECTION_TEXTS = (
    (re.compile(r"(?i)^(?:все |архив |лента )?новост(?:и|ей)(?: \w+)?$|^(?:all |latest )?news$"), 10),
    (re.compile(r"(?i)^(?:все )?пресс[- ]?релиз(?:ы|ов)$|^press releases?$"), 9),
    (re.compile(r"(?i)^пресс[- ]?(?:центр|служба)$|^(?:press|press[- ]cent(?:er|re)|newsroom)$"), 7),
    (re.compile(r"(?i)^(?:события|лента|медиа|статьи|публикации|материалы|анонсы|сообщения|пресса)$"), 5),
)
_SECTION_PATHS = (
    (re.compile(r"(?i)/(?:news|novosti|новости|press-releases?|press-relizy?|presrelizy)(?:/|\.\w+)?$"), 6),
    (
        re.compile(
            r"(?i)/(?:press|press[-_]?(?:cent(?:er|re)|tsentr|sluzhba)|media|sobytiya|blogs?|lenta|events|stati|articles?)/?$"
        ),
        3,
    ),
    (re.compile(r"(?i)/(?:news|novosti|press|sobytiya)/"), 1),
)
_PLATFORMS = (
    ("tatarstan", re.compile(rb"/index\.htm/")),
    ("presscenter", re.compile(rb"/presscenter/news/")),
    ("wordpress", re.compile(rb"/wp-content/|/wp-json/|/wp-includes/|/wp-admin/|content=[\"']WordPress")),
    ("bitrix", re.compile(rb"/bitrix/|/upload/iblock/|/local/templates/|BX\.message|PAGEN_\d|1C-Bitrix")),
)
_CHANNEL = re.compile(r"^(?:www\.)?(?:t\.me|telegram\.me)$")
_NOT_CHANNEL = re.compile(r"^(?:\+|joinchat|share|addstickers|proxy|iv|c$|s$)|bot$")
_SURE = 7
"""Worth of a name from which a section may be one of a site that has all its pages at one path (?route=news)."""
_MOST_SECTIONS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Clues:
    """What one page says. Addresses are absolute, each once, the likeliest first.

    `platform` is the name of a preset or "". `channel` is a Telegram channel it links to. `name` is the site's, "" if not said.
    """

    feeds: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    platform: str = ""
    channel: str = ""
    name: str = ""


def look(body: bytes, url: str, content_type: str = "") -> Clues:
    """The clues on a page of a site; none for what is no HTML. Never raises."""
    try:
        text = decode(body, content_type).replace("\x00", "")
        tree = html.document_fromstring(text.encode("utf-8"), parser=html.HTMLParser(encoding="utf-8"))
    except (ParserError, ValueError, AssertionError):
        return Clues()
    base = next((element.get("href") or "" for element in tree.iter("base") if element.get("href")), "")
    anchors = list(_anchors(tree, urljoin(url, base)))
    same = [(address, words) for address, words in anchors if site(address) == site(url)]
    links = dict.fromkeys(key for address, _ in same if (key := _canonical(address)))
    return Clues(
        feeds=tuple(_feeds(tree, same, url)),
        sections=tuple(_sections(same, url)),
        links=tuple(links),
        platform=platform(body),
        channel=_channel(anchors),
        name=_name(tree),
    )


def platform(body: bytes) -> str:
    """The preset of the platform whose marks a page or a robots.txt bears, "" for none."""
    return next((name for name, marks in _PLATFORMS if marks.search(body)), "")


def site(url: str) -> str:
    """What makes two addresses the same site: host (without www. and m.) and port."""
    try:
        parts = urlsplit(url)
        host = a_label(parts.hostname or "").removeprefix("www.").removeprefix("m.")
        return f"{host}:{parts.port}" if parts.port else host
    except ValueError:
        return ""


def sitemaps(robots: str) -> list[str]:
    """The addresses on the Sitemap lines of a robots.txt (RFC 9309 §2.2.4), in order."""
    found = re.findall(r"(?im)^\s*sitemap\s*:\s*(https?://\S+)", robots)
    return list(dict.fromkeys(found))


def _canonical(url: str) -> str:
    try:
        return canonical(url)
    except ValueError:
        return ""


def _anchors(tree: html.HtmlElement, base: str) -> Iterator[tuple[str, str]]:
    for anchor in tree.iter("a"):
        try:
            address = urljoin(base, (anchor.get("href") or "").strip())
        except ValueError:
            continue
        if urlsplit(address).scheme in ("http", "https"):
            yield address.split("#")[0], " ".join(anchor.text_content().split()) or (anchor.get("title") or "").strip()


def _feeds(tree: html.HtmlElement, anchors: list[tuple[str, str]], url: str) -> list[str]:
    """Declared feeds first (rel=alternate), then links that look like one."""
    declared = [
        urljoin(url, (link.get("href") or "").strip())
        for link in tree.iter("link")
        if "alternate" in (link.get("rel") or "").lower().split() and (link.get("type") or "").lower() in _FEED_TYPES
    ]
    linked = [address for address, words in anchors if _FEED_PATH.search(_after_host(address)) or words.upper() == "RSS"]
    return [address for address in dict.fromkeys([*declared, *linked]) if address and not _NOT_FEED.search(address)]


def _after_host(url: str) -> str:
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")


def _sections(anchors: list[tuple[str, str]], url: str) -> list[str]:
    """Links that are named like the press section of a site, by how much."""
    scores: dict[str, int] = {}
    for address, words in anchors:
        path = urlsplit(address).path
        score = next((worth for shape, worth in _SECTION_TEXTS if shape.match(words)), 0)
        if _FEED_PATH.search(path) or (urlsplit(address).query and score < _SURE):
            continue
        score += next((worth for shape, worth in _SECTION_PATHS if shape.search(path)), 0) if len(words) < 40 else 0
        if score >= 3:
            scores[address] = max(score, scores.get(address, 0))
    ranked = sorted(scores, key=lambda address: (-scores[address], len(address)))
    return [address for address in ranked if address.rstrip("/") != url.rstrip("/")][:_MOST_SECTIONS]


def _channel(anchors: list[tuple[str, str]]) -> str:
    for address, _ in anchors:
        parts = urlsplit(address)
        steps = [step for step in parts.path.split("/") if step and step != "s"]
        if _CHANNEL.match(parts.netloc) and len(steps) == 1 and not _NOT_CHANNEL.search(steps[0]):
            return steps[0]
    return ""


def _name(tree: html.HtmlElement) -> str:
    for meta in tree.iter("meta"):
        if meta.get("property") == "og:site_name" and (stated := (meta.get("content") or "").strip()):
            return " ".join(stated.split())
    title = tree.find(".//title")
    words = " ".join((title.text_content() if title is not None else "").split())
    parts = [part for part in re.split(r"\s+(?:[|—–•·:-]|::)\s+", words) if part]
    # of «Главная — Правительство области» the name is the longer part
    return max(parts, key=len, default="")[:120]
