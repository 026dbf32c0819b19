"""What a person types into the search, as an FTS5 expression: words, "phrases", -exclusions, prefix*, OR."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from storage.errors import QueryRefused
from storage.morphology import expand, is_acronym
from storage.snippets import Pattern
from storage.text import fold, lemma, words

_TOKEN = re.compile(r'(?P<minus>(?<!\S)[-−–])?(?:["«“„](?P<phrase>[^"»“”]*)["»“”]?|(?P<word>[^\s"«»“”„]+))')
_LISTED = re.compile(r"(?<=[^\W\d])[,;/+](?=[^\W\d])")
"""What stands between words that are listed without a space; between figures it is part of a number."""

_CODE = re.compile(r"([^\W\d]+)(\d+)")

_OR = {"OR", "ИЛИ", "|"}
_STOP = frozenset(
    re.findall(r"\w+", "а без бы в во для до же за и из или к как ко на не но о об от по при с со то у что это the of and in")
)
"""So common that asking for them only costs time; heeded within phrases."""

_PREFIX = 3
"""Letters that a prefix needs: «по*» begins a tenth of all words."""

_LEMMAS = "title_lemmas text_lemmas"
_FORMS = "title text"


class Lexicon(Protocol):
    """The words of an archive, folded (`storage.fulltext.Words`)."""

    def met(self, forms: Iterable[str]) -> set[str]:
        """Which of these Cyrillic forms were ever indexed."""

    def forms(self, lemma: str) -> set[str]:
        """The forms of a lemma that were met."""

    def beginning(self, prefix: str) -> tuple[set[str], set[str]]:
        """Lemmas that begin so, and forms that do though their lemma does not."""


@dataclass(frozen=True, slots=True)
class Expression:
    """`match` is for FTS5; `any` finds a superset of it (no AND, no NOT); `phrases` is how many alternatives `any` has.

    `patterns` has for each thing that is wanted what it looks like in a text, `runs` the single words of each phrase.
    `nothing`: what is wanted is also left out, so that no text can match.
    """

    match: str
    any: str
    phrases: int
    patterns: tuple[tuple[Pattern, ...], ...]
    runs: tuple[tuple[str, ...], ...] = ()
    nothing: bool = False


@dataclass(frozen=True, slots=True)
class _Alternative:
    """Words (of FTS5: lemmas, forms or a prefix) in some columns, and what they look like in a text."""

    columns: str
    quoted: str
    pattern: Pattern

    @property
    def run(self) -> tuple[str, ...]:
        """Its words one by one, each as an expression of its own."""
        return tuple(f'{{{self.columns}}} : "{word}"' for word in self.quoted.strip('" *').split())


Term = tuple[_Alternative, ...]


def parse(text: str, lexicon: Lexicon) -> Expression:
    """Raises QueryRefused where there is nothing to look for, or a prefix is too short."""
    wanted: list[list[_Alternative]] = []
    unwanted: list[_Alternative] = []
    joining = False
    for found in _TOKEN.finditer(_LISTED.sub(" ", text)):
        if found["word"] in _OR and not found["minus"]:
            joining = bool(wanted)
            continue
        term = _term(found, lexicon)
        if term and found["minus"]:
            unwanted += term
        elif term and joining:
            wanted[-1] += term
        elif term:
            wanted.append(list(term))
        joining = False
    if not wanted:
        raise QueryRefused("a search needs at least one word to look for")
    groups = [_any_of(group) for group in wanted]
    match = " AND ".join(f"({group})" for group in groups)
    return Expression(
        match=f"({match}) NOT ({_any_of(unwanted)})" if unwanted else match,
        any=" OR ".join(groups),
        phrases=sum(len(group) for group in wanted),
        patterns=tuple(tuple(one.pattern for one in group) for group in wanted),
        runs=tuple(one.run for group in wanted for one in group if len(one.pattern) > 1),
        nothing=any(set(group) <= set(unwanted) for group in wanted),
    )


def _any_of(alternatives: Iterable[_Alternative]) -> str:
    by_columns: dict[str, list[str]] = {}
    for one in alternatives:
        by_columns.setdefault(one.columns, []).append(one.quoted)
    return " OR ".join(f"{{{columns}}} : ({' OR '.join(quoted)})" for columns, quoted in by_columns.items())


def _term(found: re.Match[str], lexicon: Lexicon) -> Term:
    if found["phrase"] is not None:
        parts = words(found["phrase"])
        return (_phrase(parts, lexicon),) if parts else ()
    raw = found["word"]
    parts = words(raw)
    if not parts:
        return ()
    if raw.endswith("*"):
        return _prefix(parts, lexicon)
    if len(parts) > 1:
        # what is written with a hyphen here may be written together there
        return _phrase(parts, lexicon), _lemma(lemma("".join(parts)), lexicon)
    if is_acronym(raw):
        return (_form(raw),)
    if code := _CODE.fullmatch(parts[0]):
        # М11 here, М-11 there
        return *_word(parts[0], lexicon), _phrase(list(code.groups()), lexicon)
    return () if fold(raw) in _STOP else _word(parts[0], lexicon)


def _lemma(one: str, lexicon: Lexicon) -> _Alternative:
    return _Alternative(_LEMMAS, f'"{one}"', (frozenset({one}) | lexicon.forms(one),))


def _form(one: str) -> _Alternative:
    return _Alternative(_FORMS, f'"{one}"', (frozenset({fold(one)}),))


def _phrase(parts: list[str], lexicon: Lexicon) -> _Alternative:
    lemmas = [lemma(part) for part in parts]
    pattern = tuple(frozenset({part, one}) | lexicon.forms(one) for part, one in zip(parts, lemmas, strict=True))
    return _Alternative(_LEMMAS, f'"{" ".join(lemmas)}"', pattern)


def _word(word: str, lexicon: Lexicon) -> Term:
    found = expand(word)
    cyrillic = {form for form in found.forms if not form.isascii()}
    forms = sorted(lexicon.met(cyrillic) | (set(found.forms) - cyrillic))
    return (*(_lemma(one, lexicon) for one in found.lemmas), *(_form(one) for one in forms))


def _prefix(parts: list[str], lexicon: Lexicon) -> Term:
    """A Cyrillic prefix as the words that begin so: FTS5 would first write out all their places, however few are asked for."""
    last = parts[-1]
    if len(last) < _PREFIX:
        raise QueryRefused(f"{last}*: a prefix needs at least {_PREFIX} letters")
    if len(parts) > 1 or last.isascii():
        pattern: Pattern = (*(frozenset({part}) for part in parts[:-1]), last)
        return (_Alternative(f"{_LEMMAS} {_FORMS}", f'"{" ".join(parts)}" *', pattern),)
    lemmas, forms = lexicon.beginning(last)
    begun = [_Alternative(_LEMMAS, f'"{one}"', (last,)) for one in sorted(lemmas)]
    return (*begun, *(_form(one) for one in sorted(forms)), *(() if begun or forms else (_form(last),)))
