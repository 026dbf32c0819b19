"""Asking by rhythm saves at least as much waiting as it did."""

import tomllib
from pathlib import Path
from statistics import mean

import pytest

from tests.quality import rhythm

FLOOR = tomllib.loads((Path(__file__).parent / "floors.toml").read_text(encoding="utf-8"))["rhythm"]


def test_a_ministry_in_office_hours_is_seen_in_less_than_half_the_time() -> None:
    assert 1 - rhythm.ratio(rhythm.ministry(), 24)[0] >= FLOOR["ministry_saved"]
    assert 1 - rhythm.ratio(rhythm.ministry(seed=7), 24)[0] >= 0.5


def test_news_channels_that_never_sleep_are_seen_sooner_too() -> None:
    channels = rhythm.channels().values()
    assert 1 - mean(rhythm.ratio(times, 24)[0] for times in channels) >= FLOOR["channels_saved"]
    assert 1 - mean(rhythm.ratio(times, 24, daily=True)[0] for times in channels) >= FLOOR["channels_saved_daily"]


@pytest.mark.long
def test_nobody_who_publishes_is_called_silent_and_a_ministry_that_stops_is_within_a_week() -> None:
    false, looked, days = rhythm.silences(rhythm.ministry())
    assert (false, looked > 40) == (0, True)
    assert days <= 7
    assert [rhythm.silences(times[:200])[0] for times in rhythm.channels().values()] == [0] * 5
