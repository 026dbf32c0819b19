"""What a page is, decided before anything is extracted from it: one of `crawler.items.KINDS`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from lxml import etree

from crawler.reading import jsonld
from crawler.reading.document import Document, clean, text_of

_GONE = re.compile(
    r"\b404\b|страниц\w* (?:не найден|не существ|удален|отсутств)|не найден[ао]? страниц"
    r"|page (?:was )?not found|not found\b|нет такой страницы"
    r"|(?:материал|новость|запись|документ|элемент|раздел)\w* не найден|seite nicht gefunden"
    r"|запрашиваем\w+ (?:вами )?(?:страниц|адрес)\w* не"
    r"|ничего не найдено|element not found|страница недоступна|page (?:does not exist|unavailable)|ошибка 404"
    r"|извините, (?:но )?такой страницы",
    re.IGNORECASE,
)
_LOGIN = re.compile(
    r"^(?:вход|авторизация|войти|вход на сайт|вход в систему|личный кабинет|login|log in|sign in|регистрация|anmelden)\b",
    re.IGNORECASE,
)
_SEARCH_TITLE = re.compile(r"^(?:результаты поиска|поиск(?: по сайту)?\b|search results|search\b|вы искали)", re.IGNORECASE)
_TAG_TITLE = re.compile(
    r"^(?:тег|метка|тэг|архив(?:ы)? (?:метки|тега|рубрики)|записи с меткой|материалы с тегом|tag|по тегу"
    r"|все новости по теме)\b\s*[:«\"#]?",
    re.IGNORECASE,
)
_TAG_PATH = re.compile(
    r"/(?:tags?|metka|metki|teg|tegi|label|topics?|keyword)/[^/]+/?(?:page/\d+/?)?$|/(?:tags?|metki)/?$", re.IGNORECASE
)
_LISTING_PATH = re.compile(
    r"/(?:category|rubric|rubrics|rubrika|archive|archives|author|authors)/[^/]+/?(?:page/\d+/?)?$|/page/\d+/?$", re.IGNORECASE
)
_SKIP = {
    "script",
    "style",
    "noscript",
    "nav",
    "footer",
    "header",
    "aside",
    "select",
    "button",
    "form",
    "svg",
    "template",
    "iframe",
}
_BLOCKS = {
    "p",
    "div",
    "td",
    "li",
    "section",
    "article",
    "blockquote",
    "dd",
    "span",
    "font",
    "center",
    "pre",
    "main",
    "body",
    "figure",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One of `crawler.items.KINDS`, and why."""

    kind: str
    reason: str


@dataclass(slots=True)
class Measured:
    """What the page is made of, in characters: own prose, its largest run in one place, headlines that link elsewhere."""

    prose: int = 0
    largest: int = 0
    paragraphs: int = 0
    headlines: int = 0
    visible: int = 0


def measure(root: etree._Element) -> Measured:
    """One walk over the page: text that stands in no link and no menu, and links that are headlines."""
    found = Measured()
    places: dict[etree._Element, int] = {}
    stack: list[etree._Element] = [root]
    while stack:
        element = stack.pop()
        if not isinstance(element.tag, str) or element.tag in _SKIP:
            continue
        if element.tag == "a":
            length = len(text_of(element))
            found.visible += length
            if 25 <= length <= 220:
                found.headlines += 1
            continue
        own = len(clean(" ".join([element.text or "", *((child.tail or "") for child in element)])))
        found.visible += own
        if own >= 60 and element.tag in _BLOCKS:
            found.prose += own
            found.paragraphs += 1
            parent = element.getparent()
            if parent is not None:
                places[parent] = places.get(parent, 0) + own
        stack.extend(reversed(element))
    found.largest = max(places.values(), default=0)
    return found


def page_kind(document: Document, nodes: Sequence[dict[str, Any]], title: str, *, status: int = 200) -> Kind:
    """The kind of a parsed page. Unsure means article: what is wrongly refused is lost, what is wrongly read is judged again."""
    measured = measure(document.root)
    early = _by_words(document, title, measured, status)
    if early:
        return early
    if measured.visible < 80 and not _body_in_data(nodes):
        return Kind("empty", f"{measured.visible} characters of text")
    path, _ = _address(document)
    stated = _stated(document, nodes)
    listed = _listed(measured, stated)
    if (_TAG_PATH.search(path) or _TAG_TITLE.search(title)) and (listed or not stated):
        return Kind("tag", "address or title of a tag page")
    if listed or (_LISTING_PATH.search(path) and not stated and measured.headlines > 6 and measured.largest < 1500):
        return Kind("listing", f"{measured.headlines} headlines, {measured.largest} characters of text in one place")
    return Kind("article", stated or f"{measured.largest} characters of text in one place")


def _by_words(document: Document, title: str, measured: Measured, status: int) -> Kind | None:
    path, query = _address(document)
    head = clean(title)
    if status in (404, 410):
        return Kind("soft404", f"status {status}")
    if _GONE.search(head[:80]) and measured.largest < 600:
        return Kind("soft404", f"its title says «{head[:60]}»")
    if measured.largest < 200:
        said = text_of(document.root)[:3000] if measured.visible < 1500 else ""
        if said and _GONE.search(said):
            return Kind("soft404", "says that nothing was found")
    if _LOGIN.search(head) and measured.largest < 400:
        return Kind("login", f"its title says «{head[:60]}»")
    if (
        measured.largest < 300
        and measured.headlines < 8
        and any(e.get("type") == "password" for e in document.root.iter("input"))
    ) and measured.prose < 300:
        return Kind("login", "a password field and no text")
    if _SEARCH_TITLE.search(head) and measured.largest < 1200:
        return Kind("search", f"its title says «{head[:60]}»")
    if re.search(r"/(?:search|poisk)/?$", path) and query & {"q", "query", "s", "text", "searchword"}:
        return Kind("search", "address of a search")
    return None


def _address(document: Document) -> tuple[str, set[str]]:
    try:
        parts = urlsplit(document.url or document.canonical)
        return parts.path, {key.lower() for key, _ in parse_qsl(parts.query)}
    except ValueError:
        return "", set()


def _stated(document: Document, nodes: Sequence[dict[str, Any]]) -> str:
    """What the page says of itself: that it is one article."""
    if any(node.get("datePublished") or node.get("articleBody") for node in jsonld.articles(list(nodes))):
        return "states that it is an article (JSON-LD)"
    if document.meta("article:published_time") and document.meta("og:type").lower() in ("article", "news", ""):
        return "states that it is an article (meta)"
    return ""


def _body_in_data(nodes: Sequence[dict[str, Any]]) -> bool:
    return any(len(jsonld.string(node.get("articleBody"))) > 100 for node in nodes)


def _listed(measured: Measured, stated: str) -> bool:
    """Many headlines that lead elsewhere and no text of its own in one place."""
    if stated and measured.largest >= 150:
        return False
    if measured.headlines < 8:
        return False
    return (
        measured.largest < 40 * measured.headlines
        and measured.largest < 1500
        and measured.largest < 0.45 * max(measured.prose, 1) + 120
    )
