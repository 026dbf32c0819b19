"""Where in a page do bytes stand: text, a link in running text, a list of links, an attribute, a script? Without parsing. Pure.

Only the neighbourhood of a hit is looked at, so that a hit costs microseconds; where scripts and menus stand is found out once,
for pages that have a hit at all. In doubt it is text: the gate may let a page through that is not about the topic, but must
not refuse one that is.
"""

from __future__ import annotations

import re
from bisect import bisect_right

_OPENING = re.compile(rb"<(?:s(?:cript|tyle|elect)|nav|aside|footer|!--)")
_OPAQUE = {b"script", b"style", b"!--"}
_BLOCK = re.compile(
    rb"</?(?:p|div|li|td|th|tr|table|tbody|ul|ol|h[1-6]|section|article|main|header|body|blockquote|dd|dt|dl|figure|figcaption|br|hr"
    rb"|center|form|title|head|html|label|option)\b[^>]*>",
    re.IGNORECASE,
)
_LINK = re.compile(rb"<a\b[^>]*>.*?(?:</a\s*>|$)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(rb"<[^>]*>|^[^<>]*>|<[^>]*$")
_TITLE_META = re.compile(rb"<meta\b[^>]*\b(?:name|property|itemprop)\s*=\s*[\"']?(?:\w+:)?(?:title|headline)\b", re.IGNORECASE)
_LETTERS = re.compile(rb"[A-Za-z\x80-\xff]+")
_HIGH = bytes(range(128, 256))
_AFTER_NAME = b" \t\r\n\f/>"
_REACH = 1500
_LONGEST_TAG = 20_000
_RUNNING_TEXT = 30
"""Letters beside a link that make it a part of running text: more than a date and a rubric in a list of links."""


class Hidden:
    """Where no text of the article is: scripts, styles, comments, nav, aside, footer, select.

    JSON-LD that holds an article's body is not among them. An element that is never closed is not one, and of nested ones only
    the innermost is: more text is the safe side.
    """

    def __init__(self, folded: bytes) -> None:
        """`folded`: the page with ASCII in lower case."""
        self._starts: list[int] = []
        self._ends: list[int] = []
        openings = [(found.start(), found[0][1:], found.end()) for found in _OPENING.finditer(folded)]
        unclosed: set[bytes] = set()
        at = 0
        for index, (start, name, inside) in enumerate(openings):
            if start < at or name in unclosed or (name != b"!--" and folded[inside : inside + 1] not in _AFTER_NAME):
                continue
            end = folded.find(b"-->", start + 2) if name == b"!--" else folded.find(b"</" + name, inside)
            if end < 0:
                unclosed.add(name)
            elif name == b"script" and _is_article_data(folded, start, end):
                at = end
            elif name in _OPAQUE or not any(other == name for place, other, _ in openings[index + 1 :] if place < end):
                at = folded.find(b">", end) + 1 or len(folded)
                self._starts.append(start)
                self._ends.append(at)

    def holds(self, at: int) -> bool:
        index = bisect_right(self._starts, at) - 1
        return index >= 0 and at < self._ends[index]


def _is_article_data(folded: bytes, start: int, end: int) -> bool:
    return folded.find(b"ld+json", start, min(start + 200, end)) >= 0 and folded.find(b"articlebody", start, end) >= 0


def is_text(body: bytes, at: int, width: int) -> bool:
    """Does the place belong to text that may be the article's? `width`: bytes that a Cyrillic letter has.

    Not inside a tag (titles in <meta> aside); inside a link only when the link is a heading or stands in running text.
    """
    low = max(0, at - _LONGEST_TAG)
    opened, closed = body.rfind(b"<", low, at), body.rfind(b">", low, at)
    if opened > closed:
        return not (body[opened + 1 : opened + 2].isalpha()) or _TITLE_META.match(body, opened, opened + 500) is not None
    link = _link_before(body, low, at)
    return link < 0 or _in_running_text(body, link, at, width)


def _link_before(body: bytes, low: int, at: int) -> int:
    """Where the link begins that holds the place; -1 when none does."""
    end = at
    while True:
        link = max(body.rfind(b"<a", low, end), body.rfind(b"<A", low, end))
        if link < 0 or body[link + 2 : link + 3] in _AFTER_NAME:
            break
        end = link
    if link < 0:
        return -1
    return -1 if max(body.rfind(b"</a", link, at), body.rfind(b"</A", link, at)) > link else link


def _in_running_text(body: bytes, link: int, at: int, width: int) -> bool:
    after = body.find(b"</", at)
    while after >= 0 and body[after + 2 : after + 4].lower() not in {b"a>", b"a "}:
        if after > at + _REACH:
            return False
        after = body.find(b"</", after + 2)
    if after < 0:
        return True  # never closed: no list of links
    before = body[max(0, link - _REACH) : link]
    beginnings = list(_BLOCK.finditer(before))
    if beginnings:
        beginning = beginnings[-1]
        if beginning[0][:3].lower() in {b"<h1", b"<ti"}:
            return True
        before = before[beginning.end() :]
    rest = body[after : after + _REACH]
    ending = _BLOCK.search(rest)
    if ending is not None:
        rest = rest[: ending.start()]
    return _letters(before, width) + _letters(rest, width) >= _RUNNING_TEXT


def _letters(piece: bytes, width: int) -> int:
    """How many letters the piece has outside tags and links."""
    run = b"".join(_LETTERS.findall(_TAG.sub(b" ", _LINK.sub(b" ", piece))))
    plain = len(run.translate(None, _HIGH))
    return plain + (len(run) - plain) // width
