"""Fast search for beginnings of words in raw page bytes, whatever their letter case, without decoding them. Pure.

Letters are folded byte by byte with one `bytes.translate`: in UTF-8 the second bytes of capitals fall on those of small
letters and the lead bytes D0 and D1 become one (so Ё becomes с and ё becomes б: patterns are folded alike, which can only
find more, never less), and almost all that may stand before a word becomes a space; in single-byte encodings it is plain lower
case. Then an Aho-Corasick automaton finds everything at once. It is as dear as it is large where it is walked: a Russian word of
UTF-8 is looked for with the space before it, so that inside of words no states are visited, whose memory has yet to be fetched.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from ahocorasick_rs import BytesAhoCorasick, Implementation

SINGLE_BYTE = ("cp1251", "koi8-r", "cp866", "iso8859-5")
_SAMPLE = 8_000
_PIECE, _PIECES = 500, 8
"""Bytes of a piece, and pieces of a page, by which Russian UTF-8 is known at once."""
_ENOUGH = 3_000
"""Letters by which single-byte encodings are told apart."""
_ASCII = bytes(range(128))
_LEADS = b"\xd0\xd1"
ALPHABET = "абвгдежзийклмнопрстуфхцчшщъыьэюя"
_MARKS = b"<&#"
"""Before a word needles of their own look for these. All others become a space."""
_KEPT = b" " + _MARKS + b"0134672589"
"""What becomes 20, 21 and so on; the digits that needles have come first."""
_LEADS_OF = (_LEADS, b"\xc2\xcc", range(0xC0, 0xE0), b"\xe2\xef", range(0xE0, 0xF0), range(0xF0, 0x100))
"""Of Russian letters, and of signs of two, three and four bytes; those apart among which are signs that break words."""
_SECONDS = (*b"dfgijlnqrsuvwz", *range(0x7B, 0x8D))
"""What second bytes of Russian letters become: Latin letters that look like no Russian ones, and bytes next to them, so that all
bytes that matter are fewer than 64 and in a few rows: this halves the automaton."""
_LOWER = {name: "оеаинтсрвлкмдпу".encode(name) for name in SINGLE_BYTE}


@lru_cache(maxsize=8)
def folding(encoding: str) -> bytes:
    """The translation table of an encoding; every byte stays one byte, so that offsets stay true."""
    table = bytearray(range(256))
    for byte in range(0x41, 0x5B):
        table[byte] = byte + 32
    if encoding == "utf-8":
        for byte in range(0x80):
            if not chr(byte).isalpha():
                table[byte] = 0x20 + max(0, _KEPT.find(byte))
        for byte in range(0xC0, 0x100):
            table[byte] = 0x8D + next(code for code, leads in enumerate(_LEADS_OF) if byte in leads)
        for letter, code in zip(ALPHABET, _SECONDS, strict=True):
            for form in (letter, letter.upper()):
                table[form.encode()[1]] = code
    else:
        for byte in range(0x80, 0x100):
            lower = bytes([byte]).decode(encoding, "replace").lower().replace("ё", "е").encode(encoding, "replace")
            if len(lower) == 1 and lower != b"?":
                table[byte] = lower[0]
    return bytes(table)


def openings(encoding: str) -> list[bytes]:
    """Needles, not yet folded, for Russian words that begin behind something else than what becomes a space: a sign of two, three
    or four bytes (behind the last ones anything may come), or one of `_MARKS`."""
    if encoding != "utf-8":
        return []
    seconds = [bytes([byte]) for byte in (*range(0x80, 0x90), *range(0xB0, 0xC0))]  # those of small letters: all when folded
    signs = [lead + one for lead in (b"\xc2", b"\xc3") for one in seconds]
    signs += [lead + one + other for lead in (b"\xe2", b"\xe1") for one in seconds for other in seconds]
    return [sign + b"\xd0" for sign in (*signs, *(bytes([mark]) for mark in _MARKS))] + [b"\xf0" + one for one in seconds]


def behind(body: bytes, at: int) -> int:
    """Where the letter stands behind a sign of UTF-8 that begins at a place (the letter itself, when it stands there)."""
    lead = body[at]
    if lead in _LEADS:
        return at
    return at + (1 if lead < 0x80 else 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4)


def encoding_of(body: bytes) -> str:
    """utf-8 (also for plain ASCII), one of SINGLE_BYTE, or "" when it is none of them.

    By the bytes alone, because declared charsets lie: half of the high bytes of Russian UTF-8 are D0 and D1; in a single-byte
    encoding the commonest small letters decide.
    """
    size = len(body)
    step = size // _PIECES + 1
    spread = b"".join([body[at : at + min(step, _PIECE)] for at in range(0, size, step)])
    if _is_russian_utf8(spread.translate(None, _ASCII), fewest=300):
        return "utf-8"
    if body.startswith((b"\xff\xfe", b"\xfe\xff")) or body.count(0, 0, 2000) > 100:
        return ""
    if body.isascii() or _is_utf8(body):
        return "utf-8"
    pieces = [body] if size < 4 * _SAMPLE else [body[place : place + _SAMPLE] for place in (0, size // 3, 2 * size // 3)]
    high = b"".join(pieces).translate(None, _ASCII)
    if len(high) < 300 and len(pieces) > 1:
        pieces = [body]
        high = body.translate(None, _ASCII)
    if _is_russian_utf8(high) or len(high) < 16 or all(map(_is_utf8, pieces)):
        return "utf-8"
    high = high[:: len(high) // _ENOUGH + 1]
    others = {name: len(high.translate(None, letters)) for name, letters in _LOWER.items()}
    best = min(others, key=lambda name: others[name])
    return best if others[best] * 2 <= len(high) else ""


def _is_russian_utf8(high: bytes, fewest: int = 0) -> bool:
    return len(high) >= fewest and len(high.translate(None, _LEADS)) * 4 <= len(high) * 3


def _is_utf8(piece: bytes) -> bool:
    """But for characters cut off at its beginning and end."""
    first = next((at for at in range(min(4, len(piece))) if piece[at] & 0xC0 != 0x80), 0)
    try:
        piece[first:].decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start + first > len(piece) - 4
    return True


@dataclass(frozen=True, slots=True)
class Scanner:
    """An automaton over `needles` in one encoding. `find` gives (needle, start, end) in order of end, overlapping ones too."""

    encoding: str
    automaton: BytesAhoCorasick

    @classmethod
    def build(cls, needles: Iterable[bytes], encoding: str) -> Scanner:
        """`needles` are in the encoding, not yet folded."""
        table = folding(encoding)
        folded = [needle.translate(table) for needle in needles]
        return cls(encoding, BytesAhoCorasick(folded, implementation=Implementation.DFA))

    def find(self, folded: bytes) -> list[tuple[int, int, int]]:
        """All places in a body that is folded already."""
        found: list[tuple[int, int, int]] = self.automaton.find_matches_as_indexes(folded, overlapping=True)
        return found
