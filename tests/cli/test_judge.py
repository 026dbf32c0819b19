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
    assert all(row["reason"].startswith("refused: ") and row["source"] and row["was"] for row in changes)
    assert [row["score"] for row in changes] == sorted(row["score"] for row in changes), "the surest first"


def test_what_a_person_said_of_a_verdict_is_not_listed(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    archives.fill(path)
    words = ["--archive", str(path), "judge", "--topic", "shipbuilding-clusters", "--json"]
    before = json.loads(CliRunner().invoke(cli, words, catch_exceptions=False).output)
    correct = ["--archive", str(path), "correct", before[0]["url"], "verdict", "relevant"]
    assert CliRunner().invoke(cli, correct, catch_exceptions=False).exit_code == 0
    after = json.loads(CliRunner().invoke(cli, words, catch_exceptions=False).output)
    assert [row["url"] for row in after] == [row["url"] for row in before[1:]]
