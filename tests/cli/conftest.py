"""Every test here runs `python -m crawler` as a real process in an empty folder of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

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
        done = subprocess.run(
            [sys.executable, "-m", "crawler", *map(str, args)],
            input=stdin.encode() if isinstance(stdin, str) else stdin,
            capture_output=True,
            cwd=tmp_path,
            env=environment(**(env or {})),
            timeout=120,
            check=False,
        )
        result = Done(done.returncode, done.stdout.decode(), done.stderr.decode())
        if code is not None:
            assert result.code == code, f"{args}: exit {result.code}\n{result.out[-2000:]}\n{result.err[-3000:]}"
        if result.code:
            assert len(result.err.strip().splitlines()) == 1 or code is None, result.err
        return result

    return command


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of `tests.cli.archives`, to be read only; copy it to change it."""
    from tests.cli.archives import fill

    path = tmp_path_factory.mktemp("filled") / "archive.db"
    fill(path)
    return path
