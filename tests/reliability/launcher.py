"""Runs commands of the product as processes that end, by SIGKILL, at a named step of theirs.

The product has no hooks for this: the function of the step is wrapped, or SQLite's statements are watched, in the process that is
to die. So that a thousand such processes do not each import Scrapy and the dictionaries, one server imports everything once and
forks them: `python -m tests.reliability.launcher` reads a job as JSON a line on stdin and answers with a line on stdout.

Job: {"args": [...], "folder": str, "steps": {name: [where, when]}, "die": [name, n] or null, "limits": {name: value}}. `where`
is "module:attribute", or "sql:PATTERN" for statements on the archive that match; `when` is "before" or "after" (statements only
before: a trace sees them then). Limits are "fsize" and "nofile" as setrlimit(2) has them, and "more": bytes of memory beyond what
the process has when it begins. Answer: {"code": exit code, negative for a signal, "counts": {name: how often it was passed},
"text": output}.
"""

from __future__ import annotations

import json
import os
import re
import resource
import signal
import sqlite3
import subprocess
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]


class Watch:
    """Counts the steps that this process passes, and ends it at the n-th of one of them."""

    def __init__(self, steps: Mapping[str, tuple[str, str]], die: tuple[str, int] | None) -> None:
        self.counts: Counter[str] = Counter()
        self._die = die
        self._patterns: dict[str, re.Pattern[str]] = {}
        for name, (where, when) in steps.items():
            if where.startswith("sql:"):
                self._patterns[name] = re.compile(where[4:], re.IGNORECASE)
            else:
                self._wrap(name, where, when)
        if self._patterns:
            self._trace()

    def passed(self, name: str) -> None:
        self.counts[name] += 1
        if self._die is not None and self._die == (name, self.counts[name]):
            os.kill(os.getpid(), signal.SIGKILL)

    def _wrap(self, name: str, where: str, when: str) -> None:
        module, _, path = where.partition(":")
        *owners, attribute = path.split(".")
        holder: Any = import_module(module)
        for owner in owners:
            holder = getattr(holder, owner)
        setattr(holder, attribute, self._wrapped(name, getattr(holder, attribute), when))

    def _wrapped(self, name: str, function: Callable[..., Any], when: str) -> Callable[..., Any]:
        from inspect import iscoroutinefunction

        @wraps(function)
        def plain(*args: Any, **kwargs: Any) -> Any:
            if when == "before":
                self.passed(name)
            result = function(*args, **kwargs)
            if when == "after":
                self.passed(name)
            return result

        @wraps(function)
        async def waited(*args: Any, **kwargs: Any) -> Any:
            if when == "before":
                self.passed(name)
            result = await function(*args, **kwargs)
            if when == "after":
                self.passed(name)
            return result

        return waited if iscoroutinefunction(function) else plain

    def _trace(self) -> None:
        """Every connection that is made from now on tells what it is about to execute."""
        connect = sqlite3.connect

        def watched(*args: Any, **kwargs: Any) -> sqlite3.Connection:
            conn = connect(*args, **kwargs)
            conn.set_trace_callback(self._statement)
            return conn

        sqlite3.connect = watched  # type: ignore[assignment]

    def _statement(self, sql: str) -> None:
        for name, pattern in self._patterns.items():
            if pattern.match(sql):
                self.passed(name)


@dataclass(frozen=True)
class Ended:
    """How a process ended: `code` is negative for a signal."""

    code: int
    counts: dict[str, int]
    text: str

    @property
    def killed(self) -> bool:
        return self.code == -signal.SIGKILL


class Launcher:
    """The server of processes that die at a step; a context manager that ends it."""

    def __init__(self) -> None:
        environment = {key: value for key, value in os.environ.items() if not key.startswith("AVTOKLASTER_")}
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.reliability.launcher"],
            cwd=ROOT,
            env={**environment, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(
        self,
        folder: Path,
        *args: object,
        steps: Mapping[str, tuple[str, str]] | None = None,
        die: tuple[str, int] | None = None,
        limits: Mapping[str, int] | None = None,
    ) -> Ended:
        """Runs `avtoklaster ARGS` in a folder and waits for its end."""
        assert self._server.stdin is not None and self._server.stdout is not None
        job = {"args": [str(arg) for arg in args], "folder": str(folder), "steps": steps or {}, "die": die}
        job["limits"] = dict(limits or {})
        self._server.stdin.write(json.dumps(job) + "\n")
        self._server.stdin.flush()
        line = self._server.stdout.readline()
        assert line, "the launcher ended"
        return Ended(**json.loads(line))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        assert self._server.stdin is not None and self._server.stdout is not None
        self._server.stdin.close()
        self._server.wait(timeout=30)
        self._server.stdout.close()


def _serve() -> None:
    warm_up()
    for line in sys.stdin:
        print(json.dumps(_start(json.loads(line))), flush=True)


def warm_up() -> None:
    """What every command would import and load by itself; nothing of it opens a file, a thread or an event loop."""
    from crawler.cli import COMMANDS
    from crawler.processing import judge_texts
    from storage.text import lemmatize

    for name in COMMANDS:
        import_module(f"crawler.cli.{'import_' if name == 'import' else name}")
    for name in ("crawling", "pipelines", "importing", "rereading"):
        import_module(f"crawler.{name}")
    import_module("spiders.press")
    judge_texts([("Завод", "Автомобильный кластер получит завод автокомпонентов.")], "automotive-clusters")
    lemmatize("автомобильный кластер")


def _start(job: dict[str, Any]) -> dict[str, Any]:
    folder = Path(job["folder"])
    output, counts = _notes(folder)
    child = os.fork()
    if child == 0:
        _become(job, output, counts)
    _, status = os.waitpid(child, 0)
    passed = json.loads(counts.read_text()) if counts.exists() else {}
    return {"code": os.waitstatus_to_exitcode(status), "counts": passed, "text": output.read_text(errors="replace")}


def _notes(folder: Path) -> tuple[Path, Path]:
    """Where a process writes what it says and what it counted: beside its folder, which may be full or read-only."""
    output, counts = folder.with_name(f"{folder.name}.output"), folder.with_name(f"{folder.name}.counts")
    counts.unlink(missing_ok=True)
    return output, counts


def _limit(limits: Mapping[str, int]) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    for name, value in limits.items():
        if name == "more":
            pages = int(Path("/proc/self/statm").read_text().split()[0])
            value += pages * resource.getpagesize()
        what = {"fsize": resource.RLIMIT_FSIZE, "nofile": resource.RLIMIT_NOFILE, "more": resource.RLIMIT_AS}[name]
        resource.setrlimit(what, (value, value))


def _become(job: dict[str, Any], output: Path, counts: Path) -> None:
    """The child: never returns into the server."""
    code = 70
    try:
        os.setsid()
        os.chdir(job["folder"])
        file = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        for number in (1, 2):
            os.dup2(file, number)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        die = (job["die"][0], job["die"][1]) if job["die"] else None
        watch = Watch({name: (where, when) for name, (where, when) in job["steps"].items()}, die)
        from crawler.cli import main

        _limit(job["limits"])
        try:
            main(job["args"])
        except SystemExit as done:
            code = done.code if isinstance(done.code, int) else 0
        if watch.counts:
            counts.write_text(json.dumps(watch.counts))
    except Exception:  # noqa: BLE001  # a step that is not there any more: told where the output of the command is looked for
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    _serve()
