"""Checked reading of TOML tables and of weight files, for topic files written by people."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping
from typing import Any

from crawler.errors import TopicError
from crawler.judging.topic import Model

_IDENTITY = re.compile(r"[a-z][a-z0-9_]*")


class Table:
    """One table of a TOML file; every getter raises TopicError naming file, key and what is allowed."""

    def __init__(self, file: str, path: str, data: Mapping[str, Any]) -> None:
        self.file, self.path, self.data = file, path, data

    def at(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def _fail(self, key: str, allowed: str) -> TopicError:
        given = f"{self.data[key]!r} is not allowed: " if key in self.data else "is missing: "
        return TopicError(f"{self.file}: {self.at(key)} {given}{allowed}")

    def known(self, keys: Collection[str]) -> None:
        for key in self.data:
            if key not in keys:
                near = difflib.get_close_matches(key, keys, n=1)
                hint = f"did you mean {near[0]!r}? " if near else ""
                raise TopicError(f"{self.file}: unknown key {self.at(key)}: {hint}allowed are {', '.join(sorted(keys))}")

    def text(self, key: str, default: str | None = None) -> str:
        value = self.data.get(key, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self._fail(key, "a text")
        return value

    def number(self, key: str, default: float, *, low: float, high: float) -> float:
        value = self.data.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
            raise self._fail(key, f"a number from {low:g} to {high:g}")
        return float(value)

    def integer(self, key: str, default: int, *, low: int, high: int) -> int:
        value = self.data.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self._fail(key, f"a whole number from {low} to {high}")
        return value

    def boolean(self, key: str) -> bool:
        value = self.data.get(key, False)
        if not isinstance(value, bool):
            raise self._fail(key, "true or false")
        return value

    def texts(self, key: str) -> list[str]:
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            raise self._fail(key, "a list of texts")
        return value

    def choice(self, key: str, among: Collection[str], default: str | None = None) -> str:
        value = self.text(key, default)
        if value not in among:
            near = difflib.get_close_matches(value, among, n=1)
            raise self._fail(key, (f"did you mean {near[0]!r}? " if near else "") + f"one of {', '.join(sorted(among))}")
        return value

    def choices(self, key: str, among: Collection[str]) -> list[str]:
        return [Table(self.file, self.path, {key: value}).choice(key, among) for value in self.texts(key)]

    def identity(self, taken: Collection[str]) -> str:
        value = self.text("id")
        if not _IDENTITY.fullmatch(value):
            raise self._fail("id", "lower-case Latin letters, digits and underscores, a letter first")
        if value in taken:
            raise self._fail("id", "each id once")
        return value

    def table(self, key: str) -> Mapping[str, Any]:
        value = self.data.get(key, {})
        if not isinstance(value, dict):
            raise self._fail(key, f"a table: [{key}]")
        return value

    def tables(self, key: str) -> list[Table]:
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self._fail(key, f"a list of tables: [[{key}]]")
        return [
            Table(self.file, f"{self.at(key)}[{item.get('id', item.get('code', index + 1))}]", item)
            for index, item in enumerate(value)
        ]


def read_weights(text: str, label: str) -> Model:
    """Reads `kind TAB name TAB weight` lines (kinds: bias, rules, stem, feature; # begins a comment). Raises TopicError."""
    bias, rules = 0.0, 1.0
    stems: dict[str, float] = {}
    features: dict[str, float] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        parts = line.split("\t")
        try:
            kind, name, weight = parts[0], parts[1], float(parts[2])
        except (IndexError, ValueError):
            raise TopicError(f"{label}:{number}: kind, name and weight, separated by tabs") from None
        if kind == "bias":
            bias = weight
        elif kind == "rules":
            rules = weight
        elif kind in {"stem", "feature"}:
            (stems if kind == "stem" else features)[name] = weight
        else:
            raise TopicError(f"{label}:{number}: {kind!r} is not allowed: bias, rules, stem or feature")
    return Model(bias=bias, rules=rules, stems=stems, features=features)
