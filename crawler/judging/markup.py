"""Where in a page do bytes stand: text, a link in running text, a list of links, an attribute, a script? Without parsing. Pure.

Only the neighbourhood of a hit is looked at, so that a page costs microseconds. In doubt it is text: the gate may let a page
through that is not about the topic, but must not refuse one that is.
"""

from __future__ import annotations

import re

EVENTS = (
    *(b"<script", b"</script", b"<style", b"</style", b"<nav", b"</nav", b"<aside", b"</aside"),
    *(b"<footer", b"</footer", b"<select", b"</select", b"<!--", b"-->"),
)
"""Beginnings and ends of what is no text of the article; `Regions` is fed with them in order of place."""

_KINDS = ["script", "style", "nav", "aside", "footer", "select", "comment"]
_OPAQUE = {"script", "style", "comment"}
_RAW = {"script", "style"}
_BLOCK = re.compile(
    rb"</?(?:p|div|li|td|th|tr|table|tbody|ul|ol|h[1-6]|section|article|main|header|body|blockquote|dd|dt|dl|figure|figcaption|br|hr"
    rb"|center|form|title|head|html|label|option)\b[^>]*>",
    re.IGNORECASE,
)
_LINK = re.compile(rb"<a\b[^>]*>.*?(?:</a\s*>|$)", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(rb"<[^>]*>|^[^<>]*>|<[^>]*$")
_LETTERS = re.compile(rb"[A-Za-z\x80-\xff]+")
_HIGH = bytes(range(128, 256))
_REACH = 1500
_LONGEST_TAG = 20_000
_RUNNING_TEXT = 30
"""Letters beside a link that make it a part of running text: more than a date and a rubric in a list of links."""


class Regions:
    """Parts of the page that are no text: what lies in a pair of script, style, nav, aside, footer, select or <!-- -->.

    An element that is never closed is not one, and of nested ones only the innermost: both make the regions smaller, which is
    the safe side.
    """

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._open: dict[str, int] = {}
        self._raw = ""
        self.closed: list[tuple[int, int]] = []
        self.data: list[tuple[int, int]] = []
        """JSON-LD blocks that hold an article's body."""

    def event(self, number: int, start: int, end: int) -> None:
        """One of EVENTS, by number, in order of place."""
        kind, closes = _KINDS[number // 2], number % 2 == 1
        if self._raw and kind != self._raw:
            return
        if not closes:
            if kind != "comment" and self._body[end : end + 1] not in b" \t\r\n/>":
                return  # <navigation>, <scripture>: not ours
            self._open[kind] = start
            self._raw = kind if kind in _OPAQUE else ""
            return
        begin = self._open.pop(kind, None)
        self._raw = ""
        if begin is None:
            return
        if kind in _OPAQUE:
            self._open = {other: at for other, at in self._open.items() if at < begin}
        if kind == "script" and self._is_article_data(begin, start):
            self.data.append((begin, start))
        else:
            self.closed.append((begin, end))

    def _is_article_data(self, begin: int, end: int) -> bool:
        return b"ld+json" in self._body[begin : begin + 200].lower() and self._body.find(b"articleBody", begin, end) >= 0

    def hold(self, at: int) -> bool:
        """Does the place lie in one of them?"""
        return any(begin <= at < end for begin, end in self.closed)

    def in_data(self, at: int) -> bool:
        return any(begin <= at < end for begin, end in self.data)


def is_text(body: bytes, at: int, width: int) -> bool:
    """Does the place belong to text that may be the article's? `width`: bytes that a Cyrillic letter has.

    Not inside a tag (titles in <meta> aside); inside a link only when the link is a heading or stands in running text.
    """
    low = max(0, at - _LONGEST_TAG)
    opened, closed = body.rfind(b"<", low, at), body.rfind(b">", low, at)
    if opened > closed:
        tag = body[opened : opened + 200].lower()
        return not tag[1:2].isalpha() or (tag.startswith(b"<meta") and b"title" in tag)
    link = _link_before(body, low, at)
    return link < 0 or _in_running_text(body, link, at, width)


def _link_before(body: bytes, low: int, at: int) -> int:
    """Where the link begins that holds the place; -1 when none does."""
    end = at
    while True:
        link = max(body.rfind(b"<a", low, end), body.rfind(b"<A", low, end))
        if link < 0 or body[link + 2 : link + 3] in b" \t\r\n>":
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
