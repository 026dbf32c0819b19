"""Articles that stand only in a page's data: `__NEXT_DATA__`, Next.js' streamed rows, Nuxt and other states, as HTML inside JSON.

The page a reader sees is made from it by a script; without it such pages are empty. The object that looks most like an article (a
title, a long text, a date) is made into a small page of its own, so that everything else of reading works on it unchanged.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape, unescape
from typing import Any

from lxml import etree

from crawler.reading.document import Document, clean

MOST = 20_000
"""Values of a page's data that are looked at."""

SHORTEST = 200
"""Characters from which a string in the data can be a text."""

_ROW = re.compile(r"self\.__next_f\.push\(\[1,(\"(?:[^\"\\]|\\.)*\")\]\)", re.DOTALL)
_STATE = re.compile(
    r"(?:window\.|self\.|var\s+|globalThis\.)?(?:__[A-Z][A-Z_]*(?:STATE|DATA|PROPS|STORE|CONTEXT|NUXT)__"
    r"|__NUXT__|initialState|pageData|INITIAL_STATE"
    r"|__RQ_\w+(?:\"\])?\.push\(|__data)\s*(?:=|\()?\s*(?=[\[{])"
)
_PARSED = re.compile(r"""\bJSON\.parse\(\s*("(?:[^"\\]|\\.){200,}"|'(?:[^'\\]|\\.){200,}')""", re.DOTALL)
_ATTRIBUTES = ("data-page", "data-props", "data-state", "props")
"""Where Inertia, Vue, React and Astro leave what their scripts begin with."""

_PACKED = 50
"""Strings of JSON within the data that are opened."""

_TITLES = ("title", "headline", "heading", "name", "articleTitle", "h1", "caption")
_TEXTS = (
    "body",
    "content",
    "text",
    "articleBody",
    "html",
    "fulltext",
    "full_text",
    "detailText",
    "detail_text",
    "description_full",
    "contents",
)
_DATES = (
    *(
        "publishedAt",
        "published_at",
        "datePublished",
        "publishDate",
        "publish_date",
        "publishTime",
        "pubDate",
        "pub_date",
        "publicationDate",
    ),
    *(
        "published",
        "publication_date",
        "date_published",
        "deployDt",
        "activeFrom",
        "active_from",
        "date",
        "createdAt",
        "created_at",
        "dateCreate",
    ),
)


@dataclass(frozen=True, slots=True)
class Found:
    """An article found in the data: its parts as the data writes them (text may be HTML)."""

    title: str
    text: str
    date: str


def from_data(document: Document) -> Found | None:
    """The article that stands in the page's data, None when nothing there looks like one."""
    best: tuple[float, Found] | None = None
    for data in _data(document):
        for node in _objects(data):
            candidate = _article(node)
            if candidate is not None and (best is None or candidate[0] > best[0]):
                best = candidate
    return best[1] if best else None


def as_page(document: Document, found: Found) -> str:
    """The found article as a page: the head of the page it came from, and its parts where reading looks for them."""
    head = document.root.find("head")
    kept = (
        ""
        if head is None
        else "".join(
            etree.tostring(element, encoding="unicode", with_tail=False, method="html")
            for element in head
            if element.tag in ("meta", "link", "title") or "ld+json" in (element.get("type") or "")
        )
    )
    text = (
        found.text
        if "<" in found.text and ">" in found.text
        else "".join(f"<p>{escape(line)}</p>" for line in found.text.split("\n"))
    )
    date = f'<meta property="article:published_time" content="{escape(found.date)}">' if found.date else ""
    language = f' lang="{escape(document.language)}"' if document.language else ""
    return (
        f"<html{language}><head>{kept}{date}</head><body><article><h1>{escape(found.title)}</h1><div"
        f" class='article-body'>{text}</div></article></body></html>"
    )


def _data(document: Document) -> Iterator[Any]:
    """Everything in the page's scripts that is JSON."""
    rows: list[str] = []
    for script in document.root.iter("script"):
        text = script.text
        if not text or len(text) < SHORTEST:
            rows += _ROW.findall(text or "")
            continue
        if script.get("id") == "__NEXT_DATA__" or "json" in (script.get("type") or ""):
            if "ld+json" not in (script.get("type") or ""):
                yield from (_unflattened(loaded) for loaded in _loaded(text))
        elif "__next_f.push" in text:
            rows += _ROW.findall(text)
        else:
            for match in list(_STATE.finditer(text))[:6]:
                yield from _loaded(text[match.end() :])
            for quoted in _PARSED.findall(text)[:6]:
                yield from _unquoted(quoted)
    for element in document.root.iter("div", "main", "section", "astro-island"):
        for name in _ATTRIBUTES:
            if len(held := element.get(name) or "") >= SHORTEST:
                yield from _loaded(held)
    if rows:
        yield _streamed(rows)


def _loaded(text: str) -> Iterator[Any]:
    try:
        yield json.JSONDecoder(strict=False).raw_decode(text.strip())[0]
    except (ValueError, RecursionError):
        return


def _unquoted(quoted: str) -> Iterator[Any]:
    """The JSON in a string literal of JavaScript."""
    inner = quoted[1:-1]
    if quoted[0] == "'":
        inner = inner.replace("\\'", "'").replace('"', '\\"')
    try:
        yield from _loaded(json.loads(f'"{inner}"', strict=False))
    except ValueError:
        return


def _unflattened(loaded: Any) -> Any:
    """Nuxt 3 writes all values in one list, and in the objects their places in it (npm: devalue); other data stay as they are."""
    if not (isinstance(loaded, list) and loaded and isinstance(loaded[0], list | dict)):
        return loaded
    flat = [item for item in loaded[:MOST] if isinstance(item, dict) and item and all(type(at) is int for at in item.values())]
    return [{key: loaded[at] for key, at in item.items() if 0 <= at < len(loaded)} for item in flat] or loaded


def _streamed(rows: list[str]) -> list[Any]:
    """Next.js' streamed rows: `id:JSON` lines, and `id:Tlength,` texts to which the others refer as `$id`."""
    parts = []
    for row in rows:
        try:
            parts.append(json.loads(row))
        except ValueError:
            continue
    raw = "".join(parts).encode("utf-8", "replace")
    texts: dict[str, str] = {}
    values: list[Any] = []
    at = 0
    while at < len(raw):
        head = _ROW_HEAD.match(raw, at)
        if head is None:
            at = raw.find(b"\n", at) + 1 or len(raw)
            continue
        if head[2]:
            size = int(head[2], 16)
            texts[head[1].decode()] = raw[head.end() : head.end() + size].decode("utf-8", "replace")
            at = head.end() + size
            continue
        end = raw.find(b"\n", head.end())
        end = len(raw) if end < 0 else end
        values.extend(_loaded(raw[head.end() : end].decode("utf-8", "replace").lstrip()))
        at = end + 1
    return [values, {"$texts": texts}] if not texts else [_Referring(values, texts)]


_ROW_HEAD = re.compile(rb"([0-9a-f]{1,5}):(?:T([0-9a-f]{1,7}),)?")


@dataclass(frozen=True, slots=True)
class _Referring:
    """Values in which `$id` stands for a text."""

    values: list[Any]
    texts: dict[str, str]


def _objects(data: Any) -> Iterator[dict[str, Any]]:
    """Every object in the data, without recursion; references to texts are filled in."""
    texts: dict[str, str] = {}
    if isinstance(data, list) and data and isinstance(data[0], _Referring):
        texts, data = data[0].texts, data[0].values
    queue: list[Any] = [data]
    seen = packed = 0
    while queue and seen < MOST:
        item = queue.pop()
        seen += 1
        if isinstance(item, str):  # an answer kept as it came: JSON in JSON (SvelteKit)
            packed += 1
            queue.extend(_loaded(item) if packed <= _PACKED else ())
            continue
        if isinstance(item, dict):
            if texts:
                item = {
                    key: texts.get(value[1:], value) if isinstance(value, str) and value[:1] == "$" else value
                    for key, value in item.items()
                }
            yield item
            queue.extend(value for value in item.values() if isinstance(value, dict | list) or _is_packed(value))
        elif isinstance(item, list):
            queue.extend(value for value in item[:2000] if isinstance(value, dict | list))


def _is_packed(value: Any) -> bool:
    return isinstance(value, str) and len(value) >= SHORTEST and value.lstrip()[:2] in ('{"', "[{")


def _article(node: dict[str, Any]) -> tuple[float, Found] | None:
    """How much an object looks like an article, and its parts; None when it has no text."""
    strings = {key: value for key, value in node.items() if isinstance(value, str)}
    text = max((strings[key] for key in strings if _is(key, _TEXTS)), key=len, default="")
    text = unescape(text) if "&lt;" in text else text
    words = clean(re.sub(r"<[^<>]*>", " ", text))
    if len(words) < SHORTEST or words[:1] in "{[" or words.count(" ") < len(words) / 25:
        return None
    title = next(
        (clean(strings[key]) for name in _TITLES for key in strings if _is(key, (name,)) and 5 < len(strings[key]) < 400), ""
    )
    date = next(
        (str(node[key]) for name in _DATES for key in node if key.lower() == name.lower() and isinstance(node[key], str | int)),
        "",
    )
    score = min(len(words), 8000) / 1000 + (4 if title else 0) + (3 if date else 0)
    return score, Found(re.sub(r"<[^<>]*>", "", title), text, date)


def _is(key: str, names: tuple[str, ...]) -> bool:
    low = key.lower()
    return any(low == name.lower() or low.endswith(name.lower()) for name in names)
