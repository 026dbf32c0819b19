"""The cookbook: named queries for the questions that analysts ask, read from `queries.toml` beside this file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

FILE = Path(__file__).with_name("queries.toml")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A named query: the question, what a row of the answer is (both in Russian too: `title`, `answer`), SQL, its parameters with
    what is asked by default."""

    name: str
    title: str
    answer: str
    sql: str
    russian: Mapping[str, str]
    params: Mapping[str, str | int | float] = field(default_factory=dict)


def load() -> dict[str, Recipe]:
    """Every recipe by its name, in the order of the file."""
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {name: Recipe(name=name, **table) for name, table in tables.items()}
