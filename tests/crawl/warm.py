"""Crawls without the second that importing takes: a server that has imported everything once is forked for each command.

A crawl is still a process of its own with its own reactor, environment, folder and exit code; a run of the tests has hundreds.
What depends on starting afresh (signals, kills, memory) starts an interpreter: `Desk.start`.
"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
from dataclasses import asdict
from functools import cache
from pathlib import Path
from threading import Lock

from tests.cli.conftest import Done, forked
from tests.reliability.launcher import warm_up

ROOT = Path(__file__).resolve().parents[2]


class Server:
    """A process of one thread that has imported the product, started by and ending with this one."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crawl.warm"],
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        atexit.register(self.close)

    def run(self, args: list[str], folder: Path, environment: dict[str, str]) -> Done:
        """`avtoklaster ARGS` in a folder, to its end; one at a time."""
        assert self._process.stdin is not None and self._process.stdout is not None
        with self._lock:
            self._process.stdin.write(json.dumps([args, str(folder), environment]) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        assert line, "the server of crawls ended"
        return Done(**json.loads(line))

    def close(self) -> None:
        self._process.communicate()


@cache
def server() -> Server:
    """The one of this process."""
    return Server()


def _serve() -> None:
    warm_up()
    for line in sys.stdin:
        args, folder, environment = json.loads(line)
        print(json.dumps(asdict(forked(args, b"", Path(folder), environment))), flush=True)


if __name__ == "__main__":
    _serve()
