"""What grouping costs is bounded, however many articles are alike."""

from pathlib import Path

import pytest

from tests.benchmarks.growth import mass


@pytest.mark.long
def test_one_more_of_many_look_alikes_costs_little_more_than_one_of_a_few(tmp_path: Path) -> None:
    few, many = mass(tmp_path, 60, 300)
    assert many < 1.6 * few, f"{few:.1f} ms in an archive of 60, {many:.1f} ms in one of 300"
