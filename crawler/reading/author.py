"""Who signed a page, its language and rubric, as the page states them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from crawler.reading import jsonld
from crawler.reading.document import Document, text_of

_LABEL = re.compile(
    r"^(?:автор(?:ы)?(?: текста| материала)?|текст|подготовил[аи]?|корреспондент|by|von|written by)\s*:?\s+", re.IGNORECASE
)
_NOBODY = re.compile(r"https?://|@|^(?:admin\w*|администратор|редакция|editor|root|user\d*|пресс-служба)$", re.IGNORECASE)
_SIGNED = ('"author"', "'author'", "=author")
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)


def read_author(document: Document, nodes: Sequence[dict[str, Any]]) -> str:
    """The author's name, "" when none is stated."""
    stated = [jsonld.string(node.get("author")) for node in jsonld.articles(list(nodes))]
    stated += [document.meta("author", "article:author", "dc.creator", "parsely-author", "mediator_author")]
    if any(mark in document.source for mark in _SIGNED):
        for element in document.elements:
            if element.get("itemprop") == "author" or element.get("rel") == "author":
                stated.append(element.get("content") or text_of(element))
    for name in stated:
        name = _LABEL.sub("", name.strip())
        if 2 < len(name) <= 80 and not _NOBODY.search(name):
            return name
    return ""


def read_language(document: Document, text: str) -> str:
    """ISO 639-1: what the page states, else Russian where its letters are."""
    if document.language[:2].isalpha() and len(document.language) >= 2:
        return document.language[:2]
    return "ru" if len(_CYRILLIC.findall(text[:2000])) > 0.4 * max(1, len(text[:2000])) else ""


def read_tags(document: Document) -> tuple[str, ...]:
    """Rubric and tags where the page states them, each once."""
    said = [*document.metas.get("article:section", ()), *document.metas.get("article:tag", ())]
    return tuple(dict.fromkeys(tag for tag in said if 1 < len(tag) < 80))[:20]
