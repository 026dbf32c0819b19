"""Killed at each named step, an archive is whole, and the command given again ends as if nothing had happened.

One seed a step; twenty with `python -m tests.reliability.kills`. What the steps are: tests.reliability.steps.
"""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from crawler.workers import WORKERS
from tests.reliability.kills import Cell, Matrix
from tests.reliability.launcher import Launcher
from tests.reliability.steps import STEPS
from tests.reliability.tasks import TASKS

pytestmark = pytest.mark.slow


def _quick() -> list[tuple[str, str]]:
    """Every task and every step; what several tasks pass is killed in the last of them, an import rather than a crawl."""
    by_place = {(where, step == "any statement" and task): (task, step) for task in TASKS for step, where in STEPS[task].items()}
    return sorted(by_place.values(), key=lambda cell: list(TASKS).index(cell[0]))


@pytest.mark.parametrize(("task", "step"), _quick())
def test_killed_and_given_again_nothing_is_lost_or_doubled(stage: Matrix, task: str, step: str) -> None:
    assert stage.passed[task].get(step), "the undisturbed run does not pass this step: was it renamed?"
    cell = Cell(task, step)
    stage.kill(task, step, 0, cell)
    assert cell.kills == 1
    assert cell.problems == []


@pytest.mark.skipif(WORKERS == 1, reason="with one processor nothing is judged in other processes")
def test_a_killed_command_leaves_no_worker_behind(tmp_path: Path) -> None:
    text = " ".join(["В городском парке посадили липы и клёны."] * 40)
    lines = [{"url": f"https://a.example/{n}/", "title": f"Парк {n}", "text": f"{n} {text}"} for n in range(1200)]
    (tmp_path / "many.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    steps = {"a chunk is judged elsewhere": ("crawler.importing:Importer._write", "after")}
    with Launcher() as launcher:
        ended = launcher.run(tmp_path, "import", "many.jsonl", steps=steps, die=("a chunk is judged elsewhere", 10))
    assert ended.killed
    deadline = time.monotonic() + 20
    while left := _processes_in(tmp_path):
        assert time.monotonic() < deadline, f"{left} did not end with the command that started them"
        time.sleep(0.05)


def _processes_in(folder: Path) -> list[str]:
    """The processes that work in a folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink() == folder:
                found.append(f"{process.name}: {(process / 'cmdline').read_text()}")
        except OSError:
            continue
    return found
