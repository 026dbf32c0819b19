"""What an article is compared by when stories are made: weighted terms, and numbers. Pure.

News say what happened at the top and end with background, so a term weighs less the later it stands, and a quarter in a sentence
that begins with «Напомним» or «Ранее». Terms are lemmas and quantities in one spelling («28,5 миллиарда» is "28,5 млрд").
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path

from storage.fingerprints import Token
from storage.likeness import Text, prepare
from storage.text import lemma

STORY_VERSION = 1
"""Raise when the same article may get other features: `regroup` makes them all anew."""

HEAD = 60
"""Tokens in which an article says what happened; the document frequency of a term counts only these."""

_HALF = 80  # tokens after which a term weighs half
_READ = 400  # tokens that are looked at
_TERMS = 160  # terms that are kept
_NUMBERS = 24
_TERMS_MET = 20_000
_TITLE = 2.0
_BACKGROUND = 0.25
_BACKGROUND_SENTENCE = re.compile(
    r"напомни|ранее|отметим (?:что )?ранее|как (?:уже )?(?:ранее )?сообщал|до этого|читайте|накануне сообщ|в прошлом году"
    r"|в \d{4} году"
)
_FADING = [1 / (1 + place / _HALF) for place in range(_READ)]
_SCALE = 50.0  # weights are kept in 8 bits, as fiftieths


LOG_WEIGHT = [math.log1p(weight / _SCALE) for weight in range(256)]
"""What a term counts, by its weight in fiftieths: a word said ten times is not ten times as telling."""


ROOT_WEIGHT = [min(1.0, math.sqrt(weight / _SCALE)) for weight in range(256)]
"""How much counts of what a term says that stands near the beginning: all of it from a weight of 1."""


@dataclass(frozen=True)
class Features:
    """`terms`: hash of the term -> weight in fiftieths (1 to 255) << 8 | place of its first token (at most 255).

    `numbers`: value -> weight.
    """

    terms: Mapping[int, int]
    numbers: Mapping[float, float]

    @cached_property
    def head(self) -> list[int]:
        """The terms among the first `HEAD` tokens."""
        return [term for term, entry in self.terms.items() if entry & 255 < HEAD]

    @cached_property
    def ordered(self) -> list[float]:
        """The numbers, ascending."""
        return sorted(self.numbers)


def term_hash(term: str) -> int:
    """48 bits that stand for a lemma, or for "#" and a number."""
    return int.from_bytes(blake2b(term.encode("utf-8", "surrogatepass"), digest_size=6).digest(), "big")


class _Terms(dict[str, int]):
    """The terms of the words and, after "#", numbers that were met; only of those that a story is made of: lemmas are dear."""

    def __missing__(self, word: str) -> int:
        if len(self) >= _TERMS_MET:
            self.clear()
        found = self[word] = term_hash(word if word.startswith("#") else lemma(word))
        return found


_TERMS_OF = _Terms()


def make(title: str, text: str) -> Features:
    """The features of an article; without a title its first sentence counts as one."""
    weights: dict[int, float] = {}
    places: dict[int, int] = {}
    numbers: dict[float, float] = {}
    place = 0
    for factor, sentence in _sentences(prepare(title), prepare(text)):
        for token in sentence[: _READ - place]:
            weight = factor * _FADING[place]
            term = _TERMS_OF[f"#{token.form}" if token.kind == "number" else token.form]
            if term in weights:
                weights[term] += weight
            else:
                weights[term] = weight
                places[term] = place
            if token.kind == "number" and (value := _telling(token)) is not None:
                numbers[value] = max(numbers.get(value, 0.0), weight)
            place += 1
        if place >= _READ:
            break
    kept = sorted(weights.items(), key=lambda item: (-item[1], item[0]))[:_TERMS]
    most = sorted(numbers.items(), key=lambda item: (-item[1], item[0]))[:_NUMBERS]
    return Features(
        {term: min(255, round(weight * _SCALE) or 1) << 8 | min(places[term], 255) for term, weight in kept}, dict(most)
    )


def _sentences(title: Text, text: Text) -> Iterator[tuple[float, list[Token]]]:
    """How much the tokens of each sentence count, the title's first."""
    if title.tokens:
        yield _TITLE, title.tokens
    for at, until in pairwise([*text.sentences, len(text.tokens)]):
        found = text.tokens[at:until]
        if at == 0 and not title.tokens:
            yield _TITLE, found
        else:
            yield _BACKGROUND if _BACKGROUND_SENTENCE.match(" ".join([token.form for token in found[:4]])) else 1.0, found


def _telling(token: Token) -> float | None:
    """The value of a number that says something: no small count, no year, no date."""
    if token.form.count(".") > 1 or len(token.form) > 18:
        return None
    value = float(token.form)
    if "." not in token.form and (value < 10 or 1990 <= value <= 2035):
        return None
    return value


def pack(features: Features) -> bytes:
    """As kept in the archive: 8 bytes a term (hash, weight, place), 12 a number."""
    terms = [term << 16 | entry for term, entry in features.terms.items()]
    numbers = [part for pair in features.numbers.items() for part in pair]
    return struct.pack(f"<H{len(terms)}Q" + "df" * len(features.numbers), len(terms), *terms, *numbers)


@lru_cache(maxsize=64)
def unpack(blob: bytes) -> Features:
    """The inverse of `pack`; of articles that were compared lately it is remembered."""
    (count,) = struct.unpack_from("<H", blob)
    packed = struct.unpack_from(f"<{count}Q", blob, 2)
    rest = struct.iter_unpack("<df", blob[2 + 8 * count :])
    return Features({entry >> 16: entry & 0xFFFF for entry in packed}, dict(rest))


def background() -> tuple[Mapping[int, int], int]:
    """In how many of how many news posts a term stands: a beginning for archives that are too small to know.

    The file beside this one has a term and its count a line, the number of posts first; rarer terms are left out.
    """
    lines = Path(__file__).with_name("background.tsv").read_text(encoding="utf-8").splitlines()
    counts = {term_hash(term): int(count) for term, _, count in (line.partition("\t") for line in lines[1:])}
    return counts, int(lines[0].rpartition("\t")[2])


def information(terms: Iterable[int], articles: Mapping[int, int], total: int) -> dict[int, float]:
    """How much each term says, in nats, 0 to 8: from news at large and, the more the archive holds, from its own articles.

    `articles`: how many of the `total` in the archive have the term near their beginning, none of those that are not there.
    """
    at_large, rare = _at_large()
    share = total / (total + 1500)
    least, had, said = math.log(total + 1), articles.get, at_large.get
    unmet = 1 - share
    found = {}
    for term in terms:
        here = least - _log(had(term, 0))
        says = unmet * said(term, rare) + (share * here if here > 0.0 else 0.0)
        found[term] = 8.0 if says > 8.0 else says if says > 0.0 else 0.0
    return found


_LOGS = [math.log(count + 0.5) for count in range(4096)]  # looked up a hundred times for each article


def _log(count: int) -> float:
    return _LOGS[count] if count < 4096 else math.log(count + 0.5)


@lru_cache(maxsize=1)
def _at_large() -> tuple[Mapping[int, float], float]:
    """Term -> what it says in news at large, and what a term says that is not there."""
    counts, posts = background()
    return {term: -math.log((count + 1.5) / (posts + 1)) for term, count in counts.items()}, -math.log(1.5 / (posts + 1))
