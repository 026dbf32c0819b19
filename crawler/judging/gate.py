"""The gate: refuses page bytes that cannot be about the topic, before anything is parsed or extracted. Pure.

It asks only what the topic's [[need]]s ask of every article: is there a word of each? A word counts where it can be the
article's: title, headings, text and links in running text; not in lists of links, nav, aside, footer, scripts, attributes.
So whatever the verdict keeps, the gate lets through; a few pages more pass than would be kept, and are read for nothing.
What makes words hard to see in bytes (entities, soft hyphens, accents, tags inside words) is noticed, and such a page gets a
second, slower look.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from crawler.judging.markup import EVENTS, Regions, is_text
from crawler.judging.patterns import Matcher
from crawler.judging.scanning import Scanner, encoding_of
from crawler.judging.words import JOINERS, LOOKALIKES, TOKEN

_LARGEST = 8_000_000
_MOST_LOOKS = 50_000
"""Bytes and hits; what is beyond is left to the reader, which has bounds of its own."""
_TEXTUAL = ("", "text/html", "application/xhtml+xml", "text/plain")

_ALPHABET = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff\u0301\u0306\u0308"
_INLINE = ("b", "i", "em", "strong", "span", "font", "u", "mark", "big", "small")
_BROKEN_INLINE = re.compile(rf"(?<=\w)(?:</?(?:{'|'.join(_INLINE)}|wbr)\b[^>]*>)+(?=\w)", re.IGNORECASE)
_REFERENCE = re.compile(r"&#(?:x([0-9a-f]{2,5})|([0-9]{2,6}));", re.IGNORECASE)
_ESCAPE = re.compile(r"\\u([0-9a-f]{4})", re.IGNORECASE)
_JOINER = re.compile(rf"[{JOINERS}]|&(?:shy|zwnj|zwj);")
_CONTINUES = re.compile(
    rb"(?:</?(?:" + "|".join(_INLINE).encode() + rb"|wbr)\b[^>]*>|&(?:shy|zwnj|zwj|#\d+|#x[0-9a-f]+);)+[\w\x80-\xff]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """One need of a topic: what to say when nothing of it is found, and the tests of which a word must pass at least one."""

    says: str
    atoms: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Needles:
    """An automaton over EVENTS, literals, from number `mixed` on Latin beside Cyrillic, from `broken` on what breaks words."""

    scanner: Scanner
    mixed: int
    broken: int
    width: int


@dataclass(frozen=True, slots=True)
class Gate:
    """What the gate of one topic looks for; automata are built when a page in their encoding first comes."""

    wanted: tuple[Wanted, ...]
    literals: tuple[str, ...]
    matcher: Matcher
    _needles: dict[str, _Needles] = field(default_factory=dict)

    def refuses(self, body: bytes, content_type: str = "") -> str:
        """ "" when the page may be about the topic (also when it cannot be told), else the reason for refusing it."""
        if content_type.partition(";")[0].strip().lower() not in _TEXTUAL or not body or len(body) > _LARGEST or not self.wanted:
            return ""
        encoding = encoding_of(body)
        if not encoding:
            return ""
        missing, unsure = self._look(body, encoding)
        if missing and unsure:
            missing, _ = self._look(_unbroken(body.decode(encoding, "replace")).encode("utf-8", "replace"), "utf-8")
        return f"nothing about {', nor about '.join(want.says for want in missing)} in title and text" if missing else ""

    def _look(self, body: bytes, encoding: str) -> tuple[list[Wanted], bool]:
        """What is missing; and whether something on the page may hide words from this look."""
        needles = self._for(encoding)
        found = needles.scanner.find(body)
        regions = Regions(body)
        for number, start, end in found:
            if number < len(EVENTS):
                regions.event(number, start, end)
        missing = list(self.wanted)
        unsure = bool(regions.data) and b"\\u04" in body
        looks = 0
        for number, start, end in found:
            if number < len(EVENTS):
                continue
            looks += 1
            if looks > _MOST_LOOKS:
                return [], False
            if number >= needles.broken:
                unsure = unsure or (_breaks(body, start, end, encoding) and not regions.hold(start))
                continue
            word, sure = _word(body, start, encoding, whole=number < needles.mixed)
            if not word:
                continue
            atoms = self.matcher.atoms(word)
            met = [want for want in missing if not sure or not want.atoms.isdisjoint(atoms)]
            if met and not regions.hold(start) and (regions.in_data(start) or is_text(body, start, needles.width)):
                missing = [want for want in missing if want not in met]
                if not missing:
                    return [], False
        return missing, unsure

    def _for(self, encoding: str) -> _Needles:
        if encoding not in self._needles:
            literals = {spelling.encode(encoding, "ignore") for literal in self.literals for spelling in _spellings(literal)}
            leads = {letter.encode(encoding)[:1] for letter in _ALPHABET}
            mixed = {chr(other).lower().encode(encoding, "ignore") + lead for other in LOOKALIKES for lead in leads}
            broken = {letter.encode(encoding, "ignore") for letter in _INVISIBLE} - {b""}
            broken |= {b"&shy;", b"&zwnj;", b"&zwj;", b"<wbr", b"&#10", b"&#11", b"&#x4", b"&#76", b"&#77", b"&#x30", b"&#173"}
            broken |= {f"<{slash}{tag}>".encode() + lead for tag in _INLINE for slash in ("", "/") for lead in leads}
            first = [*EVENTS, *sorted(literals - {b""})]
            second = [*first, *sorted(needle for needle in mixed if len(needle) > 1)]
            scanner = Scanner.build([*second, *sorted(broken)], encoding)
            self._needles[encoding] = _Needles(scanner, len(first), len(second), len("а".encode(encoding)))
        return self._needles[encoding]


def _spellings(literal: str) -> Iterator[str]:
    """With е and with ё: words are compared without the difference, bytes are not."""
    yield literal
    for at, letter in enumerate(literal):
        if letter == "е":
            yield f"{literal[:at]}ё{literal[at + 1 :]}"
            yield f"{literal[:at]}Ё{literal[at + 1 :]}"


def _before(body: bytes, at: int, encoding: str) -> str:
    """The character before a place, "" if there is none."""
    return body[max(0, at - 4) : at].decode(encoding, "ignore")[-1:]


def _breaks(body: bytes, start: int, end: int, encoding: str) -> bool:
    """Does what stands here stand inside a word, so that the word's beginning may have been missed?"""
    if body[start : start + 2] == b"&#":
        reference = _REFERENCE.match(body[start : start + 12].decode("ascii", "ignore"))
        letter = _referred(reference) if reference else ""
        return letter.isalpha() or (letter in _INVISIBLE and letter != "" and _before(body, start, encoding).isalpha())
    return _before(body, start, encoding).isalpha()


def _word(body: bytes, start: int, encoding: str, *, whole: bool) -> tuple[str, bool]:
    """The word at a place, and whether it is sure to end where it seems to.

    `whole`: a word begins here, or it is none ("" is returned); otherwise the place may be anywhere in the word.
    """
    if whole:
        if _before(body, start, encoding).isalnum():
            return "", True
        begin = 0
        piece = body[start : start + 160]
    else:
        low = max(0, start - 60)
        before = body[low:start].decode(encoding, "ignore")
        begin = len(before)
        piece = body[low : start + 160]
    text = piece.decode(encoding, "ignore")
    for token in TOKEN.finditer(text):
        if token.end() > begin:
            if token.lastgroup != "word" or token.start() > begin:
                return "", True
            size = len(text[: token.end()].encode(encoding, "ignore"))
            return token[0], _CONTINUES.match(piece, size) is None
    return "", True


def _referred(reference: re.Match[str]) -> str:
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    return chr(number) if number < 0x110000 else ""


def _is_of_words(letter: str) -> bool:
    return letter.isalpha() or letter in _INVISIBLE


def _unbroken(page: str) -> str:
    """The page with whole words: references and escapes resolved; what is invisible or only marks up inside a word removed."""
    page = _REFERENCE.sub(lambda found: _referred(found) if _is_of_words(_referred(found)) else found[0], page)
    page = _ESCAPE.sub(lambda found: chr(int(found[1], 16)) if _is_of_words(chr(int(found[1], 16))) else found[0], page)
    page = unicodedata.normalize("NFC", page)
    return _BROKEN_INLINE.sub("", _JOINER.sub("", page))
