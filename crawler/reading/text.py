"""The article's own words: trafilatura on the part of the page that holds them, pruned; then the residue off.

trafilatura gets only the scope of the article, which costs half of the whole page and brings less of what stands around it. How
much prose the scope has is known from the layout, so its cheap mode is tried first and its full mode only where that found too
little; where both did (it loses what lies in many small boxes), the scope's own lines are taken.
"""

from __future__ import annotations

import copy
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Any

from lxml import etree, html
from lxml.cssselect import CSSSelector, SelectorError

from crawler.items import Hints
from crawler.reading import jsonld
from crawler.reading.document import Document, clean, text_of
from crawler.reading.layout import Layout, lay_out
from crawler.reading.mojibake import repaired
from crawler.reading.residue import told, without_learned, without_residue
from crawler.reading.wording import CAPTION_CLASS, LIST_CLASS, NOT_TEXT_CLASS

# its debug records cost a fifth of its time where the root logger is open, as Scrapy leaves it
logging.getLogger("trafilatura").setLevel(logging.CRITICAL)

ENOUGH = 0.8
"""Share of the scope's prose from which an extraction is believed to be whole."""

ELEMENTS, DEPTHS = 8_000, 250_000
"""Elements of a scope, and the sum of their depths, up to which trafilatura is asked: some of its steps are quadratic in them.

Of 644 real pages the largest scope has 2,643 elements.
"""

TOO_MUCH = 1.6
"""Multiple of the scope's prose above which it surely holds more than the text."""

_USELESS = {
    *("script", "style", "noscript", "template", "svg", "iframe", "object", "embed", "select", "button", "textarea", "input"),
    *("link", "canvas", "dialog", "meta", "video", "audio", "map"),
}
_FRAME = {"nav", "footer", "aside"}
_BREAKING = {
    *("p", "div", "br", "li", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "tr", "section", "ul", "ol", "table", "pre"),
    *("article", "header", "dd", "dt", "dl", "hr", "figure", "main", "center", "form", "td", "th"),
}


@dataclass(frozen=True, slots=True)
class Texted:
    """Paragraphs joined by line ends, what was cut, captions of pictures kept apart, lines that were cut because learned."""

    text: str
    cut: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()


def read_text(
    document: Document, layout: Layout, heading: etree._Element | None, nodes: Sequence[dict[str, Any]], title: str, hints: Hints
) -> Texted:
    """The text of a page that is an article. `heading` is the element that shows its title."""
    captions: list[str] = []
    text = _selected(document, hints.text_css)
    if not text:
        scope = layout.scope(heading)
        tree, captions = _cut_out(scope, layout)
        place = layout.places.get(scope)
        text = _extract(tree, place.prose if place else 0)
        text = _or_stated(text, nodes)
    lines = [line for line in (clean(line) for line in repaired(text).split("\n")) if line]
    lines, shared = without_learned(lines, hints.learned.lines)
    kept, cut, more = without_residue(lines, title)
    captions = list(dict.fromkeys([*captions, *more]))
    return Texted("\n".join(kept), (*told(shared, hints.learned.lines), *cut), tuple(captions), tuple(shared))


def _selected(document: Document, selector: str) -> str:
    """What the source's own selector points at, "" if nothing."""
    if not selector:
        return ""
    try:
        elements = CSSSelector(selector, translator="html")(document.root)
    except SelectorError:
        return ""
    return "\n".join(filter(None, (lines_of(element) for element in elements[:20])))


def _cut_out(scope: etree._Element, layout: Layout) -> tuple[etree._Element, list[str]]:
    """A copy of the scope as a page of its own, without what is surely no text; and the captions that were taken out."""
    captions: list[str] = []
    whole = layout.places[scope].prose if scope in layout.places else 0
    copied = copy.copy(scope)
    copied.tail = None
    doomed = []
    for original, twin in zip(scope.iter("*"), copied.iter("*"), strict=True):
        if original is scope:
            continue
        if _is_caption(original):
            captions.append(text_of(original)[:300])
            doomed.append(twin)
        elif _is_no_text(original, layout, whole):
            doomed.append(twin)
    for element in doomed:
        parent = element.getparent()
        if parent is not None:
            element.drop_tree()  # type: ignore[attr-defined]
    _unfold_tables(copied)
    if copied.tag == "html":
        return copied, [caption for caption in captions if caption]
    root = copied.makeelement("html")
    body = copied if copied.tag == "body" else etree.SubElement(root, "body")
    (root if copied.tag == "body" else body).append(copied)
    return root, [caption for caption in captions if caption]


def _unfold_tables(tree: etree._Element) -> None:
    """Tables that only lay out a page become boxes: trafilatura writes a table's cells as one line between bars.

    A cell with paragraphs or with the text of several sentences is no cell of figures.
    """
    laying = {
        table
        for cell in tree.iter("td")
        if cell.find(".//p") is not None or sum(len(text.strip()) for text in cell.xpath("text()")) > 300
        for table in islice(cell.iterancestors("table"), 1)
    }
    for table in laying:
        for part in (table, *table.iter("tbody", "tr", "td", "th")):
            if part is table or next(part.iterancestors("table"), None) is table:
                part.tag = "div"


def _is_caption(element: etree._Element) -> bool:
    if element.tag == "figcaption":
        return True
    names = element.get("class")
    return (
        bool(names and element.tag in ("div", "span", "p", "small", "em") and CAPTION_CLASS.search(names))
        and sum(1 for _ in islice(element.iter(), 50)) < 50
        and len(text_of(element)) < 300
        and element.find(".//p") is None
        and element.find(".//img") is None
    )


def _is_no_text(element: etree._Element, layout: Layout, whole: int) -> bool:
    """Scripts and controls; frames and boxes that a name gives away, unless they hold much of the prose."""
    tag = element.tag
    if tag in _USELESS:
        return True
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    framed = tag in _FRAME
    if not framed and len(names) < 3:
        return False
    place = layout.places.get(element)
    prose = place.prose if place else 0
    if prose > 0.25 * whole:
        return False
    said = _says(names)
    if framed or said == "no text":
        return element.find(".//h1") is None
    if said == "list":
        return element.find(".//h1") is None and (
            prose == 0 or (place is not None and place.headlines >= 2 and prose < 0.15 * whole)
        )
    return False


@lru_cache(maxsize=4096)
def _says(names: str) -> str:
    """What class and id say of an element: "no text", "list" or nothing; sites repeat the same few hundred names."""
    return "no text" if NOT_TEXT_CLASS.search(names) else "list" if LIST_CLASS.search(names) else ""


def _extract(tree: etree._Element, prose: int) -> str:
    """The best of trafilatura's two modes and the scope's own lines, cheapest first."""
    if not _is_bearable(tree):
        return lines_of(tree)
    fast = _in_lines(_trafilatura(tree, fast=True), tree)
    if prose and ENOUGH * prose <= len(fast) <= TOO_MUCH * prose + 300:
        return fast
    full = _in_lines(_trafilatura(tree, fast=False), tree)
    if not prose or len(full) >= 0.75 * prose:
        return full
    layout = lay_out(tree)
    best = max(full, fast, key=len)
    return _in_boxes(tree, layout, full) or _own_lines(tree, layout, best) or best


def _in_lines(found: str, tree: etree._Element) -> str:
    """What was found, in the lines of the tree: trafilatura gives a short <article> as one line, title and all."""
    if not found or "\n" in found:
        return found
    own = lines_of(tree)
    return own if "\n" in own and "".join(own.split()) == "".join(found.split()) else found


def _is_bearable(tree: etree._Element) -> bool:
    """Has a tree the size of a page that people wrote?"""
    elements = depths = depth = 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        elements += event == "start"
        depths += depth
        if elements > ELEMENTS or depths > 2 * DEPTHS:
            return False
    return True


def _own_lines(tree: etree._Element, layout: Layout, found: str) -> str:
    """The scope's own lines, "" unless it is clean (few headlines, little beside prose) and holds far more than was found."""
    paragraphs = sum(1 for place in layout.places.values() if place.prose and place.paragraphs == 1)
    own = lines_of(tree)
    clean_scope = layout.headlines <= 0.1 * paragraphs + 1 and len(own) <= 1.15 * layout.prose
    return own if clean_scope and len(found) < 0.6 * len(own) else ""


def _in_boxes(tree: etree._Element, layout: Layout, found: str) -> str:
    """The text of an article that its site divides into several boxes alike (by advertisements), "" if this is none.

    trafilatura takes the first of them. All boxes named like the one in which it found most are taken, when they hold much more.
    """
    longest = max(found.split("\n"), key=len)
    if len(longest) < 60:
        return ""
    boxes: dict[tuple[str, str], list[etree._Element]] = {}
    places = layout.places
    for element in tree.iter("div", "section", "article", "td"):
        if element in places and places[element].nearest:
            boxes.setdefault((str(element.tag), element.get("class") or ""), []).append(element)
    for (_, names), alike in boxes.items():
        if len(alike) > 1 and names and sum(places[box].nearest for box in alike) > 1.3 * len(found):
            texts = [lines_of(box) for box in alike]
            if any(longest[:50] in text for text in texts):
                return "\n".join(texts)
    return ""


def _trafilatura(tree: etree._Element, *, fast: bool) -> str:
    import trafilatura  # 0.5 s and 60 MB: only where something is read

    page = copy.copy(tree)
    assert isinstance(page, html.HtmlElement)

    try:
        found = trafilatura.bare_extraction(page, include_comments=False, fast=fast)
    except (RecursionError, etree.LxmlError, ValueError, AttributeError, TypeError, KeyError, IndexError):
        # a tree it was never tried on; whatever it was, the scope still has lines
        return ""
    return str(getattr(found, "text", "") or "")


def _or_stated(text: str, nodes: Sequence[dict[str, Any]]) -> str:
    """The body that JSON-LD states, where the page shows little of it."""
    stated = max((str(node.get("articleBody") or "") for node in jsonld.articles(list(nodes))), key=len, default="")
    if len(stated) < 200 or len(text) > 0.5 * len(stated):
        return text
    return lines_of(html.fromstring(f"<div>{stated}</div>")) if "<" in stated else stated


def lines_of(element: etree._Element) -> str:
    """The text of an element with a line for every block."""
    pieces: list[str] = []
    skipped: set[etree._Element] = set()
    for event, each in etree.iterwalk(element, events=("start", "end")):
        parent = each.getparent()
        if event == "start":
            if each.tag in _USELESS or parent in skipped:
                skipped.add(each)
                continue
            if each.tag in _BREAKING:
                pieces.append("\n")
            pieces.append(" ".join((each.text or "").split("\n")))
        else:
            if each.tag in _BREAKING and each not in skipped:
                pieces.append("\n")
            if each is not element and parent not in skipped:
                pieces.append(" ".join((each.tail or "").split("\n")))
    return "\n".join(filter(None, (clean(line) for line in "".join(pieces).split("\n"))))
