"""The shipped topic decides at least as well as before, and the gate refuses nothing that the verdict keeps."""

import tomllib
from pathlib import Path

import pytest

from tests.quality import relevance

FLOORS = tomllib.loads(Path(__file__).with_name("floors.toml").read_text(encoding="utf-8"))["relevance"]


def test_the_texts_on_real_events() -> None:
    row = relevance.labelled()
    for name in ("recall", "refused", "hard_refused", "region"):
        assert row[name] >= FLOORS[name], name


def test_texts_that_were_never_trained_on() -> None:
    for name, value in relevance.blind().items():
        assert value >= FLOORS[name], name


@pytest.mark.slow
def test_general_news_is_not_kept() -> None:
    row = relevance.general()
    assert row["kept"] <= FLOORS["general_kept_at_most"]
    assert row["errors"] <= FLOORS["general_errors_at_most"]
    assert row["gated"] >= FLOORS["general_gated"]
