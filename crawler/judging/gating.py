"""The gate: refuses page bytes that cannot be about the topic, before anything is parsed or extracted. Pure.

It asks only what the topic's [[need]]s ask of every article: is there a term of each? A term counts where it can be the
article's: title, headings, text and links in running text; not in lists of links, nav, aside, footer, scripts, attributes, nor
behind more words of running text than the verdict looks at.
So whatever the verdict keeps, the gate lets through; a few pages more pass than would be kept, and are read for nothing.
What makes words hard to see in bytes (entities, soft hyphens, accents, tags inside words) is noticed, and such a page gets a
second, slower look.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from crawler.judging import peeking
from crawler.judging.beyond import Beyond
from crawler.judging.markup import Links, parts
from crawler.judging.needles import FIRST, Needles, Served, Wanted, beginnings
from crawler.judging.patterns import Matcher
from crawler.judging.scanning import behind, encoding_of, folding
from crawler.judging.words import split

_LARGEST = 8_000_000
"""Bytes; a larger page is left to the reader, which has bounds of its own."""
_MOST_AROUND = 60
"""Places looked around; a page with more is read."""
_MOST_BROKEN = 300
"""Broken words looked at one by one; of a page with more all words are made whole, and it gets a second look."""
_MOST_KNOWN = 50_000
_MOST_TRIED = 2_000
"""Words of phrases looked at; a page with more is read."""
_WIDE = 250
"""Characters on each side of a single mention: more words than a need can ask for."""
_TEXTUAL = ("", "text/html", "application/xhtml+xml", "text/plain")


@dataclass(slots=True)
class _Page:
    """One page during its look; `found` are the needles in it with their places, in order of end; `broken` counts its broken
    words, `around` the places looked around."""

    body: bytes
    encoding: str
    folded: bytes
    links: Links
    beyond: Beyond
    needles: Needles
    found: list[tuple[int, int, int]]
    broken: int = 0
    around: int = 0


@dataclass(frozen=True, slots=True)
class Gate:
    """What the gate of one topic looks for, in the first `words` of an article; automata are built when a page in their encoding
    first comes."""

    wanted: tuple[Wanted, ...]
    matcher: Matcher
    words: int
    _needles: dict[str, Needles] = field(default_factory=dict)
    _served: list[Served] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._served.extend(map(Served, self.wanted))

    def refuses(self, body: bytes, content_type: str = "") -> str:
        """ "" when the page may be about the topic (also when it cannot be told), else the reason for refusing it."""
        if content_type.partition(";")[0].strip().lower() not in _TEXTUAL or not body or len(body) > _LARGEST or not self.wanted:
            return ""
        taken = parts(body)
        shown = taken.shown
        encoding = encoding_of(shown)
        if not encoding:
            return ""
        missing, unsure = self._look(shown, encoding)
        if missing and unsure:
            missing, _ = self._look(peeking.unbroken(shown.decode(encoding, "replace")).encode("utf-8", "replace"), "utf-8")
        elif missing and (escaped := peeking.unescaped(taken.articles)):
            page = shown if encoding == "utf-8" else shown.decode(encoding, "replace").encode()
            missing, _ = self._look(b"<p>%s</p>%s" % (escaped, page), "utf-8")
        if missing and (state := peeking.state_of(taken, encoding)):
            missing, _ = self._look(b"<p>%s</p>" % state, "utf-8", in_order=False)
        return f"refused: nothing about {missing}" if missing else ""

    def _look(self, body: bytes, encoding: str, *, in_order: bool = True) -> tuple[str, bool]:
        """What the first need says of which nothing is found, "" when there is none; and whether words are too broken to tell.

        Of data the texts stand in no order: an article may begin with any of them.
        """
        if encoding not in self._needles:
            self._needles[encoding] = Needles.build(self.wanted, encoding)
        needles = self._needles[encoding]
        folded = body.translate(folding(encoding))
        found = needles.scanner.find(folded)
        if encoding == "utf-8" and body[:1] in FIRST:
            found.insert(0, (needles.opening, 0, 0))
        beyond = Beyond(body, encoding, self.words if in_order else len(body))
        page = _Page(body, encoding, folded, Links(body, len("а".encode(encoding))), beyond, needles, found)
        for number, want in enumerate(self.wanted):
            if not self._met(want, page, self._hits(number, page)) and page.around <= _MOST_AROUND:
                return want.says, page.broken > _MOST_BROKEN
        return "", False

    def _met(self, want: Wanted, page: _Page, hits: Iterable[tuple[int, bool, frozenset[int]]]) -> bool:
        """Is there a word that meets the need alone, twice if passing mentions do not count, or a phrase?"""
        single = -1
        phrased = []
        for at, alone, patterns in hits:
            if patterns:
                phrased.append((at, patterns))
            elif alone and at != single and page.links.is_text(at):
                if (single >= 0 or not want.near) and not page.beyond.holds(at):
                    return True
                single = at if single < 0 else single
        if len(phrased) > _MOST_TRIED:
            return True
        for at, patterns in phrased:
            if page.links.in_tag(at) or not (page.broken or self._may_stand(patterns, page, at)):
                continue
            if page.links.is_text(at):
                page.around += 1
                if page.around > _MOST_AROUND or (self._stands_around(patterns, page, at) and not page.beyond.holds(at)):
                    return True
        return (
            single >= 0
            and not page.beyond.holds(single)
            and (page.links.is_headline(single) or self._is_near(want, page, single))
        )

    def _may_stand(self, patterns: frozenset[int], page: _Page, at: int) -> bool:
        """Have the other words of one of the phrases their beginnings near enough to a place?"""
        window = page.folded[max(0, at - peeking.FARTHEST) : at + peeking.FARTHEST]
        for number in patterns:
            words = page.needles.parts.get(number)
            if words is None:
                words = page.needles.parts[number] = beginnings(number, self.wanted, self.matcher, page.encoding)
            if all(any(literal in window for literal in word) for word in words):
                return True
        return False

    def _stands_around(self, patterns: frozenset[int], page: _Page, at: int) -> bool:
        """Does one of the phrases stand around a place, words made whole?"""
        around = split("", peeking.text_around(page.body, at, page.encoding), lead=10, limit=200)
        return bool(self.matcher.find(around, patterns))

    def _is_near(self, want: Wanted, page: _Page, at: int) -> bool:
        """Is a single mention a part of a phrase, or does a term that the need asks for stand near enough to it?"""
        text = peeking.text_around(page.body, at, page.encoding, _WIDE)
        hits = self.matcher.find(split("", text, lead=10, limit=200), want.patterns | want.near)
        return any(
            hit.first != hit.last
            or (
                max(hit.first, other.first) - min(hit.last, other.last) - 1 <= want.within
                and (hit.first, hit.last) != (other.first, other.last)
            )
            for hit in hits
            if hit.pattern in want.patterns
            for other in hits
            if other.pattern in want.near or other is hit
        )

    def _hits(self, number: int, page: _Page) -> Iterator[tuple[int, bool, frozenset[int]]]:
        """(place, does the word alone meet the need, the phrases for which to look around it); counts the broken words.

        One after the other, because of a page that is about the topic the first ones tell.
        """
        body, encoding, needles = page.body, page.encoding, page.needles
        word_at, mixed = needles.word.match, needles.mixed
        asked = needles.asked[number]
        page.broken = 0
        seen = -1
        for needle, start, end in page.found:
            if needle < mixed or needle >= needles.opening:
                if needle < mixed:
                    spelled = asked[needle]
                    if not spelled:
                        continue
                    start += needle >= needles.bound
                    if spelled is not True and body[start:end] not in spelled:
                        continue
                else:
                    start = behind(body, start)
                    if page.folded[start : start + needles.head] not in needles.heads:
                        continue
                if start == seen:  # «авто», «автомоб» and «автомобил» all begin one word
                    continue
                seen = start
                found = word_at(body, start)
                if found is None:
                    continue
                alone, patterns = self._told(number, page, start, found)
            elif needle < needles.broken or peeking.breaks(body, start, encoding):
                page.broken += 1
                if page.broken > _MOST_BROKEN:
                    continue
                alone, patterns = self._served[number].by(peeking.word_around(body, start, encoding))
            else:
                continue
            if alone or patterns:
                yield start, alone, patterns

    def _told(self, number: int, page: _Page, start: int, found: re.Match[bytes]) -> tuple[bool, frozenset[int]]:
        """What the word serves that begins at a place; remembered by its bytes."""
        run, known = found[0], page.needles.known[number]
        if run not in known:
            if len(known) > _MOST_KNOWN:
                known.clear()
            word = peeking.first_word(run, page.encoding)
            known[run] = (*self._served[number].by(word), word.encode(page.encoding, "ignore") == run)
        alone, patterns, whole = known[run]
        if whole and peeking.goes_on(page.body, found.end()):
            return self._served[number].by(peeking.word_around(page.body, start, page.encoding))
        return alone, patterns
