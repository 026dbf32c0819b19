"""Is one text a copy of another? Decided on the texts themselves, once the sketches have brought them together. Pure.

Two questions. Do they share their wording: containment of the shorter, so that a cut, a new lead, added boilerplate or Telegram
length does not matter. And do they contradict each other in the shared wording: releases written from one template (monthly
statistics, the opening of two plants) share most words and differ in exactly the numbers, months and names.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property, lru_cache, partial
from itertools import pairwise

from storage.fingerprints import SHINGLE, Token, shingles, tokens_and_sentences

SHARED = 0.5
RESEMBLING = 0.3
"""Containment and Jaccard similarity from which two texts are one wording with another lead, cuts and additions; rewrites of the
same event that share an official's words stay below."""

FRAGMENT = 0.7
"""A much shorter text is a copy when this share of it stands in the longer one: a post made from a release."""

HEAD = 0.35
BODY = 0.45
"""…and not further down than this share of it, `BODY` where the texts resemble each other: there stands background, as when a
follow-up ends with the news of the day before, or an item of a digest."""

_CONTEXT = 2  # equal words beside a differing number before the place counts as the same
_GAP = 12  # tokens between two shared passages within which both may say different things about the same
_BETWEEN = 60  # tokens between two anchors that are still aligned word by word

Blocks = list[tuple[int, int, int]]
"""Passages in common, in order: (start in one, start in the other, length), in tokens."""


class Text:
    """A text prepared for comparison; keep it when comparing with several. `sentences`: the tokens with which they begin."""

    def __init__(self, text: str) -> None:
        self.tokens: list[Token]
        self.sentences: list[int]
        self.tokens, self.sentences = tokens_and_sentences(text)
        self.shingles: frozenset[int] = shingles(self.tokens)

    @cached_property
    def masked(self) -> list[str]:
        """The tokens with numbers and months made equal, as releases of one template have them."""
        return [token.masked for token in self.tokens]

    @cached_property
    def facts(self) -> frozenset[str]:
        """The numbers, months and names of the text, folded."""
        return frozenset(token.form for token in self.tokens if token.kind != "word")


@lru_cache(maxsize=48)
def prepare(text: str) -> Text:
    """A text made ready; the last few dozens are kept, 50 KB each: look-alikes are compared with the same texts again."""
    return Text(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """What a comparison found. `similarity` is the Jaccard similarity of the shingles, `containment` that of the shorter text.

    `agreed` and `contradicted` count facts (numbers, months, names) at the same place of shared wording.
    """

    copy: bool
    similarity: float
    containment: float
    agreed: int
    contradicted: int
    why: str


def compare(one: Text, other: Text) -> Likeness:
    """Compares two texts; symmetric."""
    if len(one.shingles) > len(other.shingles):
        one, other = other, one
    shared = len(one.shingles & other.shingles)
    union = len(one.shingles) + len(other.shingles) - shared
    similarity = shared / union if union else 0.0
    containment = shared / len(one.shingles) if one.shingles else 0.0
    found = partial(Likeness, similarity=similarity, containment=containment)
    resembling = containment >= SHARED and similarity >= RESEMBLING
    if not resembling and containment < FRAGMENT:
        return found(copy=False, agreed=0, contradicted=0, why="the wording differs")
    blocks = align(one.masked, other.masked)
    agreed, contradicted = _facts(one, other, blocks)
    if _siblings(agreed, contradicted):
        why = f"one template: {contradicted} facts differ where the wording is shared"
        return found(copy=False, agreed=agreed, contradicted=contradicted, why=why)
    if _background(one, other, blocks, BODY if resembling else HEAD):
        return found(copy=False, agreed=agreed, contradicted=contradicted, why="the one is background of the other")
    return found(copy=True, agreed=agreed, contradicted=contradicted, why="the wording is shared")


def _background(one: Text, other: Text, blocks: Blocks, limit: float) -> bool:
    """The shorter text from its beginning, but not at the beginning of the longer one. (A new lead is on both sides.)"""
    at, to = next(((at, to) for at, to, length in blocks if length >= SHINGLE), (0, len(other.tokens)))
    return to > limit * len(other.tokens) and at <= 0.15 * len(one.tokens)


def _siblings(agreed: int, contradicted: int) -> bool:
    """One wrong figure among many is a slip of the pen; several, or one of few, are another event."""
    return contradicted >= 1 and contradicted >= 0.12 * (agreed + contradicted)


def _facts(one: Text, other: Text, blocks: Blocks) -> tuple[int, int]:
    """How many facts agree and how many contradict each other at the same place of the shared wording."""
    agreed = contradicted = 0
    for at, to, length in blocks:
        pairs = list(zip(one.tokens[at : at + length], other.tokens[to : to + length], strict=True))
        same = [_same(left, right) for left, right in pairs]
        agreed += sum(ok and left.kind != "word" for ok, (left, _) in zip(same, pairs, strict=True))
        if sum(same) >= _CONTEXT:
            contradicted += len(pairs) - sum(same)
    for (at, to, length), (next_at, next_to, _) in pairwise(blocks):
        left_gap, right_gap = one.tokens[at + length : next_at], other.tokens[to + length : next_to]
        if len(left_gap) <= _GAP and len(right_gap) <= _GAP:
            contradicted += _conflict(left_gap, right_gap, one.facts, other.facts)
    return agreed, contradicted


def _same(left: Token, right: Token) -> bool:
    if left.form == right.form or left.kind != right.kind:
        return left.form == right.form
    if left.kind == "number":  # «4,8» where the other has «4,8 трлн»: cut off, or its scale misspelt
        return _digits(left.form) == _digits(right.form)
    return left.kind == "month" and left.form[:3] == right.form[:3]


def _digits(number: str) -> str:
    return number.replace(".", "").strip("0")


def _conflict(left: Sequence[Token], right: Sequence[Token], one: frozenset[str], other: frozenset[str]) -> int:
    """Facts of either passage that the other *text* does not know at all, paired: each pair is a contradiction."""
    only_left = [token.kind for token in left if token.kind != "word" and not _known(token, other)]
    only_right = [token.kind for token in right if token.kind != "word" and not _known(token, one)]
    return sum(min(only_left.count(kind), only_right.count(kind)) for kind in ("number", "month", "name"))


def _known(token: Token, facts_of_other: frozenset[str]) -> bool:
    if token.form in facts_of_other:
        return True
    if token.kind != "name":
        return False
    # another case ending, or a slip of the pen: «Автотора», «Автотр»
    return any(
        fact[:1] == token.form[:1] and SequenceMatcher(None, fact, token.form, autojunk=False).ratio() >= 0.7
        for fact in facts_of_other
    )


def align(one: Sequence[str], other: Sequence[str]) -> Blocks:
    """The passages in common.

    Anchored at runs of three words that are unique in both texts (patience), grown in both directions; the short stretches
    between are aligned word by word. Linear in the length of the texts but for a sort, so that a text of 10 MB costs no minutes.
    """
    blocks: Blocks = []
    for at, to in [*_increasing(_unique(one, other)), (len(one), len(other))]:
        low_at, low_to = (blocks[-1][0] + blocks[-1][2], blocks[-1][1] + blocks[-1][2]) if blocks else (0, 0)
        if at < low_at or to < low_to:
            continue  # inside what the last anchor has already grown over
        start = 0
        while at - start > low_at and to - start > low_to and one[at - start - 1] == other[to - start - 1]:
            start += 1
        blocks += _between(one, other, (low_at, at - start), (low_to, to - start))
        end = 0
        while at + end < len(one) and to + end < len(other) and one[at + end] == other[to + end]:
            end += 1
        if start + end:
            blocks.append((at - start, to - start, start + end))
    return blocks


def _between(one: Sequence[str], other: Sequence[str], at: tuple[int, int], to: tuple[int, int]) -> Blocks:
    if not 0 < at[1] - at[0] <= _BETWEEN or not 0 < to[1] - to[0] <= _BETWEEN:
        return []
    matcher = SequenceMatcher(None, one[at[0] : at[1]], other[to[0] : to[1]], autojunk=False)
    return [(at[0] + found.a, to[0] + found.b, found.size) for found in matcher.get_matching_blocks() if found.size]


def _unique(one: Sequence[str], other: Sequence[str]) -> list[tuple[int, int]]:
    def places(words: Sequence[str]) -> dict[tuple[str, ...], int]:
        seen: dict[tuple[str, ...], int] = {}
        for at in range(len(words) - SHINGLE + 1):
            key = tuple(words[at : at + SHINGLE])
            seen[key] = -1 if key in seen else at
        return seen

    there = places(other)
    return [(at, there[key]) for key, at in places(one).items() if at >= 0 and there.get(key, -1) >= 0]


def _increasing(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest chain of anchors in the order of both texts (patience sorting)."""
    tails: list[int] = []
    tops: list[int] = []
    before: list[int] = []
    for index, (_, to) in enumerate(pairs):
        pile = bisect_left(tails, to)
        before.append(tops[pile - 1] if pile else -1)
        if pile == len(tails):
            tails.append(to)
            tops.append(index)
        else:
            tails[pile] = to
            tops[pile] = index
    chain: list[tuple[int, int]] = []
    at = tops[-1] if tops else -1
    while at >= 0:
        chain.append(pairs[at])
        at = before[at]
    return chain[::-1]
