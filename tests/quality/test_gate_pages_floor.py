"""On real pages the gate loses nothing that reading and verdict would keep."""

import pytest

from tests.quality.gate_pages import measure


@pytest.mark.slow
@pytest.mark.parametrize(("folder", "gated"), [("altai-pages", 0.80), ("ru-pages", 0.99)])
def test_real_pages(folder: str, gated: float) -> None:
    row = measure(folder, 40)
    assert row["lost"] == 0
    assert row["gated"] >= gated
