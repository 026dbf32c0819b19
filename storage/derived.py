"""What follows from the words of an article alone: counts, lemmas, sketch, story features. Pure.

It is worked out where a page is read, in a worker process as a rule, and comes along with the article: the transaction that
stores it then only looks up and inserts.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from storage import story_features
from storage.fingerprints import sketch
from storage.likeness import prepare
from storage.text import clean, fold, lemma, lemmatize, words

_CYRILLIC_WORD = re.compile("[а-я]+")
_SHORT = 30
"""Below so many words a text alone does not identify an article: its title counts too."""


@dataclass(frozen=True, slots=True)
class Lemmas:
    """Title and text as the full-text index has them beside the originals, and every Russian form of both with its lemma."""

    title: str
    text: str
    forms: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """`title` and `text` are as the archive keeps them. `features` are packed, see `storage.story_features`."""

    title: str
    text: str
    words: int
    text_hash: str
    lemmas: Lemmas
    sketch: tuple[int, ...]
    features: bytes


def derive(title: str, text: str) -> Derived:
    """All of it: some milliseconds, most for words that this process has not met."""
    title, text = kept(title, text)
    count, digest = identity(title, text)
    return Derived(
        title=title,
        text=text,
        words=count,
        text_hash=digest,
        lemmas=lemmas(title, text),
        sketch=sketch(prepare(text).shingles),
        features=story_features.pack(story_features.make(title, text)),
    )


def kept(title: str, text: str) -> tuple[str, str]:
    """Title and text as the archive keeps them."""
    return " ".join(clean(title).split()), clean(text)


def forms(title: str, text: str) -> set[str]:
    """The Russian words of both, folded."""
    return {*_CYRILLIC_WORD.findall(fold(title)), *_CYRILLIC_WORD.findall(fold(text))}


def lemmas(title: str, text: str) -> Lemmas:
    return Lemmas(lemmatize(title), lemmatize(text), tuple((form, lemma(form)) for form in sorted(forms(title, text))))


def identity(title: str, text: str) -> tuple[int, str]:
    """How many words a text has, and a hash of them.

    The hash is equal for texts of the same words, whatever their case, punctuation and spacing; for a few words the title counts
    too.
    """
    found = words(text)
    told = found if len(found) >= _SHORT else [*words(title), "|", *found]
    return len(found), hashlib.sha256(" ".join(told).encode()).hexdigest()
