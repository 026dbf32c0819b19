"""What starting costs: `python -m tests.benchmarks.startup [--rounds 7]`. CPU time of whole processes, medians, in turn.

`--help` against a bare `import click`, `query` against the same SQL through sqlite-utils, and the memory of an idle daemon.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import psutil

from storage import open_archive
from tests.benchmarks import cost
from tests.benchmarks.crawl import ROOT, machine, write

_SQL = "SELECT count(*) FROM articles"
_DAEMON = (
    'catalogue = false\ncontact = "bench@localhost"\n[sources.a]\nname = "a"\nfeeds = ["http://127.0.0.1:9/f"]\nevery = "20h"\n'
)


def measure(rounds: int, folder: Path) -> str:
    with open_archive(folder / "avtoklaster.db"):
        pass
    python, environment = sys.executable, os.environ | {"PYTHONPATH": str(ROOT)}
    commands = {
        "python": ["-c", "pass"],
        "click": ["-c", "import click"],
        "help": ["-m", "crawler", "--help"],
        "sqlite-utils": ["-m", "sqlite_utils", "query", "avtoklaster.db", _SQL],
        "query": ["-m", "crawler", "query", _SQL, "--json"],
    }
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, arguments in commands.items():
            taken[name].append(cost.measure([python, *arguments], folder=folder, environment=environment, every=0.02).cpu)
    middle = {name: median(values) * 1000 for name, values in taken.items()}
    helping, asking = middle["help"] / middle["click"], middle["query"] / middle["sqlite-utils"]
    return (
        f"{machine()}, median of {rounds} rounds\n\n"
        f"`avtoklaster --help` {middle['help']:.0f} ms, `import click` {middle['click']:.0f} ms: x {helping:.2f}\n"
        f"`avtoklaster query` {middle['query']:.0f} ms, sqlite-utils {middle['sqlite-utils']:.0f} ms: x {asking:.2f}\n"
        f"idle daemon: {_idle(folder, environment):.0f} MB resident"
    )


def _idle(folder: Path, environment: dict[str, str]) -> float:
    """Megabytes of a daemon whose first crawl is over and whose next one is hours away."""
    (folder / "avtoklaster.toml").write_text(_DAEMON, encoding="utf-8")
    command = [sys.executable, "-m", "crawler", "daemon"]
    daemon = subprocess.Popen(command, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    process, deadline, crawled = psutil.Process(daemon.pid), time.monotonic() + 120, False
    while time.monotonic() < deadline and not (crawled and not process.children()):
        crawled = crawled or bool(process.children())
        time.sleep(0.2)
    resident = process.memory_info().rss / 2**20
    daemon.send_signal(signal.SIGTERM)
    daemon.wait(30)
    return resident


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--write", metavar="NAME", default="", help="put the figures under this heading of RESULTS.md")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        text = measure(given.rounds, Path(folder))
    print(text)
    if given.write:
        write(given.write, text)


if __name__ == "__main__":
    main()
