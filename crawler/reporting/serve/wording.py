"""Two wordings side by side: which words went and which came. Pure."""

from __future__ import annotations

import difflib
import re

_TOKEN = re.compile(r"\S+|\n+")
_CONTEXT = 12

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


def _join(tokens: list[str]) -> str:
    return re.sub(r" ?(\n+) ?", r"\1", " ".join(tokens))
