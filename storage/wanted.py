"""What a person types into the search, as an FTS5 expression: words, "phrases", -exclusions, prefix*, OR."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from storage.errors import QueryRefused
from storage.morphology import expand
from storage.text import fold, lemma, words

_TOKEN = re.compile(r'(?P<minus>(?<!\S)[-−–])?(?:["«“„](?P<phrase>[^"»“”]*)["»“”]?|(?P<word>[^\s"«»“”„]+))')
Known = Callable[[set[str]], set[str]]
_OR = {"OR", "ИЛИ", "|"}
_STOP = frozenset(
    re.findall(r"\w+", "а без бы в во для до же за и из или к как ко на не но о об от по при с со то у что это the of and in")
)
"""So common that asking for them only costs time; heeded within phrases."""


@dataclass(frozen=True, slots=True)
class Expression:
    """`match` is for the whole index, `title` the same for titles alone; `any` finds a superset of `match` (no AND, no NOT)."""

    match: str
    title: str
    any: str


@dataclass(frozen=True, slots=True)
class _Term:
    """Alternatives, one of which must be there; each alternative is one word or several that follow each other."""

    alternatives: tuple[str, ...]
    excluded: bool


def parse(text: str, known: Known) -> Expression:
    """`known` keeps of some Cyrillic forms those that were ever met. Raises QueryRefused where there is nothing to look for."""
    groups: list[list[_Term]] = []
    joining = False
    for found in _TOKEN.finditer(text):
        if found["word"] in _OR and groups and not found["minus"]:
            joining = True
            continue
        term = _term(found, known)
        if term is None:
            continue
        if joining and not term.excluded:
            groups[-1].append(term)
        else:
            groups.append([term])
        joining = False
    wanted = [group for group in groups if not group[0].excluded]
    unwanted = [group for group in groups if group[0].excluded]
    if not wanted:
        raise QueryRefused("a search needs at least one word to look for")
    return Expression(
        match=_joined(wanted, unwanted, ""),
        title=_joined(wanted, unwanted, "title"),
        any=" OR ".join(f"({_group(group, '')})" for group in wanted),
    )


def _joined(wanted: list[list[_Term]], unwanted: list[list[_Term]], where: str) -> str:
    match = " AND ".join(f"({_group(group, where)})" for group in wanted)
    if unwanted:
        match = f"({match}) NOT ({' OR '.join(_group(group, '') for group in unwanted)})"
    return match


def _group(group: list[_Term], where: str) -> str:
    columns = {"l:": "title_lemmas", "f:": "title"} if where else {"l:": "title_lemmas text_lemmas", "f:": "title text"}
    columns["p:"] = f"{columns['l:']} {columns['f:']}"
    by_column: dict[str, list[str]] = {}
    for term in group:
        for alternative in term.alternatives:
            by_column.setdefault(columns[alternative[:2]], []).append(alternative[2:])
    return " OR ".join(f"{{{names}}} : ({' OR '.join(found)})" for names, found in by_column.items())


def _term(found: re.Match[str], known: Known) -> _Term | None:
    excluded = found["minus"] is not None
    if found["phrase"] is not None:
        parts = words(found["phrase"])
        return _Term((_phrase(parts),), excluded) if parts else None
    raw = found["word"]
    parts = words(raw)
    if not parts:
        return None
    if raw.endswith("*"):
        return _Term((f'p:"{" ".join(parts)}" *',), excluded)
    if len(parts) > 1:
        # what is written with a hyphen here may be written together there
        return _Term((_phrase(parts), f'l:"{lemma("".join(parts))}"'), excluded)
    return None if fold(raw) in _STOP else _Term(_word(parts[0], known), excluded)


def _phrase(parts: list[str]) -> str:
    return f'l:"{" ".join(lemma(part) for part in parts)}"'


def _word(word: str, known: Known) -> tuple[str, ...]:
    wanted = expand(word)
    cyrillic = {form for form in wanted.forms if not form.isascii()}
    forms = sorted(known(cyrillic) | (set(wanted.forms) - cyrillic))
    return (*(f'l:"{one}"' for one in wanted.lemmas), *(f'f:"{one}"' for one in forms))
