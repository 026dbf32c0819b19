"""The kill matrix: every task is ended by SIGKILL at each of its steps, given again, and compared with an undisturbed one.

    python -m tests.reliability.kills [--seeds 20] [--task TASK] [--record]

prints the table "kills × wrong × lost × doubled"; `--record` writes it into tests/reliability/RESULTS.md. A seed chooses at
which passing of its step a process dies; every second seed also kills the second attempt, at another passing of the same step.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crawler.simulator import start
from tests.reliability.launcher import Ended, Launcher
from tests.reliability.results import record
from tests.reliability.steps import STEPS
from tests.reliability.tasks import TASKS, Stage, contents, wrong

SEEDS = 20


@dataclass
class Cell:
    """What came of a step: `kills` that happened, lives that went `wrong`, and rows lost and doubled at the end."""

    task: str
    step: str
    kills: int = 0
    wrong: int = 0
    lost: int = 0
    doubled: int = 0
    problems: list[str] = field(default_factory=list)


class Matrix:
    """The undisturbed runs, and kills against them."""

    def __init__(self, folder: Path, stage: Stage, launcher: Launcher, tasks: tuple[str, ...]) -> None:
        self.folder = folder
        self.launcher = launcher
        self.stage = stage
        self._number = 0
        self.undisturbed: dict[str, dict[str, list[tuple[Any, ...]]]] = {}
        self.passed: dict[str, dict[str, int]] = {}
        for name in tasks:
            place = stage.copy(name, f"undisturbed {name}")
            ended = launcher.run(place, *TASKS[name].args, steps=STEPS[name])
            assert ended.code == 0, f"{name}: {ended.text}"
            assert not wrong(place, TASKS[name], ended=True), (name, wrong(place, TASKS[name], ended=True))
            self.undisturbed[name] = contents(place, TASKS[name])
            self.passed[name] = ended.counts

    def kill(self, task: str, step: str, seed: int, cell: Cell) -> None:
        """One life of an archive: a kill (two, for odd seeds), a look at it, the command again, the comparison."""
        before = len(cell.problems)
        self._live(task, step, seed, cell)
        cell.wrong += len(cell.problems) > before

    def _live(self, task: str, step: str, seed: int, cell: Cell) -> None:
        self._number += 1
        place = self.stage.copy(task, f"{self._number}")
        chance = random.Random(f"{task}/{step}/{seed}")
        for _ in range(1 + seed % 2):
            ended = self._run(place, task, step, chance.randint(1, self.passed[task].get(step, 1)))
            cell.kills += ended.killed
            if not ended.killed and ended.code != 0 and not self._was_done(task, ended):
                cell.problems.append(f"seed {seed}: ended with {ended.code}: {ended.text[-300:]}")
            cell.problems += [f"seed {seed}, killed: {what}" for what in wrong(place, TASKS[task], ended=False)]
        TASKS[task].ready(place)
        ended = self.launcher.run(place, *TASKS[task].args)
        if ended.code != 0 and not self._was_done(task, ended):
            cell.problems.append(f"seed {seed}: the next run ended with {ended.code}: {ended.text[-300:]}")
            return
        cell.problems += [f"seed {seed}, resumed: {what}" for what in wrong(place, TASKS[task], ended=True)]
        for name, missing, more in self.differences(task, place):
            cell.lost += len(missing) if name == "articles" else 0
            cell.doubled += len(more) if name == "articles" else 0
            cell.problems.append(f"seed {seed}: {name}: without {missing[:2]}, with {more[:2]}"[:600])

    def _run(self, place: Path, task: str, step: str, number: int) -> Ended:
        TASKS[task].ready(place)
        return self.launcher.run(place, *TASKS[task].args, steps={step: STEPS[task][step]}, die=(step, number))

    def _was_done(self, task: str, ended: Ended) -> bool:
        """A source that was forgotten before the kill is not known to the command that forgets it once more."""
        return task == "forget" and ended.code == 2 and "there is no source" in ended.text

    def differences(self, task: str, place: Path) -> list[tuple[str, list[Any], list[Any]]]:
        """Where a task ended otherwise than undisturbed: what, the rows that are missing, the rows that are too many."""
        found, told = contents(place, TASKS[task]), []
        for name, rows in self.undisturbed[task].items():
            missing, more = Counter(rows) - Counter(found[name]), Counter(found[name]) - Counter(rows)
            if missing or more:
                told.append((name, list(missing.elements()), list(more.elements())))
        return told


@contextmanager
def matrix(folder: Path, tasks: tuple[str, ...] = tuple(TASKS)) -> Iterator[Matrix]:
    """Everything prepared for kills in a folder."""
    with start() as world, Launcher() as launcher:
        yield Matrix(folder, Stage(folder, world, launcher, set(tasks)), launcher, tasks)


HEAD = "| killed while it runs | steps | kills | wrong afterwards | articles lost | articles doubled |\n|---|---|---|---|---|---|"


def table(cells: list[Cell]) -> str:
    """As Markdown: a row a task, and in all."""
    rows = [_row(f"`{task}`", [cell for cell in cells if cell.task == task]) for task in dict.fromkeys(c.task for c in cells)]
    return "\n".join([HEAD, *rows, _row("**in all**", cells)])


def _row(name: str, cells: list[Cell]) -> str:
    sums = [sum(cell.kills for cell in cells), sum(cell.wrong for cell in cells)]
    sums += [sum(cell.lost for cell in cells), sum(cell.doubled for cell in cells)]
    return f"| {name} | {len(cells)} | {' | '.join(map(str, sums))} |"


def steps(cells: list[Cell]) -> str:
    """Every step with its kills, as a list."""
    tasks = dict.fromkeys(cell.task for cell in cells)
    told = {task: "; ".join(f"{cell.step} ({cell.kills})" for cell in cells if cell.task == task) for task in tasks}
    return "\n".join(f"- `{task}`: {steps}" for task, steps in told.items())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--task", action="append", choices=list(TASKS))
    parser.add_argument("--record", action="store_true", help="write the table into RESULTS.md")
    given = parser.parse_args()
    tasks, cells, began = tuple(given.task or TASKS), [], time.monotonic()
    with tempfile.TemporaryDirectory() as folder, matrix(Path(folder), tasks) as made:
        for task in tasks:
            for step in STEPS[task]:
                cell = Cell(task, step)
                cells.append(cell)
                for seed in range(given.seeds):
                    made.kill(task, step, seed, cell)
                print(f"{task}: {step}: {cell.kills} kills, {len(cell.problems)} wrong", file=sys.stderr, flush=True)
                for problem in cell.problems[:4]:
                    print(f"    {problem}", file=sys.stderr, flush=True)
    said = f"{table(cells)}\n\nSteps and kills:\n{steps(cells)}"
    print(said)
    if given.record:
        record("Kills", f"`python -m tests.reliability.kills --seeds {given.seeds}`", said, time.monotonic() - began)
    return int(any(cell.problems or not cell.kills for cell in cells))


if __name__ == "__main__":
    sys.exit(main())
