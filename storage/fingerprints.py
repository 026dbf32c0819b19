"""A text as tokens, shingles and a small sketch: what two near-copies share. Pure, and ours for ever.

The sketch is MinHash in its first form (the k smallest hashes of the set, Broder 1997): unlike 128 permutations in bands it also
finds a short post inside a long release, because a share of the shingles of *both* is kept rather than a summary of each. Hashes
are blake2b, so a sketch written today is found again by any later Python on any machine.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import NamedTuple

FINGERPRINT_VERSION = 2
"""Raise when the same text may give other shingles: `regroup` then rebuilds every sketch."""

SHINGLE = 3
"""Words in a shingle: 5 % of words replaced leave .76 of the pairs' Jaccard similarity, 10 % .59 (measured)."""

SKETCH_FLOOR = 40
"""Texts with up to this many shingles (a Telegram post) are kept whole."""

SKETCH_CAP = 80
"""The most that is kept of a text, however long: bounds the index and the work of a lookup."""

_MARKUP = re.compile(r"https?://\S+|\bt\.me/\S+|www\.\S+|@\w+|[*_`~]{2,}")
_MARKS = ("http", "t.me/", "www.", "@", "*", "_", "`", "~")
"""Where none of these stands there is no markup: looking for them costs a tenth of the expression."""

_INSIDE = (":", ";")
"""After these a capital says nothing either, but the sentence goes on."""

_WORDS_KEPT = 4_000
_BLANK = re.compile(r"\s")
_TOKEN = re.compile(
    r"([^\W\d_]+)"
    r"|(\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)*)"
    r"|([.!?…:;\n]+)"
)
_MONTHS = ("январ", "феврал", "март", "апрел", "июн", "июл", "август", "сентябр", "октябр", "ноябр", "декабр")
_MAY = {"май", "мая", "мае", "маю", "маем"}
_SCALES = {"тыс": 3, "тысяч": 3, "млн": 6, "миллион": 6, "млрд": 9, "миллиард": 9, "трлн": 12, "триллион": 12}
_SCALE = re.compile(r"(тыс|тысяч|млн|миллион|млрд|миллиард|трлн|триллион)(а|и|у|ей|ами|ах|ам|ов|е|ом)?")
_ABBREVIATED = {"г", "гг", "им", "ул", "руб", "кв", "куб", "стр", "см", "тыс", "млн", "млрд", "трлн", "д", "т", "п", "м", "коп"}

_CARDINALS = {
    2: "два две двух двум двумя двое двоих двоим двоими",
    3: "три трех трем тремя трое троих троим троими",
    4: "четыре четырех четырем четырьмя четверо четверых четверым четверыми",
    5: "пять пяти пятью пятеро пятерых пятерым пятерыми",
    6: "шесть шести шестью шестеро шестерых шестерым шестерыми",
    7: "семь семи семью семеро семерых семерым семерыми",
    8: "восемь восьми восемью восьмью",
    9: "девять девяти девятью",
    10: "десять десяти десятью",
    11: "одиннадцать одиннадцати одиннадцатью",
    12: "двенадцать двенадцати двенадцатью",
    15: "пятнадцать пятнадцати пятнадцатью",
    20: "двадцать двадцати двадцатью",
    30: "тридцать тридцати тридцатью",
    40: "сорок сорока",
    50: "пятьдесят пятидесяти",
    100: "сто ста",
}
_SPELLED = {form: str(value) for value, forms in _CARDINALS.items() for form in forms.split()}
MONTH = "\x01month"
NUMBER = "\x01number"

# Odd numbers of 64 random bits: the same words in another order are another run
_FIRST = 0x9E3779B97F4A7C15
_SECOND = 0xC2B2AE3D27D4EB4F
_64_BITS = (1 << 64) - 1


class Token(NamedTuple):
    """One word or number. `form` is folded (lower case, ё -> е; numbers without blanks, with a decimal point).

    `kind` is "number", "month", "name" (written with a capital inside a sentence, or in capitals, or in Latin letters) or "word".
    `masked` is the form in which releases of one template look alike: any number is one number, any month one month. `hash` are
    64 bits of the form.
    """

    form: str
    kind: str
    masked: str
    hash: int


def _token(form: str, kind: str) -> Token:
    masked = {"number": NUMBER, "month": MONTH}.get(kind, form)
    digest = blake2b(form.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return Token(form, kind, masked, int.from_bytes(digest, "big"))


def _is_month(form: str) -> bool:
    return form in _MAY or (form.startswith(_MONTHS) and len(form) <= 9)


def tokens(text: str) -> list[Token]:
    """The words and numbers of a text in order; addresses, handles, punctuation and emphasis marks are left out.

    Quantities come in one spelling, as one number: «28,5 миллиарда», "28,5 млрд" and "28 500 000 000" are equal, as are «семь»
    and 7.
    """
    return tokens_and_sentences(text)[0]


def tokens_and_sentences(text: str) -> tuple[list[Token], list[int]]:
    """The tokens, and with which of them sentences begin."""
    clean = unicodedata.normalize("NFC", text)
    if any(mark in clean for mark in _MARKS):
        clean = _MARKUP.sub(" ", clean)
    found: list[Token] = []
    sentences = [0]
    words = _OPENING
    counted = False  # the token before is a number, which a scale may follow
    for word, number, stop in _TOKEN.findall(clean):
        if word:
            token = words[word]
            words = _WITHIN
            if counted and (scale := _SCALE.fullmatch(token.form)) and (value := _scaled(found[-1].form, _SCALES[scale[1]])):
                found[-1] = _token(value, "number")
                continue
            found.append(token)
            counted = token.kind == "number"
        elif number:
            found.append(_token(_BLANK.sub("", number).replace(",", "."), "number"))
            words, counted = _WITHIN, True
        elif stop != "." or not found or found[-1].form not in _ABBREVIATED:
            words = _OPENING
            if stop not in _INSIDE and sentences[-1] != len(found):
                sentences.append(len(found))
        else:
            words = _WITHIN
    return found, sentences


def _scaled(number: str, power: int) -> str:
    """«28.5» thousand millions -> "28500000000"; "" when it is no plain decimal (a date, a version)."""
    whole, _, part = number.partition(".")
    if "." in part or len(part) > power or len(whole) > 6:
        return ""
    return f"{whole}{part}{'0' * (power - len(part))}".lstrip("0") or "0"


def _word(raw: str, opening: bool) -> Token:
    form = raw.lower().replace("ё", "е")
    if form in _SPELLED:
        return _token(_SPELLED[form], "number")
    if _is_month(form):
        return _token(form, "month")
    if len(raw) > 1 and raw.isupper():
        return _token(form, "name")
    named = raw[0].isupper() and (not opening or raw.isascii() or any(char.isupper() for char in raw[1:]))
    return _token(form, "name" if named else "word")


class _Words(dict[str, Token]):
    """The tokens of the words that were met, by the word as written."""

    def __init__(self, opening: bool) -> None:
        self._opening = opening

    def __missing__(self, raw: str) -> Token:
        if len(self) >= _WORDS_KEPT:
            self.clear()
        token = self[raw] = _word(raw, self._opening)
        return token


_OPENING = _Words(opening=True)
"""At the beginning of a sentence a capital says nothing."""

_WITHIN = _Words(opening=False)


def shingles(parts: Sequence[Token]) -> frozenset[int]:
    """The set of 48-bit hashes of every three words in a row; of a text of one or two words, the hash of all of it.

    The hashes of the words are weighed by their place and added modulo 2**64: a digest of its own for each run costs five times
    as much, and the words' hashes are random already.
    """
    if not parts:
        return frozenset()
    own = [part.hash for part in parts] + [0] * (SHINGLE - len(parts))
    runs = zip(own, own[1:], own[2:], strict=False)
    return frozenset([((one * _FIRST + two * _SECOND + three) & _64_BITS) >> 16 for one, two, three in runs])


def sketch(hashes: Iterable[int]) -> tuple[int, ...]:
    """The smallest hashes, ascending: all of a short text, an eighth more of a longer one, at most `SKETCH_CAP`."""
    ordered = sorted(hashes)
    return tuple(ordered[: min(SKETCH_CAP, SKETCH_FLOOR + max(0, len(ordered) - SKETCH_FLOOR) // 8)])


def contained(one: Sequence[int], other: Sequence[int]) -> tuple[float, int]:
    """How much of the text with fewer of them the other holds, estimated from two sketches: 0 to 1; and from how many hashes.

    Up to the smaller of their last hashes both are complete, as samples of the same part of all hashes.
    """
    if not one or not other:
        return 0.0, 0
    limit = min(one[-1], other[-1])
    here, there = {value for value in one if value <= limit}, {value for value in other if value <= limit}
    sample = min(len(here), len(there))
    return len(here & there) / sample, sample
