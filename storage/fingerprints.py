"""A text as tokens, shingles and a small sketch: what two near-copies share. Pure, and ours for ever.

The sketch is MinHash in its first form (the k smallest hashes of the set, Broder 1997): unlike 128 permutations in bands it also
finds a short post inside a long release, because a share of the shingles of *both* is kept rather than a summary of each. Hashes
are blake2b, so a sketch written today is found again by any later Python on any machine.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

FINGERPRINT_VERSION = 1
"""Raise when the same text may give other shingles: `regroup` then rebuilds every sketch."""

SHINGLE = 3
"""Words in a shingle: 5 % of words replaced leave .76 of the pairs' Jaccard similarity, 10 % .59 (measured)."""

SKETCH_FLOOR = 40
"""Texts with up to this many shingles (a Telegram post) are kept whole."""

SKETCH_CAP = 80
"""The most that is kept of a text, however long: bounds the index and the work of a lookup."""

_MARKUP = re.compile(r"https?://\S+|\bt\.me/\S+|www\.\S+|@\w+|[*_`~]{2,}")
_TOKEN = re.compile(
    r"(?P<number>\d{1,3}(?:[ \u00a0\u2009\u202f]\d{3})+(?:[.,]\d+)?(?!\d)|\d+(?:[.,]\d+)*)"
    r"|(?P<word>[^\W\d_]+)|(?P<stop>[.!?…:;\n]+)"
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


@dataclass(frozen=True, slots=True)
class Token:
    """One word or number. `form` is folded (lower case, ё -> е; numbers without blanks, with a decimal point).

    `kind` is "number", "month", "name" (written with a capital inside a sentence, or in capitals, or in Latin letters) or "word".
    """

    form: str
    kind: str

    @property
    def masked(self) -> str:
        """The form in which releases of one template look alike: any number is one number, any month one month."""
        return {"number": NUMBER, "month": MONTH}.get(self.kind, self.form)


def _is_month(form: str) -> bool:
    return form in _MAY or (form.startswith(_MONTHS) and len(form) <= 9)


def tokens(text: str) -> list[Token]:
    """The words and numbers of a text in order; addresses, handles, punctuation and emphasis marks are left out.

    Quantities come in one spelling, as one number: «28,5 миллиарда», "28,5 млрд" and "28 500 000 000" are equal, as are «семь»
    and 7.
    """
    clean = _MARKUP.sub(" ", unicodedata.normalize("NFC", text))
    found: list[Token] = []
    opening = True  # at the beginning of a sentence a capital says nothing
    for match in _TOKEN.finditer(clean):
        if match["stop"]:
            opening = match["stop"] != "." or not found or found[-1].form not in _ABBREVIATED
            continue
        if match["number"]:
            found.append(Token(re.sub(r"\s", "", match["number"]).replace(",", "."), "number"))
        else:
            token = _word(match["word"], opening)
            scale = _SCALE.fullmatch(token.form)
            if scale and found and found[-1].kind == "number" and (value := _scaled(found[-1].form, _SCALES[scale[1]])):
                found[-1] = Token(value, "number")
            else:
                found.append(token)
        opening = False
    return found


def _scaled(number: str, power: int) -> str:
    """«28.5» thousand millions -> "28500000000"; "" when it is no plain decimal (a date, a version)."""
    whole, _, part = number.partition(".")
    if "." in part or len(part) > power or len(whole) > 6:
        return ""
    return f"{whole}{part}{'0' * (power - len(part))}".lstrip("0") or "0"


def _word(raw: str, opening: bool) -> Token:
    form = raw.lower().replace("ё", "е")
    if form in _SPELLED:
        return Token(_SPELLED[form], "number")
    if _is_month(form):
        return Token(form, "month")
    if len(raw) > 1 and raw.isupper():
        return Token(form, "name")
    named = raw[0].isupper() and (not opening or raw.isascii() or any(char.isupper() for char in raw[1:]))
    return Token(form, "name" if named else "word")


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=6).digest(), "big")


def shingles(parts: Sequence[Token]) -> frozenset[int]:
    """The set of 48-bit hashes of every three words in a row; of a text of one or two words, the hash of all of it."""
    forms = [part.form for part in parts]
    if not forms:
        return frozenset()
    return frozenset(_hash(" ".join(forms[at : at + SHINGLE])) for at in range(max(1, len(forms) - SHINGLE + 1)))


def sketch(hashes: Iterable[int]) -> tuple[int, ...]:
    """The smallest hashes, ascending: all of a short text, an eighth more of a longer one, at most `SKETCH_CAP`."""
    ordered = sorted(hashes)
    return tuple(ordered[: min(SKETCH_CAP, SKETCH_FLOOR + max(0, len(ordered) - SKETCH_FLOOR) // 8)])


def text_hash(text: str) -> str:
    """One value for texts that differ in nothing but punctuation, case, ё, blanks, addresses and emphasis (32 hex digits)."""
    joined = " ".join(part.form for part in tokens(text))
    return blake2b(joined.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
