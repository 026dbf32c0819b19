"""Stories come out at least as well as before."""

import tomllib
from pathlib import Path

import pytest

from tests.quality import stories

FLOORS = tomllib.loads(Path(__file__).with_name("floors.toml").read_text(encoding="utf-8"))["stories"]


def test_the_invented_events_in_any_order() -> None:
    row = stories.orders(3)
    assert row["lowest"] >= FLOORS["invented_f1"]
    assert row["agreement"] >= FLOORS["agreement"]


@pytest.mark.slow
def test_pairs_of_news_labelled_by_people() -> None:
    assert stories.pairs()["f1"] >= FLOORS["pairs_f1"]


@pytest.mark.slow
def test_the_events_of_this_topic_and_their_look_alikes() -> None:
    row = stories.relevance()
    assert row["f1"] >= FLOORS["relevance_f1"]
    assert row["apart"] >= FLOORS["look_alikes_apart"]
