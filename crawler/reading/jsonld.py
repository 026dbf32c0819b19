"""schema.org data of a page: JSON-LD scripts, repaired where sites break them, as a flat list of nodes."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

from lxml import etree

from crawler.reading.document import clean

MOST = 400
"""Nodes of a page that are looked at."""

_TRAILING = re.compile(r",(\s*[}\]])")
_WRAPPED = re.compile(
    r"^\s*(?:<!--|/\*\s*<!\[CDATA\[\s*\*/|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|/\*\s*\]\]>\s*\*/|//\s*\]\]>|\]\]>);?\s*$"
)
_FIELD = re.compile(
    r'"(@type|headline|name|datePublished|dateModified|dateCreated|articleBody|url)"\s*:\s*"((?:[^"\\]|\\.){0,20000}?)"',
    re.DOTALL,
)

ARTICLE = re.compile(r"(?:Article|BlogPosting|Posting|Report|Review|Recipe|LiveBlogPosting|NewsItem|PressRelease)$")
"""Types that are a text someone published."""

PAGE = re.compile(r"(?:WebPage|ItemPage|AboutPage|MediaObject|VideoObject|CreativeWork|Article)$")
"""Types that may speak for the page when no article does."""

# a list of other pages: whose nodes speak for themselves, not for this page
_ELSEWHERE = {
    "itemListElement",
    "hasPart",
    "relatedLink",
    "comment",
    "mentions",
    "citation",
    "isBasedOn",
    "review",
    "recommendations",
}
_INSIDE = ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item", "hasPart", "liveBlogUpdate", "about")


def nodes(root: etree._Element) -> list[dict[str, Any]]:
    """Every typed object of the page's JSON-LD in its order; those of lists of other pages bear `"_elsewhere": True`."""
    found: list[dict[str, Any]] = []
    for script in root.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower() or not script.text:
            continue
        for node in _walk(_loads(script.text)):
            found.append(node)
            if len(found) >= MOST:
                return found
    return found


def _loads(text: str) -> Any:
    """JSON as sites write it: comments around it, raw line ends inside, commas too many; a dict of loose fields if all fails."""
    text = _WRAPPED.sub("", text.strip())
    for attempt in (text, _TRAILING.sub(r"\1", text), unescape(text) if "&quot;" in text else ""):
        if not attempt:
            continue
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return _loose(text)


def _loose(text: str) -> dict[str, Any]:
    """The first of each field that matters, when the script as a whole cannot be read."""
    found: dict[str, Any] = {}
    for field in _FIELD.finditer(text[:500_000]):
        try:
            found.setdefault(field[1], json.loads(f'"{field[2]}"', strict=False))
        except ValueError:
            found.setdefault(field[1], field[2])
    return found


def _walk(data: Any) -> Iterator[dict[str, Any]]:
    """Typed objects, parents first; without recursion, as the nesting is the site's to choose."""
    queue: list[tuple[Any, bool, int]] = [(data, False, 0)]
    while queue:
        item, elsewhere, depth = queue.pop(0)
        if depth > 12 or len(queue) > 5 * MOST:
            continue
        if isinstance(item, list):
            queue[:0] = [(part, elsewhere, depth + 1) for part in item[:MOST]]
        elif isinstance(item, dict):
            if "@type" in item or "datePublished" in item or "headline" in item:
                yield {**item, "_elsewhere": True} if elsewhere else item
            queue[:0] = [
                (item[key], elsewhere or key in _ELSEWHERE, depth + 1)
                for key in _INSIDE
                if isinstance(item.get(key), dict | list)
            ]


def types(node: dict[str, Any]) -> list[str]:
    """The node's types as a list of plain names."""
    said = node.get("@type")
    names = said if isinstance(said, list) else [said]
    return [str(name).rsplit("/", 1)[-1] for name in names if name]


def string(value: Any) -> str:
    """A text out of what schema.org allows: a string, a list of them, an object with a name."""
    if isinstance(value, str):
        return clean(unescape(value))
    if isinstance(value, list):
        return next((text for text in map(string, value) if text), "")
    if isinstance(value, dict):
        return string(value.get("@value") or value.get("name") or value.get("url") or "")
    return ""


def articles(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The nodes that are the page's own articles (not those of lists of other pages)."""
    return [node for node in found if not node.get("_elsewhere") and any(map(ARTICLE.search, types(node)))]
