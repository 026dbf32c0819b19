"""The pattern language of topic files: compiled once, matched over the words of an article in one pass. Pure.

One string is one pattern; its words stand next to each other in one sentence (commas and brackets may stand between).

    электромобиль       this word in any form (Snowball stem): электромобиля, электромобилей, Электромобилям
    локализ*            any word that begins so;  *мобиль  any word that ends so
    =лада               exactly this form;  =Урал  exactly this form, capitalised
    =цех|=цеха          so is written what has fewer than four letters before its ending, when it is a pattern alone
    завод|цех           one of these words
    запуск ~3 линии     up to three other words may stand between
    ОЭЗ                 capitals: an acronym, as written, with an ending at most (ОЭЗ, СПИКа); «оэз» is not it
    Волга               a capital first: the word in any form, but capitalised
    ГАЗель              mixed: begins exactly so
    «москвич»           the quotation marks must be there, of whatever shape
    особ* !экономическ* зон*   the gate looks for the pattern by the word marked with ! (else by its first): the rarest is best
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from crawler.judging.words import WORDS_KEPT, Words, fold, shape, stem

CASED = {"acronym", "mixed", "capital", "name"}
_WORD = re.compile(r"(?P<exact>=?)(?P<before>\*?)(?P<word>[^\W_]+)(?P<after>\*?)")
_MAX_GAP = 12
_SHORTEST = 4
"""Letters before its ending that a word needs to be a pattern alone."""
_HEAD = 3
"""Letters by which words are sorted out that begin like no pattern."""
_FEW = 20
"""Patterns whose words are sooner looked at one by one than all words for all patterns."""
_ENDING = re.compile("[а-яёa-z]{0,3}")


class PatternError(ValueError):
    """A pattern that cannot be read; the message says what is wrong and what is allowed."""


@dataclass(frozen=True, slots=True)
class Atom:
    """A test of one word. `kind` is stem, prefix, suffix, exact, acronym, capital, name (both exact and capital) or mixed."""

    kind: str
    value: str
    any_end: bool = False

    def literal(self) -> str:
        """What every word that passes begins with, folded; "" when nothing can be said (suffix)."""
        if self.kind == "suffix":
            return ""
        folded = fold(self.value)
        if self.is_stem():
            stemmed = stem(folded)
            return folded[: _common(folded, stemmed)]
        return folded

    def exact_spelling(self) -> str:
        """The letters that an acronym or a mixed word begins with, as they must be written; "" when case does not matter."""
        return self.value if self.kind in {"acronym", "mixed"} else ""

    def is_stem(self) -> bool:
        """Do all forms of the word pass?"""
        return self.kind == "stem" or (self.kind == "capital" and not self.any_end)

    def test(self, word: str) -> bool:
        """Does a word, as `shape` leaves it, pass? Only for the kinds that the index below cannot decide by itself."""
        if self.kind == "acronym":
            size = len(self.value)
            return word.startswith(self.value) and (self.any_end or _ENDING.fullmatch(word, size) is not None)
        if self.kind == "mixed":
            return word.startswith(self.value)
        return word[:1].isupper()  # capital, name


@dataclass(frozen=True, slots=True)
class Element:
    """One place of a pattern: any of `atoms`, at most `gap` other words after the element before it."""

    atoms: tuple[Atom, ...]
    gap: int = 0
    opened: bool = False
    closed: bool = False
    marked: bool = False


def parse(pattern: str) -> tuple[Element, ...]:
    """Reads one pattern. Raises PatternError."""
    elements: list[Element] = []
    gap = 0
    for part in pattern.split():
        if part.startswith("~"):
            if not part[1:].isdigit() or not 0 < int(part[1:]) <= _MAX_GAP or not elements or gap:
                raise PatternError(f"{part!r}: between two words, ~1 to ~{_MAX_GAP} may stand")
            gap = int(part[1:])
            continue
        marked, part = part.startswith("!"), part.removeprefix("!")
        opened, closed = part.startswith("«"), part.endswith("»")
        pieces = [piece for piece in re.split(r"[-‑–]", part.strip("«»")) if piece]
        if len(pieces) > 1 and "|" in part:
            raise PatternError(f"{part!r}: a word with a hyphen cannot be an alternative; write a pattern for each")
        for index, piece in enumerate(pieces):
            atoms = tuple(_atom(word) for word in piece.split("|"))
            last = index == len(pieces) - 1
            elements.append(Element(atoms, 0 if index else gap, opened and not index, closed and last, marked))
        if not pieces:
            raise PatternError(f"{part!r} is not a word")
        gap = 0
    if gap or not elements:
        raise PatternError("a pattern ends with a word" if elements else "a pattern has at least one word")
    if len(elements) == 1 and not (elements[0].opened or elements[0].closed):
        _check_telling(elements[0].atoms)
    return tuple(elements)


def _check_telling(atoms: tuple[Atom, ...]) -> None:
    """Words that stand alone need so much of a beginning that no others begin alike: «заём» has the stem «за», «серия» «сер»."""
    for atom in atoms:
        beginning = atom.literal()
        if atom.kind in {"stem", "prefix"} and len(beginning) < _SHORTEST and not beginning.isdigit():
            found = "words of the stem" if atom.kind == "stem" else "all words that begin with"
            raise PatternError(
                f"{atom.value!r} alone finds {found} {beginning!r}, which is too short: "
                f"at least {_SHORTEST} letters, or its forms as =одна|=другая"
            )


def _atom(word: str) -> Atom:
    found = _WORD.fullmatch(word)
    if not found:
        raise PatternError(f"{word!r}: letters and digits, with * at one end, = before, or | between words")
    value, after = shape(found["word"]), bool(found["after"])
    if found["before"]:
        if found["exact"] or after:
            raise PatternError(f"{word!r}: * stands at one end of a word only, and not together with =")
        return Atom("suffix", fold(value))
    if value.isupper() and len(value) > 1:
        return Atom("acronym", value, any_end=after)
    if value[:1].isupper() and value[1:].islower():
        return Atom("name" if found["exact"] else "capital", value, any_end=after)
    if not value.islower() and not value.isdigit() and value.upper() != value.lower() and fold(value) != value.replace("ё", "е"):
        return Atom("mixed", value, any_end=True)
    if found["exact"]:
        return Atom("exact", fold(value))
    return Atom("prefix", fold(value)) if after else Atom("stem", fold(value))


def _common(left: str, right: str) -> int:
    size = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        size += 1
    return size


@dataclass(frozen=True, slots=True)
class Hit:
    """Pattern number `pattern` stands on the words `first` to `last` (inclusive)."""

    pattern: int
    first: int
    last: int


@dataclass(slots=True)
class Matcher:
    """All patterns of a topic, indexed by word."""

    patterns: list[tuple[Element, ...]]
    _ids: dict[Atom, int] = field(default_factory=dict)
    _stems: dict[str, list[int]] = field(default_factory=dict)
    _exact: dict[str, list[int]] = field(default_factory=dict)
    _prefixes: dict[str, list[int]] = field(default_factory=dict)
    _suffixes: list[tuple[str, int]] = field(default_factory=list)
    _sizes: dict[str, set[int]] = field(default_factory=dict)
    _stem_heads: set[str] = field(default_factory=set)
    _cased: list[Atom | None] = field(default_factory=list)
    _compiled: list[list[tuple[frozenset[int], int, bool, bool]]] = field(default_factory=list)
    _starts: dict[int, list[int]] = field(default_factory=dict)
    _known: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        same: dict[tuple[frozenset[int], int, bool, bool], tuple[frozenset[int], int, bool, bool]] = {}
        for number, elements in enumerate(self.patterns):
            made = [(frozenset(map(self._id, e.atoms)), e.gap, e.opened, e.closed) for e in elements]
            compiled = [same.setdefault(each, each) for each in made]  # «завод» stands in hundreds of patterns
            self._compiled.append(compiled)
            for atom in compiled[0][0]:
                self._starts.setdefault(atom, []).append(number)

    def _id(self, atom: Atom) -> int:
        if atom in self._ids:
            return self._ids[atom]
        number = self._ids[atom] = len(self._ids)
        folded = fold(atom.value)
        if atom.kind in {"exact", "name"}:
            self._exact.setdefault(folded, []).append(number)
        elif atom.kind == "suffix":
            self._suffixes.append((folded, number))
        elif atom.is_stem():
            self._stems.setdefault(stem(folded), []).append(number)
            self._stem_heads.add(stem(folded)[:_HEAD])
        else:
            self._prefixes.setdefault(folded, []).append(number)
            self._sizes.setdefault(folded[:_HEAD], set()).add(len(folded))
        self._cased.append(atom if atom.kind in CASED else None)
        return number

    def atoms(self, raw: str) -> tuple[int, ...]:
        """The tests that a word passes. Remembered for some thousands of spellings."""
        known = self._known.get(raw)
        if known is None:
            if len(self._known) >= WORDS_KEPT:
                self._known.clear()
            known = self._known[raw] = self._passed(raw)
        return known

    def _passed(self, raw: str) -> tuple[int, ...]:
        """The beginning of a word tells of most words that there is nothing to look up."""
        folded = fold(raw)
        head = folded[:_HEAD]
        found = list(self._exact.get(folded, ()))
        if head in self._stem_heads or head[:2] in self._stem_heads or len(folded) <= _HEAD + 1:
            found += self._stems.get(stem(folded), ())
        for beginning in (head, head[:2], head[:1]) if len(head) == _HEAD else (head, head[:1]):
            for size in self._sizes.get(beginning, ()):
                found += self._prefixes.get(folded[:size], ())
        if self._suffixes:
            found += [number for suffix, number in self._suffixes if folded.endswith(suffix)]
        if not found:
            return ()
        word = shape(raw)
        return tuple(n for n in dict.fromkeys(found) if (atom := self._cased[n]) is None or atom.test(word))

    def find(self, words: Words, only: frozenset[int] | None = None) -> list[Hit]:
        """Every pattern (or `only` these) at every place where it begins, the shortest stretch of each, in order of place."""
        if only is not None and len(only) <= _FEW:  # their words are told by how they begin, the others need not be looked up
            begin = tuple({atom.literal() for number in only for element in self.patterns[number] for atom in element.atoms})
            atoms = [self.atoms(raw) if fold(raw).startswith(begin) else () for raw in words.raw]
        else:
            atoms = [self.atoms(raw) for raw in words.raw]
        hits = []
        for index, here in enumerate(atoms):
            tried: set[int] = set()
            for atom in here:
                for number in self._starts.get(atom, ()):
                    if number not in tried and (only is None or number in only):
                        tried.add(number)
                        last = self._match(self._compiled[number], atoms, words, index)
                        if last is not None:
                            hits.append(Hit(number, index, last))
        return hits

    def _match(
        self,
        elements: list[tuple[frozenset[int], int, bool, bool]],
        atoms: list[tuple[int, ...]],
        words: Words,
        first: int,
    ) -> int | None:
        """The last word of the pattern when it begins at `first`, else None. Places are kept as a set: no backtracking."""
        ends: Iterable[int] = (first,)
        for position, (wanted, gap, opened, closed) in enumerate(elements):
            if position:
                reach = {at for end in ends for at in range(end + 1, min(end + 2 + gap, len(atoms)))}
                ends = [
                    at for at in sorted(reach) if words.sentence[at] == words.sentence[first] and not wanted.isdisjoint(atoms[at])
                ]
            if opened:
                ends = [at for at in ends if at in words.opened]
            if closed:
                ends = [at for at in ends if at in words.closed]
            if not ends:
                return None
        return min(ends)


def plain(element: Element) -> tuple[Atom, ...]:
    """The words of an element for which no quotation marks are asked: each alone is the element."""
    return () if element.opened or element.closed else element.atoms


def anchor(elements: tuple[Element, ...], covered: set[Atom], shortest: int) -> Element | None:
    """The element by which the gate looks for a pattern.

    That marked with !, else one that it looks for anyway (all its words are `covered`), else the first whose words begin with
    at least `shortest` given letters: a pattern's first word is mostly the telling one («рулевое управление»). None when there
    is no such element.
    """
    marked = [element for element in elements if element.marked]
    able = [element for element in elements if min(len(atom.literal()) for atom in element.atoms) >= shortest]
    if marked:
        return marked[0] if marked[0] in able else None
    return next((element for element in able if covered.issuperset(element.atoms)), able[0] if able else None)
