"""`avtoklaster judge`: a dry run of a topic over what is in the archive."""

import json
from pathlib import Path

from click.testing import CliRunner

from crawler.cli import cli
from tests.cli import archives


def test_a_topic_of_another_field_would_drop_every_article(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    archives.fill(path)
    words = ["--archive", str(path), "judge", "--topic", "shipbuilding-clusters", "--json"]
    done = CliRunner().invoke(cli, words, catch_exceptions=False)
    changes = json.loads(done.output)
    assert {row["change"] for row in changes} == {"drop"}
    assert len(changes) >= 4
    assert all(row["reason"].startswith("refused: ") for row in changes)
