"""One prepared stage for all tests that disturb a task: archives, undisturbed ends, the server of processes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.reliability.kills import Matrix, matrix


@pytest.fixture(scope="session")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matrix]:
    with matrix(tmp_path_factory.mktemp("stage")) as made:
        yield made
