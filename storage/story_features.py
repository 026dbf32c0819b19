"""What an article is compared by when stories are made: weighted terms, and numbers. Pure.

News say what happened at the top and end with background, so a term weighs less the later it stands, and a quarter in a sentence
that begins with «Напомним» or «Ранее». Terms are lemmas and quantities in one spelling («28,5 миллиарда» is "28,5 млрд").
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

from storage.fingerprints import Token, tokens
from storage.text import lemma

STORY_VERSION = 1
"""Raise when the same article may get other features: `regroup` makes them all anew."""

HEAD = 60
"""Tokens in which an article says what happened; the document frequency of a term counts only these."""

_HALF = 80  # tokens after which a term weighs half
_READ = 400  # tokens that are looked at
_TERMS = 160  # terms that are kept
_NUMBERS = 24
_TITLE = 2.0
_BACKGROUND = 0.25
_BACKGROUND_SENTENCE = re.compile(
    r"\W*(?:напомни|ранее|отметим, (?:что )?ранее|как (?:уже )?(?:ранее )?сообщал|до этого|читайте|накануне сообщ|в прошлом году"
    r"|в \d{4} году)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
_SCALE = 50.0  # weights are kept in 8 bits, as fiftieths


@dataclass(frozen=True, slots=True)
class Features:
    """`terms`: hash of the term -> (weight, place of its first token). `numbers`: value -> weight."""

    terms: Mapping[int, tuple[float, int]]
    numbers: Mapping[float, float]

    def head(self) -> list[int]:
        """The terms among the first `HEAD` tokens."""
        return [term for term, (_, place) in self.terms.items() if place < HEAD]


@lru_cache(maxsize=200_000)
def term_hash(term: str) -> int:
    """48 bits of blake2b."""
    return int.from_bytes(blake2b(term.encode("utf-8", "surrogatepass"), digest_size=6).digest(), "big")


def term_of(token: Token) -> str:
    """The term that a token counts as: "#" and the number, or the lemma."""
    return f"#{token.form}" if token.kind == "number" else lemma(token.form)


def make(title: str, text: str) -> Features:
    """The features of an article; without a title its first sentence counts as one."""
    sentences = [part for part in _SENTENCE.split(text[: _READ * 40]) if part.strip()]
    if title.strip():
        sentences.insert(0, title)
    weights: dict[int, list[float]] = {}
    numbers: dict[float, float] = {}
    place = 0
    for order, sentence in enumerate(sentences):
        factor = _TITLE if order == 0 else _BACKGROUND if _BACKGROUND_SENTENCE.match(sentence) else 1.0
        for token in tokens(sentence):
            weight = factor / (1 + place / _HALF)
            entry = weights.setdefault(term_hash(term_of(token)), [0.0, place])
            entry[0] += weight
            if (value := _telling(token)) is not None:
                numbers[value] = max(numbers.get(value, 0.0), weight)
            place += 1
        if place >= _READ:
            break
    kept = sorted(weights.items(), key=lambda item: (-item[1][0], item[0]))[:_TERMS]
    most = sorted(numbers.items(), key=lambda item: (-item[1], item[0]))[:_NUMBERS]
    return Features({term: (weight, int(first)) for term, (weight, first) in kept}, dict(most))


def _telling(token: Token) -> float | None:
    """The value of a number that says something: no small count, no year, no date."""
    if token.kind != "number" or token.form.count(".") > 1 or len(token.form) > 18:
        return None
    value = float(token.form)
    if "." not in token.form and (value < 10 or 1990 <= value <= 2035):
        return None
    return value


def pack(features: Features) -> bytes:
    """As kept in the archive: 8 bytes a term (hash, weight, place), 12 a number. Weights lose their second decimal."""
    terms = [
        term << 16 | min(255, max(1, round(weight * _SCALE))) << 8 | min(place, 255)
        for term, (weight, place) in features.terms.items()
    ]
    numbers = [part for pair in features.numbers.items() for part in pair]
    return struct.pack(f"<H{len(terms)}Q" + "df" * len(features.numbers), len(terms), *terms, *numbers)


def unpack(blob: bytes) -> Features:
    """The inverse of `pack`."""
    (count,) = struct.unpack_from("<H", blob)
    packed = struct.unpack_from(f"<{count}Q", blob, 2)
    rest = struct.iter_unpack("<df", blob[2 + 8 * count :])
    return Features({term >> 16: ((term >> 8 & 255) / _SCALE, term & 255) for term in packed}, dict(rest))


@lru_cache(maxsize=1)
def background() -> tuple[Mapping[int, int], int]:
    """In how many of how many news posts a term stands: a beginning for archives that are too small to know.

    The file beside this one has a term and its count a line, the number of posts first; rarer terms are left out.
    """
    lines = Path(__file__).with_name("background.tsv").read_text(encoding="utf-8").splitlines()
    counts = {term_hash(term): int(count) for term, _, count in (line.partition("\t") for line in lines[1:])}
    return counts, int(lines[0].rpartition("\t")[2])


def information(term: int, articles: int, total: int) -> float:
    """How much a term says, in nats, 0 to 8: from news at large and, the more the archive holds, from its own articles.

    `articles` of the `total` in the archive have the term near their beginning.
    """
    counts, posts = background()
    at_large = -math.log((counts.get(term, 0) + 1.5) / (posts + 1))
    own = max(0.0, math.log((total + 1) / (articles + 0.5)))
    share = total / (total + 1500)
    return min(8.0, max(0.0, (1 - share) * at_large + share * own))
