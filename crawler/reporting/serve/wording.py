"""Wordings side by side: which words went and which came, and what a telling has that earlier ones had not. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

_TOKEN = re.compile(r"\S+|\n+")
_CONTEXT = 12

MARK = ("\ue000", "\ue001")
"""Private characters, put around the found words of a snippet."""

Piece = tuple[str, str]
"""(kind, words): kind is "same", "gone", "new" or "cut" (words left out)."""


def changes(old: str, new: str) -> list[Piece]:
    """The new wording with what went and what came, long unchanged stretches cut to a few words on each side."""
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    pieces: list[Piece] = []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            same = before[a:b]
            if len(same) > 3 * _CONTEXT:
                pieces += [("same", _join(same[:_CONTEXT])), ("cut", "…"), ("same", _join(same[-_CONTEXT:]))]
            else:
                pieces.append(("same", _join(same)))
            continue
        if b > a:
            pieces.append(("gone", _join(before[a:b])))
        if d > c:
            pieces.append(("new", _join(after[c:d])))
    return pieces


_FACT = re.compile(r"https?://\S+|\d+(?:[ \xa0.,]\d+)*|\b[A-ZА-ЯЁ][\w-]+")
_SENTENCE_END = re.compile(r"(?:^|[.!?…:\n])[\s»”\")]*[«“\"(—–-]?\s*$")


def fresh(tellings: Sequence[tuple[str, str]]) -> list[list[tuple[bool, str]]]:
    """Of tellings in their order (what is shown of each, and all of its words): what is shown, in pieces.

    A piece is (True, figure or name that no earlier telling has) or (False, the words between).
    """
    told: set[str] = set()
    found = []
    for number, (shown, whole) in enumerate(tellings):
        pieces: list[tuple[bool, str]] = []
        end = 0
        for fact in _FACT.finditer(shown):
            if number and not fact[0].startswith("http") and _key(fact[0]) not in told and not _opens_a_sentence(shown, fact):
                pieces += [(False, shown[end : fact.start()]), (True, fact[0])]
                end = fact.end()
        found.append([(is_fresh, words) for is_fresh, words in [*pieces, (False, shown[end:])] if words])
        told |= {_key(fact) for fact in _FACT.findall(whole)}
    return found


def _opens_a_sentence(text: str, fact: re.Match[str]) -> bool:
    """A capital there says nothing of a name."""
    return not fact[0][0].isdigit() and _SENTENCE_END.search(text, max(0, fact.start() - 6), fact.start()) is not None


def _key(fact: str) -> str:
    """Equal for the forms of a name and the spellings of a figure."""
    if fact[0].isdigit():
        return re.sub(r"[ \xa0]", "", fact).replace(",", ".")
    return fact.lower().replace("ё", "е")[: max(4, len(fact) - 2)]


def marked(snippet: str) -> list[tuple[bool, str]]:
    """(is a found word, text) in order; the marks are private characters."""
    return [
        (piece.startswith(MARK[0]), piece.strip("".join(MARK)))
        for piece in re.split("(\ue000[^\ue001]*\ue001)", snippet)
        if piece
    ]


def _join(tokens: list[str]) -> str:
    return re.sub(r" ?(\n+) ?", r"\1", " ".join(tokens))
