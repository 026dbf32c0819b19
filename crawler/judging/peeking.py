"""Words in raw page bytes: the word at a place, what stands around it, and what hides words from a search. Pure."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterator

from crawler.judging.words import JOINERS, LOOKALIKES, TOKEN

ALPHABET = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
_INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff\u0301\u0306\u0308"
_INLINE = ("b", "i", "em", "strong", "span", "font", "u", "mark", "big", "small")
_BROKEN_INLINE = re.compile(rf"(?<=\w)(?:</?(?:{'|'.join(_INLINE)}|wbr)\b[^>]*>)+(?=\w)", re.IGNORECASE)
_REFERENCE = re.compile(r"&#(?:x([0-9a-f]{2,5})|([0-9]{2,6}));", re.IGNORECASE)
_ESCAPE = re.compile(r"\\u([0-9a-f]{4})", re.IGNORECASE)
_JOINER = re.compile(rf"[{JOINERS}]|&(?:shy|zwnj|zwj);")
_TAG = re.compile(r"<[^>]*>|^[^<>]*>|<[^>]*$")
_CONTINUES = re.compile(
    rb"(?:</?(?:" + "|".join(_INLINE).encode() + rb"|wbr)\b[^>]*>|&(?:shy|zwnj|zwj|#\d+|#x[0-9a-f]+);)+[\w\x80-\xff]",
    re.IGNORECASE,
)
_DATA = re.compile(rb"<script\b[^>]*ld\+json[^>]*>(?:[^<]|<(?!/script))*", re.IGNORECASE)
_SIDE = 900
_NEAR = 150
"""Bytes decoded on each side of a place, and characters kept of them: more words than the longest gap of a pattern."""


def mixed_needles(encoding: str) -> set[bytes]:
    """Latin or Greek look-alikes right before a Cyrillic letter, folded: a word that is not what it seems."""
    needles = {chr(other).lower().encode(encoding, "ignore") + lead for other in LOOKALIKES for lead in _leads(encoding)}
    return {needle for needle in needles if len(needle) > 1}


def breaking_needles(encoding: str) -> set[bytes]:
    """What may stand inside a word in the bytes and not in the text."""
    needles = {letter.encode(encoding, "ignore") for letter in _INVISIBLE} - {b""}
    needles |= {b"&shy;", b"&zwnj;", b"&zwj;", b"<wbr", b"&#10", b"&#11", b"&#x4", b"&#76", b"&#77", b"&#x30", b"&#173"}
    return needles | {f"<{slash}{tag}>".encode() + lead for tag in _INLINE for slash in ("", "/") for lead in _leads(encoding)}


def _leads(encoding: str) -> set[bytes]:
    return {letter.encode(encoding)[:1] for letter in ALPHABET}


def spellings(literal: str) -> Iterator[str]:
    """With е and with ё: words are compared without the difference, bytes are not."""
    yield literal
    for at, letter in enumerate(literal):
        if letter == "е":
            yield f"{literal[:at]}ё{literal[at + 1 :]}"
            yield f"{literal[:at]}Ё{literal[at + 1 :]}"


def begins_word(body: bytes, at: int, encoding: str) -> bool:
    """Is the character before a place neither a letter nor a digit?"""
    if not at:
        return True
    last = body[at - 1]
    if last < 0x80:
        return not (48 <= last <= 57 or 65 <= last <= 90 or 97 <= last <= 122)
    return not _before(body, at, encoding).isalnum()


def _before(body: bytes, at: int, encoding: str) -> str:
    return body[max(0, at - 4) : at].decode(encoding, "ignore")[-1:]


def breaks(body: bytes, at: int, encoding: str) -> bool:
    """Does one of `breaking_needles`, found at a place, stand inside a word, so that a literal may have been missed?"""
    if body[at : at + 2] == b"&#":
        reference = _REFERENCE.match(body[at : at + 12].decode("ascii", "ignore"))
        letter = _referred(reference) if reference else ""
        return letter.isalpha() or (letter != "" and letter in _INVISIBLE and _before(body, at, encoding).isalpha())
    return _before(body, at, encoding).isalpha()


def word_at(body: bytes, at: int, encoding: str) -> tuple[str, bool]:
    """The word that begins at a place, and whether it may go on behind a tag or an entity."""
    piece = body[at : at + 160]
    text = piece.decode(encoding, "ignore")
    token = TOKEN.match(text)
    if token is None or token.lastgroup != "word":
        return "", False
    after = piece[len(token[0].encode(encoding, "ignore")) :][:1]
    return token[0], after in (b"<", b"&") and _CONTINUES.match(piece, len(token[0].encode(encoding, "ignore"))) is not None


def word_around(body: bytes, at: int, encoding: str) -> str:
    """The word that stands on a place, "" when none does."""
    before = body[max(0, at - 60) : at].decode(encoding, "ignore")
    text = before + body[at : at + 160].decode(encoding, "ignore")
    for token in TOKEN.finditer(text):
        if token.end() > len(before):
            return token[0] if token.lastgroup == "word" and token.start() <= len(before) else ""
    return ""


def text_around(body: bytes, at: int, encoding: str) -> str:
    """The text on both sides of a place, its words made whole, without tags and entities."""
    before = body[max(0, at - _SIDE) : at].decode(encoding, "ignore")
    text = _plain(before + body[at : at + _SIDE].decode(encoding, "ignore"))
    middle = len(_plain(before))
    return text[max(0, middle - _NEAR) : middle + _NEAR]


def _plain(piece: str) -> str:
    piece = " ".join(_TAG.sub(" ", unbroken(piece)).split())
    return html.unescape(piece) if "&" in piece else piece


def unescaped_data(body: bytes) -> bytes:
    """The JSON-LD of a page that holds an article's body, with escapes resolved, as UTF-8."""
    blocks = [found[0] for found in _DATA.finditer(body) if b"articleBody" in found[0] and b"\\u04" in found[0]]
    return unbroken(b" ".join(blocks).decode("utf-8", "ignore")).encode("utf-8", "ignore")


def _referred(reference: re.Match[str]) -> str:
    number = int(reference[1], 16) if reference[1] else int(reference[2])
    return chr(number) if number < 0x110000 else ""


def _is_of_words(letter: str) -> bool:
    return letter.isalpha() or letter in _INVISIBLE


def unbroken(page: str) -> str:
    """The page with whole words: references and escapes resolved; what is invisible or only marks up inside a word removed."""
    page = _REFERENCE.sub(lambda found: _referred(found) if _is_of_words(_referred(found)) else found[0], page)
    page = _ESCAPE.sub(lambda found: chr(int(found[1], 16)) if _is_of_words(chr(int(found[1], 16))) else found[0], page)
    page = unicodedata.normalize("NFC", page)
    return _BROKEN_INLINE.sub("", _JOINER.sub("", page))
