"""One world for the tests that only read it."""

from collections.abc import Iterator
from datetime import date

import pytest

from crawler.simulator import World, start


@pytest.fixture(scope="package")
def world() -> Iterator[World]:
    with start(today=date(2026, 9, 14)) as world:
        yield world


@pytest.fixture
def fresh() -> Iterator[World]:
    with start(today=date(2026, 9, 14)) as world:
        yield world
