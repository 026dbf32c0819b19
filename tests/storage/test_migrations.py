"""An archive of an older version: copied beside itself, brought forward whole or not at all."""

import sqlite3
from pathlib import Path

import pytest

from storage import migrations, open_archive
from storage.connection import APPLICATION_ID
from storage.errors import ArchiveUnwritable
from storage.migrations import LATEST, NAMES, migrate


def old(path: Path, version: int) -> None:
    """An archive as an older program left it, with something in it."""
    conn = sqlite3.connect(path, isolation_level=None)
    conn.execute("PRAGMA journal_mode = WAL")
    migrate(path, conn, APPLICATION_ID, target=version)
    conn.execute("INSERT INTO sources (id, name) VALUES ('gov39', 'Правительство')")
    conn.close()


def state(path: Path) -> tuple[int, list[tuple]]:
    conn = sqlite3.connect(path)
    try:
        assert conn.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        return conn.execute("PRAGMA user_version").fetchone()[0], conn.execute("SELECT id, name FROM sources").fetchall()
    finally:
        conn.close()


KEPT = [("gov39", "Правительство")]


def test_migrations_are_one_file_each_and_in_order() -> None:
    assert list(NAMES) == sorted(NAMES)
    assert len({name[:5] for name in NAMES}) == LATEST


@pytest.mark.parametrize("version", range(1, LATEST))
def test_an_older_archive_is_copied_beside_itself_and_brought_forward(tmp_path: Path, version: int) -> None:
    path = tmp_path / "архив.db"
    old(path, version)
    open_archive(path).close()
    assert state(path) == (LATEST, KEPT)
    (backup,) = tmp_path.glob("*.bak")
    assert backup.name.startswith(f"архив.db.v{version}-")
    assert state(backup) == (version, KEPT)
    open_archive(path).close()
    assert len(list(tmp_path.glob("*.bak"))) == 1, "only before a migration"
    open_archive(backup).close()
    assert state(backup)[0] == LATEST, "a backup is an archive"


def test_a_new_archive_needs_no_backup(tmp_path: Path) -> None:
    open_archive(tmp_path / "a.db").close()
    assert [file.name for file in tmp_path.iterdir()] == ["a.db"]


def test_a_migration_that_fails_leaves_the_old_version_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.db"
    old(path, LATEST - 1)
    real = migrations.import_module

    class Broken:
        @staticmethod
        def migrate(conn: sqlite3.Connection) -> None:
            real(f"storage.migrations.{NAMES[-1]}").migrate(conn)
            conn.execute("INSERT INTO sources (id, name) VALUES ('half', 'way')")
            raise RuntimeError("power cut")

    monkeypatch.setattr(migrations, "import_module", lambda name: Broken if name.endswith(NAMES[-1]) else real(name))
    with pytest.raises(RuntimeError, match="power cut"):
        open_archive(path)
    assert state(path) == (LATEST - 1, KEPT)
    monkeypatch.undo()
    open_archive(path).close()
    assert state(path) == (LATEST, KEPT)


def test_without_room_for_the_backup_nothing_is_migrated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.db"
    old(path, LATEST - 1)

    def full(path: Path, version: int) -> Path:
        raise ArchiveUnwritable("no room")

    monkeypatch.setattr(migrations, "_back_up", full)
    with pytest.raises(ArchiveUnwritable):
        open_archive(path)
    assert state(path) == (LATEST - 1, KEPT)


def test_reading_an_older_archive_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    old(path, 1)
    with open_archive(path, read_only=True) as archive:
        assert archive.one("SELECT count(*) FROM sources")[0] == 1
    assert state(path) == (1, KEPT)
    assert list(tmp_path.glob("*.bak")) == []
