"""A crowd at one archive for a few seconds; for a minute with `python -m tests.reliability.locks`."""

from pathlib import Path

import pytest

from tests.reliability.locks import crowd


@pytest.mark.slow
def test_nobody_is_told_that_the_archive_is_locked_and_no_update_is_lost(tmp_path: Path) -> None:
    seen = crowd(tmp_path, 6)
    assert seen.wrong == []
    assert seen.written > 0 and seen.read > 0 and seen.pages > 0 and seen.backups > 0
