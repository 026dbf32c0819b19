"""Reasons, witnesses, alarms in the language of a page: the archive keeps them in English, as they were written down. Pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from crawler.reporting.health import KINDS
from storage.corrected import OVERRULED

_TABLES: dict[str, dict[str, str]] = tomllib.loads(Path(__file__).with_name("reasons.toml").read_text(encoding="utf-8"))
_GAP = re.compile(r"\\\{([a-c])\\\}")
_LISTED = re.compile(r"(?<=\)), (?=\S)|(?<=\)) and ")
_VISIBLE = re.compile(r", (?=(?:is|has|stands|says|ends|begins|belongs|year|day order|distance)\b)")
_AND = re.compile(r" and (?=only in passing about |nothing about )")


@dataclass(frozen=True, slots=True)
class Teller:
    """How the pages of a language say what the archive keeps in English."""

    named: Callable[[str, str], str]
    of_date: Callable[[str], str]
    of_verdict: Callable[[str], str]
    of_alarm: Callable[[str], str]


def named(table: str, word: str) -> str:
    """A single word of the archive in Russian; one that is not known stays."""
    return _TABLES[table].get(word, word)


def of_date(why: str) -> str:
    """Why a date was believed or not; what is not known stays."""
    before, semicolon, rest = why.partition("; ")
    if semicolon and before == OVERRULED:
        return f"{named('date', before)}; {of_date(rest)}"
    pieces = _VISIBLE.split(why)
    if any(piece in _TABLES["visible"] for piece in pieces):
        return ", ".join(named("visible", piece) for piece in pieces)
    return _put("date", why, lambda word: named("witness", word)) or why


def of_verdict(reason: str) -> str:
    """Why an article was kept or refused; what is not known, as the words of a topic of one's own, stays."""
    sentence, semicolon, rest = reason.partition("; read from the text of the ")
    known = _put("verdict", sentence, _listed)
    if known is None:
        return reason
    return f"{known}; прочитано из другого места: {rest}" if semicolon else known


def of_alarm(message: str) -> str:
    """The details of an alarm: several, with semicolons between them, some with a semicolon of their own; unknown ones stay."""
    parts = message.split("; ")
    told = []
    while parts:
        for many in range(len(parts), 0, -1):
            known = _put("detail", "; ".join(parts[:many]), of_alarm, gap=r"[^;]+?")
            if known is not None or many == 1:
                told.append(parts[0] if known is None else known)
                parts = parts[many:]
                break
    return "; ".join(told)


def _listed(text: str) -> str:
    """Groups with a term each, as judging lists them: «vehicles («автобус», title), plants («завод», text)»."""
    if text.startswith(("only in passing", "nothing about")):
        return " и ".join(_part(part) for part in _AND.split(text))
    return ", ".join(_part(part) for part in _LISTED.split(text))


def _part(text: str) -> str:
    return _put("parts", text, lambda inner: _TABLES["notes"].get(inner, inner)) or _TABLES["notes"].get(text, text)


def _put(table: str, text: str, inner: Callable[[str], str], gap: str = ".+") -> str | None:
    """The Russian of the narrowest pattern that fits, its gaps filled; None if none does."""
    for pattern, russian in _patterns(table, gap):
        if found := pattern.fullmatch(text):
            filled = {name: inner(words) for name, words in found.groupdict().items()}
            return russian.format_map(filled)
    return None


TELLERS = {
    "ru": Teller(named, of_date, of_verdict, of_alarm),
    "en": Teller(lambda table, word: KINDS.get(word, word) if table == "alarm" else word, str, str, str),
}


@cache
def _patterns(table: str, gap: str) -> list[tuple[re.Pattern[str], str]]:
    ordered = sorted(_TABLES[table].items(), key=lambda item: -len(re.sub(r"\{[a-c]\}", "", item[0])))
    return [
        (re.compile(_GAP.sub(lambda name: f"(?P<{name[1]}>{gap})", re.escape(english)), re.DOTALL), russian)
        for english, russian in ordered
    ]
