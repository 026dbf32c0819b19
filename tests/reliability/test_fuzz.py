"""Some broken documents for every parser of outside input; more with `python -m tests.reliability.fuzz`."""

import random
from itertools import islice
from pathlib import Path

import pytest

from tests.reliability.fuzz import REGRESSIONS, TARGETS, complaint, finds


@pytest.mark.parametrize("name", TARGETS)
def test_a_broken_document_is_refused_in_time_and_in_words(tmp_path: Path, name: str) -> None:
    found = [(said, body[:600]) for said, body in islice(finds(name, tmp_path, random.Random(1)), 40) if said]
    assert found == []


@pytest.mark.parametrize(("name", "body"), REGRESSIONS, ids=lambda value: str(value[:20]))
def test_what_once_broke_a_parser_does_not_any_more(tmp_path: Path, name: str, body: bytes) -> None:
    assert complaint(name, body, tmp_path) == ""
