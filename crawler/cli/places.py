"""Regions as people name them on a command line: by code, by name, by the town."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import crawler.judging
from storage.regions import NAMES
from storage.text import fold

_PLACES = Path(crawler.judging.__file__).with_name("regions.toml")


def codes(text: str) -> list[str]:
    """The region codes that a text may mean, the only one if it is clear: KGD, «калининградская», «Калуга», «Тольятти»."""
    text = text.strip()
    for code in (text.upper(), f"RU-{text.upper()}"):
        if code in NAMES:
            return [code]
    wanted = fold(text)
    if not wanted:
        return []
    same = [code for code, name in NAMES.items() if wanted == fold(name)]
    part = [code for code, name in NAMES.items() if any(w.startswith(wanted) for w in (fold(name), *fold(name).split()))]
    return (
        same
        or part
        or [code for code, place in _places() if wanted == place or (place[-1] == "*" and wanted.startswith(place[:-1]))]
    )


def _places() -> Iterator[tuple[str, str]]:
    """(code, town) by which articles are judged: words, * for any ending, without the marks for exact forms.

    Short ones would mean too much.
    """
    for region in tomllib.loads(_PLACES.read_text(encoding="utf-8"))["region"]:
        for pattern in region["patterns"]:
            for place in (part.lstrip("=!") for part in fold(pattern).split("|")):
                if " " not in place and (len(place) > 4 or place[-1] != "*"):
                    yield region["code"], place
