"""The title a reader sees: its witnesses reconciled, the site's name cut off, never a cut one where a whole one stands."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

from lxml import etree

from crawler.items import Hints, TitleWitness
from crawler.reading import jsonld
from crawler.reading.document import Document, clean, text_of
from crawler.reading.mojibake import repaired
from crawler.reading.trimming import before_bar, key, rubrics, site_names, trim

LONGEST = 400
"""Characters of a title; what is longer is no title."""

_CUT = re.compile(r"(?:\.{3}|…)\s*(?:[»\"'”)]*)$")
_WORDS = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Titled:
    """The title, what was cut from it, the title as the head of the page states it, and who said what."""

    title: str
    cut: tuple[str, ...] = ()
    stated: str = ""
    witnesses: tuple[TitleWitness, ...] = ()


def read_title(document: Document, nodes: Sequence[dict[str, Any]], hints: Hints) -> Titled:
    """The page's title, "" when it has none."""
    names, sections = site_names(document, nodes, hints), rubrics(document, nodes)
    candidates = [(name, text) for name, text in _candidates(document, nodes, hints) if text]
    if not candidates:
        return Titled("")
    stated = next((text for wanted in ("title", "og") for name, text in candidates if name == wanted), "")
    tails = hints.learned.tails
    cut = [f"learned tail, seen in {tails[tail]} titles: {tail.strip()}" for tail in tails if stated.endswith(tail)]
    trimmed = []
    whole = {key(text) for _, text in candidates}
    for name, text in candidates:
        short = trim(text, names, tails, [other for _, other in candidates], sections)
        if name not in ("h1", "selector"):
            short = before_bar(short)
        if short != text:
            cut.append(text[len(short) :].strip() if text.startswith(short) else text)
        trimmed.append((name, short))
    elected, why = _elect(trimmed, names)
    title = _uncut(elected, [text for _, text in trimmed])
    said = _told(candidates, trimmed, why, title, elected)
    return Titled(title, tuple(dict.fromkeys(piece for piece in cut if key(piece) not in whole)), stated, said)


def _told(
    candidates: Sequence[tuple[str, str]], trimmed: Sequence[tuple[str, str]], why: Sequence[str], title: str, elected: str
) -> tuple[TitleWitness, ...]:
    """Each witness with its own words, whether they became the title, and why or why not."""
    told = []
    for (name, text), (_, short), reason in zip(candidates, trimmed, why, strict=True):
        if title != elected and short == title:
            reason = f"goes on where «{elected[-20:]}» is cut; {reason}"
        if short != text:
            reason += f"; read as «{short}»"
        told.append(TitleWitness(witness=name, value=text, chosen=key(short) == key(title), why=reason))
    return tuple(told)


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


_RANK = {"selector": 30.0, "h1": 3.0, "og": 2.6, "json-ld": 2.5, "title": 2.0, "meta": 0.6, "link": 1.2}
"""Votes of a witness; a second heading or headline has a quarter, as it speaks for a box on the page."""


def _elect(candidates: list[tuple[str, str]], names: set[str]) -> tuple[str, list[str]]:
    """Each witness votes for its own wording, in part for wordings like it; so a stray heading loses to those that agree.

    With the title, why each of the candidates won or lost.
    """
    useless = [_useless(text, names) for _, text in candidates]
    usable = [candidate for candidate, reason in zip(candidates, useless, strict=True) if not reason]
    if not usable:
        return candidates[0][1], [f"{reason}, and nobody says anything else" for reason in useless]
    heard: Counter[str] = Counter()
    voters: list[tuple[float, str]] = []
    wordings: dict[str, dict[str, float]] = {}
    for name, text in usable:
        heard[name] += 1
        vote = _RANK[name] / (1 if heard[name] == 1 else 4)
        wording = wordings.setdefault(key(text), {})
        wording[text] = wording.get(text, 0.0) + vote
        if name == "h1" and heard[name] == 1 and any(_related(text, other) for said, other in usable if said in _STATED):
            # what stands over the text is the title, in whatever other words the page praises itself elsewhere
            vote *= 2
        voters.append((vote, key(text)))
    votes = {each: sum(vote * _likeness(each, other) for vote, other in voters) for each in wordings}
    best = max(votes, key=lambda each: votes[each])
    # the signs of the same words: as most write them, but not in capitals only because the heading is set in them
    title = max(wordings[best], key=lambda text: (not text.isupper(), wordings[best][text]))
    lost = f"against {votes[best]:.1f}"
    heads = {each: f"{votes[each]:.1f} votes{'' if each == best else ' ' + lost}" for each in votes}
    return title, [reason or heads[key(text)] for (_, text), reason in zip(candidates, useless, strict=True)]


def _useless(text: str, names: set[str]) -> str:
    """Why a candidate can be no title, "" when it can."""
    if not key(text):
        return "has no words"
    if key(text) in names:
        return "the name of the site"
    return "the name of a rubric" if _rubric(text) else ""


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
    return key(text) in _RUBRICS


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
    stem = key(_CUT.sub("", title))
    longer = [
        other for other in others if key(other).startswith(stem) and len(other) >= len(title) - 1 and not _CUT.search(other)
    ]
    return max(longer, key=len) if longer and stem else title


def heading_of(document: Document, title: str) -> etree._Element | None:
    """The element that shows the title: the heading with its words, else the first h1, None when there is neither."""
    wanted = key(title)
    first = None
    for element in document.root.iter("h1", "h2", "h3"):
        said = key(text_of(element))
        if not said:
            continue
        if wanted and len(said) > 10 and (said in wanted or wanted in said):
            return element
        if first is None and element.tag == "h1":
            first = element
    return first
