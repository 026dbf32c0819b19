"""The gate: refuses page bytes that cannot be about the topic, before anything is parsed or extracted. Pure.

It asks only what the topic's [[need]]s ask of every article: is there a term of each? A term counts where it can be the
article's: title, headings, text and links in running text; not in lists of links, nav, aside, footer, scripts, attributes.
So whatever the verdict keeps, the gate lets through; a few pages more pass than would be kept, and are read for nothing.
What makes words hard to see in bytes (entities, soft hyphens, accents, tags inside words) is noticed, and such a page gets a
second, slower look.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from crawler.judging import peeking
from crawler.judging.markup import Hidden, is_text
from crawler.judging.patterns import Atom, Matcher
from crawler.judging.scanning import Scanner, encoding_of, folding
from crawler.judging.words import fold, split

_LARGEST = 8_000_000
"""Bytes; a larger page is left to the reader, which has bounds of its own."""
_MOST_AROUND = 60
"""Places looked around; a page with more gets its words made whole as a whole, and a second look."""
_LONGEST_LITERAL = 6
"""Letters: a small automaton stays in the processor's cache; the whole word is looked at when its beginning is found."""
_TEXTUAL = ("", "text/html", "application/xhtml+xml", "text/plain")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One need of a topic: what to say when nothing of it is found; the words of which one is enough (`alone`); those by which
    its phrases are looked for (`anchors`); and the numbers of all its patterns."""

    says: str
    alone: frozenset[Atom]
    anchors: frozenset[Atom]
    patterns: frozenset[int]


@dataclass(frozen=True, slots=True)
class _Needles:
    """An automaton over literals, from number `mixed` on Latin beside Cyrillic, from `broken` on what breaks words.

    By literal: `needs` has a bit for each need it may serve; `exact` its spellings when only these count.
    """

    scanner: Scanner
    mixed: int
    broken: int
    needs: list[int]
    exact: list[frozenset[bytes] | None]
    width: int


@dataclass(slots=True)
class _Page:
    """One page during its look; `around` counts the places looked around."""

    body: bytes
    folded: bytes
    encoding: str
    needles: _Needles
    around: int = 0
    _hidden: Hidden | None = None

    def is_text(self, at: int) -> bool:
        """Can the place be the article's? Where scripts and menus are is found out when this is first asked."""
        if not is_text(self.body, at, self.needles.width):
            return False
        if self._hidden is None:
            self._hidden = Hidden(self.folded)
        return not self._hidden.holds(at)


@dataclass(frozen=True, slots=True)
class Gate:
    """What the gate of one topic looks for; automata are built when a page in their encoding first comes."""

    wanted: tuple[Wanted, ...]
    matcher: Matcher
    _needles: dict[str, _Needles] = field(default_factory=dict)
    _alone: list[frozenset[int]] = field(default_factory=list)
    _anchors: list[frozenset[int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for want in self.wanted:
            self._alone.append(frozenset(map(self.matcher.number, want.alone)))
            self._anchors.append(frozenset(map(self.matcher.number, want.anchors)))

    def refuses(self, body: bytes, content_type: str = "") -> str:
        """ "" when the page may be about the topic (also when it cannot be told), else the reason for refusing it."""
        if content_type.partition(";")[0].strip().lower() not in _TEXTUAL or not body or len(body) > _LARGEST or not self.wanted:
            return ""
        encoding = encoding_of(body)
        if not encoding:
            return ""
        missing, unsure = self._look(body, encoding)
        if missing and unsure:
            missing, _ = self._look(peeking.unbroken(body.decode(encoding, "replace")).encode("utf-8", "replace"), "utf-8")
        elif missing and b"\\u04" in body and b"articleBody" in body:
            missing &= self._look(peeking.unescaped_data(body), "utf-8")[0]
        says = [want.says for bit, want in enumerate(self.wanted) if missing >> bit & 1]
        return f"nothing about {', nor about '.join(says)} in title and text" if says else ""

    def _look(self, body: bytes, encoding: str) -> tuple[int, bool]:
        """The needs (as bits) of which nothing is found, up to the first; and whether something may hide words from this look."""
        needles = self._for(encoding)
        folded = body.translate(folding(encoding))
        page = _Page(body, folded, encoding, needles)
        found = needles.scanner.find(folded)
        missing = (1 << len(self.wanted)) - 1
        for bit in range(len(self.wanted)):
            if missing >> bit & 1:
                missing &= ~self._search(page, found, 1 << bit, missing)
            if page.around > _MOST_AROUND or missing >> bit & 1:
                break
        return missing, page.around > _MOST_AROUND

    def _search(self, page: _Page, found: list[tuple[int, int, int]], wanted: int, missing: int) -> int:
        """The needs (as bits) that are met, the wanted one among them if it is; the search ends with it."""
        met = 0
        for number, start, end in found:
            alone, around = self._hit(page, number, start, end, wanted)
            if not alone and not around:
                continue
            if page.is_text(start):
                met |= alone
                if around:
                    page.around += 1
                    met |= self._around(page.body, start, page.encoding)
                if met & wanted or page.around > _MOST_AROUND:
                    break
        return met & missing

    def _hit(self, page: _Page, number: int, start: int, end: int, wanted: int) -> tuple[int, bool]:
        """What a hit meets alone (bits), and whether it is worth looking around it."""
        needles = page.needles
        if number >= needles.broken:
            return 0, peeking.breaks(page.body, start, page.encoding)
        if number >= needles.mixed:
            alone, anchored = self._serves(peeking.word_around(page.body, start, page.encoding), wanted)
            return alone, bool(anchored)
        exact = needles.exact[number]
        if not needles.needs[number] & wanted or (exact is not None and page.body[start:end] not in exact):
            return 0, False
        if not peeking.begins_word(page.body, start, page.encoding):
            return 0, False
        word, goes_on = peeking.word_at(page.body, start, page.encoding)
        alone, anchored = self._serves(word, wanted)
        return alone, goes_on or bool(anchored)

    def _serves(self, word: str, wanted: int) -> tuple[int, int]:
        """The wanted needs (as bits) that a word meets alone, and those of which it may be in a phrase."""
        atoms = self.matcher.atoms(word) if word else ()
        alone = anchored = 0
        for bit in range(len(self.wanted)):
            if atoms and wanted >> bit & 1:
                if not self._alone[bit].isdisjoint(atoms):
                    alone |= 1 << bit
                elif not self._anchors[bit].isdisjoint(atoms):
                    anchored |= 1 << bit
        return alone, anchored

    def _around(self, body: bytes, at: int, encoding: str) -> int:
        """The needs (as bits) of which a term stands around a place, words made whole."""
        around = split("", peeking.text_around(body, at, encoding), lead=10, limit=200)
        found = {hit.pattern for hit in self.matcher.find(around)}
        return sum(1 << bit for bit, want in enumerate(self.wanted) if not want.patterns.isdisjoint(found))

    def _for(self, encoding: str) -> _Needles:
        if encoding not in self._needles:
            needs: dict[bytes, int] = {}
            exact: dict[bytes, set[bytes] | None] = {}
            for bit, want in enumerate(self.wanted):
                for atom in want.alone | want.anchors:
                    for spelling in peeking.spellings(fold(atom.literal())):
                        literal = spelling[:_LONGEST_LITERAL].encode(encoding, "ignore")
                        needs[literal] = needs.get(literal, 0) | 1 << bit
                        allowed = exact.setdefault(literal, set())
                        if atom.exact_spelling() and allowed is not None:
                            allowed.add(atom.exact_spelling()[:_LONGEST_LITERAL].encode(encoding, "ignore"))
                        else:
                            exact[literal] = None
            needs.pop(b"", None)
            first = sorted(needs)
            second = [*first, *sorted(peeking.mixed_needles(encoding))]
            self._needles[encoding] = _Needles(
                scanner=Scanner.build([*second, *sorted(peeking.breaking_needles(encoding))], encoding),
                mixed=len(first),
                broken=len(second),
                needs=[needs[literal] for literal in first],
                exact=[None if (spelled := exact[literal]) is None else frozenset(spelled) for literal in first],
                width=len("а".encode(encoding)),
            )
        return self._needles[encoding]
