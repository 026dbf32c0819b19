"""Children of the daemon: real processes, ended in time whatever they do."""

import asyncio
import sys
from pathlib import Path

import psutil
import pytest

from crawler.operating import children
from crawler.operating.children import Child, Ended

_STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print("working", flush=True)
time.sleep(60)
"""


async def _python(code: str) -> Child:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE, start_new_session=True
    )
    return Child("test", process)


def test_a_child_runs_a_command_and_its_last_line_is_kept() -> None:
    async def run() -> Ended:
        return await (await children.start(children.PROGRAM, ["--version"], "version")).wait(30)

    ended = asyncio.run(run())
    assert ended.status == 0
    assert not ended.stopped
    assert ended.last_line.startswith("avtoklaster")


def test_a_child_that_ignores_sigterm_is_killed_with_all_it_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "TERM_SECONDS", 0.3)
    monkeypatch.setattr(Child.stop, "__defaults__", (0.3,))
    seen: list[psutil.Process] = []

    async def run() -> Ended:
        child = await _python(_STUBBORN)
        assert child.process.stdout is not None
        await child.process.stdout.readline()
        seen.extend([psutil.Process(child.process.pid), *psutil.Process(child.process.pid).children(recursive=True)])
        return await child.wait(0.1)

    ended = asyncio.run(run())
    assert ended.stopped
    assert ended.status == -9
    assert len(seen) == 2
    _gone, alive = psutil.wait_procs(seen, timeout=5)
    assert not alive


def test_a_child_that_ends_at_sigterm_is_not_killed() -> None:
    code = (
        "import signal, sys, time; signal.signal(signal.SIGTERM, lambda *_: sys.exit(7)); print('up', flush=True); time.sleep(60)"
    )

    async def run() -> Ended:
        child = await _python(code)
        assert child.process.stdout is not None
        await child.process.stdout.readline()
        return await child.wait(0.05)

    assert asyncio.run(run()).status == 7


def test_a_talkative_child_is_never_blocked_by_a_full_pipe() -> None:
    async def run() -> Ended:
        return await (await _python("for i in range(200000): print('line', i)")).wait(30)

    ended = asyncio.run(run())
    assert (ended.status, ended.last_line) == (0, "line 199999")


def test_the_supervisor_imports_neither_scrapy_nor_trafilatura() -> None:
    root = Path(__file__).resolve().parents[2]
    code = (
        "import sys, scheduler, crawler.cli.daemon;"
        "print([m for m in ('scrapy', 'trafilatura', 'twisted', 'lxml', 'pymorphy3') if m in sys.modules])"
    )

    async def run() -> Ended:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", code, stdout=asyncio.subprocess.PIPE, cwd=root, start_new_session=True
        )
        return await Child("test", process).wait(30)

    assert asyncio.run(run()).last_line == "[]"
