"""What a page is, decided before anything is extracted from it: one of `crawler.items.KINDS`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from crawler.reading import jsonld
from crawler.reading.document import Document, clean, text_of
from crawler.reading.layout import Layout

_GONE = re.compile(
    r"^\W*(?:ошибка\W*|error\W*|http\W*)?404\W*(?:$|not found|error|ошибка|страниц|[|:.–—-])"
    r"|страниц\w* (?:не найден|не существ|удален|отсутств)|не найден[ао]? страниц"
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
_ARTICLE_TYPE = re.compile(r"schema\.org/(?:News|Blog|Report|Tech)?(?:Article|Posting)/?$")
"""Types of schema.org that a press page gives its article."""

_BOOK = 500_000
"""Characters of prose that no press article has: what a body that was packed very small opens to, a log, a whole book."""


MOST_HEADLINES = 2_000
"""Headlines that no page beside an article has."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One of `crawler.items.KINDS`, and why."""

    kind: str
    reason: str


def page_kind(document: Document, layout: Layout, nodes: Sequence[dict[str, Any]], title: str, *, status: int = 200) -> Kind:
    """The kind of a parsed page. Unsure means article: what is wrongly refused is lost, what is wrongly read is judged again."""
    early = _by_words(document, title, layout, status)
    if early:
        return early
    if layout.visible < 80 and not _body_in_data(nodes):
        return Kind("empty", f"{layout.visible} characters of text")
    if layout.prose > _BOOK:
        return Kind("other", f"{layout.prose} characters of text: no article is so long")
    if layout.headlines > MOST_HEADLINES:
        return Kind("listing", f"{layout.headlines} headlines on one page")
    path, _ = _address(document)
    stated = _stated(document, nodes)
    listed = layout.is_listed() and not (stated and layout.largest >= 100)
    if listed and _is_marked(document):
        return Kind("article", "states that it is an article (microdata)")
    if (_TAG_PATH.search(path) or _TAG_TITLE.search(title)) and (listed or not stated):
        return Kind("tag", "address or title of a tag page")
    if listed or (_LISTING_PATH.search(path) and not stated and layout.headlines > 6 and layout.largest < 1500):
        return Kind("listing", f"{layout.headlines} headlines, {layout.largest} characters of text in one place")
    return Kind("article", stated or f"{layout.largest} characters of text in one place")


def _by_words(document: Document, title: str, layout: Layout, status: int) -> Kind | None:
    path, query = _address(document)
    head = clean(title)
    if status in (404, 410):
        return Kind("soft404", f"status {status}")
    if _GONE.search(head[:80]) and layout.largest < 600:
        return Kind("soft404", f"its title says «{head[:60]}»")
    if layout.prose < 120:
        said = text_of(layout.body)[:3000] if layout.visible < 1500 else ""
        if said and _GONE.search(said):
            return Kind("soft404", "says that nothing was found")
    if _LOGIN.search(head) and layout.largest < 400:
        return Kind("login", f"its title says «{head[:60]}»")
    if (
        layout.largest < 300 and layout.headlines < 8 and any(e.get("type") == "password" for e in document.root.iter("input"))
    ) and layout.prose < 300:
        return Kind("login", "a password field and no text")
    if _SEARCH_TITLE.search(head) and layout.largest < 1200:
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


def _is_marked(document: Document) -> bool:
    """Does microdata make the page one dated article whose headline is its heading? It may have a photograph for all its text;
    cards of a list are marked as articles too, but there are many of them and none holds the page's heading."""
    items = [each for each in document.root.iterfind(".//*[@itemtype]") if _ARTICLE_TYPE.search(each.get("itemtype") or "")]
    if len(items) != 1:
        return False
    named = {each.get("itemprop"): each for each in items[0].iterfind(".//*[@itemprop]")}
    heading = named.get("headline", named.get("name"))
    return "datePublished" in named and heading is not None and heading.tag == "h1" and bool(text_of(heading))


def _body_in_data(nodes: Sequence[dict[str, Any]]) -> bool:
    return any(len(jsonld.string(node.get("articleBody"))) > 100 for node in nodes)
