"""Text -> one parsed tree that every part of reading shares, and the plain facts that stand in its head.

Bounds: a page is cut to `LONGEST` characters and `TAGS` tags, a tag to `ATTRIBUTES` characters. libxml2 looks for doubled
attributes by comparing all pairs (200,000 of them take minutes), and stops at 256 levels; deeper pages are parsed again,
flattened.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from unicodedata import normalize
from urllib.parse import urljoin, urlsplit

from lxml import etree, html

LONGEST = 3_000_000
"""Characters of a page that are read; the longest real press pages have 1.5 million, most of it scripts."""

TAGS = 60_000
"""Signs `<` that are read: bounds the time of everything that walks the tree; press pages have up to 20,000."""

ATTRIBUTES = 20_000
"""Characters of one tag; a longer one (data in attributes) keeps only its name."""

_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_CONTROLS = bytes(sorted({*range(32)} - {*b"\t\n\r"}))
_TAG_NAME = re.compile(r"[A-Za-z][^\s<>/]{0,40}")
_FAULTY_HTML = re.compile(r"(<html[^<>]*?)\s*/>", re.IGNORECASE)
_FAULTY_DOCTYPE = re.compile(r"<\s*!\s*doctype[^>]*/[^<>]*>", re.IGNORECASE)
_SPACES = re.compile(r"\s+")
_INLINE = ("font", "b", "i", "u", "span", "em", "strong", "center", "small", "big", "s", "strike", "tt", "nobr")


@dataclass(slots=True)
class Document:
    """A parsed page. `root` is never changed after parsing; who prunes works on a copy. `url` is absolute or "".

    `elements` are all elements in document order; holding them makes every later walk cheap. `whole`: nothing lies beyond the
    bounds of what is read.
    """

    root: html.HtmlElement
    source: str
    url: str
    metas: dict[str, list[str]] = field(default_factory=dict)
    canonical: str = ""
    language: str = ""
    elements: list[html.HtmlElement] = field(default_factory=list)
    whole: bool = True

    def meta(self, *names: str) -> str:
        """The first non-empty value among the named meta tags (lower-case names, `property`, `name` and `itemprop` alike)."""
        for name in names:
            for value in self.metas.get(name, ()):
                if value:
                    return value
        return ""


def clean(text: str) -> str:
    """One line: every kind of space is one space, invisible signs are gone, letters are composed («й» is one sign, not two).

    Some sites write one line in both ways: it is the same line to whoever looks for it.
    """
    if text.isascii():
        return " ".join(text.split())
    return normalize("NFC", _SPACES.sub(" ", text.translate(_INVISIBLE)).strip())


_INVISIBLE = {ord(sign): None for sign in "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e"}


def parse(text: str, url: str = "") -> Document | None:
    """The document, None when there is nothing that could be parsed."""
    source = bounded(text)
    root = _tree(source)
    if root is None:
        return None
    document = Document(root=root, source=source, url=url if url.startswith(("http://", "https://")) else "")
    document.whole = len(text) <= LONGEST and text.count("<") <= TAGS
    document.elements = list(root.iter("*"))
    document.metas = _metas(root)
    document.canonical = _canonical(root, document)
    document.language = (root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or "").strip().lower()[:12]
    return document


def bounded(text: str) -> str:
    """The page without what no parser should see: controls, endless tags, more than the bounds allow."""
    text = text[:LONGEST]
    if _has_controls(text):
        text = _NOT_XML.sub("", text)
    if text.count("<") > TAGS:
        text = text[: _nth(text, "<", TAGS)]
    if _has_endless_tag(text):
        pieces = text.split("<")
        if max(map(len, pieces)) > ATTRIBUTES:
            text = "<".join([pieces[0], *map(_shortened, pieces[1:])])
    head = text[:400]
    mended = _FAULTY_HTML.sub(r"\1>", head, count=1)
    # a slash inside a doctype costs libxml2 the whole page (launchpad lxml/+bug/1955915)
    mended = _FAULTY_DOCTYPE.sub("", mended, count=1)
    return text if mended == head else mended + text[400:]


def _has_controls(text: str) -> bool:
    """Does the pattern of what is not XML match? Asked of the bytes, at a tenth of its price."""
    try:
        data = text.encode()
    except UnicodeEncodeError:  # surrogates
        return True
    return len(data.translate(None, _CONTROLS)) < len(data) or "\ufffe" in text or "\uffff" in text


def _has_endless_tag(text: str) -> bool:
    """May more than ATTRIBUTES characters stand without a `<`? Such a stretch covers one of the windows of half that length."""
    half = ATTRIBUTES // 2
    return any(text.find("<", start, start + half) < 0 for start in range(0, len(text) - half, half))


def _shortened(piece: str) -> str:
    """What follows a `<`, with the attributes of an endless tag taken off."""
    if len(piece) <= ATTRIBUTES:
        return piece
    end = piece.find(">")
    name = _TAG_NAME.match(piece)
    if name is None or 0 <= end <= ATTRIBUTES:
        return piece
    return f"{name[0]}>{piece[end + 1 :] if end >= 0 else ''}"


def _nth(text: str, sign: str, number: int) -> int:
    """Where the sign stands for the `number`th time."""
    position = -1
    for _ in range(number):
        position = text.find(sign, position + 1)
        if position < 0:
            return len(text)
    return position


def _tree(source: str) -> html.HtmlElement | None:
    data = source.encode("utf-8", "replace")
    if not data.strip():
        return None
    parser = _parser(huge=False)
    try:
        root = html.document_fromstring(data, parser=parser)
        if any(error.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT or "depth" in error.message for error in parser.error_log):
            # 256 levels are almost always unclosed inline tags: without them the page is shallow
            root = html.document_fromstring(data, parser=_parser(huge=True))
            etree.strip_tags(root, *_INLINE)
    except (etree.LxmlError, ValueError):
        return None
    return root if isinstance(root, html.HtmlElement) else None


def _parser(*, huge: bool) -> html.HTMLParser:
    parser = html.HTMLParser(
        encoding="utf-8", collect_ids=False, default_doctype=False, remove_comments=True, remove_pis=True, huge_tree=huge
    )
    # one class for all elements: lxml.html asks a function in Python for every one of them, for the sake of forms
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=html.HtmlElement))
    return parser


def _metas(root: html.HtmlElement) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for element in root.iter("meta"):
        value = element.get("content")
        if value is None:
            continue
        for attribute in ("property", "name", "itemprop", "http-equiv"):
            key = element.get(attribute)
            if key:
                found.setdefault(key.strip().lower(), []).append(clean(value[:5000]))
                if attribute == "property":
                    break
    return found


def _canonical(root: html.HtmlElement, document: Document) -> str:
    for element in root.iter("link"):
        if "canonical" in (element.get("rel") or "").lower().split() and element.get("href"):
            return absolute(document.url, str(element.get("href")))
    return ""


def absolute(base: str, address: str) -> str:
    """The address made absolute, "" when it is no address of the web or cannot be made one."""
    try:
        joined = urljoin(base, address.strip())
        parts = urlsplit(joined)
    except ValueError:
        return ""
    return joined if parts.scheme in ("http", "https") and parts.netloc else ""


def text_of(element: etree._Element) -> str:
    """All text of an element as one line; breaks and blocks separate words."""
    return clean(" ".join(_texts(element)))


def text_within(element: etree._Element, most: int) -> str | None:
    """`text_of` when it has at most so many characters, else None; reads hardly more of a large element than that."""
    texts, length = [], 0
    for text in _texts(element):
        texts.append(text)
        length += len("".join(text.split()))
        if length > 2 * most:  # invisible signs and decomposed letters do not count in the end
            return None
    line = clean(" ".join(texts))
    return line if len(line) <= most else None


def _texts(element: etree._Element) -> Iterator[str]:
    for text in element.itertext():
        if text and not text.isspace():
            yield str(text)
