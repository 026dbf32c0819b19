"""Reprints are found and template siblings kept apart at least as well as before."""

import tomllib
from pathlib import Path

import pytest

from tests.quality import copies

FLOORS = tomllib.loads(Path(__file__).with_name("floors.toml").read_text(encoding="utf-8"))["copies"]


@pytest.mark.parametrize("sample", [80, pytest.param(0, marks=pytest.mark.long)])
def test_reprints_are_found_and_nothing_else(sample: int) -> None:
    table = copies.measure(sample=sample)
    # a small sample may miss by chance what the whole may not
    slack = 0.02 if sample else 0.0
    assert table["together"]["recall"] >= FLOORS["recall"] - slack
    assert table["together"]["precision"] >= FLOORS["precision"] - slack
    assert table["siblings"]["recall"] >= FLOORS["siblings"]
