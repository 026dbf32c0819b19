"""Real pages, served as sites and crawled: each is reached once, whatever lists it, read no worse than by trafilatura alone."""

import pytest

from tests.quality import sites
from tests.quality.paper import WAYS


@pytest.fixture(scope="module")
def alone() -> dict[str, sites.Scores]:
    return {name: sites.plain(name) for name in sites.SETS}


@pytest.mark.slow
@pytest.mark.parametrize("way", WAYS)
def test_every_page_is_reached_once_and_read_as_well_as_it_was(way: str, alone: dict[str, sites.Scores]) -> None:
    low = [line for name, got in sites.crawled(way).items() for line in sites.below(name, way, got, alone[name])]
    assert low == []
