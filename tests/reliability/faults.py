"""The fault matrix: every behaviour of a server, on an article and on each way of discovery, against the crawl command.

    python -m tests.reliability.faults [--record]

prints the table "faults injected × outcome"; `--record` writes it into RESULTS.md beside. One crawl meets all faults of a batch
at once, each on a host of its own; a second one finds the servers healed. Behaviours and what is right for them:
tests.reliability.behaviours. robots.txt and documents without measure have tests of their own, which are run and counted.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

import pytest

from crawler.simulator import World, start
from tests.crawl.impatient import Impatient
from tests.reliability.behaviours import CASES, FIRST, GROUPS, KEPT, LONG, WAYS, Case
from tests.reliability.results import record

EVERYWHERE = ("article", *WAYS)
QUICK = [(case, ("article", WAYS[number // 2 % 4])[number % 2]) for number, case in enumerate(CASES) if case.name not in LONG]
SLOW = [(case, on) for case in CASES for on in EVERYWHERE if (case, on) not in QUICK]
BATCH = 100

Cell = tuple[Case, str]


class Matrix:
    """The archive after a crawl with faults and one without, and what the servers saw of both."""

    def __init__(self, folder: Path, cells: list[Cell]) -> None:
        self.cells = {cell: number for number, cell in enumerate(cells, 1)}
        with start(mirrors=len(cells), articles=2) as world:
            self.mirrors = {number: world.mirror(number) for number in self.cells.values()}
            self.desk = Impatient(folder, world.config.replace("[crawl]", "[crawl]\nconcurrency = 24"))
            self._spoil(world)
            names = [f"mirror{number}-{'feed' if on == 'article' else on}" for (_, on), number in self.cells.items()]
            self.bases = world.sites
            self.desk.crawl(*names)
            self.memory = self.desk.memory
            self.asked = Counter((entry["site"], entry["target"]) for entry in world.take_log())
            self.first = self._look(names)
            world.heal()
            self.desk.crawl(*names)
            self.second = self._look(names)
        self.integrity = self.desk.one("PRAGMA integrity_check")

    def _spoil(self, world: World) -> None:
        for (case, on), number in self.cells.items():
            address, site = "/" + FIRST[on].replace("?page=1", "*"), f"mirror{number}"
            world.fault(address, case.kind, site=site, **case.how)
            if case.coding:
                world.fault(address, "header", site=site, name="Content-Encoding", value=case.coding)

    def _look(self, names: list[str]) -> dict[str, tuple[str, str, dict[str, tuple[str, str]]]]:
        """Source -> its last crawl's outcome and message, and outcome and reason of each article page."""
        found = {}
        for name in names:
            (outcome, message), *_ = self.desk.rows("SELECT outcome, message FROM crawls WHERE source = ? ORDER BY id DESC", name)
            rows = self.desk.rows("SELECT url, outcome, reason FROM pages WHERE source = ?", name)
            found[name] = (outcome, message, {url: (became, reason) for url, became, reason in rows})
        return found

    def name(self, cell: Cell) -> str:
        """The source of a cell."""
        return f"mirror{self.cells[cell]}-{'feed' if cell[1] == 'article' else cell[1]}"

    def became(self, cell: Cell) -> str:
        """The outcome of the page with the fault, or of the crawl whose only way had it."""
        outcome, _, pages = self.first[self.name(cell)]
        if cell[1] != "article":
            return outcome
        return pages.get(f"{self.bases[f'mirror{self.cells[cell]}']}news/2/", ("", ""))[0]

    def problems(self, cell: Cell) -> list[str]:
        """What is not as it should be: the outcome, the reason, the neighbours, the tries."""
        (case, on), number = cell, self.cells[cell]
        outcome, message, pages = self.first[self.name(cell)]
        spoiled, became, wrong = f"{self.bases[f'mirror{number}']}news/2/", self.became(cell), []
        kept = [url for url in self.mirrors[number] if pages.get(url, ("",))[0] in KEPT]
        if on == "article":
            if became not in case.article or not pages[spoiled][1]:
                wrong.append(f"the page is {became}: {pages.get(spoiled)}")
            if set(self.mirrors[number]) - {spoiled} - set(kept):
                wrong.append("a neighbour was lost")
            if outcome != "finished":
                wrong.append(f"the crawl is {outcome}: {message}")
        else:
            if outcome not in case.way or not (message or outcome == "finished"):
                wrong.append(f"the crawl is {outcome}: {message}")
            if len(kept) != (len(self.mirrors[number]) if outcome == "finished" else 0):
                wrong.append(f"kept are {kept}")
        return wrong + self._tries(cell)

    def _tries(self, cell: Cell) -> list[str]:
        (case, on), number = cell, self.cells[cell]
        asked = self.asked[f"mirror{number}", "/" + FIRST[on]]
        # on a kept-alive connection that closes without a word, Twisted asks once more before anybody hears of it
        most = (case.tries or 0) + 3 * (case.kind in ("drop", "reset"))
        return [] if case.tries is None or case.tries <= asked <= most else [f"asked {asked} times"]

    def unhealed(self, cell: Cell) -> list[str]:
        """What is not there after the server works again."""
        outcome, message, pages = self.second[self.name(cell)]
        if outcome != "finished":
            return [f"healed, the crawl is {outcome}: {message}"]
        if cell[1] == "article" and self.became(cell) not in {"failed", "blocked", *KEPT}:
            return []  # what the page said of itself is believed
        return [f"healed: {url} {pages.get(url)}" for url in self.mirrors[self.cells[cell]] if _missing(pages.get(url))]


def _missing(page: tuple[str, str] | None) -> bool:
    return page is None or page[0] not in KEPT | {"unchanged"}


COLUMNS = {
    "failed": ("failed",),
    "blocked": ("blocked",),
    "off limits": ("off_limits",),
    "no article": ("gone", "soft404", "not_article", "irrelevant"),
    "read": ("stored", "copy", "finished", "partial"),
}


class Table:
    """Counts by group of behaviours, as Markdown."""

    def __init__(self) -> None:
        self.groups: dict[str, Counter[str]] = {}
        self.problems: list[str] = []

    def add(self, matrix: Matrix) -> None:
        for cell in matrix.cells:
            counted = self.groups.setdefault(cell[0].group, Counter())
            counted["injected"] += 1
            counted[next((name for name, outcomes in COLUMNS.items() if matrix.became(cell) in outcomes), "other")] += 1
            wrong, lost = matrix.problems(cell), matrix.unhealed(cell)
            counted["not as expected"] += bool(wrong)
            counted["lost for good"] += bool(lost)
            self.problems += [f"{cell[0].name} on {cell[1]}: {said}" for said in wrong + lost]

    def __str__(self) -> str:
        names = ("injected", *COLUMNS, "not as expected", "lost for good")
        rows = [f"| {group} | {len(GROUPS[group])} | {_cells(counted, names)} |" for group, counted in self.groups.items()]
        total = sum(self.groups.values(), Counter())
        rows.append(f"| **in all** | {sum(len(GROUPS[group]) for group in self.groups)} | {_cells(total, names)} |")
        head = f"| what the server does | behaviours | {' | '.join(names)} |\n|{'---|' * (len(names) + 2)}"
        return "\n".join([head, *rows])


def _cells(counted: Counter[str], names: tuple[str, ...]) -> str:
    return " | ".join(str(counted[name]) for name in names)


class _Count:
    """A pytest plugin: how many tests passed and failed, by file."""

    def __init__(self) -> None:
        self.outcomes: dict[str, Counter[str]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" or report.outcome != "passed":
            self.outcomes.setdefault(report.nodeid.split("::")[0], Counter())[report.outcome] += 1


def _others() -> tuple[str, bool]:
    """The tests of robots.txt and of documents without measure: a line each, and whether all passed."""
    count = _Count()
    files = {
        "robots.txt": "tests/crawl/test_failures_robots.py",
        "documents without measure": "tests/crawl/test_failures_monsters.py",
    }
    pytest.main(["-q", "-p", "no:cacheprovider", "-m", "slow or not slow", *files.values()], plugins=[count])
    lines = []
    for name, file in files.items():
        counted = count.outcomes.get(file, Counter())
        lines.append(f"- {name} (`{file}`): {counted['passed']} of {counted.total()} as expected")
    return "\n".join(lines), all(set(counted) == {"passed"} for counted in count.outcomes.values())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--record", action="store_true", help="write the table into RESULTS.md")
    given = parser.parse_args()
    cells: list[Cell] = [(case, on) for case in CASES for on in EVERYWHERE]
    table, memory, began = Table(), 0, time.monotonic()
    for at in range(0, len(cells), BATCH):
        with tempfile.TemporaryDirectory() as folder:
            matrix = Matrix(Path(folder), cells[at : at + BATCH])
        table.add(matrix)
        memory = max(memory, matrix.memory)
        if matrix.integrity != "ok":
            table.problems.append(f"integrity: {matrix.integrity}")
        print(f"{at + len(matrix.cells)} of {len(cells)}: {len(table.problems)} problems", file=sys.stderr, flush=True)
    others, well = _others()
    said = f"{table}\n\nAt most {memory} MB of memory. Beside these:\n{others}"
    print(said, *table.problems, sep="\n")
    if given.record:
        record("Faults", "`python -m tests.reliability.faults`", said, time.monotonic() - began)
    return int(bool(table.problems) or not well)


if __name__ == "__main__":
    sys.exit(main())
