"""Listings: the links to articles on a page of a press section, and where it goes on. Pure: bytes -> links.

lxml with one walk over the tree: Scrapy's LinkExtractor takes 15 to 24 ms for a page of 320 links, this about 5.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import SplitResult, parse_qsl, unquote, urljoin, urlsplit

from lxml import html
from lxml.etree import ParserError

from crawler.errors import ParseError
from crawler.items import Link
from crawler.obstacles import drawn_by_scripts
from crawler.sources import Source, fits
from spiders.found import Found, decode, template
from storage.address import canonical

_MONTH = "янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек"
_DATE_FORM = (
    rf"\b\d{{4}}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?(?:[+-]\d\d:?\d\d|Z)?)?"
    rf"|\b\d{{1,2}}[./]\d{{1,2}}[./]\d{{2,4}}(?:\s*(?:г\.?,?|,|в|\|)?\s*\d{{1,2}}:\d\d)?"
    rf"|\b\d{{1,2}}\s+(?:{_MONTH})[а-я]*\.?(?:,?\s+\d{{4}})?(?:\s*(?:г\.?|года)?,?\s*(?:в\s*)?\d{{1,2}}:\d\d)?"
    r"|\b(?:сегодня|вчера|позавчера)\b(?:,?\s*(?:в\s*)?\d{1,2}:\d\d)?"
    r"|\b\d{1,2}:\d\d,?\s+\d{1,2}[./]\d{1,2}(?:[./]\d{2,4})?|\b\d{1,2}\.\d\d,\s*\d{1,2}:\d\d"
)
_DATE = re.compile(f"(?i){_DATE_FORM}")
_DATE_FIRST = re.compile(rf"(?i)^(?:{_DATE_FORM})[\s|,—–-]*")
_DATE_LAST = re.compile(rf"(?i)[\s|,—–-]+(?:{_DATE_FORM})$")
_DATE_CLASS = re.compile(r"(?i)date|time|дата")
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "b", "strong"}
_TITLE_CLASS = re.compile(r"(?i)title|headline|heading|заголов")
_NEXT_WORDS = re.compile(
    r"(?i)^(?:следующ\w*(?: страниц\w*)?|далее|вперёд|вперед|дальше|next(?: page)?|older(?: posts)?|more|older entries"
    r"|показать (?:ещё|еще).*|(?:ещё|еще)(?: новости)?|загрузить (?:ещё|еще).*|›|»|→|>|>>)[\s›»→>]*$"
)
_PAGE_KEY = re.compile(r"(?i)^(?:PAGEN_\d+|page|p|paged|pg|PAGE|curPos|start|offset|n)$")
_PAGE_PATH = re.compile(r"(?i)/(?:page|p|стр|страница)[/-]?(\d+)/?$|/page(\d+)\.\w+$")
_NOT_PAGES = re.compile(r"(?i)\.(?:jpe?g|png|gif|webp|svg|pdf|docx?|xlsx?|pptx?|zip|rar|mp[34]|avi|css|js|xml|rss|ico)$")
MOST = 5000
"""Links read of one listing, each takes 0.3 ms; real ones have some hundreds."""

_HIGHEST = 6
"""How many elements above a link its card (title, date, summary) is looked for."""


@dataclass(slots=True)
class _Card:
    """One article as a listing shows it: its anchors, in order."""

    url: str
    anchors: list[html.HtmlElement] = field(default_factory=list)


def parse(body: bytes, url: str, source: Source, *, page: int = 1, content_type: str = "") -> Found:
    """The articles a listing shows, in its order, and its next page. `page` is the number of this one, from 1.

    An article's address fits `source.article`; without a pattern it looks like an article's on the same site. `source.next` is
    the template of further pages, else rel=next and pager links are followed. Raises ParseError when page 1 has no article.
    """
    text = decode(body, content_type).replace("\x00", "")
    try:
        tree = html.document_fromstring(text.encode("utf-8"), parser=html.HTMLParser(encoding="utf-8", huge_tree=False))
    except (ParserError, ValueError, AssertionError):  # an empty document, or one of comments only
        raise ParseError("an empty page instead of a listing") from None
    base = _base(tree, url)
    linking = ((a, _absolute(base, a.get("href") or "")) for a in tree.iter("a"))
    anchors = list(islice(((a, address) for a, address in linking if address), MOST))
    cards: dict[str, _Card] = {}
    for anchor, address in anchors:
        key = _article_key(address, url, source)
        if key:
            cards.setdefault(key, _Card(address)).anchors.append(anchor)
    if not cards and page == 1:
        what = f"matches article = {source.article!r}" if source.article else "looks like an article's"
        why = "; it is drawn by scripts: javascript = true shows it to a browser" if drawn_by_scripts(body) else ""
        raise ParseError(f"no link of the listing {what} ({len(anchors)} links){why}")
    mine = {id(anchor): key for key, card in cards.items() for anchor in card.anchors}
    links = tuple(_link(card, position, mine) for position, card in enumerate(cards.values()))
    following = template(source.next, url, page + 1) if source.next else _next(tree, anchors, url, page)
    return Found(links=links, next=following if links else "")


def _base(tree: html.HtmlElement, url: str) -> str:
    base = tree.find(".//base[@href]")
    return (_absolute(url, base.get("href") or "") or url) if base is not None else url


def _absolute(base: str, href: str) -> str:
    href = href.strip()
    if not href or href[0] == "#" or href[:11].lower() in ("javascript:", "data:text/h") or href[:7].lower() == "mailto:":
        return ""
    try:
        address = urljoin(base, href)
        return address if urlsplit(address).scheme in ("http", "https") else ""
    except ValueError:
        return ""


def _article_key(address: str, listing: str, source: Source) -> str:
    """The canonical address if it is an article's, else ""."""
    try:
        key = canonical(address)
    except ValueError:
        return ""
    if source.article:
        return key if fits(source, key) and not _NOT_PAGES.search(urlsplit(key).path) else ""
    return key if looks_like_article(key, listing) else ""


def is_article(source: Source, address: str, seen_at: str) -> bool:
    """Is this the address of an article of a source, as its pattern says, or by the looks of it on the site of `seen_at`?"""
    return bool(_article_key(address, seen_at, source))


def looks_like_article(address: str, listing: str) -> bool:
    """A guess for sources without a pattern: same site, not the listing or a page of it, and named like one thing, not a section.

    «/press/397805/», «/news/besprozvannyh-i-alihanov-otkryli», «/2026/01/30/x.html», «?ELEMENT_ID=5» are; «/press/»,
    «/tags/завод/», «/press/?PAGEN_1=2», files are not.
    """
    here, there = _spelled(listing), _spelled(address)
    if _site(there.netloc) != _site(here.netloc) or _NOT_PAGES.search(there.path):
        return False
    if _PAGE_PATH.search(there.path) or re.search(
        r"(?i)/(?:tags?|rubric|category|author|search|login|archive)(?:/|$)", there.path
    ):
        return False
    identity = [
        key for key, value in parse_qsl(there.query) if re.match(r"(?i)(?:element_)?id|nid|news_?id|p$", key) and value.isdigit()
    ]
    if there.path.rstrip("/") == here.path.rstrip("/"):
        return bool(identity)
    last = there.path.rstrip("/").rsplit("/", 1)[-1]
    return bool(identity or re.search(r"\d{3,}", last) or last.count("-") + last.count("_") >= 2)


def _spelled(url: str) -> SplitResult:
    """An address in parts, its path as a person reads it: what was fetched is escaped, what stands on the page need not be."""
    parts = urlsplit(url)
    return parts._replace(path=unquote(parts.path))


def _site(netloc: str) -> str:
    return netloc.lower().removeprefix("www.").removeprefix("m.")


def _link(card: _Card, position: int, mine: dict[int, str]) -> Link:
    """Title: the longest anchor, or a heading of the card. Date: the card's <time>, date element, or first date in its text."""
    own = mine[id(card.anchors[0])]
    titles = [_text(anchor) or (anchor.get("title") or "").strip() for anchor in card.anchors]
    box = _box(card.anchors[0], own, mine)
    title = max(titles, key=len)
    for part in card.anchors[titles.index(title)].iter():
        # an anchor around the whole card: the heading in it is the title
        if part.tag in _HEADINGS or _TITLE_CLASS.search(part.get("class") or ""):
            title = _text(part) or title
            break
    date = _date(box)
    title = _DATE_LAST.sub("", _DATE_FIRST.sub("", title)).strip() or title
    summary = " ".join(_text(p) for p in box.iter("p") if not any(id(a) in mine for a in p.iter("a")))
    return Link(url=card.url, title=title[:500], date=date[:60], summary=summary[:1000], via="listing", position=position)


def _box(anchor: html.HtmlElement, own: str, mine: dict[int, str]) -> html.HtmlElement:
    """The largest element around an anchor that shows no other article."""
    box = anchor
    for _ in range(_HIGHEST):
        above = box.getparent()
        if above is None or above.tag in ("body", "html") or any(mine.get(id(a), own) != own for a in above.iter("a")):
            break
        box = above
    return box


def _date(box: html.HtmlElement) -> str:
    for time in box.iter("time"):
        if stated := (time.get("datetime") or _text(time)).strip():
            return str(stated)
    for element in box.iter():
        if (
            isinstance(element.tag, str)
            and _DATE_CLASS.search(element.get("class") or "")
            and (found := _DATE.search(_text(element)))
        ):
            return str(found[0])
    found = _DATE.search(_text(box))
    return str(found[0]) if found else ""


def _text(element: html.HtmlElement) -> str:
    return " ".join(" ".join(element.itertext("*")).split()) if element.tag not in ("script", "style") else ""


def _next(tree: html.HtmlElement, anchors: list[tuple[html.HtmlElement, str]], url: str, page: int) -> str:
    """rel=next, an anchor that says so, or the link of the pager to page + 1; "" when there is none."""
    for element in tree.iter("link", "a"):
        if "next" in (element.get("rel") or "").lower().split() and (address := _absolute(url, element.get("href") or "")):
            return address if address != url else ""
    numbered = written = ""
    for anchor, address in anchors:
        if unquote(address).split("#")[0] == unquote(url) or _site(urlsplit(address).netloc) != _site(urlsplit(url).netloc):
            continue
        number = _page_number(address, url)
        if number is None:
            continue
        words = _text(anchor) or (anchor.get("title") or anchor.get("aria-label") or "").strip()
        named = re.search(r"(?i)(?:^|[\s_-])next(?:$|[\s_-])", anchor.get("class") or "")
        if _NEXT_WORDS.match(words) or named:
            return address
        if words == str(page + 1):  # pagers that count from nought (Drupal) or by articles (Joomla) say so only here
            written = written or address
        if number == page + 1:
            numbered = numbered or address
    return written or numbered


def _page_number(address: str, listing: str) -> int | None:
    """The number of a page of the same listing that an address asks for, None when it asks for something else."""
    here, there = _spelled(listing), _spelled(address)
    if (match := _PAGE_PATH.search(there.path)) and there.path[: match.start()].rstrip("/") == _PAGE_PATH.sub(
        "", here.path
    ).rstrip("/"):
        return int(match[1] or match[2])
    if there.path.rstrip("/") != here.path.rstrip("/"):
        return None
    before = dict(parse_qsl(here.query))
    changed = [(key, value) for key, value in parse_qsl(there.query) if before.get(key) != value]
    paging = [value for key, value in changed if _PAGE_KEY.match(key) and value.isdigit()]
    return int(paging[0]) if len(paging) == 1 and len(changed) <= 2 else None
