"""Which places of a page stand beyond the words of an article that the verdict looks at (`decide.words`)? Pure.

Whoever reads an article takes the plain paragraphs of one element together and in order. So what stands behind more words of them
than the verdict looks at is not looked at, wherever the article began. Only what is certain is counted: paragraphs of running
text without links, with no heading between. In doubt a place is not beyond.
"""

from __future__ import annotations

import html
import re

_FAR = 30_000
"""Bytes before a place that are looked at."""
_SPARE = 25
"""Words added to those that the verdict looks at: so many the reader may have left out, a caption or a byline."""
_SHORTEST = 8
"""Spaces between the words of a paragraph that nobody takes for a caption, a date or a rubric."""
_INLINE = frozenset(
    name for tag in b"b i em strong span font u sub sup small big mark br wbr".split() for name in (tag, b"/" + tag)
)
_PASSED = frozenset(b"a ul ol li blockquote img input link meta source /a /ul /ol /li /blockquote".split())
"""Tags that neither belong to a plain paragraph nor begin or end an element whose text may be read apart."""
_APART = frozenset(
    b"div section article main header footer aside nav table figure form details fieldset center noscript button select"
    b" iframe picture video audio object".split()
)
"""Elements that must be closed: of these it is known what stands inside of another one."""
_BOUND = re.compile(rb"</?(?:" + b"|".join(sorted(_APART)) + rb"|h[1-6r])\b", re.IGNORECASE)
_BARE = frozenset({b"p", b"/p"}) | _INLINE
"""Tags that need not be looked at more closely when they have no attributes."""
_NAME = re.compile(rb"/?[a-z][a-z0-9]*", re.IGNORECASE)
_PLAIN = re.compile(rb"(?:\s+(?:style=[\"']?text-align[\s\w:;-]*[\"']?|(?:align|dir)=[\"']?\w+[\"']?))*\s*", re.IGNORECASE)
"""What may stand in the tag of a paragraph: nothing that hides or names it."""


class Beyond:
    """Which places of one page stand beyond its first `words`; what was found out about an element is remembered."""

    def __init__(self, body: bytes, encoding: str, words: int) -> None:
        self._body, self._encoding, self._most = body, encoding, words + _SPARE
        self._from = self._to = -1

    def holds(self, at: int) -> bool:
        """Do so many words of plain paragraphs stand before the place, in the element that it is in?"""
        if self._from <= at < self._to:
            return True
        if at < 2 * self._most or not self._is_far(at):
            return False
        bound = _BOUND.search(self._body, at)
        self._from, self._to = at, bound.start() if bound else len(self._body)
        return True

    def _is_far(self, at: int) -> bool:
        """Goes back from tag to tag, to the beginning of the element or until there are words enough."""
        taken: list[bytes] = []
        spaces = depth = 0
        paragraph: list[bytes] | None = None  # pieces of one that is plain so far, the last first
        commented = False
        for piece in reversed(self._body[max(0, at - _FAR) : at].split(b"<")[1:]):
            if commented or piece.startswith(b"!"):
                commented = commented and not piece.startswith(b"!--")
                continue
            if b"-->" in piece:
                commented, paragraph = True, None
                continue
            tag, _, text = piece.partition(b">")
            name = tag if tag in _BARE else _name(tag)
            if name == b"/p":
                paragraph = []
            elif name == b"p":
                if paragraph is not None and not depth and (tag == b"p" or _PLAIN.fullmatch(tag, 1)):
                    whole = b"".join([text, *reversed(paragraph)])
                    if (size := whole.count(b" ")) >= _SHORTEST:
                        taken.append(whole)
                        spaces += size
                        if spaces >= self._most and (spaces := self._words(taken)) >= self._most:
                            return True
                paragraph = None
            elif name in _INLINE:
                if paragraph is not None:
                    paragraph.append(text)
            else:
                paragraph = None
                if not depth and name not in _PASSED and name[1:] not in _APART:
                    return False  # a heading, the beginning of the element, or one that is not known
                if name.removeprefix(b"/") in _APART:
                    depth += 1 if name.startswith(b"/") else -1
        return False

    def _words(self, paragraphs: list[bytes]) -> int:
        """No more than there are: «кто-то» is one, a dash or a quotation mark alone is none."""
        pieces = html.unescape(b" ".join(paragraphs).decode(self._encoding, "ignore")).split()
        return len(pieces) - sum(len(piece) < 3 and not piece.isalnum() for piece in pieces)


def _name(tag: bytes) -> bytes:
    """The name of a tag, with / when it closes."""
    found = _NAME.match(tag)
    return found[0].lower() if found else b""
