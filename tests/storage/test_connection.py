"""Opening an archive: what is refused, in which words, and that it is whole afterwards."""

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from storage import Archive, migrations, open_archive
from storage.connection import APPLICATION_ID
from storage.errors import ArchiveBusy, ArchiveError, ArchiveMissing, NewerArchive, NotAnArchive
from storage.migrations import LATEST


def test_a_first_opening_makes_an_archive_that_a_second_one_finds(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with open_archive(path) as archive:
        assert archive.one("PRAGMA journal_mode")[0] == "wal"
        assert archive.one("PRAGMA foreign_keys")[0] == 1
        assert archive.one("PRAGMA user_version")[0] == LATEST
        assert archive.one("PRAGMA application_id")[0] == APPLICATION_ID
    before = path.read_bytes()
    open_archive(path, create=False).close()
    assert path.read_bytes() == before


def test_every_table_is_strict(archive: Archive) -> None:
    rows = archive.conn.execute("SELECT name, type, strict FROM pragma_table_list WHERE schema = 'main'").fetchall()
    loose = [
        row["name"] for row in rows if row["type"] == "table" and not row["strict"] and not row["name"].startswith("sqlite_")
    ]
    assert loose == []
    assert len(rows) > 15


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda path: None, ArchiveMissing, "no such archive"),
        (lambda path: path.mkdir(), NotAnArchive, "a folder"),
        (lambda path: path.write_text("Это письмо, а не архив.\n" * 50, encoding="utf-8"), NotAnArchive, "not an SQLite file"),
        (lambda path: path.write_bytes(b"SQLite format 3\x00" + b"\xff" * 4096), NotAnArchive, "archive"),
    ],
)
def test_what_is_no_archive_is_refused_in_one_line(tmp_path, make, error, words) -> None:
    path = tmp_path / "thing"
    make(path)
    with pytest.raises(error, match=words) as raised:
        open_archive(path, create=False)
    assert str(path) in str(raised.value)
    assert "\n" not in str(raised.value)
    assert raised.value.exit_code == 3


def test_a_missing_folder_is_named_and_not_made(tmp_path: Path) -> None:
    with pytest.raises(ArchiveMissing, match=r"the folder .*nowhere does not exist"):
        open_archive(tmp_path / "nowhere" / "a.db")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("read_only", [False, True])
def test_the_sqlite_file_of_another_program_is_left_as_it_is(tmp_path: Path, read_only: bool) -> None:
    path = tmp_path / "places.sqlite"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE moz_places (id INTEGER)")
    other.close()
    before = path.read_bytes()
    with pytest.raises(NotAnArchive, match="another program"):
        open_archive(path, read_only=read_only)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("read_only", [False, True])
def test_an_archive_of_a_newer_version_is_left_as_it_is(tmp_path: Path, read_only: bool) -> None:
    path = tmp_path / "a.db"
    with open_archive(path) as archive:
        archive.conn.execute(f"PRAGMA user_version = {LATEST + 1}")
    before = path.read_bytes()
    with pytest.raises(NewerArchive, match=f"version {LATEST + 1}"):
        open_archive(path, read_only=read_only)
    assert path.read_bytes() == before


def test_an_empty_file_becomes_an_archive_for_writers_only(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    path.touch()
    with pytest.raises(NotAnArchive, match="empty"):
        open_archive(path, read_only=True)
    open_archive(path).close()
    open_archive(path, read_only=True).close()


def test_read_only_reads_and_cannot_write(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with open_archive(path) as archive:
        archive.conn.execute("INSERT INTO sources (id) VALUES ('gov39')")
        with open_archive(path, read_only=True) as reader:
            assert reader.one("SELECT id FROM sources")[0] == "gov39"
            with pytest.raises(ArchiveError, match="cannot be written"), reader.write():
                reader.conn.execute("DELETE FROM sources")
        assert archive.one("SELECT count(*) FROM sources")[0] == 1


WITHOUT_PERMISSION = """
import sys
from pathlib import Path
from storage import open_archive
from storage.errors import ArchiveUnwritable
path = Path(sys.argv[1])
with open_archive(path, read_only=True) as archive:
    print("read", archive.one("SELECT count(*) FROM articles")[0])
for target in (path, path.with_name("new.db")):
    try:
        open_archive(target)
    except ArchiveUnwritable as error:
        print(error)
"""


def test_a_file_that_may_not_be_written_is_refused_for_writing_and_read_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    open_archive(path).close()
    result = _without_permission(WITHOUT_PERMISSION, path)
    assert "read 0" in result.stdout, result.stderr
    assert result.stdout.count("no permission") == 2, result.stdout


OLDER = """
import sys
from pathlib import Path
from storage import open_archive
from storage.errors import OlderArchive
try:
    open_archive(Path(sys.argv[1]), read_only=True, current=True)
except OlderArchive as error:
    print(error)
"""


def test_an_older_archive_that_may_not_be_written_is_named_so_to_who_needs_the_tables_of_today(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    conn = sqlite3.connect(path, isolation_level=None)
    migrations.migrate(path, conn, APPLICATION_ID, target=1)
    conn.close()
    result = _without_permission(OLDER, path)
    assert "written by an older avtoklaster (version 1, " in result.stdout, result.stderr
    assert "no permission" in result.stdout


WATCHED = """
import sys
from crawler.cli import main
main(["--archive", sys.argv[1], "daemon", "--check-config"])
"""


def test_a_daemon_that_could_not_write_its_archive_is_not_all_right(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    open_archive(path).close()
    result = _without_permission(WATCHED, path)
    assert (result.returncode, result.stdout) == (3, "")
    assert f"archive: no permission to write {path}" in result.stderr


SERVED = """
import asyncio, sys
from pathlib import Path
from crawler.reporting import serve
site = serve.application(Path(sys.argv[1]))
for page in ("/", "/a/sources.json?_shape=array", "/a.json?sql=select+count(*)+from+articles&_shape=arrays"):
    print(asyncio.run(site.client.get(page)).status_code, page)
"""


def test_an_archive_in_a_folder_that_takes_no_file_is_shown_in_a_browser(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    open_archive(path).close()
    result = _without_permission(SERVED, path)
    assert [line[:3] for line in result.stdout.splitlines()] == ["200"] * 3, result.stdout + result.stderr


def _without_permission(code: str, path: Path) -> subprocess.CompletedProcess[str]:
    """Runs it where neither the file nor its folder may be written. That does not bind root: as root it runs as somebody else."""
    command = [sys.executable, "-c", code, str(path)]
    root = Path(__file__).resolve().parents[2]
    environment = {**os.environ, "PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"}
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            pytest.skip("runs as root and has no setpriv to become somebody else")
        for folder in path.parents[1:4]:  # one more where the tests run in parallel
            folder.chmod(folder.stat().st_mode | 0o011)
        command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *command]
    path.chmod(0o444)
    path.parent.chmod(0o555)
    try:
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    finally:
        path.parent.chmod(0o755)


def test_a_failed_write_leaves_nothing(archive: Archive) -> None:
    with pytest.raises(ZeroDivisionError), archive.write():
        archive.conn.execute("INSERT INTO sources (id) VALUES ('gov39')")
        raise ZeroDivisionError
    assert archive.one("SELECT count(*) FROM sources")[0] == 0
    assert not archive.conn.in_transaction


def test_an_inner_write_that_fails_is_undone_alone(archive: Archive) -> None:
    with archive.write():
        archive.conn.execute("INSERT INTO sources (id) VALUES ('gov39')")
        with pytest.raises(ZeroDivisionError), archive.write():
            archive.conn.execute("INSERT INTO sources (id) VALUES ('kp40')")
            raise ZeroDivisionError
    assert [row[0] for row in archive.conn.execute("SELECT id FROM sources")] == ["gov39"]


def test_a_writer_that_waits_too_long_is_told_that_the_archive_is_busy(archive: Archive) -> None:
    with open_archive(archive.path) as other, archive.write():
        other.conn.execute("PRAGMA busy_timeout = 1")
        with pytest.raises(ArchiveBusy, match="another process"), other.write():
            pass


def test_a_full_disk_is_said_and_loses_nothing(archive: Archive) -> None:
    archive.conn.execute("INSERT INTO sources (id) VALUES ('gov39')")
    pages = archive.one("PRAGMA page_count")[0]
    archive.conn.execute(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(ArchiveError, match="full"), archive.write():
        archive.conn.execute("INSERT INTO meta VALUES ('big', ?)", ("x" * 100_000,))
    assert archive.one("SELECT count(*) FROM meta WHERE key = 'big'")[0] == 0
    assert archive.one("PRAGMA integrity_check")[0] == "ok"


def test_fifty_openings_leak_no_descriptor(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    open_archive(path).close()
    before = len(list(Path("/proc/self/fd").iterdir()))
    for number in range(50):
        with open_archive(path, read_only=bool(number % 2)) as archive:
            archive.one("SELECT count(*) FROM articles")
        with pytest.raises(ArchiveError):
            open_archive(tmp_path / "nowhere" / "a.db")
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_opening_for_a_query_imports_neither_sqlite_utils_nor_the_dictionary(archive: Archive) -> None:
    code = (
        "import sys; from pathlib import Path; from storage import open_archive\n"
        "open_archive(Path(sys.argv[1])).close()\n"
        "print({'sqlite_utils', 'pymorphy3', 'numpy'} & set(sys.modules))"
    )
    result = subprocess.run([sys.executable, "-c", code, str(archive.path)], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "set()"
