"""The article's own words: trafilatura on a pruned copy of the shared tree, then the residue off."""

from __future__ import annotations

import copy
import logging
import re
from dataclasses import dataclass

from lxml import etree, html

from crawler.items import Hints
from crawler.reading.document import Document, clean, text_of
from crawler.reading.encoding import repaired

# its debug records cost a fifth of its time where the root logger is open, as Scrapy leaves it
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

_USELESS = (
    "script",
    "style",
    "noscript",
    "template",
    "svg",
    "iframe",
    "object",
    "embed",
    "select",
    "button",
    "textarea",
    "input",
    "link",
    "canvas",
    "dialog",
)


@dataclass(frozen=True, slots=True)
class Texted:
    """Paragraphs joined by line ends, what was cut, and captions of pictures kept apart."""

    text: str
    cut: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()


def read_text(document: Document, title: str, hints: Hints) -> Texted:
    """The text of a page that is an article."""
    import trafilatura  # 0.5 s and 60 MB: only where something is read

    selected = _selected(document, hints.text_css)
    if selected:
        return Texted(selected)
    tree = copy.copy(document.root)
    etree.strip_elements(tree, *_USELESS, with_tail=False)
    try:
        found = trafilatura.bare_extraction(tree, include_comments=False)
    except (RecursionError, etree.LxmlError, ValueError, AttributeError, TypeError, KeyError, IndexError):
        # a tree it was never tried on; whatever it was, the page still has paragraphs
        found = None
    text = str(getattr(found, "text", "") or "") or _plain(document.root)
    return Texted(repaired(text))


def _selected(document: Document, selector: str) -> str:
    if not selector:
        return ""
    from lxml.cssselect import CSSSelector, SelectorError

    try:
        elements = CSSSelector(selector, translator="html")(document.root)
    except SelectorError:
        return ""
    return "\n".join(filter(None, (_paragraphs(element) for element in elements[:20])))


def _plain(root: html.HtmlElement) -> str:
    return "\n".join(text for text in (text_of(p) for p in root.iter("p")) if len(text) > 40)


_BREAKING = {"p", "div", "br", "li", "h1", "h2", "h3", "h4", "blockquote", "tr", "section", "ul", "ol", "table", "pre"}


def _paragraphs(element: etree._Element) -> str:
    """The text of an element with a line for every block."""
    pieces: list[str] = []
    for each in element.iter():
        if not isinstance(each.tag, str) or each.tag in _USELESS:
            pieces.append(each.tail or "")
            continue
        if each.tag in _BREAKING:
            pieces.append("\n")
        pieces += [each.text or ""]
        if each.tag in _BREAKING:
            pieces.append("")
        pieces.append(("\n" if each.tag in _BREAKING else "") + (each.tail or "") if each is not element else "")
    return "\n".join(filter(None, (clean(line) for line in re.sub(r"[ \t\r\f]+", " ", "".join(pieces)).split("\n"))))
