"""What the gate looks for in raw bytes: the beginnings of all words that a topic needs, and what hides words. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from crawler.judging import peeking
from crawler.judging.patterns import CASED, Atom, Matcher
from crawler.judging.scanning import Scanner, folding, openings
from crawler.judging.words import fold, shape, stem

_LONGEST_LITERAL = 10
"""Letters: enough to tell words apart, and the automaton stays small."""
_HEAD = 3
"""Letters of the shortest beginning by which words are looked for."""
FIRST = (b"\xd0", b"\xd1")
"""Bytes that Russian letters begin with in UTF-8."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One need of a topic: what to say when nothing of it is found; the words of which one is enough (`alone`); those by which
    its phrases are looked for, each with the numbers of its patterns (`anchors`); the numbers of all its patterns; and those of
    which one must stand `within` words of a single mention (`near`), none when a single mention is enough."""

    says: str
    alone: frozenset[Atom]
    anchors: Mapping[Atom, frozenset[int]]
    patterns: frozenset[int]
    near: frozenset[int]
    within: int


class Served:
    """What words serve in one need. Told by how they begin, so that of a word that is seen for the first time little has to be
    looked up: what is not in the processor's cache costs more than what is computed."""

    def __init__(self, want: Wanted) -> None:
        self._by_head: dict[str, list[tuple[str, str, str, Atom | None, frozenset[int]]]] = {}
        for atom, patterns in (*((atom, frozenset[int]()) for atom in want.alone), *want.anchors.items()):
            beginning, value = fold(atom.literal()), fold(atom.value)
            whole = value if atom.kind in {"exact", "name"} else ""
            test = beginning, whole, stem(value) if atom.is_stem() else "", atom if atom.kind in CASED else None, patterns
            self._by_head.setdefault(beginning[:_HEAD], []).append(test)

    def by(self, word: str) -> tuple[bool, frozenset[int]]:
        """Does a word meet the need alone, and else: of which of its phrases may it be a part?"""
        folded = fold(word)
        found: frozenset[int] = frozenset()
        for beginning, whole, root, cased, patterns in self._by_head.get(folded[:_HEAD], ()):
            if not folded.startswith(beginning) or (whole and folded != whole) or (root and stem(folded) != root):
                continue
            if cased is None or cased.test(shape(word)):
                if not patterns:
                    return True, frozenset()
                found |= patterns
        return False, found


@dataclass(frozen=True, slots=True)
class Needles:
    """One automaton over the literals of all needs, from number `bound` on with the space before the word, from `mixed` on Latin
    beside Cyrillic, from `broken` on what breaks words, from `opening` on what else a word begins behind.

    By need: `asked`, of each literal whether it looks for it, its spellings when only these count; `known`, by the bytes of a
    word, and what follows it, what the word serves, and whether it is all of the bytes. By pattern: `parts`, what each of its
    other words has (`beginnings`); all must be there where the pattern is, if words are whole. `word` matches where a word
    begins; `heads` are the first `head` bytes of the literals from `bound` on, folded.
    """

    scanner: Scanner
    bound: int
    mixed: int
    broken: int
    opening: int
    asked: list[list[bool | set[bytes]]]
    known: list[dict[bytes, tuple[bool, frozenset[int], bool]]]
    word: re.Pattern[bytes]
    head: int
    heads: frozenset[bytes]
    parts: dict[int, list[set[bytes]]] = field(default_factory=dict)

    @classmethod
    def build(cls, wanted: Sequence[Wanted], encoding: str) -> Needles:
        """The needles of a topic's needs in one encoding."""
        asked = [_asked(want, encoding) for want in wanted]
        first = sorted(set().union(*asked) - {b""})
        bound = sum(encoding != "utf-8" or literal[:1] not in FIRST for literal in first)
        head = min(map(len, first[bound:]), default=0)
        needles = [*first[:bound], *(b" " + literal for literal in first[bound:])]
        second = [*needles, *sorted(peeking.mixed_needles(encoding))]
        third = [*second, *sorted(peeking.breaking_needles(encoding))]
        return cls(
            scanner=Scanner.build([*third, *openings(encoding)], encoding),
            bound=bound,
            mixed=len(first),
            broken=len(second),
            opening=len(third),
            asked=[[literals.get(literal, False) for literal in first] for literals in asked],
            known=[{} for _ in wanted],
            word=peeking.word_pattern(encoding),
            head=head,
            heads=frozenset(literal[:head].translate(folding(encoding)) for literal in first[bound:]),
        )


def _asked(want: Wanted, encoding: str) -> dict[bytes, bool | set[bytes]]:
    """The literals of a need, each with its spellings when only these count, else True."""
    asked: dict[bytes, bool | set[bytes]] = {}
    for atom in (*want.alone, *want.anchors):
        for spelling in peeking.spellings(fold(atom.literal())):
            literal = spelling[:_LONGEST_LITERAL].encode(encoding, "ignore")
            allowed = asked.setdefault(literal, set())
            if atom.exact_spelling() and isinstance(allowed, set):
                allowed.add(atom.exact_spelling()[:_LONGEST_LITERAL].encode(encoding, "ignore"))
            else:
                asked[literal] = True
    return asked


def beginnings(number: int, wanted: Sequence[Wanted], matcher: Matcher, encoding: str) -> list[set[bytes]]:
    """Folded letters that each word of a pattern has, but those by which it is looked for; the words of few forms first:
    these are the rarest."""
    words = [
        {letters for atom in element.atoms for letters in _letters(fold(atom.literal()), encoding)}
        for element in matcher.patterns[number]
        if not all(any(number in want.anchors.get(atom, ()) for want in wanted) for atom in element.atoms)
    ]
    return sorted(words, key=len)


def _letters(literal: str, encoding: str) -> set[bytes]:
    """A literal, its е also as ё; of one with more of them those between them, so that any may be ё."""
    spelled = peeking.spellings(literal) if literal.count("е") < 2 else [max(literal.split("е"), key=len)]
    return {spelling.encode(encoding, "ignore").translate(folding(encoding)) for spelling in spelled}
