"""Names of months in the languages of the pages we meet: a word (lower case, ё as е, no final stop) -> its month.

`months.txt` has every form a byline uses: nominative and genitive, whole and cut. Words that are also something else are safe
because a month counts only beside a day.
"""

from __future__ import annotations

from pathlib import Path


def _table() -> dict[str, int]:
    months: dict[str, int] = {}
    for line in Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        names = line.partition(": ")[2]
        for number, forms in enumerate(names.split("|"), start=1):
            for form in forms.split():
                months.setdefault(form.replace("ё", "е"), number)
    return months


MONTHS = _table()

_CROATIAN = {"lip": 6, "listopad": 10, "listopada": 10, "lis": 10}
"""The only names that mean another month in another language: Polish July and November are Croatian June and October."""


def month(word: str, language: str = "") -> int:
    """The month a word names (lower case, е for ё, with or without final stop), 0 if none. `language` is an ISO 639 code."""
    word = word.rstrip(".")
    if language[:2] in ("hr", "bs") and word in _CROATIAN:
        return _CROATIAN[word]
    return MONTHS.get(word, 0)
