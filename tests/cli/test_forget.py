"""`prune` and `forget`: what leaves the archive, and what must stay."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from storage import open_archive
from tests.cli.conftest import Run


@pytest.fixture()
def archive(filled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(filled, tmp_path / "avtoklaster.db"))


def _rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with open_archive(path, read_only=True) as opened:
        return [tuple(row) for row in opened.conn.execute(sql)]


def test_old_raw_pages_leave_and_the_newest_of_an_address_stays(run: Run, archive: Path) -> None:
    before = _rows(archive, "SELECT count(*), count(DISTINCT url) FROM kept_pages")[0]
    assert before == (6, 5)
    tomorrow = "2099-01-01"
    assert run("prune", "--before", tomorrow, "--dry-run", "--json").json()["pages"] == 1
    assert run("prune", "--before", "7d", "--json").json()["pages"] == 0
    assert run("prune", "--before", tomorrow, "--compact", "--json").json()["pages"] == 1
    assert _rows(archive, "SELECT count(*), count(DISTINCT url) FROM kept_pages") == [(5, 5)]
    assert run("prune", "--before", tomorrow, "--all", "--source", "gov39", "--json").json()["pages"] == 1
    assert _rows(archive, "SELECT count(*) FROM articles") == [(4,)]


def test_a_forgotten_address_leaves_only_a_bare_row_and_its_copy_carries_on(run: Run, archive: Path) -> None:
    done = run("forget", "https://gov39.ru/press/101/", "--yes", "--why", "просьба", "--json").json()
    assert done == {"pages": 1, "removed": [], "moved": [1]}
    assert _rows(archive, "SELECT url, source FROM articles WHERE id = 1") == [("https://paper.ru/a/9/", "paper")]
    [page] = _rows(archive, "SELECT outcome, reason, title, lead, article FROM pages WHERE url LIKE '%press/101/'")
    assert page == ("off_limits", "forgotten: просьба", "", "", None)
    assert _rows(archive, "SELECT count(*) FROM copies") == [(0,)]
    assert len(run("search", "Амберавто", "--json").json()) == 1


def test_a_forgotten_article_is_nowhere_in_the_file(run: Run, archive: Path) -> None:
    assert "тормозных".encode() in archive.read_bytes()
    assert run("forget", "https://admoblkaluga.ru/news/7/", "--yes", "--json").json()["removed"] == [2]
    assert run("search", "тормозных", "--json").json() == []
    assert "Резидент особой".encode() not in archive.read_bytes()
    assert "no article" in run("diff", 2, code=2).err
    assert _rows(archive, "PRAGMA integrity_check") == [("ok",)]


def test_a_forgotten_source_takes_everything_of_its_own_along(run: Run, archive: Path) -> None:
    assert run("forget", "gov39", "--yes", "--json").json()["moved"] == [1]
    for table in ("pages", "articles", "copies", "crawls", "kept_pages"):
        assert _rows(archive, f"SELECT count(*) FROM {table} WHERE source = 'gov39'") == [(0,)]
    assert _rows(archive, "SELECT count(*) FROM articles") == [(4,)]
    assert _rows(archive, "PRAGMA foreign_key_check") == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["gov39"], "--yes"),
        (["gov93", "--yes"], "Did you mean 'gov39'?"),
        (["https://unknown.ru/", "--yes"], "not known"),
    ],
)
def test_nothing_is_forgotten_by_mistake(run: Run, archive: Path, arguments: list[str], said: str) -> None:
    assert said in run("forget", *arguments, code=2).err
    assert _rows(archive, "SELECT count(*) FROM articles") == [(4,)]
