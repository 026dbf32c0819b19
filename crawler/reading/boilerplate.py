"""Lines that many pages of one source share: learned not to be text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

FEWEST = 5
"""Different pages from which something may be learned."""

SHARE = 0.4
"""Share of the pages on which a line stands before it is taken for the site's own."""

LONGEST = 400
"""Characters of a line that can be boilerplate; longer ones are texts that were reprinted."""


def learn_boilerplate(texts: Iterable[str]) -> frozenset[str]:
    """Whole lines that stand in at least three and 40 % of a source's texts; nothing from fewer than five different texts."""
    different = {text for text in texts if text}
    if len(different) < FEWEST:
        return frozenset()
    times: Counter[str] = Counter()
    for text in different:
        times.update({line.strip() for line in text.split("\n") if 0 < len(line.strip()) <= LONGEST})
    return frozenset(line for line, number in times.items() if number >= max(3, SHARE * len(different)))
