"""Words as the archive indexes them: folding, tokens, lemmas. Pure; shared with reading and judging.

Lemmas are written *in place* over the text, token for token, so that an FTS5 table over the original text shows the words as they
stand while it is searched by lemma; this needs no extension in the reader's sqlite3.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from copy import copy
from typing import Any

LEMMATIZER_VERSION = 1
"""Raise when a lemma may come out differently: the full-text table is then built again."""

_CYRILLIC_WORD = re.compile("[А-Яа-яЁё]+")
_CYRILLIC_PARTS = re.compile("([А-Яа-яЁё]+)")
_WORD = re.compile(r"[^\W_]+")
_ANALYZER: Any = None
_UNWEIGHED: Any = None
_NORMAL_FORM = 2  # of a reading's fields
_LEMMAS_KEPT = 30_000
"""10 MB in each process that reads; the words beyond them are one in thirty of a text."""


def clean(text: str) -> str:
    """Text that any reader of the archive can take: NFC, no NUL, no half of a surrogate pair."""
    return unicodedata.normalize("NFC", text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8"))


def fold(text: str) -> str:
    """Lower case, NFC, ё -> е: the form in which words are compared."""
    return unicodedata.normalize("NFC", text).lower().replace("ё", "е")


def words(text: str) -> list[str]:
    """The folded words of a text, in order; digits are words, underscores and hyphens separate."""
    return _WORD.findall(fold(text))


def analyzer() -> Any:
    """pymorphy3's MorphAnalyzer, made when first asked for."""
    global _ANALYZER
    if _ANALYZER is None:
        import pymorphy3  # 26 MB and 0.2 s: only where a lemma is asked for

        _ANALYZER = pymorphy3.MorphAnalyzer()
    return _ANALYZER


def _normal_form(folded: str) -> str:
    """That of the likeliest reading. To most words all readings give the same: how likely each is need not be asked then."""
    global _UNWEIGHED
    if _UNWEIGHED is None:
        _UNWEIGHED = copy(analyzer())
        _UNWEIGHED.prob_estimator = None
    readings = _UNWEIGHED.parse(folded)
    if any(reading[_NORMAL_FORM] != readings[0][_NORMAL_FORM] for reading in readings):
        readings = analyzer().prob_estimator.apply_to_parses(folded, folded, readings)
    return str(readings[0][_NORMAL_FORM])


class _Lemmas(dict[str, str]):
    """The lemmas that were asked for, by the word as written; forgotten all at once when there are too many."""

    def __missing__(self, word: str) -> str:
        folded = fold(word)
        if not _CYRILLIC_WORD.fullmatch(folded):
            return folded
        if len(self) >= _LEMMAS_KEPT:
            self.clear()
        if word == folded:
            self[word] = _normal_form(folded).replace("ё", "е")
        else:
            self[word] = self[folded]
        return self[word]


_LEMMAS = _Lemmas()


def lemma(word: str) -> str:
    """The dictionary form of one word, folded: «Автотора» -> «автотор». Words that are not Cyrillic are only folded."""
    return _LEMMAS[word]


def unknown(forms: Iterable[str]) -> list[str]:
    """Which of these folded forms have a lemma that was not asked for yet: each would cost a quarter of a millisecond."""
    return [form for form in forms if form not in _LEMMAS]


def recall(lemmas: Iterable[tuple[str, str]]) -> None:
    """Takes (folded form, lemma) as known: from an archive that was written by the same lemmatizer."""
    _LEMMAS.update(lemmas)


def lemmatizer() -> str:
    """What decides how lemmas come out: our version and that of the dictionary. Kept in the archive beside the index."""
    from importlib.metadata import version

    return f"{LEMMATIZER_VERSION}/{version('pymorphy3')}/{version('pymorphy3-dicts-ru')}"


def lemmatize(text: str) -> str:
    """The text with every Cyrillic word replaced by its lemma, everything else as it stands: the number of tokens is the same."""
    parts = _CYRILLIC_PARTS.split(unicodedata.normalize("NFC", text))
    parts[1::2] = map(_LEMMAS.__getitem__, parts[1::2])
    return "".join(parts)
