"""DESIGN §6 against the crawl command: every behaviour of a server on an article and on each way of discovery.

The first part of the matrix here, the rest by `python -m tests.reliability.faults`.
"""

from collections.abc import Iterator

import pytest

from tests.reliability.behaviours import Case
from tests.reliability.faults import QUICK, SLOW, Matrix

pytestmark = pytest.mark.slow  # each row of the table runs with every test in tests/crawl/test_failure_table.py


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matrix]:
    yield Matrix(tmp_path_factory.mktemp("matrix"), QUICK)


def _name(value: object) -> str:
    return value.name if isinstance(value, Case) else str(value)


@pytest.mark.parametrize(("case", "on"), QUICK, ids=_name)
def test_the_outcome_is_typed_and_nothing_else_is_lost(quick: Matrix, case: Case, on: str) -> None:
    assert quick.problems((case, on)) == []
    assert quick.unhealed((case, on)) == []


def test_the_two_parts_are_the_whole_matrix() -> None:
    assert len(QUICK) + len(SLOW) == 5 * len({case.name for case, _ in QUICK + SLOW})


def test_memory_stays_bounded_and_the_archive_whole(quick: Matrix) -> None:
    assert quick.memory < 700, f"{quick.memory} MB"
    assert quick.integrity == "ok"


def test_no_article_is_without_its_page_and_no_page_without_a_reason(quick: Matrix) -> None:
    desk = quick.desk
    assert desk.rows("SELECT id FROM articles WHERE url NOT IN (SELECT url FROM pages)") == []
    assert desk.rows("SELECT url FROM copies WHERE url NOT IN (SELECT url FROM pages)") == []
    assert desk.rows("SELECT url FROM pages WHERE reason = '' AND outcome NOT IN ('unchanged')") == []
    assert desk.rows("SELECT id FROM crawls WHERE outcome IS NULL OR finished IS NULL") == []
