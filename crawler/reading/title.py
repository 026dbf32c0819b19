"""The title a reader sees: its witnesses reconciled, the site's name cut off, never a cut one where a whole one stands."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from crawler.items import Hints
from crawler.reading import jsonld
from crawler.reading.document import Document, clean, text_of
from crawler.reading.encoding import repaired

LONGEST = 400
"""Characters of a title; what is longer is no title."""

_SEPARATOR = re.compile(r"\s+[-–—―|ǀ│•·:»›>/\\~]+\s+|\s*[|│ǀㅣ]+\s*|\s+::\s+|\s*--+\s*")
_CUT = re.compile(r"(?:\.{3}|…)\s*(?:[»\"'”)]*)$")
_WORDS = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Titled:
    """The title, and what was cut from it."""

    title: str
    cut: tuple[str, ...] = ()


def read_title(document: Document, nodes: Sequence[dict[str, Any]], hints: Hints) -> Titled:
    """The page's title, "" when it has none."""
    names = _site_names(document, nodes, hints)
    candidates = [(name, text) for name, text in _candidates(document, nodes, hints) if text]
    if not candidates:
        return Titled("")
    cut: list[str] = []
    trimmed = []
    whole = {_key(text) for _, text in candidates}
    for name, text in candidates:
        short = trim(text, names, hints.suffixes, [other for _, other in candidates])
        if name not in ("h1", "selector"):
            short = _before_bar(short)
        if short != text:
            cut.append(text[len(short) :].strip() if text.startswith(short) else text)
        trimmed.append((name, short))
    title = _elect(trimmed, names)
    title = _uncut(title, [text for _, text in trimmed])
    return Titled(title, tuple(dict.fromkeys(piece for piece in cut if _key(piece) not in whole)))


def _candidates(document: Document, nodes: Sequence[dict[str, Any]], hints: Hints) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    if hints.title_css:
        found += [("selector", text) for text in _selected(document, hints.title_css)]
    headings = [text for text in (text_of(element) for element in document.root.iter("h1")) if 2 < len(text) <= LONGEST]
    found += [("h1", text) for text in headings[:4]]
    found.append(("og", document.meta("og:title")))
    for node in jsonld.articles(list(nodes))[:3]:
        found.append(("json-ld", jsonld.string(node.get("headline")) or jsonld.string(node.get("name"))))
    for element in document.root.iter("title"):
        found.append(("title", text_of(element)))
        break
    found.append(("meta", document.meta("twitter:title", "dc.title", "dcterms.title", "sailthru.title", "headline", "title")))
    if hints.link is not None:
        found.append(("link", clean(unescape(hints.link.title))))
    return [(name, repaired(unescape(text) if "&" in text else text)) for name, text in found if text and len(text) <= LONGEST]


def _selected(document: Document, selector: str) -> list[str]:
    from lxml.cssselect import CSSSelector, SelectorError

    try:
        return [text_of(element) for element in CSSSelector(selector, translator="html")(document.root)[:1]]
    except SelectorError:
        return []


def _site_names(document: Document, nodes: Sequence[dict[str, Any]], hints: Hints) -> set[str]:
    """What the site calls itself, as keys: og:site_name, publisher, the source's name, its host with and without its end."""
    names = {
        hints.site_name,
        document.meta("og:site_name"),
        document.meta("application-name"),
        document.meta("twitter:site").lstrip("@"),
    }
    names |= {document.meta("apple-mobile-web-app-title"), document.meta("author"), document.meta("copyright")}
    for node in nodes:
        names.add(jsonld.string(node.get("publisher")))
        if any(kind in ("WebSite", "NewsMediaOrganization", "Organization") for kind in jsonld.types(node)):
            names |= {jsonld.string(node.get("name")), jsonld.string(node.get("alternateName"))}
    try:
        host = (urlsplit(document.url or document.canonical or document.meta("og:url")).hostname or "").removeprefix("www.")
    except ValueError:
        host = ""
    if host:
        names |= {host, host.rsplit(".", 1)[0], host.split(".")[-2] if "." in host else host}
        if "xn--" in host:
            names.add(_unicode_host(host))
    return {key for key in map(_key, names) if len(key) > 1}


def _unicode_host(host: str) -> str:
    try:
        return host.encode("ascii").decode("idna")
    except UnicodeError:
        return host


def _key(text: str) -> str:
    """Letters and figures only: how titles are compared."""
    return "".join(_WORDS.findall(unicodedata.normalize("NFKC", text).lower().replace("ё", "е")))


def trim(text: str, names: Iterable[str], suffixes: Sequence[str] = (), others: Sequence[str] = ()) -> str:
    """The title without the site's name at either end.

    `names` are keys of the site's names, `suffixes` learned tails, `others` the page's other titles: a piece is cut when it is
    the site's name, or when another title says the same without it.
    """
    known = set(names)
    for suffix in sorted(suffixes, key=len, reverse=True):
        if text.endswith(suffix) and len(text) > len(suffix) + 3:
            text = text[: -len(suffix)].rstrip()
    for _ in range(4):
        shorter = _trim_once(text, known, others)
        if shorter == text or not shorter:
            break
        text = shorter
    return text.strip()


def _before_bar(text: str) -> str:
    """What stands after a bar is the rubric or the site, whatever it is called."""
    head, bar, tail = text.rpartition(" | ")
    return head.strip() if bar and len(head) >= 15 and len(tail) <= 40 else text


def _trim_once(text: str, names: set[str], others: Sequence[str]) -> str:
    separators = list(_SEPARATOR.finditer(text))
    if not separators:
        return text
    other_keys = {_key(other) for other in others if other != text}
    for match in separators:
        head, tail = text[: match.start()].strip(), text[match.end() :].strip()
        if len(_key(head)) > 3 and _key(head) in other_keys and len(tail) < 90:
            return head
        if len(_key(tail)) > 3 and _key(tail) in other_keys and len(head) < 60:
            return tail
    last, first = separators[-1], separators[0]
    head, tail = text[: last.start()].strip(), text[last.end() :].strip()
    if _is_name(tail, names) and len(_key(head)) > 3:
        return head
    head, tail = text[: first.start()].strip(), text[first.end() :].strip()
    if _is_name(head, names) and len(_key(tail)) > 3:
        return tail
    return text


def _is_name(piece: str, names: set[str]) -> bool:
    key = _key(piece)
    if not key:
        return True
    if key in names or re.fullmatch(r"(?:[a-zа-я0-9-]+\.)+[a-zа-я]{2,}", piece.lower().strip("«»\"' ")):
        return True
    if len(key) >= 5 and any(len(name) < 2 * len(key) and (name.startswith(key) or name.endswith(key)) for name in names):
        return True
    return any(len(name) > 3 and (key.startswith(name) or key.endswith(name)) and len(key) < len(name) + 25 for name in names)


_RANK = {"selector": 30.0, "h1": 3.0, "og": 2.6, "json-ld": 2.5, "title": 2.0, "meta": 0.6, "link": 1.2}
"""Votes of a witness; a second heading or headline has a quarter, as it speaks for a box on the page."""


def _elect(candidates: list[tuple[str, str]], names: set[str]) -> str:
    """Each witness votes for its own wording, in part for wordings like it; so a stray heading loses to those that agree."""
    usable = [(name, text) for name, text in candidates if _key(text) and _key(text) not in names and not _rubric(text)]
    if not usable:
        return candidates[0][1]
    heard: Counter[str] = Counter()
    voters: list[tuple[float, str]] = []
    wordings: dict[str, dict[str, float]] = {}
    for name, text in usable:
        heard[name] += 1
        vote = _RANK[name] / (1 if heard[name] == 1 else 4)
        wording = wordings.setdefault(_key(text), {})
        wording[text] = wording.get(text, 0.0) + vote
        if name == "h1" and heard[name] == 1 and any(_related(text, other) for said, other in usable if said in _STATED):
            # what stands over the text is the title, in whatever other words the page praises itself elsewhere
            vote *= 2
        voters.append((vote, _key(text)))
    best = max(wordings, key=lambda key: sum(vote * _likeness(key, other) for vote, other in voters))
    # the signs of the same words: as most write them
    return max(wordings[best], key=lambda text: wordings[best][text])


_STATED = {"og", "json-ld", "title"}


def _related(one: str, other: str) -> bool:
    """Do two titles speak of the same thing: do they share two words and a third of those of the shorter one?"""
    words, others = set(_WORDS.findall(one.lower())), set(_WORDS.findall(other.lower()))
    shared = len(words & others)
    return shared >= 2 and shared * 3 >= min(len(words), len(others))


def _likeness(one: str, other: str) -> float:
    """1 for the same words, 0.6 where one holds the other, 0 for others (keys, not texts)."""
    if one == other:
        return 1.0
    short, long = sorted((one, other), key=len)
    return 0.6 if len(short) >= 12 and short in long else 0.0


def _rubric(text: str) -> bool:
    """«Новости», «Пресс-центр»: the rubric set as a heading."""
    return _key(text) in _RUBRICS


_RUBRICS = {
    *(
        "новости",
        "прессцентр",
        "прессслужба",
        "пресса",
        "события",
        "главная",
        "лентановостей",
        "новостикомпании",
        "всеновости",
        "сми",
        "статьи",
    ),
    *(
        "анонсы",
        "пресcрелизы",
        "прессрелизы",
        "новостиисобытия",
        "news",
        "pressreleases",
        "blog",
        "home",
        "article",
        "index",
        "untitled",
        "меню",
    ),
    *(
        "главныеновости",
        "новостирегиона",
        "новость",
        "актуально",
        "медиацентр",
        "публикации",
        "информация",
        "press",
        "menu",
        "error",
    ),
}


def _uncut(title: str, others: Sequence[str]) -> str:
    """The whole wording when the chosen one ends in «…»."""
    if not _CUT.search(title):
        return title
    stem = _key(_CUT.sub("", title))
    longer = [
        other for other in others if _key(other).startswith(stem) and len(other) >= len(title) - 1 and not _CUT.search(other)
    ]
    return max(longer, key=len) if longer and stem else title


def learn_suffixes(titles: Iterable[str]) -> tuple[str, ...]:
    """Tails that many titles of one source share («… - Газета «Заря»»), separator included, longest first.

    Needs at least five different titles; a tail counts when it ends half of them.
    """
    different = list(dict.fromkeys(clean(title) for title in titles if title))
    if len(different) < 5:
        return ()
    tails: Counter[str] = Counter()
    for title in different:
        for match in _SEPARATOR.finditer(title):
            if match.start() > 3:
                tails[title[match.start() :]] += 1
    return tuple(sorted((tail for tail, times in tails.items() if times >= max(3, len(different) / 2)), key=len, reverse=True))


def heading_of(document: Document, title: str) -> etree._Element | None:
    """The element that shows the title: the heading with its words, else the first h1, None when there is neither."""
    wanted = _key(title)
    first = None
    for element in document.root.iter("h1", "h2", "h3"):
        key = _key(text_of(element))
        if not key:
            continue
        if wanted and len(key) > 10 and (key in wanted or wanted in key):
            return element
        if first is None and element.tag == "h1":
            first = element
    return first
