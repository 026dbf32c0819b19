"""Several processes at one archive: no "database is locked", nothing lost, nothing doubled, whole after kill -9."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from storage import open_archive
from storage.query import run
from tests.storage.invariants import broken

ROOT = Path(__file__).resolve().parents[2]

WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from storage import open_archive, links
from tests.storage.samples import distinct, put
from storage.records import LinkRecord
name, count = sys.argv[2], int(sys.argv[3])
with open_archive(Path(sys.argv[1])) as archive:
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(count):
        url = f"https://{name}.example/{number}"
        # read, then write: what fails when a transaction begins deferred
        links.discovered(archive, name, None, [LinkRecord(url=url)], now=datetime.now(UTC))
        put(archive, url=url, source=name, text=distinct(url), now=datetime.now(UTC))
        shared = f"https://{name}.example/shared/{number}"
        put(archive, url=shared, source=name, text=distinct(str(number)), now=datetime.now(UTC))
        print(number, flush=True)
"""

READER = """
import sys
from pathlib import Path
from storage.query import run
from storage import open_archive
from storage.search import search
print("ready", flush=True)
sys.stdin.readline()
for _ in range(int(sys.argv[3])):
    # in one snapshot each article has its page and its words
    sql = (
        "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM pages WHERE outcome = 'stored'),"
        " (SELECT count(*) FROM articles_fts WHERE articles_fts MATCH 'завод')"
    )
    (row,) = run(Path(sys.argv[1]), sql)[1]
    assert len(set(row)) == 1, row
    with open_archive(Path(sys.argv[1]), read_only=True) as archive:
        search(archive, "завод")
"""


def start(code: str, path: Path, name: str, count: int) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "-c", code, str(path), name, str(count)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def let_go(processes: list[subprocess.Popen]) -> None:
    for process in processes:
        assert process.stdout.readline().strip() == "ready", process.stderr.read()
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()


def test_six_writers_and_two_readers_lose_and_double_nothing(tmp_path: Path) -> None:
    path, count = tmp_path / "a.db", 10
    open_archive(path).close()
    processes = [start(WRITER, path, f"w{n}", count) for n in range(6)]
    processes += [start(READER, path, f"r{n}", 20) for n in range(2)]
    let_go(processes)
    for process in processes:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
        assert "locked" not in errors
    with open_archive(path) as archive:
        counts = archive.one(
            "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM copies), (SELECT count(*) FROM pages)"
        )
        assert tuple(counts) == (6 * count + count, 5 * count, 12 * count)
        assert archive.one("SELECT count(*) FROM links")[0] == 0
        assert broken(archive) == []


FIRST_START = """
import sys
from pathlib import Path
from storage import open_archive
print("ready", flush=True)
sys.stdin.readline()
with open_archive(Path(sys.argv[1])) as archive:
    archive.conn.execute("INSERT INTO sources (id) VALUES (?)", (sys.argv[2],))
"""


@pytest.mark.parametrize("attempt", range(3))
def test_first_starts_at_the_same_moment_make_one_archive(tmp_path: Path, attempt: int) -> None:
    path = tmp_path / "a.db"
    processes = [start(FIRST_START, path, f"s{n}", 0) for n in range(4)]
    let_go(processes)
    for process in processes:
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
    with open_archive(path) as archive:
        assert archive.one("SELECT count(*) FROM sources")[0] == 4
        assert broken(archive) == []


@pytest.mark.parametrize("after", [0, 3, 7])
def test_a_writer_killed_at_work_leaves_a_whole_archive_that_the_next_one_goes_on_with(tmp_path: Path, after: int) -> None:
    path = tmp_path / "a.db"
    process = start(WRITER, path, "w", 1000)
    let_go([process])
    for _ in range(after + 1):
        process.stdout.readline()
    process.send_signal(signal.SIGKILL)
    process.communicate()
    with open_archive(path) as archive:
        before = archive.one("SELECT count(*) FROM articles")[0]
        assert before >= 2 * (after + 1)
        assert broken(archive) == []
    again = start(WRITER, path, "w", after + 3)
    let_go([again])
    _, errors = again.communicate(timeout=60)
    assert again.returncode == 0, errors
    with open_archive(path) as archive:
        assert archive.one("SELECT count(*) FROM articles")[0] == max(before, 2 * (after + 3))
        assert archive.one("SELECT count(*) FROM copies")[0] == 0
        assert broken(archive) == []


INSIDE = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from storage import open_archive, articles, fulltext, pages
from tests.storage.samples import PLANT, put
where = sys.argv[2]
with open_archive(Path(sys.argv[1])) as archive:
    put(archive)
    print("ready", flush=True)
    sys.stdin.readline()
    def die(*args, **kwargs):
        os.kill(os.getpid(), signal.SIGKILL)
    if where == "between revision and index":
        fulltext.remove = die
    elif where == "before the page":
        pages.put = die
    else:
        archive.conn.set_trace_callback(lambda sql: die() if sql == "COMMIT" else None)
    put(archive, text=PLANT.replace("осень", "зиму"), now=datetime.now(UTC))
"""


@pytest.mark.parametrize("where", ["between revision and index", "before the page", "at the commit"])
def test_a_kill_inside_the_write_undoes_it_whole(tmp_path: Path, where: str) -> None:
    path = tmp_path / "a.db"
    process = start(INSIDE, path, where, 0)
    let_go([process])
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    assert list(run(path, "SELECT (SELECT count(*) FROM revisions), outcome FROM pages")[1]) == [(0, "stored")]
    with open_archive(path) as archive:
        assert broken(archive) == []
        row = archive.one("SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'осень'")
        assert row[0] == 1
