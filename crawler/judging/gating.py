"""The gate: refuses page bytes that cannot be about the topic, before anything is parsed or extracted. Pure.

It asks only what the topic's [[need]]s ask of every article: is there a term of each? A term counts where it can be the
article's: title, headings, text and links in running text; not in lists of links, nav, aside, footer, scripts, attributes.
So whatever the verdict keeps, the gate lets through; a few pages more pass than would be kept, and are read for nothing.
What makes words hard to see in bytes (entities, soft hyphens, accents, tags inside words) is noticed, and such a page gets a
second, slower look.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from crawler.judging import peeking
from crawler.judging.markup import Hidden, Links, without_scripts
from crawler.judging.patterns import Atom, Matcher
from crawler.judging.scanning import Scanner, encoding_of, folding
from crawler.judging.words import fold, split

_LARGEST = 8_000_000
"""Bytes; a larger page is left to the reader, which has bounds of its own."""
_MOST_AROUND = 60
"""Places looked around; a page with more is read."""
_MOST_BROKEN = 300
"""Broken words looked at one by one; of a page with more all words are made whole, and it gets a second look."""
_LONGEST_LITERAL = 10
"""Letters: enough to tell words apart, and the automaton stays small."""
_MOST_KNOWN = 50_000
_WIDE = 250
"""Characters on each side of a single mention: more words than a need can ask for."""
_TEXTUAL = ("", "text/html", "application/xhtml+xml", "text/plain")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One need of a topic: what to say when nothing of it is found; the words of which one is enough (`alone`); those by which
    its phrases are looked for (`anchors`); the numbers of all its patterns; and those of which one must stand `within` words of a
    single mention (`near`), none when a single mention is enough."""

    says: str
    alone: frozenset[Atom]
    anchors: frozenset[Atom]
    patterns: frozenset[int]
    near: frozenset[int]
    within: int


@dataclass(frozen=True, slots=True)
class _Needles:
    """An automaton over literals, from number `mixed` on Latin beside Cyrillic, from `broken` on what breaks words.

    By literal: `exact` its spellings when only these count. `word` matches where a word begins. `known`: by the bytes of a word,
    and what follows it, what the word serves (`_serves`), and whether it is all of the bytes.
    """

    scanner: Scanner
    mixed: int
    broken: int
    exact: list[frozenset[bytes] | None]
    width: int
    word: re.Pattern[bytes]
    known: dict[bytes, tuple[int, int, bool]] = field(default_factory=dict)


class _Page:
    """One page during its look; `around` counts the places looked around."""

    def __init__(self, body: bytes, encoding: str, needles: _Needles) -> None:
        self.body, self.encoding, self.needles = body, encoding, needles
        self.folded = body.translate(folding(encoding))
        self.around = 0
        self._links = Links(self.folded, needles.width)
        self._hidden: Hidden | None = None
        self._asked = 0

    def is_text(self, at: int) -> bool:
        """Can the place be the article's? Where menus and sidebars are is found out when it is worth it: for the third place."""
        self._asked += 1
        if self._hidden is None:
            if self._asked < 3 and not self._links.is_text(at):
                return False
            self._hidden = Hidden(self.folded)
        return not self._hidden.holds(at) and self._links.is_text(at)

    def is_headline(self, at: int) -> bool:
        return self._links.is_headline(at)


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
        slim = without_scripts(body)
        encoding = encoding_of(slim)
        if not encoding:
            return ""
        missing, unsure = self._look(slim, encoding)
        if missing and unsure:
            missing, _ = self._look(peeking.unbroken(slim.decode(encoding, "replace")).encode("utf-8", "replace"), "utf-8")
        elif missing and b"\\u04" in slim and b"articleBody" in slim:
            page = slim if encoding == "utf-8" else slim.decode(encoding, "replace").encode()
            missing, _ = self._look(b"<p>%s</p>%s" % (peeking.unescaped_data(slim), page), "utf-8")
        if missing and (state := peeking.state_of(body, slim, encoding)):
            missing, _ = self._look(b"<p>%s</p>" % state, "utf-8")
        says = [want.says for bit, want in enumerate(self.wanted) if missing >> bit & 1]
        return f"refused: nothing about {' and '.join(says)}" if says else ""

    def _look(self, body: bytes, encoding: str) -> tuple[int, bool]:
        """The first need (as a bit) of which nothing is found, 0 when there is none; and whether words are too broken to tell."""
        needles = self._for(encoding)
        page = _Page(body, encoding, needles)
        hits, broken = self._hits(page)
        for bit in range(len(self.wanted)):
            if not self._met(bit, page, hits) and page.around <= _MOST_AROUND:
                return 1 << bit, broken > _MOST_BROKEN
        return 0, False

    def _met(self, bit: int, page: _Page, hits: list[tuple[int, int, int]]) -> bool:
        """Is there a word that meets the need alone, twice if passing mentions do not count, or a phrase?"""
        wanted, single = 1 << bit, -1
        for at, alone, _ in hits:
            if alone & wanted and at != single and page.is_text(at):
                if single >= 0 or not self.wanted[bit].near:
                    return True
                single = at
        for at, _, anchored in hits:
            if anchored & wanted and page.is_text(at):
                page.around += 1
                if page.around > _MOST_AROUND or self._stands_around(bit, page, at):
                    return True
        return single >= 0 and (page.is_headline(single) or self._is_near(bit, page, single))

    def _stands_around(self, bit: int, page: _Page, at: int) -> bool:
        """Does a phrase of the need stand around a place, words made whole? Single words are counted where they stand."""
        around = split("", peeking.text_around(page.body, at, page.encoding), lead=10, limit=200)
        return any(hit.first != hit.last for hit in self.matcher.find(around, self.wanted[bit].patterns))

    def _is_near(self, bit: int, page: _Page, at: int) -> bool:
        """Does a term stand near enough to one that the need asks for beside it?"""
        want = self.wanted[bit]
        text = peeking.text_around(page.body, at, page.encoding, _WIDE)
        hits = self.matcher.find(split("", text, lead=10, limit=200), want.patterns | want.near)
        return any(
            max(hit.first, other.first) - min(hit.last, other.last) - 1 <= want.within
            and (hit.first, hit.last) != (other.first, other.last)
            for hit in hits
            if hit.pattern in want.patterns
            for other in hits
            if other.pattern in want.near
        )

    def _hits(self, page: _Page) -> tuple[list[tuple[int, int, int]], int]:
        """(place, needs met by the word alone, needs for which to look around it), both bits; and how many words are broken."""
        needles, body, encoding = page.needles, page.body, page.encoding
        word_at, known, exact, mixed = needles.word.match, needles.known, needles.exact, needles.mixed
        hits: list[tuple[int, int, int]] = []
        broken = 0
        for number, start, end in needles.scanner.find(page.folded):
            if number < mixed:
                spelled = exact[number]
                if spelled is not None and body[start:end] not in spelled:
                    continue
                found = word_at(body, start)
                if found is None:
                    continue
                run = found[0]
                if run not in known:
                    if len(known) > _MOST_KNOWN:
                        known.clear()
                    word = peeking.first_word(run, encoding)
                    known[run] = (*self._serves(word), word.encode(encoding, "ignore") == run)
                alone, anchored, whole = known[run]
                if whole and peeking.goes_on(body, found.end()):
                    alone, anchored = self._serves(peeking.word_around(body, start, encoding))
            elif number < needles.broken or peeking.breaks(body, start, encoding):
                broken += 1
                if broken > _MOST_BROKEN:
                    continue
                alone, anchored = self._serves(peeking.word_around(body, start, encoding))
            else:
                continue
            if alone or anchored:
                hits.append((start, alone, anchored))
        return hits, broken

    def _serves(self, word: str) -> tuple[int, int]:
        """The needs (as bits) that a word meets alone, and those of which it may be in a phrase."""
        atoms = self.matcher.atoms(word) if word else ()
        alone = anchored = 0
        if atoms:
            for bit in range(len(self.wanted)):
                if not self._alone[bit].isdisjoint(atoms):
                    alone |= 1 << bit
                elif not self._anchors[bit].isdisjoint(atoms):
                    anchored |= 1 << bit
        return alone, anchored

    def _for(self, encoding: str) -> _Needles:
        if encoding not in self._needles:
            exact: dict[bytes, set[bytes] | None] = {}
            for want in self.wanted:
                for atom in want.alone | want.anchors:
                    for spelling in peeking.spellings(fold(atom.literal())):
                        literal = spelling[:_LONGEST_LITERAL].encode(encoding, "ignore")
                        allowed = exact.setdefault(literal, set())
                        if atom.exact_spelling() and allowed is not None:
                            allowed.add(atom.exact_spelling()[:_LONGEST_LITERAL].encode(encoding, "ignore"))
                        else:
                            exact[literal] = None
            exact.pop(b"", None)
            first = sorted(exact)
            second = [*first, *sorted(peeking.mixed_needles(encoding))]
            self._needles[encoding] = _Needles(
                scanner=Scanner.build([*second, *sorted(peeking.breaking_needles(encoding))], encoding),
                mixed=len(first),
                broken=len(second),
                exact=[None if (spelled := exact[literal]) is None else frozenset(spelled) for literal in first],
                width=len("а".encode(encoding)),
                word=peeking.word_pattern(encoding),
            )
        return self._needles[encoding]
