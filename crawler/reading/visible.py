"""Dates a reader sees: every short text of the page that holds one, with what speaks for and against its being the publication's.

For: it stands beside the title, a label («Опубликовано») or a class names it, it has a time. Against: it stands in a menu, a
sidebar, a list of other news, the footer, a comment, a sentence, or beside words of something else (a registration, an event).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from lxml import etree

from crawler.reading.bylines import Spoken, find
from crawler.reading.document import Document, clean, text_of
from crawler.reading.moments import Moment
from crawler.reading.stamps import parse_stamp

LONGEST = 160
"""Characters of a text that may be a byline."""

MOST = 400
"""Texts with figures that are looked at, in the order of the page."""

_DIGITS = "translate(., '0123456789٠١٢٣٤٥٦٧٨٩', '') != ."
_CANDIDATES = etree.XPath(
    "//body//text()[not(parent::script or parent::style or parent::noscript or parent::option or"
    " parent::textarea or parent::button)]"
    f"[string-length(.) < 400][{_DIGITS} or contains(., 'егодня') or contains(., 'чера') or contains(.,"
    f" 'ЕГОДНЯ') or contains(., 'ЧЕРА')"
    " or contains(., ' назад') or contains(., 'oday') or contains(., 'esterday') or contains(., ' ago')]"
)

_SAID = re.compile(
    r"опубликован|публикаци|размещен|добавлен[оа]?\b|создан[оа]?\b|выложен|дата новости|дата материала"
    r"|\bдата\s*:|\bposted|published|publication date"
    r"|veröffentlicht|publicado|publié|pubblicato|opublikowan|dodano|gepubliceerd|publisert|publicerad"
    r"|yayınlan|опублікован|апублікав|жарияланды"
    r"|erstellt|première publication|first published|date published|date posted|\bstand\s*:|paru le|\bwritten on|\bcreated",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"обновл|измен[её]н|редактир|актуализир|последн\w+ (?:изменени|обновлени|редакци)|updated|modified"
    r"|last change|edited|aktualisier|letzte änderung|geändert"
    r"|actualizado|atualizado|aggiornat|mis à jour|aktualiz|zaktualiz|оновлен|bijgewerkt|oppdatert|uppdaterad|güncelle",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"свидетельств|зарегистр|регистраци|лицензи|\bэл\s*№|роскомнадзор|©|\(c\)|copyright|все права|all rights"
    r"|состоит?ся|пройд[её]т|мероприяти[ея]|дата проведения"
    r"|начало\s*[:в]|срок|до\s+\d|приказ|постановлени|распоряжени|закон|указ\b|родил|дата рождения|\bдействует"
    r"|действительн|when\s*:|event date|starts|ends\b"
    r"|deadline|expires|valid|born|birth|joined|registered|member since|дата регистрации|на сайте с|следующ"
    r"|предыдущ|архив|archive|прогноз|курс\b|цб рф"
    r"|deutschlandweit|termin|beginn|von\s+\d.*bis\s+\d|№\s*\d|\bот\s+\d|phone|тел\.|\bfax|\bisbn|version"
    r"|версия|release notes|просмотров за",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"(?:^|[-_ ])(?:date|time|datetime|pub|publ|publish|published|pubdate|posted|created|data|fecha|datum"
    r"|when)(?:$|[-_ ]|ed|ation)|date|publish|timestamp|byline|dateline|post-?meta|entry-?meta"
    r"|article-?(?:info|meta)|news-?(?:info|date)",
    re.IGNORECASE,
)
_ASIDE = re.compile(
    r"sidebar|side-?bar|aside|widget|related|similar|more-?news|other-?news|last-?news|latest|recent|popular"
    r"|trending|most-?read|top-?news|recommend|teaser"
    r"|read-?also|see-?also|promo|banner|\bads?\b|advert|carousel|slider|swiper|ticker|news-?list|news-?feed"
    r"|feed\b|archive|calendar|weather|currenc|prev-?next|pager|pagination"
    r"|post-?nav|nav-?links|siblings|lenta|novosti-?list|anons|announce|event-?date|also|footer|copyright"
    r"|\bcopy\b|subscribe|\bmenu\b|\bnav\b|breadcrumb",
    re.IGNORECASE,
)
_COMMENT = re.compile(r"comment|disqus|replies|reply|discussion|otzyv|reviews?-list|kommentar", re.IGNORECASE)
_INLINE = {"span", "time", "b", "strong", "i", "em", "a", "font", "small", "abbr", "u", "label", "nobr", "sup", "data", "s"}
_BLOCK_END = {"body", "html", "main", "article", "section", "table", "tbody", "ul", "ol", "form"}


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
class _Place:
    """Where things stand: numbers of elements in document order, and those of the title and the text."""

    order: dict[etree._Element, int]
    heading: etree._Element | None
    body_start: int
    body_end: int


def seen(document: Document, base: datetime, *, title: str = "", month_first: bool = False) -> list[Seen]:
    """The visible dates of a page, best first. `base`: when it was first seen, local time; `title`: to find its heading."""
    place = _place(document.root, title)
    found: list[tuple[etree._Element, str, Spoken]] = []
    done: set[etree._Element] = set()
    for node in _CANDIDATES(document.root)[:MOST]:
        element = node.getparent()
        if node.is_tail:
            element = element.getparent()
        line = _line(element)
        if line is None or line[0] in done:
            continue
        done.add(line[0])
        for spoken in find(line[1], base, language=document.language, month_first=month_first)[:3]:
            found.append((line[0], line[1], spoken))  # noqa: PERF401
    found += _stamped(document.root, done)
    alike = Counter(_shape(element) for element, _, _ in found)
    judged = [_judge(element, text, spoken, place, alike[_shape(element)], base) for element, text, spoken in found]
    return sorted(judged, key=lambda each: -each.score)


def _line(element: etree._Element) -> tuple[etree._Element, str] | None:
    """The smallest short block around a text node: «<span>30</span> <span>января</span> 2026» is one line."""
    best = None
    at: etree._Element | None = element
    for _ in range(4):
        if at is None or at.tag in _BLOCK_END or not isinstance(at.tag, str):
            break
        text = text_of(at)
        if len(text) > LONGEST:
            break
        best = (at, text)
        # a whole line is reached when a block is: what stands in other blocks is another matter
        if at.tag not in _INLINE and len(text) >= 8:
            break
        at = at.getparent()
    return best


def _stamped(root: etree._Element, done: Iterable[etree._Element]) -> list[tuple[etree._Element, str, Spoken]]:
    """`<time datetime>` and its like: the machine's word beats the visible one where both are there."""
    found = []
    for element in root.iter("time", "abbr", "span", "div", "p"):
        value = element.get("datetime") if element.tag == "time" else None
        if element.tag != "time":
            if element.get("itemprop") != "datePublished" and "dt-published" not in (element.get("class") or ""):
                continue
            value = element.get("content") or element.get("datetime") or element.get("title")
        moment = parse_stamp(value) if value else None
        if moment:
            found.append((element, text_of(element)[:LONGEST], Spoken(moment, 0, 0)))
    return found


def _shape(element: etree._Element) -> tuple[str, str, str]:
    parent = element.getparent()
    return (str(element.tag), element.get("class") or "", "" if parent is None else (parent.get("class") or str(parent.tag)))


def _place(root: etree._Element, title: str) -> _Place:
    order = {element: number for number, element in enumerate(root.iter())}
    heading = _heading(root, title)
    paragraphs = [order[p] for p in root.iter("p") if len(p.text_content() if hasattr(p, "text_content") else "") > 120]
    return _Place(order, heading, paragraphs[0] if paragraphs else 0, paragraphs[-1] if paragraphs else 0)


def _heading(root: etree._Element, title: str) -> etree._Element | None:
    """The element that shows the title: the heading with its words, else the first h1."""
    wanted = clean(title).lower()
    first = None
    for element in root.iter("h1", "h2", "h3"):
        text = text_of(element).lower()
        if not text:
            continue
        if wanted and len(text) > 10 and (text in wanted or wanted in text):
            return element
        if first is None and element.tag == "h1":
            first = element
    return first


def _judge(element: etree._Element, text: str, spoken: Spoken, place: _Place, alike: int, base: datetime) -> Seen:
    score, reasons = 40, []

    def say(points: int, why: str) -> None:
        nonlocal score
        score += points
        reasons.append(why)

    ancestors = [element, *_ancestors(element, 12)]
    names = " ".join(f"{a.get('class') or ''} {a.get('id') or ''} {a.get('itemprop') or ''}" for a in ancestors[:3])
    rest = (text[: spoken.start] + " " + text[spoken.end :]).strip() if spoken.end else ""
    context = f"{_before(element)} {text}"
    changed = bool(_CHANGED.search(_near(context, spoken, text)))
    if _SAID.search(context) and not changed:
        say(22, "is called the publication's")
    if _NAMED.search(names) or element.tag == "time":
        say(10, "is marked as a date")
    if spoken.moment.time is not None:
        say(5, "has a time")
    if _OTHER.search(context):
        say(-30, "stands beside words of something else")
    if len(rest) > 60:
        say(-15 if len(rest) < 100 else -30, "stands in a sentence")
    _where(ancestors, place, say)
    if alike >= 3:
        say(-12, "is one of many alike")
    if spoken.moment.guessed:
        say(-10, f"{spoken.moment.guessed} is not stated")
    if spoken.relative and spoken.moment.day == base.date() and spoken.moment.time is None:
        say(-25, "says only «today»")
    return Seen(spoken.moment, text[:120], max(0, min(score, 99)), ", ".join(reasons), changed, str(element.tag))


def _ancestors(element: etree._Element, most: int) -> list[etree._Element]:
    found: list[etree._Element] = []
    for ancestor in element.iterancestors():
        if len(found) >= most:
            break
        found.append(ancestor)
    return found


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
    return context[max(0, end - 45) : end]


def _where(ancestors: list[etree._Element], place: _Place, say: object) -> None:
    assert callable(say)
    element = ancestors[0]
    tags = {a.tag for a in ancestors}
    classes = " ".join(f"{a.get('class') or ''} {a.get('id') or ''}" for a in ancestors if a.tag not in ("body", "html"))
    number = place.order.get(element, 0)
    holds_heading = place.heading is not None and place.heading in set(ancestors)
    if _COMMENT.search(classes):
        say(-35, "stands in comments")
    if tags & {"footer", "nav", "aside"}:
        say(-35, "stands in a menu, a sidebar or the footer")
    elif _ASIDE.search(classes) and not holds_heading:
        say(-22, "stands in a list of other things")
    links = [a for a in ancestors[:5] if a.tag == "a" and a.get("href")]
    if links and len(text_of(links[0])) > len(text_of(element)) + 15:
        say(-25, "belongs to a link")
    if place.heading is None:
        return
    distance = number - place.order[place.heading]
    shared = _shared_depth(element, place.heading)
    if abs(distance) <= 12 or (shared <= 3 and abs(distance) <= 40):
        say(28 if distance > -4 else 22, "stands beside the title")
    elif distance > 0 and number <= max(place.body_start, 0) and distance < 150:
        say(18, "stands between title and text")
    elif -60 <= distance < 0 and shared <= 4:
        say(10, "stands shortly before the title")
    elif distance < -60:
        say(-12, "stands far before the title")
    elif place.body_end and 0 < number - place.body_end <= 25:
        say(4, "stands right after the text")
    elif number > place.body_end:
        say(-10, "stands far after the text")


def _shared_depth(one: etree._Element, other: etree._Element) -> int:
    """Steps from `one` up to the first element that also holds `other`."""
    above = {other, *other.iterancestors()}
    for steps, element in enumerate([one, *one.iterancestors()]):
        if element in above:
            return steps
    return 99
