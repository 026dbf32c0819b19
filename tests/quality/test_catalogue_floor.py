"""The floors of `tests.quality.catalogue`: what was reached once stays reached."""

import tomllib
from pathlib import Path

from tests.quality import catalogue

FLOOR = tomllib.loads((Path(__file__).parent / "floors.toml").read_text(encoding="utf-8"))["catalogue"]

BOUND = 5.0
"""Seconds for one document on a busy machine; the slowest takes a tenth of that on an idle one."""


def test_feeds_with_entries_are_read_and_none_breaks_or_holds_up_the_parser() -> None:
    row = catalogue.of_feeds()
    assert row["found"] >= FLOOR["feeds_found"]
    assert row["slowest_seconds"] < BOUND


def test_real_robots_files_are_understood_in_bounded_time() -> None:
    row = catalogue.of_robots()
    assert row["files"] > 500
    assert row["slowest_seconds"] < BOUND


def test_index_pages_of_large_sites_list_links() -> None:
    row = catalogue.of_listings()
    assert row["least_links"] >= FLOOR["listing_links"]
    assert row["slowest_seconds"] < BOUND


def test_the_catalogue_only_grows_and_every_example_fits() -> None:
    row, _ = catalogue.of_catalogue()
    assert row["sources"] >= FLOOR["sources"]
    assert row["with_an_example"] >= FLOOR["examples"]
    assert row["examples_that_fit"] == 1.0
