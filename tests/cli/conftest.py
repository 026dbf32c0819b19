"""Every test here runs `python -m crawler` as a real process in an empty folder of its own.

Most are forks of the test process, which saves the second that the imports take on a busy machine; what depends on starting
afresh (imports, broken pipes, the crawl's reactor) starts an interpreter.
"""

import json
import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import forkserver
from pathlib import Path
from typing import Any, NoReturn

import pytest

import crawler.reading
import storage.search
from crawler.cli import main
from storage.text import lemma

assert crawler.reading and storage.search
lemma("слово")  # the dictionary is read once, here

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Done:
    """A finished command."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """What was printed, as one JSON value."""
        return json.loads(self.out)

    def lines(self) -> list[Any]:
        """What was printed, as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Done]


def environment(**changes: str) -> dict[str, str]:
    """The environment of a command: this checkout, and nothing of the tester's own settings."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("AVTOKLASTER_")}
    return kept | {"PYTHONPATH": str(ROOT), "COLUMNS": "120"} | changes


@pytest.fixture()
def run(tmp_path: Path) -> Run:
    """`run("query", "select 1", stdin="…", ok=True)` -> Done; unless `code` says otherwise the command must end with 0."""

    def command(*args: object, stdin: str | bytes = b"", code: int | None = 0, env: dict[str, str] | None = None) -> Done:
        body = stdin.encode() if isinstance(stdin, str) else stdin
        result = forked([str(arg) for arg in args], body, tmp_path, environment(**(env or {})))
        if code is not None:
            assert result.code == code, f"{args}: exit {result.code}\n{result.out[-2000:]}\n{result.err[-3000:]}"
        if result.code:
            assert len(result.err.strip().splitlines()) == 1 or code is None, result.err
        return result

    return command


def forked(args: list[str], stdin: bytes, cwd: Path, env: dict[str, str]) -> Done:
    """`python -m crawler ARGS` as a process of its own that need not import Python's library again: a fork of this one."""
    with tempfile.TemporaryFile() as given, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        given.write(stdin)
        given.seek(0)
        pid = os.fork()
        if pid == 0:
            _become(args, (given.fileno(), out.fileno(), err.fileno()), cwd, env)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
        out.seek(0)
        err.seek(0)
        return Done(code, out.read().decode(), err.read().decode())


def _become(args: list[str], files: tuple[int, int, int], cwd: Path, env: dict[str, str]) -> NoReturn:
    """Turns this fork into the command; never returns."""
    code = 70
    try:
        for number, file in enumerate(files):
            os.dup2(file, number)
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
        os.chdir(cwd)
        os.environ.clear()
        os.environ.update(env)
        # a server of workers that a test of this process has started is the child of this process, and not of its fork
        vars(forkserver._forkserver).update(_forkserver_pid=None, _forkserver_address=None, _forkserver_alive_fd=None)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(120)
        main(args)
    except SystemExit as done:
        code = done.code if isinstance(done.code, int) else 0
    except BaseException:  # noqa: BLE001  # whatever it is must be seen in the parent's test
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of `tests.cli.archives`, to be read only; copy it to change it."""
    from tests.cli.archives import fill

    path = tmp_path_factory.mktemp("filled") / "archive.db"
    fill(path)
    return path
