"""Real pages, served as sites and crawled: each is reached once, whatever lists it, read no worse than by trafilatura alone."""

import pytest

from tests.quality import sites


@pytest.mark.slow
def test_every_page_is_read_as_well_as_it_was_and_no_worse_than_by_trafilatura_alone() -> None:
    alone = {name: sites.plain(name) for name in sites.SETS}
    assert [line for name, got in sites.crawled("feed").items() for line in sites.below(name, "feed", got, alone[name])] == []


@pytest.mark.long
@pytest.mark.slow
@pytest.mark.parametrize("way", ["sitemap", "listing"])
def test_every_page_is_reached_once_by_other_ways_too(way: str) -> None:
    assert {name: got.once for name, got in sites.crawled(way, topic="").items()} == dict.fromkeys(sites.SETS, 1.0)
