"""`regroup`: copies and stories from scratch, with a report."""

import subprocess
import sys
from pathlib import Path

from storage import open_archive
from tests.cli.conftest import Run, environment
from tests.quality.story_fit import invented
from tests.storage.samples import put


def _fill(path: Path) -> None:
    with open_archive(path) as archive:
        for at, row in enumerate(invented()[:5]):
            put(
                archive,
                url=f"https://s{at}.ru/1",
                source=f"s{at}",
                published=row["published"],
                text=f"{row['title']}\n{row['text']}",
            )
        archive.conn.execute("UPDATE articles SET story = NULL WHERE id = 1")


def test_what_changed_is_said_and_a_dry_run_changes_nothing(run: Run, tmp_path: Path) -> None:
    _fill(tmp_path / "avtoklaster.db")
    dry = run("regroup", "--dry-run", "--json").json()
    assert dry["dry_run"] is True
    assert [moved["article"] for moved in dry["moved"]] == [1]
    done = run("regroup")
    assert "moved     article 1 from story - to 1" in done.out
    assert "5 articles; 0 are copies of others now, 1 are in another story; 2 stories" in done.out
    assert run("regroup", "--json").json()["moved"] == []


def test_the_copy_of_a_dry_run_that_was_killed_does_not_stay_for_ever(run: Run, tmp_path: Path) -> None:
    _fill(tmp_path / "avtoklaster.db")
    code = (
        "import os, signal, sys; from storage import regrouping; from crawler.cli import main\n"
        "regrouping._regroup = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "main(['regroup', '--dry-run'])"
    )
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment(), check=False)
    left = {file.name for file in tmp_path.iterdir()} - {f"avtoklaster.db{ending}" for ending in ("", "-wal", "-shm")}
    assert left
    run("backup", "copy.db")
    assert not any((tmp_path / name).exists() for name in left)


def test_an_archive_that_is_not_there_is_one_line(run: Run) -> None:
    failed = run("regroup", code=3)
    assert "no such archive" in failed.err
