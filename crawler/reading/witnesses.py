"""Everyone on and around a page who states a date, and how far each is to be trusted before the others are heard."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from urllib.parse import unquote, urlsplit

from lxml import etree
from lxml.cssselect import CSSSelector, SelectorError

from crawler.items import Hints
from crawler.reading import jsonld
from crawler.reading.bylines import parse_byline
from crawler.reading.document import Document, clean, text_of
from crawler.reading.moments import Moment, make, zone_of
from crawler.reading.residue import DATELINE
from crawler.reading.stamps import parse_stamp
from crawler.reading.visible import seen


@dataclass(frozen=True, slots=True)
class Witness:
    """One statement. `trust` 0 to 100 before others are heard; `changed`: it speaks of an update; `said`: the raw words."""

    name: str
    said: str
    moment: Moment | None
    trust: int
    why: str
    changed: bool = False


# names of meta tags (property, name, itemprop) that state when a page was published, with their trust
_PUBLISHED = {
    **dict.fromkeys(("article:published_time", "og:article:published_time", "article:published", "og:published_time"), 90),
    **dict.fromkeys(("datepublished", "publishdate", "publish-date", "publish_date", "published_time", "publication_date"), 86),
    **dict.fromkeys(
        ("publicationdate", "pubdate", "article.published", "sailthru.date", "parsely-pub-date", "cxenseparse:recs:publishtime"),
        84,
    ),
    **dict.fromkeys(
        ("citation_publication_date", "citation_online_date", "bt:pubdate", "vr:published-time", "mediator_published_time"), 82
    ),
    **dict.fromkeys(("dc.date.issued", "dcterms.issued", "dc.date.created", "dcterms.created"), 74),
    **dict.fromkeys(
        ("article_date_original", "originalpublicationdate", "ptime", "rnews:datepublished", "displaydate", "created"), 76
    ),
    **dict.fromkeys(("article:create_time", "article:created", "datecreated", "date_published", "og:pubdate", "uploaddate"), 72),
    # a page's own date is as often that of its last change
    **dict.fromkeys(("date", "dc.date", "dcterms.date"), 56),
    **dict.fromkeys(("cxenseparse:publishtime", "gentics-pubdate", "last_date_published", "release_date", "og:release_date"), 70),
}
_CHANGED = {
    *("article:modified_time", "og:updated_time", "datemodified", "last-modified", "dcterms.modified", "dc.date.modified"),
    *("og:modified_time", "article:modified", "modified", "revised", "moddate", "last_modified", "bt:moddate", "dc.modified"),
}
_PATH_DAY = re.compile(r"(?<!\d)((?:19|20)\d\d)([-/_.]?)(0?[1-9]|1[0-2])\2(0?[1-9]|[12]\d|3[01])(?!\d)")
_PATH_RUSSIAN = re.compile(r"(?<!\d)(0[1-9]|[12]\d|3[01])([-/_.])(0[1-9]|1[0-2])\2((?:19|20)\d\d)(?!\d)")
_PATH_YEAR = re.compile(r"/((?:19|20)\d\d)(?:/|-\d\d/)")
_ITEMPROPS = etree.XPath("//@itemprop")
_VIA = {
    "feed": ("feed", 85),
    "api": ("api", 85),
    "telegram": ("telegram", 85),
    "listing": ("listing", 66),
    "sitemap": ("sitemap", 45),
}


def collect(
    document: Document, nodes: list[dict[str, Any]], hints: Hints, title: str, heading: etree._Element | None
) -> list[Witness]:
    """Every witness of a page, in no order. `nodes`: its JSON-LD objects, `title`: as read, `heading`: what shows it."""
    base = hints.first_seen.astimezone(zone_of(hints.timezone))
    month_first = _month_first(document)
    return [
        *_selected(document, hints, base),
        *_structured(nodes, title),
        *_metas(document, base, month_first),
        *_microdata(document),
        *_hinted(hints, base),
        *_address(document),
        *_visible(document, base, heading, month_first),
        *_dateline(document, base),
        *_header(hints),
    ]


def _month_first(document: Document) -> bool:
    """Americans alone write 03/04/2025 for 4 March."""
    locale = (document.meta("og:locale", "content-language") or document.language).replace("_", "-").lower()
    return locale in ("en-us", "en-ph") or (document.language == "en" and locale in ("", "en") and ".com/" in document.url)


def _selected(document: Document, hints: Hints, base: datetime) -> list[Witness]:
    """What stands where the source's own selector points."""
    if not hints.date_css:
        return []
    try:
        elements = CSSSelector(hints.date_css, translator="html")(document.root)
    except SelectorError:
        return [Witness("selector", hints.date_css, None, 0, "is no valid selector")]
    for element in elements[:3]:
        said = element.get("datetime") or element.get("content") or text_of(element)
        moment = parse_stamp(said) or parse_byline(said[:200], base, language=document.language)
        if moment:
            return [Witness("selector", clean(said)[:120], moment, 95, "stands where the source's selector points")]
    return [Witness("selector", "", None, 0, "the source's selector finds no date")]


def _structured(nodes: list[dict[str, Any]], title: str) -> list[Witness]:
    found: list[Witness] = []
    for node in nodes:
        kinds = jsonld.types(node)
        article = any(map(jsonld.ARTICLE.search, kinds))
        trust = 88 if article else 74 if any(map(jsonld.PAGE.search, kinds)) or not kinds else 30
        name = ", ".join(kinds) or "untyped"
        why = f"is the date of the page's {name}"
        if node.get("_elsewhere"):
            trust, why = 5, f"is of another page ({name})"
        elif article and title and not _same_headline(node, title) and len(jsonld.articles(nodes)) > 1:
            trust, why = 35, f"is of a {name} with another headline"
        for key, changed in (("datePublished", False), ("dateCreated", False), ("uploadDate", False), ("dateModified", True)):
            said = jsonld.string(node.get(key))
            if said:
                less = {"datePublished": 0, "dateCreated": 12, "uploadDate": 20, "dateModified": 0}[key]
                found.append(Witness("json-ld", said[:80], _stamp(said), max(trust - less, 1), why, changed))
    return found


def _same_headline(node: dict[str, Any], title: str) -> bool:
    headline = jsonld.string(node.get("headline") or node.get("name")).lower()
    one, other = set(re.findall(r"\w+", headline)), set(re.findall(r"\w+", title.lower()))
    return not one or len(one & other) >= 0.5 * min(len(one), len(other))


def _stamp(said: str) -> Moment | None:
    """A machine's date, or what stands where one should be."""
    return parse_stamp(said) or parse_byline(said[:80], datetime(2100, 1, 1), language="de")


def _metas(document: Document, base: datetime, month_first: bool) -> list[Witness]:
    found = []
    for key, values in document.metas.items():
        name = key.strip('"')
        changed = name in _CHANGED
        trust = 60 if changed else _PUBLISHED.get(name, 0)
        if not trust:
            continue
        for said in dict.fromkeys(values):
            moment = parse_stamp(said) or parse_byline(said[:80], base, language=document.language, month_first=month_first)
            found.append(Witness("meta", f"{name} = {said[:80]}", moment, trust, f"is stated as {name}", changed))
    return found


def _microdata(document: Document) -> list[Witness]:
    found = []
    for said in _ITEMPROPS(document.root):
        element = said.getparent()
        if said not in ("datePublished", "dateCreated") or element.tag == "meta":
            continue
        scope = next((a.get("itemtype") or "" for a in element.iterancestors() if a.get("itemscope") is not None), "")
        value = element.get("content") or element.get("datetime") or element.get("title") or ""
        trust = 84 if jsonld.ARTICLE.search(scope) else 70
        if re.search(r"Comment|Answer|ListItem|ItemList|Event", scope):
            trust = 5
        found.append(Witness("microdata", value[:80], _stamp(value), trust, f"is marked {said}"))
    days = {each.moment.day for each in found if each.moment}
    if len(days) > 1:
        # several articles on one page: only the first can be its own
        return [
            each if number == 0 else Witness("microdata", each.said, each.moment, 10, "is of another item")
            for number, each in enumerate(found)
        ]
    return found


def of_link(hints: Hints) -> list[Witness]:
    """What the feed, API, channel or listing that led to a page said of its date."""
    return _hinted(hints, hints.first_seen.astimezone(zone_of(hints.timezone)))


def _hinted(hints: Hints, base: datetime) -> list[Witness]:
    if hints.link is None or not hints.link.date:
        return []
    name, trust = _VIA.get(hints.link.via, (hints.link.via, 60))
    said = hints.link.date
    moment = parse_stamp(said) or parse_byline(said[:120], base, language="ru")
    return [Witness(name, said[:80], moment, trust, f"is what the {name} said of the link")]


def _address(document: Document) -> list[Witness]:
    address = document.url or document.canonical or document.meta("og:url")
    try:
        parts = urlsplit(address)
    except ValueError:
        return []
    path = unquote(parts.path)
    for pattern, groups in ((_PATH_DAY, (1, 3, 4)), (_PATH_RUSSIAN, (4, 3, 1))):
        for match in pattern.finditer(path):
            if not match[2] and pattern is _PATH_DAY and match.end() - match.start() != 8:
                continue
            moment = make(int(match[groups[0]]), int(match[groups[1]]), int(match[groups[2]]))
            if moment:
                return [Witness("address", match[0], moment, 70 if match[2] else 55, "stands in the address")]
    year = _PATH_YEAR.search(path)
    return [Witness("address", f"year {year[1]}", None, 0, "the address has only a year")] if year else []


def _visible(document: Document, base: datetime, heading: etree._Element | None, month_first: bool) -> list[Witness]:
    found = []
    for each in seen(document, base, heading, month_first=month_first)[:12]:
        name = "time" if each.tag == "time" else "text"
        found.append(Witness(name, each.text, each.moment, each.score, each.why or "stands on the page", each.changed))
    return found


def _dateline(document: Document, base: datetime) -> list[Witness]:
    """«КАЛУГА, 30 января. /ТАСС/.» at the beginning of the text."""
    for element in islice(document.root.iter("p"), 8):
        text = text_of(element)
        opening = DATELINE.match(text)
        if opening:
            moment = parse_byline(opening[0], base, language="ru")
            return [Witness("dateline", opening[0].strip()[:80], moment, 57, "opens the text")] if moment else []
    return []


def _header(hints: Hints) -> list[Witness]:
    said = hints.headers.get("last-modified", "")
    return [Witness("header", said, parse_stamp(said), 10, "is when the server says the file changed", True)] if said else []
