"""Where in a page do bytes stand: text, a link in running text, a list of links, an attribute, a script? Without parsing. Pure.

What is hidden is cut first, in one pass; then only the neighbourhood of a hit is looked at, so that a hit costs microseconds. In
doubt it is text: the gate may let a page through that is not about the topic, but must not refuse one that is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from ahocorasick_rs import BytesAhoCorasick, Implementation

_HIDDEN = (b"script", b"style", b"svg", b"nav", b"aside", b"footer", b"select")
"""Elements in which no text of an article stands."""
_SCRIPT, _OPAQUE = 0, 2
"""Tags that are commented out do not matter in scripts, styles and drawings."""
_AFTER_NAME = frozenset(b" \t\r\n\f/>")
_SPELLED = [
    (~number if mark == b"</" else number, mark + spelled + bytes([after]))
    for number, name in enumerate(_HIDDEN)
    for spelled in (name, name.upper())
    for mark in (b"<", b"</")
    for after in _AFTER_NAME
]
_TAGS = [number for number, _ in _SPELLED]
"""By needle: which element it opens; of the one that it closes the complement (~)."""
_CUT = BytesAhoCorasick([tag for _, tag in _SPELLED], implementation=Implementation.DFA)
"""All begin alike, so that they are found many bytes at a time, much faster than by `find`."""
_BLOCKS = frozenset(
    b"p div li td th tr table tbody ul ol h1 h2 h3 h4 h5 h6 section article main header body blockquote dd dt dl figure"
    b" figcaption br hr center form title head html label option".split()
)
_HEADINGS = frozenset({b"h1", b"title"})
_TAG_NAME = re.compile(rb"/?[a-z][a-z0-9]*")
_TITLE_META = re.compile(rb"<meta\b[^>]*\b(?:name|property|itemprop)\s*=\s*[\"']?(?:\w+:)?(?:title|headline)\b", re.IGNORECASE)
_NO_LETTERS = bytes(byte for byte in range(128) if not chr(byte).isalpha())
_HIGH = bytes(range(128, 256))
_AFTER_BYTES = frozenset(bytes([byte]) for byte in _AFTER_NAME)
_REACH = 1500
_JSON_LD = 200
"""Bytes from the beginning of a script in which its type stands."""
_LONGEST_TAG, _LONGEST_COMMENT = 20_000, 20_000
_RUNNING_TEXT = 30
"""Letters beside a link that make it a part of running text: more than a date and a rubric in a list of links."""


@dataclass(frozen=True, slots=True)
class Parts:
    """A page taken apart: `shown` what is left of `body` without scripts, menus and the like; `scripts` where those stood that
    were cut; `articles` the JSON-LD that holds an article's body, which is shown as well."""

    body: bytes
    shown: bytes
    scripts: list[tuple[int, int]]
    articles: list[bytes]


def parts(body: bytes) -> Parts:
    """Cuts what is no text of an article (`_HIDDEN`), so that there is less to search.

    Only what stands between a closing tag and the last opening tag before it is cut: what is never closed stays, of nested
    elements of one name only the innermost goes; never text, whatever scripts print and however tags are commented out.
    """
    cuts: list[tuple[int, int]] = []
    opened = [-1] * len(_HIDDEN)
    scripts: list[tuple[int, int]] = []
    articles: list[bytes] = []
    first = last = -1  # of the cut that was made last
    for needle, start, end in _CUT.find_matches_as_indexes(body):
        name = _TAGS[needle]
        if name >= 0:
            opened[name] = start
            continue
        begin, opened[~name] = opened[~name], -1
        if begin < 0 or (~name > _OPAQUE and _is_comment(body, begin)):
            continue
        if ~name == _SCRIPT:
            if body.find(b"+", begin, begin + _JSON_LD) >= 0 and _is_article_data(body, begin, start):  # a + is seldom there
                articles.append(body[begin:start])
                continue
            scripts.append((begin, start))
        while first >= begin:
            cuts.pop()
            first, last = cuts[-1] if cuts else (-1, -1)
        if not cuts or begin > last + 1:
            first, last = begin, end
            cuts.append((first, last))
        elif last <= begin:
            last = end
            cuts[-1] = (first, last)  # nothing or a line break between two scripts
    return Parts(body, _without(body, cuts), scripts, articles)


def _is_comment(body: bytes, at: int, reach: int = _REACH) -> bool:
    """Does a comment that has not ended there begin shortly before a place?"""
    low = max(0, at - reach)
    mark = at
    while (mark := body.rfind(b"!", low, mark)) > 0:  # a single byte is found many times sooner than four
        if body[mark - 1 : mark + 3] == b"<!--":
            return body.find(b"-->", mark + 1, at) < 0
    return False


def _without(body: bytes, cuts: list[tuple[int, int]]) -> bytes:
    if not cuts:
        return body
    pieces, at = [], 0
    for begin, end in cuts:
        pieces.append(body[at:begin])  # sooner than a view, though it is copied twice
        at = end
    pieces.append(body[at:])
    return b" ".join(pieces)


_HEADLINE = 150
"""Letters of the longest headline."""


def _is_article_data(body: bytes, start: int, end: int) -> bool:
    if body.find(b"ld+json", start, start + _JSON_LD) < 0:
        return False
    return body.find(b"articlebody", start, end) >= 0 or body.find(b"articleBody", start, end) >= 0


class Links:
    """Which places are text, as far as tags and links go; what was found out about a link is remembered."""

    def __init__(self, body: bytes, width: int) -> None:
        """`width`: bytes that a Cyrillic letter has."""
        self._body, self._width = body, width
        self._lower = b""
        self._known: dict[int, bool] = {}

    @property
    def _folded(self) -> bytes:
        """The page with ASCII in lower case; of many pages nobody asks."""
        self._lower = self._lower or self._body.lower()
        return self._lower

    def in_tag(self, at: int) -> bool:
        """Is the place inside a tag, but no title in <meta>? Found out at once."""
        opened = self._tag(at)
        if opened < 0 or not self._body[opened + 1 : opened + 2].isalpha():
            return False
        return _TITLE_META.match(self._body, opened, opened + 500) is None

    def _tag(self, at: int) -> int:
        """Where the < stands behind which no > comes before the place; -1 when there is none."""
        opened = self._body.rfind(b"<", max(0, at - _LONGEST_TAG), at)
        return -1 if opened < 0 or self._body.find(b">", opened, at) >= 0 else opened

    def is_text(self, at: int) -> bool:
        """Does the place belong to text that may be the article's? In a link only when this is a heading or in running text."""
        if self.in_tag(at):
            return False
        opened = self._tag(at)
        if opened >= 0:
            return self._body[opened + 1 : opened + 2].isalpha() or not _is_comment(self._body, at, _LONGEST_COMMENT)
        link = _link_around(self._body, max(0, at - 2 * _REACH), at)
        if link < 0:
            return not _is_comment(self._body, at, _LONGEST_COMMENT)
        known = self._known.get(link)
        if known is None:
            known = self._known[link] = _in_running_text(self._folded, link, at, self._width)
        return known

    def is_headline(self, at: int) -> bool:
        """Is the place in the page's title or in a block no longer than a headline is?"""
        low = max(0, at - _LONGEST_TAG)
        opened = self._folded.rfind(b"<", low, at)
        if self._folded.rfind(b">", max(opened, low), at) < 0:
            return True
        return (
            _before(self._folded, at, self._width, _HEADLINE)[0] + _after(self._folded, at - 1, self._width, _HEADLINE)
            < _HEADLINE
        )


def _link_around(body: bytes, low: int, at: int) -> int:
    """Where the link begins that holds the place; -1 when none does."""
    before = body[low:at].lower()
    end = len(before)
    while (link := before.rfind(b"<a", 0, end)) >= 0 and before[link + 2 : link + 3] not in _AFTER_BYTES:
        end = link
    return -1 if link < 0 or before.find(b"</a", link) >= 0 else low + link


def _in_running_text(folded: bytes, link: int, at: int, width: int) -> bool:
    after = folded.find(b"</a", at, at + _REACH)
    while after >= 0 and folded[after + 3 : after + 4] not in _AFTER_BYTES:
        after = folded.find(b"</a", after + 2, at + _REACH)
    if after < 0:
        return at + _REACH > len(folded)  # so long a link is no running text; one that is never closed may be
    letters, block = _before(folded, link, width)
    if letters >= _RUNNING_TEXT or block in _HEADINGS:
        return True
    return letters + _after(folded, after, width) >= _RUNNING_TEXT


def _before(folded: bytes, link: int, width: int, enough: int = _RUNNING_TEXT) -> tuple[int, bytes]:
    """How many letters stand before a link in its block, outside other links, up to enough; and the tag that begins the block."""
    letters, end, low = 0, link, max(0, link - _REACH)
    while letters < enough:
        opened = folded.rfind(b"<", low, end)
        letters += _letters(folded[folded.rfind(b">", max(opened, low), end) + 1 or max(opened, low) : end], width)
        name = _name(folded, opened) if opened >= 0 else b"body"
        if name.strip(b"/") in _BLOCKS:
            return letters, name
        end = folded.rfind(b"<a", low, opened) if name == b"/a" else opened
        if end < 0:
            break
    return letters, b""


def _after(folded: bytes, start: int, width: int, enough: int = _RUNNING_TEXT) -> int:
    """How many letters stand behind a link in its block, outside other links, up to enough."""
    letters, high = 0, start + _REACH
    while letters < enough:
        inside = folded.find(b">", start, high)
        opened = folded.find(b"<", inside, high) if inside >= 0 else -1
        if inside < 0:
            break
        letters += _letters(folded[inside + 1 : opened if opened >= 0 else high], width)
        name = _name(folded, opened) if opened >= 0 else b"body"
        if name.strip(b"/") in _BLOCKS:
            break
        start = folded.find(b"</a", opened, high) if name == b"a" else opened
        if start < 0:
            break
    return letters


def _name(folded: bytes, opened: int) -> bytes:
    """The name of the tag that begins at a place, with / when it closes."""
    found = _TAG_NAME.match(folded, opened + 1, opened + 20)
    return found[0] if found else b""


def _letters(piece: bytes, width: int) -> int:
    run = piece.translate(None, _NO_LETTERS)
    plain = len(run.translate(None, _HIGH))
    return plain + (len(run) - plain) // width
