"""Backups: whole, checked, put back, rotated; and what is refused."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from storage import open_archive
from tests.cli.archives import fill, spoil
from tests.cli.conftest import Run


@pytest.fixture()
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "avtoklaster.db"
    fill(path)
    return path


def _titles(path: Path) -> list[str]:
    with open_archive(path, read_only=True) as opened:
        return [row[0] for row in opened.conn.execute("SELECT title FROM articles ORDER BY id")]


def test_a_backup_holds_what_the_archive_holds_and_is_searchable(run: Run, archive: Path, tmp_path: Path) -> None:
    report = run("backup", "copy.db", "--json").json()
    assert report["rows"]["articles"] == 4
    assert Path(tmp_path / report["file"]).stat().st_size == report["size"]
    assert _titles(tmp_path / "copy.db") == _titles(archive)
    found = sqlite3.connect(tmp_path / "copy.db").execute(
        "SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'автокомпонент'"
    )
    assert found.fetchall() == [(1,)]


def test_a_backup_is_made_while_a_writer_holds_its_transaction(run: Run, archive: Path, tmp_path: Path) -> None:
    with open_archive(archive) as writer, writer.write():
        writer.conn.execute("UPDATE articles SET title = 'halb'")
        run("backup", "copy.db")
    assert "halb" not in _titles(tmp_path / "copy.db")


def test_restoring_brings_back_what_was_and_keeps_what_is(run: Run, archive: Path, tmp_path: Path) -> None:
    run("backup", "copy.db")
    before = _titles(archive)
    reader = sqlite3.connect(archive)
    with open_archive(archive) as opened, opened.write():
        opened.conn.execute("UPDATE articles SET title = 'spoilt'")
    kept = run("backup", "--restore", "copy.db", "--json").json()["kept"]
    assert _titles(archive) == before == [row[0] for row in reader.execute("SELECT title FROM articles ORDER BY id")]
    assert set(_titles(tmp_path / kept)) == {"spoilt"}
    reader.close()


def _spoilt(archive: Path) -> str:
    spoil(archive, "articles")
    return "not an archive, or a damaged one"


def _pointing_nowhere(archive: Path) -> str:
    conn = sqlite3.connect(archive)
    conn.execute("UPDATE articles SET source = 'nobody'")
    conn.commit()
    conn.close()
    return "damaged: some rows point nowhere"


def _newer(archive: Path) -> str:
    conn = sqlite3.connect(archive)
    conn.execute("PRAGMA user_version = 999")
    conn.close()
    return "written by a newer avtoklaster"


@pytest.mark.parametrize("fault", [_spoilt, _pointing_nowhere, _newer])
def test_a_backup_takes_the_place_of_an_archive_that_cannot_be_backed_up_any_more(
    run: Run, archive: Path, tmp_path: Path, fault: Callable[[Path], str]
) -> None:
    run("backup", "copy.db")
    before = _titles(archive)
    says = fault(archive)
    assert f"avtoklaster.db: {says}" in run("backup", "another.db", code=3).err
    spoilt = archive.read_bytes()
    kept = run("backup", "--restore", "copy.db", "--json").json()["kept"]
    assert _titles(archive) == before
    assert (tmp_path / kept).read_bytes() == spoilt
    run("mark", "1", "--tag", "опять")
    run("backup", "--check", "avtoklaster.db")
    assert not list(tmp_path.glob("*.part*"))


def test_restoring_makes_an_archive_where_there_is_none(run: Run, archive: Path, tmp_path: Path) -> None:
    run("backup", "copy.db")
    for file in tmp_path.glob("avtoklaster.db*"):
        file.unlink()
    run("backup", "--restore", "copy.db")
    assert len(_titles(archive)) == 4


def test_a_damaged_or_foreign_file_is_neither_checked_in_nor_restored(run: Run, archive: Path, tmp_path: Path) -> None:
    run("backup", "copy.db")
    data = bytearray((tmp_path / "copy.db").read_bytes())
    data[len(data) // 2 : len(data) // 2 + 40_000] = b"\xff" * 40_000
    (tmp_path / "broken.db").write_bytes(data)
    (tmp_path / "text.db").write_text("Это не архив.")
    sqlite3.connect(tmp_path / "other.db").execute("CREATE TABLE a (b)").connection.close()
    before = archive.read_bytes()
    for name in ("broken.db", "text.db", "other.db", "missing.db", "."):
        for option in ("--check", "--restore"):
            assert name in run("backup", option, name, code=3).err
    assert archive.read_bytes() == before


def test_nothing_is_overwritten_and_no_half_copy_stays(run: Run, archive: Path, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("mine")
    assert "already there" in run("backup", "copy.db", code=3).err
    assert (tmp_path / "copy.db").read_text() == "mine"
    run("backup", "nowhere/copy.db", code=3)
    assert not list(tmp_path.glob("**/*.part"))


def test_only_so_many_backups_are_kept_and_nothing_else_is_touched(run: Run, archive: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    for day in (1, 2, 3):
        (folder / f"avtoklaster-2026010{day}T000000Z.db").write_text("old")
    (folder / "avtoklaster-mine.db").write_text("other")
    report = run("backup", "backups", "--keep", "2", "--json").json()
    assert [Path(old).name for old in report["removed"]] == ["avtoklaster-20260101T000000Z.db", "avtoklaster-20260102T000000Z.db"]
    assert len(list(folder.iterdir())) == 3


def test_there_is_nothing_to_back_up_without_an_archive(run: Run) -> None:
    assert "no such archive" in run("backup", code=3).err


def test_three_things_at_once_are_refused(run: Run) -> None:
    run("backup", "a.db", "--check", "b.db", code=2)
