"""An archive that cannot be opened is one line and exit code 3, whatever is asked of it, and nothing is changed."""

import sqlite3
from itertools import cycle
from pathlib import Path

import pytest

from storage import open_archive
from tests.cli.archives import fill, spoil
from tests.cli.conftest import Run

COMMANDS = {
    "crawl": ("crawl", "gov39"),
    "query": ("query", "SELECT 1"),
    "search": ("search", "завод"),
    "status": ("status",),
    "new": ("new",),
    "import": ("import", "-"),
    "correct": ("correct", "1", "verdict", "relevant"),
    "diff": ("diff", "1"),
    "judge": ("judge",),
    "reread": ("reread",),
    "regroup": ("regroup",),
    "prune": ("prune", "--before", "2020-01-01"),
    "forget": ("forget", "https://gov39.ru/press/1/", "--yes"),
    "export": ("export",),
    "backup": ("backup",),
    "alerts": ("alerts", "--dry-run"),
    "daemon": ("daemon",),
}


def _text(path: Path) -> None:
    path.write_text("Это не архив, а текст. " * 100, encoding="utf-8")


def _foreign(path: Path) -> None:
    with sqlite3.connect(path) as conn:
        conn.execute("CREATE TABLE bookmarks (url TEXT)")
    conn.close()


def _newer(path: Path) -> None:
    open_archive(path).close()
    with sqlite3.connect(path, isolation_level=None) as conn:
        conn.execute("PRAGMA user_version = 999")
    conn.close()


FAULTS = {
    "in a folder that does not exist": (lambda path: None, "missing/a.db", "the folder missing does not exist"),
    "a folder": (Path.mkdir, "a.db", "a folder, not an archive"),
    "a text file": (_text, "a.db", "not an SQLite file"),
    "of another program": (_foreign, "a.db", "an SQLite file of another program"),
    "of a newer version": (_newer, "a.db", "written by a newer avtoklaster"),
}


@pytest.mark.parametrize(("command", "fault"), list(zip(COMMANDS, cycle(FAULTS), strict=False)))
def test_it_is_one_line_and_exit_3(run: Run, tmp_path: Path, command: str, fault: str) -> None:
    make, name, says = FAULTS[fault]
    make(tmp_path / name)
    config = 'contact = "a@b.example"\n[[alert]]\nto = "json://127.0.0.1:9"\n'
    (tmp_path / "avtoklaster.toml").write_text(config, encoding="utf-8")
    before = _files(tmp_path)
    done = run("--archive", name, *COMMANDS[command], code=3)
    assert f"{name}: " in done.err
    assert says in done.err
    assert done.out == ""
    assert _files(tmp_path) == before


def _files(folder: Path) -> dict[Path, bytes]:
    """Without the shared memory and the empty log that SQLite makes beside a file when it looks into it."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.suffix not in (".db-wal", ".db-shm")}


READING: dict[str, tuple[str, ...]] = {
    "search": ("search", "завод"),
    "query": ("query", "SELECT sum(length(text)) FROM articles"),
    "new": ("new",),
    "judge": ("judge",),
    "diff": ("diff", "1"),
    "export": ("export",),
    "reread": ("reread", "--dry-run", "--all"),
    "regroup": ("regroup", "--dry-run"),
    "correct": ("correct", "1", "title", "Новый"),
}


@pytest.mark.parametrize("command", READING)
def test_pages_that_are_spoilt_inside_are_one_line_and_exit_3_too(run: Run, tmp_path: Path, command: str) -> None:
    path = tmp_path / "a.db"
    fill(path)
    spoil(path, "articles", "pages", "kept_pages")
    done = run("--archive", "a.db", *READING[command], code=3)
    assert "a.db: not an archive, or a damaged one: database disk image is malformed" in done.err
