"""Dates a reader sees: every short text of the page that holds one, with what speaks for and against its being the publication's.

For: it stands beside the title, a label («Опубликовано») or a class names it, it has a time. Against: it stands in a menu, a
sidebar, a list of other news, the footer, a comment, a sentence, a caption, or beside words of something else (an event).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from lxml import etree

from crawler.reading.bylines import Spoken, find
from crawler.reading.document import Document, clean, text_of, text_within
from crawler.reading.moments import Moment
from crawler.reading.stamps import parse_stamp
from crawler.reading.wording import ASIDE_CLASS, CAPTION_CLASS, CHANGED, COMMENT_CLASS, DATE_CLASS, OTHER, PUBLISHED

LONGEST = 160
"""Characters of a text that may be a byline."""

MOST = 400
"""Lines with figures that are looked at, in the order of the page."""

_FIGURE = re.compile("[0-9٠-٩۰-۹]")
_SPOKEN = ("егодня", "чера", "ЕГОДНЯ", "ЧЕРА", "назад", "oday", "esterday", "ago", "estern", "eute")

_UNREAD = {"script", "style", "noscript", "option", "textarea", "button", "template", "svg", "title"}
_INLINE = {"span", "time", "b", "strong", "i", "em", "a", "font", "small", "abbr", "u", "label", "nobr", "sup", "data", "s"}
_BLOCK_END = {"body", "html", "main", "article", "section", "table", "tbody", "ul", "ol", "form"}
_BARE = re.compile(r"^[\s|/·•⋅,;–—-]*$")
_SEPARATED = re.compile(r"^\s*(?:г\.?|года)?\s*(?:[|/·•⋅–—-]|$)")


@dataclass(frozen=True, slots=True)
class Seen:
    """A date on the page. `score` 0 to 99: how likely it is the publication's; `changed`: it is said to be of an update."""

    moment: Moment
    text: str
    score: int
    why: str
    changed: bool = False
    tag: str = ""


@dataclass(slots=True)
class _Map:
    """Where things stand: numbers of elements in document order, the title, what holds it, and first and last paragraph."""

    order: dict[etree._Element, int]
    heading: etree._Element | None
    around: set[etree._Element]
    first: int
    last: int
    titles: list[int]
    dated: list[int]
    flags: dict[etree._Element, frozenset[str]] = field(default_factory=dict)


@dataclass(slots=True)
class _Score:
    points: int = 40
    reasons: list[str] = field(default_factory=list)

    def say(self, points: int, why: str) -> None:
        self.points += points
        self.reasons.append(why)


def seen(document: Document, base: datetime, heading: etree._Element | None, *, month_first: bool = False) -> list[Seen]:
    """The visible dates of a page, best first. `base`: when it was first seen, in local time; `heading`: what shows the title."""
    elements: Sequence[etree._Element] = document.elements
    order = {element: number for number, element in enumerate(elements)}
    found: list[tuple[etree._Element, str, Spoken]] = []
    for element, text in _lines(elements):
        for spoken in find(text, base, language=document.language, month_first=month_first)[:3]:
            found.append((element, text, spoken))  # noqa: PERF401
    found += _stamped(document)
    if not found:
        return []
    around = set() if heading is None else {heading, *heading.iterancestors()}
    paragraphs = [order[e] for e in elements if e.tag == "p" and len("".join(e.itertext())) > 120]
    titles = [order[e] for e in elements if e.tag in ("h1", "h2", "h3")]
    dated = [order.get(element, 0) for element, _, _ in found]
    first, last = (paragraphs[0], paragraphs[-1]) if paragraphs else (0, 0)
    places = _Map(order, heading, around, first, last, titles, dated)
    alike = Counter(_shape(element) for element, _, _ in found)
    judged = [_judge(element, text, spoken, places, alike[_shape(element)], base) for element, text, spoken in found]
    return sorted(judged, key=lambda each: -each.score)


def _lines(elements: Sequence[etree._Element]) -> Iterator[tuple[etree._Element, str]]:
    """Short lines that may hold a date, each once, in order."""
    done: set[etree._Element] = set()
    texts: dict[etree._Element, str | None] = {}
    count = 0
    for element in elements:
        text = None if element.tag in _UNREAD else element.text
        for beside, part in ((False, text), (True, element.tail)):
            if not part or not _speaks(part):
                continue
            at = element.getparent() if beside else element
            if at is None or at.tag in _UNREAD:
                continue
            line = _line(at, texts)
            if line is None or line[0] in done:
                continue
            done.add(line[0])
            count += 1
            if count > MOST:
                return
            yield line


def _speaks(part: str) -> bool:
    """May a piece of text hold a date?"""
    if len(part) > 400 or part.isspace():
        return False
    if _FIGURE.search(part):
        return True
    for word in _SPOKEN:  # noqa: SIM110 - a generator would double the price of the dearest look at a page
        if word in part:
            return True
    return False


def _line(element: etree._Element, texts: dict[etree._Element, str | None]) -> tuple[etree._Element, str] | None:
    """The smallest short block around a text: «<span>30</span> <span>января</span> 2026» is one line.

    `texts` remembers those of the elements that were looked at: a menu is the block of each of its links.
    """
    best = None
    at: etree._Element | None = element
    for _ in range(4):
        if at is None or at.tag in _BLOCK_END:
            break
        if at not in texts:
            texts[at] = text_within(at, LONGEST)
        text = texts[at]
        if text is None:
            break
        best = (at, text)
        # a whole line is reached when a block is: what stands in other blocks is another matter
        if at.tag not in _INLINE and len(text) >= 8:
            break
        at = at.getparent()
    return best


def _stamped(document: Document) -> list[tuple[etree._Element, str, Spoken]]:
    """`<time datetime>` and microformats: the machine's word beats the visible one where both are there."""
    found: list[tuple[etree._Element, str, Spoken]] = []
    named = "dt-published" in document.source
    for element in document.elements:
        if element.tag == "time":
            value = element.get("datetime")
        elif named and "dt-published" in (element.get("class") or ""):
            value = element.get("datetime") or element.get("title")
        else:
            continue
        moment = parse_stamp(value) if value else None
        if moment:
            found.append((element, text_of(element)[:LONGEST], Spoken(moment, 0, 0)))
    return found


def _shape(element: etree._Element) -> tuple[str, str, str]:
    parent = element.getparent()
    return (str(element.tag), element.get("class") or "", "" if parent is None else (parent.get("class") or str(parent.tag)))


def _judge(element: etree._Element, text: str, spoken: Spoken, places: _Map, alike: int, base: datetime) -> Seen:
    score = _Score()
    chain = [element, *element.iterancestors()]
    context = f"{_before(element)} {text}"
    near = _near(context, spoken, text)
    changed = bool(CHANGED.search(near))
    called = PUBLISHED.search(near) and not changed
    if called:
        score.say(22, "is called the publication's")
    if element.tag == "time" or any("date" in _flags(each, places) for each in chain[:3]):
        score.say(10, "is marked as a date")
    if spoken.moment.time is not None:
        score.say(5, "has a time")
    if not called and OTHER.search(context):
        score.say(-30, "stands beside words of something else")
    _sentence(text, spoken, score)
    _where(chain, places, score)
    if not called:
        _elsewhere(chain, spoken, places, base, score)
    if alike >= 3:
        score.say(-12, "is one of many alike")
    if spoken.moment.guessed:
        score.say(-10, f"{spoken.moment.guessed} is not stated")
    if spoken.relative and spoken.moment.day == base.date() and spoken.moment.time is None:
        score.say(-25, "says only «today»")
    why = ", ".join(score.reasons)
    return Seen(spoken.moment, text[:120], max(0, min(score.points, 99)), why, changed, str(element.tag))


def _sentence(text: str, spoken: Spoken, score: _Score) -> None:
    """A date inside a sentence is that of what it tells; one that a bar divides from other things is not inside."""
    if not spoken.end:
        return
    before, after = text[: spoken.start].strip(), text[spoken.end :].strip()
    rest = len(before) + len(after)
    if rest <= 60:
        if len(before) > 40:
            score.say(-12, "ends a phrase")
    elif len(before) <= 3 and _SEPARATED.match(text[spoken.end :]):
        score.say(-5, "begins a line of several things")
    else:
        score.say(-15 if rest < 100 else -30, "stands in a sentence")


def _flags(element: etree._Element, places: _Map) -> frozenset[str]:
    """What an element's tag and names say of what it holds; found out once for each."""
    known = places.flags.get(element)
    if known is None:
        names = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('itemprop') or ''}"
        said = set()
        if names.strip():
            for flag, pattern in _NAMES:
                if pattern.search(names):
                    said.add(flag)
        if element.tag in ("nav", "aside", "footer", "figure", "figcaption"):
            said.add("caption" if element.tag in ("figure", "figcaption") else str(element.tag))
        known = places.flags[element] = frozenset(said)
    return known


_NAMES = (("date", DATE_CLASS), ("list", ASIDE_CLASS), ("comment", COMMENT_CLASS), ("caption", CAPTION_CLASS))


def _before(element: etree._Element) -> str:
    """The words just before the line, where a label may stand in an element of its own."""
    previous = element.getprevious()
    if previous is None or not isinstance(previous.tag, str):
        return ""
    text = clean((text_of(previous) if len(previous) < 6 else "") + " " + (previous.tail or ""))
    return text[-40:] if len(text) < 60 else ""


def _near(context: str, spoken: Spoken, text: str) -> str:
    """The words before a date, up to the date before it: in «Создано 1 мая, обновлено 3 мая» each has its own."""
    end = len(context) - len(text) + spoken.start
    words = context[max(0, end - 45) : end]
    return _DAY_MONTH.split(words)[-1]


_DAY_MONTH = re.compile(r"\d{1,2}[.\s][а-яёa-z\d]{2,9}[.\s]*\d{2,4}", re.IGNORECASE)


def _where(chain: list[etree._Element], places: _Map, score: _Score) -> None:
    # what also holds the title or is the whole page says nothing of this date
    apart = [each for each in chain if each.tag not in ("body", "html") and each not in places.around]
    flags = frozenset().union(*(_flags(each, places) for each in apart)) if apart else frozenset()
    if "comment" in flags:
        score.say(-35, "stands in comments")
    if flags & {"nav", "aside"} or ("footer" in flags and not any(each.tag == "article" for each in chain)):
        score.say(-35, "stands in a menu, a sidebar or the footer")
    elif "list" in flags:
        score.say(-22, "stands in a list of other things")
    if "caption" in flags and "date" not in flags:
        score.say(-25, "stands in a caption")
    links = [each for each in chain[:5] if each.tag == "a" and each.get("href")]
    if links and len(text_of(links[0])) > len(text_of(chain[0])) + 15:
        score.say(-25, "belongs to a link")
    if places.heading is not None:
        _distance(chain, places, score)


def _elsewhere(chain: list[etree._Element], spoken: Spoken, places: _Map, base: datetime, score: _Score) -> None:
    """Today's date at the top of the site, and the date of the news that stands under the next heading."""
    if places.heading is None:
        return
    number, title = places.order.get(chain[0], 0), places.order.get(places.heading, 0)
    beside = len(chain) > 1 and chain[1] in places.around and chain[1].tag not in ("body", "html")
    if number < title and spoken.moment.day == base.date() and not beside:
        score.say(-35, "is today's, above the page")
    following = next((other for other in places.titles if other > title), number)
    if following < number and any(title < other < following for other in places.dated):
        score.say(-18, "stands under another heading")


def _distance(chain: list[etree._Element], places: _Map, score: _Score) -> None:
    assert places.heading is not None
    number = places.order.get(chain[0], 0)
    distance = number - places.order.get(places.heading, 0)
    shared = next((steps for steps, each in enumerate(chain) if each in places.around), 99)
    if abs(distance) <= 12 or (shared <= 3 and abs(distance) <= 40):
        score.say(28 if distance > -4 else 22, "stands beside the title")
    elif 0 < distance < 150 and number <= places.first:
        score.say(18, "stands between title and text")
    elif -60 <= distance < 0 and shared <= 4:
        score.say(10, "stands shortly before the title")
    elif distance < -60:
        score.say(-12, "stands far before the title")
    elif places.last and 0 < number - places.last <= 25:
        score.say(4, "stands right after the text")
    elif number > places.last:
        score.say(-10, "stands far after the text")
