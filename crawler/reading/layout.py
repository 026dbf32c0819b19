"""How a page is laid out: where its prose stands, where its headlines, and which element holds the article. One walk, shared."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from crawler.reading.document import text_of
from crawler.reading.wording import LIST_CLASS, NOT_TEXT_CLASS

SKIPPED = {"script", "style", "noscript", "select", "button", "svg", "template", "iframe", "textarea", "head", "figcaption"}
_FRAME = {"nav", "footer", "header", "aside"}
"""What surrounds a text; unless it holds the heading: an end tag that was forgotten wraps the whole page in it."""
_BLOCKS = {"p", "div", "td", "li", "section", "article", "blockquote", "dd", "center", "pre", "main", "body", "figure", "form"}

BLOCK = 60
"""Characters of a block's own text from which it is prose."""

HEADLINE = (25, 220)
"""Characters of a link that is a headline."""

CORE = 200
"""Characters of prose in one place that can be an article: short press releases have as few."""


@dataclass(slots=True)
class Place:
    """An element that holds prose: characters, blocks and headlines of links inside it; `nearest`: prose it holds directly."""

    prose: int = 0
    paragraphs: int = 0
    headlines: int = 0
    nearest: int = 0


@dataclass(slots=True)
class Layout:
    """What the page is made of: characters a reader sees, prose, links that are headlines, and the places that hold prose."""

    body: etree._Element
    visible: int = 0
    prose: int = 0
    headlines: int = 0
    places: dict[etree._Element, Place] = field(default_factory=dict)

    @property
    def largest(self) -> int:
        """Characters of prose in the place that holds most of it directly."""
        return max((place.nearest for place in self.places.values()), default=0)

    def is_listed(self) -> bool:
        """Many headlines that lead elsewhere and no text of its own in one place."""
        if self.headlines < 8 or self.largest >= 2500:
            return False
        best, rival = self._best()
        if best >= CORE and best >= (1.5 if best >= 500 else 2.0) * rival:
            return False
        return not any(self._is_whole(place) for place in self.places.values())

    def _best(self) -> tuple[int, int]:
        """Prose side by side in the best place, and in the best of those that lie apart from it: cards of a list are alike."""
        ranked = sorted(self.places.items(), key=lambda item: -item[1].nearest)
        if not ranked:
            return 0, 0
        best, place = ranked[0]
        kin = set(best.iterancestors())
        rival = next((other.nearest for each, other in ranked[1:] if each not in kin and best not in each.iterancestors()), 0)
        return place.nearest, rival

    def _is_whole(self, place: Place) -> bool:
        """Does a place hold much of the page's prose, not divided among headlines?"""
        divided = place.headlines > 0.5 * place.paragraphs + 2
        return place.prose >= CORE and not divided and (place.prose >= 1500 or place.prose >= 0.4 * self.prose)

    def scope(self, heading: etree._Element | None) -> etree._Element:
        """The smallest element that surely holds the article: from the body down while one child has most of the prose, then up
        to the heading where little else is gained with it (leads stand between the two)."""
        at = self.body
        while at in self.places:
            kids = [(self.places[child].prose, child) for child in at if child in self.places]
            best = max(kids, key=lambda kid: kid[0], default=None)
            if best is None or not self._holds_text(at, best[1]):
                break
            at = best[1]
        parent = at.getparent()
        if at.tag in ("p", "li", "td", "blockquote") and parent is not None:
            at = parent
        if heading is None or at not in self.places:
            return at
        above = {heading, *heading.iterancestors()}
        shared = next((each for each in (at, *at.iterancestors()) if each in above), None)
        if shared is not None and shared in self.places and self.places[shared].prose <= 1.5 * self.places[at].prose:
            return shared
        return at

    def _holds_text(self, whole: etree._Element, part: etree._Element) -> bool:
        """Has a part all of the text: nearly all prose, or most of it beside boxes of headlines or of names that tell?"""
        most, there = self.places[whole], self.places[part]
        if there.prose >= 0.93 * most.prose:
            return True
        if there.prose < 0.6 * most.prose:
            return False
        beside = [child for child in whole if child is not part and child in self.places]
        return all(
            self.places[child].headlines >= self.places[child].paragraphs
            or NOT_TEXT_CLASS.search(names := f"{child.get('class') or ''} {child.get('id') or ''}")
            or LIST_CLASS.search(names)
            or child.tag in _FRAME
            for child in beside
        )


def lay_out(root: etree._Element) -> Layout:
    """The layout of a page, or of a part of one made a page."""
    body = root.find("body")
    start = root if body is None else body
    found = _walk(start, _FRAME)
    if found.visible < 300:
        # nothing but frame: the site uses its tags otherwise
        found = _walk(start, set())
    return found


def _walk(body: etree._Element, frame: set[str]) -> Layout:
    found = Layout(body)
    own: dict[etree._Element, int] = {}
    links: list[etree._Element] = []
    walked: list[etree._Element] = []
    stack: list[etree._Element] = [body]
    while stack:
        element = stack.pop()
        tag = element.tag
        if tag in SKIPPED or (tag in frame and not _wraps(element)):
            continue
        if tag == "a":
            length = len(text_of(element))
            found.visible += length
            if HEADLINE[0] <= length <= HEADLINE[1]:
                links.append(element)
            continue
        walked.append(element)
        text = element.text
        length = len(text.strip()) if text else 0
        for child in element:
            tail = child.tail
            if tail:
                length += len(tail.strip())
            stack.append(child)
        if length:
            found.visible += length
            block = _block(element)
            own[block] = own.get(block, 0) + length
    _count(found, own, links, walked)
    return found


def _wraps(element: etree._Element) -> bool:
    """Does a frame hold what it should stand beside?"""
    return element.find(".//h1") is not None or element.find(".//article") is not None


def _block(element: etree._Element) -> etree._Element:
    """The nearest block around an inline element."""
    while element.tag not in _BLOCKS:
        parent = element.getparent()
        if parent is None:
            break
        element = parent
    return element


def _count(found: Layout, own: dict[etree._Element, int], links: list[etree._Element], walked: list[etree._Element]) -> None:
    """Prose and headlines of every place, from the innermost outwards: each element is looked at once, however deep it lies."""
    places = {block: Place(length, 1, 0, length if length >= CORE else 0) for block, length in own.items() if length >= BLOCK}
    found.prose = sum(place.prose for place in places.values())
    headlines: dict[etree._Element, int] = {}
    for link in links:
        parent = link.getparent()
        # a link inside a sentence is no headline
        if parent is not None and own.get(_block(link), 0) < BLOCK:
            found.headlines += 1
            headlines[parent] = headlines.get(parent, 0) + 1
    sides: dict[etree._Element, int] = {block: place.prose for block, place in places.items()}
    for element in reversed(walked):
        parent = element.getparent()
        place, heads = places.get(element), headlines.get(element, 0)
        if place is not None:
            place.headlines = heads
        if parent is None or parent.tag == "html":
            continue
        if heads:
            headlines[parent] = headlines.get(parent, 0) + heads
        if place is not None:
            outer = places.setdefault(parent, Place())
            outer.prose += place.prose
            outer.paragraphs += place.paragraphs
            # lines divided by <br> stand in one block, paragraphs side by side in its parent
            outer.nearest += sides.get(element, 0)
    found.places = {element: places[element] for element in walked if element in places and element.tag != "html"}
