"""What reading reaches on the labelled sets may only get better."""

import pytest

from tests.quality import reading


@pytest.mark.parametrize("name", ["altai-pages", "ru-pages"])
def test_a_set_is_read_as_well_as_it_was(name: str) -> None:
    assert reading.below(name, reading.score(name)) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", ["fundus", "htmldate", "aeb", pytest.param("wcxb", marks=pytest.mark.long)])
def test_a_large_set_is_read_as_well_as_it_was(name: str) -> None:
    assert reading.below(name, reading.score(name)) == []


def test_russian_bylines_and_encodings_all_come_out() -> None:
    wanted = reading.floors()["russian"]
    assert (reading.bylines(), reading.encodings()) == (wanted["bylines"], wanted["encodings"])
