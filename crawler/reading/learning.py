"""What the pages of a source share: lines that are no text, tails of titles. Never learned from fewer than five.

Reprints and updates of one text share its paragraphs too: a page teaches only when a third of it stands on no other, and pages
of one title teach once.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from crawler.items import Reading
from crawler.reading.document import clean
from crawler.reading.trimming import tails_of

FEWEST = 5
"""Different pages from which something may be learned, and on which it must stand."""

SHARE = 0.4
"""Share of the pages on which a line stands before it is taken for the site's own."""

LONGEST = 400
"""Characters of a line that can be the site's own; longer ones are texts that were reprinted."""

OWN = 1 / 3
"""Share of a page's characters that must be its own for it to teach."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """What one page can teach: the mark of its title, the title's tails, and the marks of its lines with their lengths."""

    title: str
    tails: tuple[str, ...]
    lines: Mapping[str, int]


@lru_cache(maxsize=256)
def mark(text: str) -> str:
    """A short mark by which a line is known again: what is learned from need not be kept."""
    return hashlib.blake2b(clean(text).encode("utf-8", "replace"), digest_size=8).hexdigest()


def lines_read(reading: Reading) -> list[str]:
    """The lines of a page's text, those with it that were cut because they are learned."""
    return [line for line in (*reading.text.split("\n"), *reading.shared) if line]


def lesson(reading: Reading) -> Lesson | None:
    """What a page can teach, None when it is no article or has no text."""
    lines = {mark(line): len(line) for line in lines_read(reading)}
    if reading.kind != "article" or not lines:
        return None
    return Lesson(title=mark(reading.stated), tails=tails_of(reading.stated), lines=lines)


def shared_lines(lessons: Sequence[Lesson]) -> dict[str, int]:
    """Marks of the lines that pages of a source share, with the number of pages they stand on."""
    different = list({each.title: each for each in lessons}.values())
    times = Counter(line for each in different for line in each.lines)
    teachers = [each for each in different if _own(each, times) >= OWN * sum(each.lines.values())]
    return _common((line for each in teachers for line, size in each.lines.items() if size <= LONGEST), SHARE * len(different))


def _own(page: Lesson, times: Mapping[str, int]) -> int:
    """Characters of a page that stand on no other."""
    return sum(size for line, size in page.lines.items() if times[line] == 1)


def shared_tails(lessons: Sequence[Lesson]) -> dict[str, int]:
    """Tails that half of a source's different titles share («… - Газета «Заря»»), separator included, and of how many titles."""
    different = list({each.title: each for each in lessons}.values())
    return _common((tail for each in different for tail in each.tails), len(different) / 2)


def _common(said: Iterable[str], enough: float) -> dict[str, int]:
    return {text: times for text, times in Counter(said).items() if times >= max(FEWEST, enough)}
