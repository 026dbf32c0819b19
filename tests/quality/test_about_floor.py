"""Regions and companies are found at least as well as before."""

import tomllib
from pathlib import Path

from tests.quality import about

FLOORS = tomllib.loads(Path(__file__).with_name("floors.toml").read_text(encoding="utf-8"))["about"]


def test_a_hundred_texts_labelled_by_hand() -> None:
    row = about.measure()
    assert row["regions"] >= FLOORS["regions"]
    assert row["companies"] >= FLOORS["companies"]
