"""Six writers, two readers, the web pages and backups at one archive at once: nobody is told that it is locked, nothing is lost.

python -m tests.reliability.locks [--seconds 60] [--record]
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from storage import open_archive
from tests.reliability.results import record
from tests.shared import ROOT
from tests.storage.invariants import broken

WRITERS, READERS = 6, 2

_WRITE = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from storage import open_archive, links
from storage.records import LinkRecord
from tests.storage.samples import distinct, put
path, name, until = Path(sys.argv[1]), sys.argv[2], float(sys.argv[3])
number, longest = 0, 0.0
with open_archive(path) as archive:
    archive.conn.execute("CREATE TABLE IF NOT EXISTS temp.own (a)")
    while time.time() < until:
        url = f"https://{name}.example/{number}"
        began = time.monotonic()
        links.discovered(archive, name, None, [LinkRecord(url=url)], now=datetime.now(UTC))
        put(archive, url=url, source=name, text=distinct(url), now=datetime.now(UTC))
        with archive.write():  # read, think, write back: what is lost when two do it at a time
            (value,) = archive.one("SELECT value FROM meta WHERE key = 'counted'")
            archive.conn.execute("UPDATE meta SET value = ? WHERE key = 'counted'", (str(int(value) + 1),))
        longest = max(longest, time.monotonic() - began)
        number += 1
print(number, longest)
"""

_READ = """
import sys, time
from pathlib import Path
from storage import open_archive
from storage.query import run
from storage.search import search
path, until, count = Path(sys.argv[1]), float(sys.argv[3]), 0
while time.time() < until:
    sql = ("SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM pages WHERE outcome = 'stored'),"
           " (SELECT count(*) FROM articles_fts WHERE articles_fts MATCH 'завод')")
    (row,) = run(path, sql)[1]
    assert len(set(row)) == 1, row
    with open_archive(path, read_only=True) as archive:
        search(archive, "завод")
    count += 1
print(count, 0)
"""

_BACK_UP = """
import sys, time
from pathlib import Path
from storage import backups
path, until, count = Path(sys.argv[1]), float(sys.argv[3]), 0
while time.time() < until:
    copy = path.with_name(f"copy-{count}.db")
    backups.make(path, copy)  # checks the copy itself
    copy.unlink()
    count += 1
print(count, 0)
"""


@dataclass
class Seen:
    """What the processes did, and everything that was wrong."""

    written: int = 0
    longest: float = 0.0
    read: int = 0
    backups: int = 0
    pages: int = 0
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"| articles written | rounds of reading | web pages | backups | longest wait for a round of writing | wrong |\n"
            f"|---|---|---|---|---|---|\n"
            f"| {self.written} | {self.read} | {self.pages} | {self.backups} | {self.longest:.1f} s | {len(self.wrong)} |"
        )


def crowd(folder: Path, seconds: float) -> Seen:
    """Lets all of them work on one archive for so long, and looks at it afterwards."""
    path, seen = folder / "avtoklaster.db", Seen()
    with open_archive(path) as archive, archive.write():
        archive.conn.execute("INSERT INTO meta (key, value) VALUES ('counted', '0')")
    server, address = _serve(path)
    try:
        until = time.time() + seconds + 2  # what imports and starts is not yet work
        writers = [_start(_WRITE, path, f"w{number}", until) for number in range(WRITERS)]
        readers = [_start(_READ, path, f"r{number}", until) for number in range(READERS)]
        backup = _start(_BACK_UP, path, "b", until)
        while time.time() < until:
            seen.pages += _ask(address, seen)
        for process in writers:
            count, longest = _end(process, seen)
            seen.written, seen.longest = seen.written + int(count), max(seen.longest, longest)
        seen.read = sum(int(_end(process, seen)[0]) for process in readers)
        seen.backups = int(_end(backup, seen)[0])
    finally:
        server.terminate()
        server.communicate(timeout=30)
    with open_archive(path) as archive:
        row = archive.one("SELECT (SELECT count(*) FROM articles), (SELECT value FROM meta WHERE key = 'counted')")
        assert row is not None
        if (row[0], int(row[1])) != (seen.written, seen.written):
            seen.wrong.append(f"{seen.written} written, {row[0]} there, {row[1]} counted")
        seen.wrong += broken(archive)
    return seen


def _start(code: str, path: Path, name: str, until: float) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", code, str(path), name, str(until)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _end(process: subprocess.Popen[str], seen: Seen) -> tuple[float, float]:
    out, err = process.communicate(timeout=120)
    if process.returncode:
        seen.wrong.append(err.strip().splitlines()[-1] if err.strip() else f"ended with {process.returncode}")
        return 0.0, 0.0
    count, longest = out.split()
    return float(count), float(longest)


def _serve(path: Path) -> tuple[subprocess.Popen[str], str]:
    """The web pages, by the command itself."""
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "crawler", "--archive", str(path), "serve", "--port", str(port)]
    environment = {key: value for key, value in os.environ.items() if not key.startswith("AVTOKLASTER_")}
    server = subprocess.Popen(
        command,
        cwd=path.parent,
        env={**environment, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
            continue
        return server, f"http://127.0.0.1:{port}"
    raise RuntimeError("the web pages did not come up")


def _ask(address: str, seen: Seen) -> int:
    for page in ("/", "/search?q=%D0%B7%D0%B0%D0%B2%D0%BE%D0%B4", "/avtoklaster/sources.json?_size=5", "/sources"):
        try:
            with urllib.request.urlopen(address + page, timeout=60) as answer:
                text = answer.read().decode()
        except OSError as error:
            seen.wrong.append(f"{page}: {error}")
            continue
        if "database is locked" in text:
            seen.wrong.append(f"{page}: database is locked")
    return 4


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--record", action="store_true", help="write the result into RESULTS.md")
    given = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        seen = crowd(Path(folder), given.seconds)
    print(seen, *seen.wrong, sep="\n")
    if given.record:
        record("Locks", f"`python -m tests.reliability.locks --seconds {given.seconds:g}`", str(seen), time.monotonic() - began)
    return int(bool(seen.wrong))


if __name__ == "__main__":
    sys.exit(main())
