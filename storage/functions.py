"""SQL functions for Russian: words by lemma, case that knows Cyrillic, names of regions. For `query` and `serve`."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable
from functools import lru_cache

from storage.regions import NAMES
from storage.text import fold, lemma, words

FUNCTIONS: dict[str, str] = {
    "lemma(words)": "The dictionary forms of some words: lemma('Автокомпонентами') is 'автокомпонент'. For articles_fts MATCH.",
    "region_name(code)": "The name of a federal subject: region_name('RU-KGD') is 'Калининградская область'.",
    "lower(text), upper(text)": "Fold Cyrillic too, unlike SQLite's own.",
    "text LIKE pattern": "Ignores case in Cyrillic too, and takes ё for е.",
}
"""What `query` adds to SQLite's functions, with the meaning as shown to people."""


def register(conn: sqlite3.Connection) -> None:
    """Makes the functions known to a connection (also as Datasette's `prepare_connection`)."""
    for name, arity, function in (
        ("lemma", 1, _lemma),
        ("region_name", 1, _region_name),
        ("lower", 1, _lower),
        ("upper", 1, _upper),
        ("like", 2, _like),
        ("like", 3, _like),
    ):
        conn.create_function(name, arity, function, deterministic=True)


def _text(value: object) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _lemma(value: object) -> str | None:
    return None if value is None else " ".join(lemma(word) for word in words(_text(value)))


def _region_name(value: object) -> str | None:
    return None if value is None else NAMES.get(_text(value), _text(value))


def _lower(value: object) -> str | None:
    return None if value is None else _text(value).lower()


def _upper(value: object) -> str | None:
    return None if value is None else _text(value).upper()


def _like(pattern: object, value: object, escape: object = "") -> int | None:
    if pattern is None or value is None or escape is None:
        return None
    return int(_matcher(_text(pattern), _text(escape))(fold(_text(value))))


@lru_cache(maxsize=64)
def _matcher(pattern: str, escape: str) -> Callable[[str], bool]:
    """A LIKE pattern as a test of folded text.

    What stands between two `%` is looked for from left to right, each piece once: no pattern takes more than quadratic time.
    """
    pieces = [re.compile(piece, re.DOTALL) for piece in _pieces(pattern, escape)]
    if len(pieces) == 1:
        return lambda text: pieces[0].fullmatch(text) is not None
    first, *middle, last = pieces
    tail = re.compile(f"(?:{last.pattern})\\Z", re.DOTALL)
    # every part of a piece is one character wide, so the piece's width is known
    width = sum(1 for _ in re.finditer(r"\\?.", last.pattern, re.DOTALL))

    def matches(text: str) -> bool:
        found = first.match(text)
        for piece in middle:
            found = found and piece.search(text, found.end())
        return found is not None and len(text) - width >= found.end() and tail.match(text, len(text) - width) is not None

    return matches


def _pieces(pattern: str, escape: str) -> list[str]:
    """The regular expressions of what stands between the `%` of a LIKE pattern, folded."""
    pieces, literal = [""], False
    for char in pattern:
        if not literal and char == escape:
            literal = True
            continue
        if char == "%" and not literal:
            pieces.append("")
        elif char == "_" and not literal:
            pieces[-1] += "."
        else:
            pieces[-1] += re.escape(fold(char))
        literal = False
    return pieces
