"""A fresh archive for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import Archive, open_archive


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with open_archive(tmp_path / "archive.db") as opened:
        yield opened
