"""What of a title is not the title: the site's name, the rubric, signs of ornament, tails learned from several pages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from crawler.items import Hints
from crawler.reading import jsonld
from crawler.reading.document import Document, text_of

_SEPARATOR = re.compile(r"\s+[-–—―|ǀ│•·:»›>/\\~]+\s+|\s*[|│ǀㅣ]+\s*|\s+::\s+|\s*--+\s*")
_UNSPACED = re.compile(r"(?<=\S)[-–—](?=\S)")
_ORNAMENT = re.compile(r"\s+[|ǀ│ㅣ•·⋆★☆▶►~—–\s-]+$")
_WORDS = re.compile(r"\w+")
_NAME = re.compile(r"(?:[a-zа-я0-9-]+\.)+[a-zа-я]{2,}")

SHARED = 20
"""Letters of what two titles must share behind different openings, for the openings to be kickers."""


def site_names(document: Document, nodes: Sequence[dict[str, Any]], hints: Hints) -> set[str]:
    """What the site calls itself, as keys: og:site_name, publisher, the source's name, its host with and without its end."""
    names = {hints.site_name, document.meta("og:site_name"), document.meta("twitter:site").lstrip("@")}
    loose = {document.meta(name) for name in ("application-name", "apple-mobile-web-app-title", "author", "copyright")}
    # a site that fills every meta tag with the headline has not named itself (rp-online.de)
    names |= {name for name in loose if len(_WORDS.findall(name)) < 6 or not _said_twice(document, name)}
    for node in nodes:
        names.add(jsonld.string(node.get("publisher")))
        if any(kind in ("WebSite", "NewsMediaOrganization", "Organization") for kind in jsonld.types(node)):
            names |= {jsonld.string(node.get("name")), jsonld.string(node.get("alternateName"))}
    return {each for each in map(key, names | _host_names(document)) if len(each) > 1}


def _said_twice(document: Document, name: str) -> bool:
    title = document.root.find(".//title")
    return key(name) in (key(document.meta("og:title")), key(text_of(title)) if title is not None else "")


def _host_names(document: Document) -> set[str]:
    try:
        host = (urlsplit(document.url or document.canonical or document.meta("og:url")).hostname or "").removeprefix("www.")
    except ValueError:
        return set()
    if not host:
        return set()
    names = {host, host.rsplit(".", 1)[0], host.split(".")[-2] if "." in host else host}
    if "xn--" in host:
        with suppress(UnicodeError):
            names.add(host.encode("ascii").decode("idna"))
    return names


def rubrics(document: Document, nodes: Sequence[dict[str, Any]]) -> set[str]:
    """The rubrics that the page says it stands in, as keys: meta, JSON-LD, bread crumbs."""
    said = [value for name in ("article:section", "og:section", "content_category") for value in document.metas.get(name, ())]
    for node in nodes:
        section = node.get("articleSection")
        said += map(jsonld.string, section if isinstance(section, list) else [section])
        crumbs = node.get("itemListElement")
        if "BreadcrumbList" in jsonld.types(node) and isinstance(crumbs, list):
            said += [jsonld.string(crumb.get("name") or crumb.get("item")) for crumb in crumbs if isinstance(crumb, dict)]
    return {key(each) for each in said if 0 < len(_WORDS.findall(each)) <= 4}


def key(text: str) -> str:
    """Letters and figures only: how titles are compared."""
    return "".join(_WORDS.findall(unicodedata.normalize("NFKC", text).lower().replace("ё", "е")))


def trim(
    text: str, names: Iterable[str], suffixes: Iterable[str] = (), others: Sequence[str] = (), sections: Iterable[str] = ()
) -> str:
    """The title without the site's name at either end.

    `names` are keys of the site's names, `suffixes` learned tails, `others` the page's other titles, `sections` keys of its
    rubrics: a piece is cut when it is the site's name, a rubric beside that, or when another title says the same without it.
    """
    known, rubric = set(names), set(sections)
    for suffix in sorted(suffixes, key=len, reverse=True):
        if text.endswith(suffix) and len(text) > len(suffix) + 3:
            text = text[: -len(suffix)].rstrip()
    named = False
    for _ in range(4):
        shorter = _trim_once(text, known, others)
        if shorter == text and named:
            shorter = _without_rubric(text, rubric)
        if shorter == text or not shorter:
            break
        text, named = shorter, True
    return _ORNAMENT.sub("", text).strip() or text.strip()


def before_bar(text: str) -> str:
    """What stands after a bar is the rubric or the site, whatever it is called."""
    head, bar, tail = text.rpartition(" | ")
    return head.strip() if bar and len(head) >= 15 and len(tail) <= 40 else text


def _without_rubric(text: str, rubric: set[str]) -> str:
    """A rubric between title and site («Заголовок-Экономика|Заря»), also after a dash without spaces."""
    for match in (*list(_SEPARATOR.finditer(text))[-1:], *list(_UNSPACED.finditer(text))[-1:]):
        if key(text[match.end() :]) in rubric and len(key(text[: match.start()])) >= 10:
            return text[: match.start()].strip()
    return text


def _trim_once(text: str, names: set[str], others: Sequence[str]) -> str:
    separators = list(_SEPARATOR.finditer(text))
    if not separators:
        return text
    rest = [other for other in others if other != text]
    other_keys = {key(other) for other in rest} - names
    for match in separators:
        head, tail = text[: match.start()].strip(), text[match.end() :].strip()
        if len(key(head)) > 3 and key(head) in other_keys and len(tail) < 90:
            return head
        if len(key(tail)) > 3 and key(tail) in other_keys and len(head) < 60:
            return tail
        if len(key(tail)) >= SHARED and len(head) < 60 and any(_opens_otherwise(other, head, tail) for other in rest):
            return tail
    last, first = separators[-1], separators[0]
    head, tail = text[: last.start()].strip(), text[last.end() :].strip()
    if _is_name(tail, names) and len(key(head)) > 3:
        return head
    head, tail = text[: first.start()].strip(), text[first.end() :].strip()
    if _is_name(head, names) and len(key(tail)) > 3:
        return tail
    return text


def _opens_otherwise(other: str, head: str, tail: str) -> bool:
    """Does another title say the same behind another opening («Война - Завод закрыт», «Удар по городу: Завод закрыт»)?

    Openings that share a word are two wordings of one title, not kickers.
    """
    bare = other.rstrip("»\"'”)")
    said = tail.rstrip("»\"'”)")
    if not bare.endswith(said) or len(head) >= len(tail):
        return False
    opening = bare[: -len(said)].rstrip("«\"'“( ")
    words = set(_WORDS.findall(opening.lower()))
    return opening.endswith((":", "-", "–", "—", "|")) and bool(words) and not words & set(_WORDS.findall(head.lower()))


def _is_name(piece: str, names: set[str]) -> bool:
    short = key(piece)
    if not short:
        return True
    if short in names or _NAME.fullmatch(piece.lower().strip("«»\"' ")):
        return True
    for name in names:
        if len(short) >= 5 and len(name) < 2 * len(short) and (name.startswith(short) or name.endswith(short)):
            return True
        if len(name) > 3 and len(short) < len(name) + 25 and (short.startswith(name) or short.endswith(name)):
            return True
    return False


def tails_of(title: str) -> tuple[str, ...]:
    """What stands behind each separator of a title, separator included, the longest first."""
    return tuple(title[match.start() :] for match in _SEPARATOR.finditer(title) if match.start() > 3 and len(title) > match.end())
