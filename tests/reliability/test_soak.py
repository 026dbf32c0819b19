"""The soak and the stray kills in short: the whole machinery at work, the long forms by their commands."""

from pathlib import Path

import pytest

from tests.reliability import soak, stray

pytestmark = pytest.mark.slow


@pytest.mark.long
def test_a_day_of_a_daemon_with_sites_that_break_and_recover_is_as_planned(tmp_path: Path) -> None:
    found = soak.run(tmp_path, count=8, days=1.2, seed=3)
    assert found["wrong"] == []
    assert found["crawls"] >= 8 * 7
    assert found["delays"]["structural"], "something must have been broken and told of"
    assert found["rss"] < 60


@pytest.mark.parametrize("seed", [5])
def test_kill_9_at_random_moments_loses_and_doubles_nothing(tmp_path: Path, seed: int) -> None:
    found = stray.run(tmp_path, kills=3, seed=seed, sites=3)
    assert found["wrong"] == []
    assert sum(found["struck"].values()) == 3
    assert found["counted"]["pages"] >= 3 * 12
