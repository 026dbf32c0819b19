"""What people ask stays quick: the questions of `archive_speed` on a small archive, by the processor's time.

The limit is for a million articles; at this size it catches what grows with the archive by its shape (a scan, a rank over all).
"""

from pathlib import Path

import pytest

from storage import open_archive
from tests.quality import archive_speed
from tests.quality.large_archive import fill


@pytest.mark.long
@pytest.mark.slow
def test_every_question_is_answered_within_the_patience_of_a_person(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with open_archive(path) as archive:
        fill(archive, 10_000, words=60)
    found = dict(archive_speed.measure(path, rounds=3))
    assert len(found) > 40
    # on a machine that is busy with other tests a question may take twice its time
    slow = {name: round(cpu) for name, (_, _, cpu) in found.items() if cpu > 2 * archive_speed.LIMIT}
    assert slow == {}
