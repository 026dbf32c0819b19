"""DESIGN §6 against the crawl command: every behaviour of a server on an article and on each way of discovery.

One crawl meets all cases at once, each on a host of its own; a second one finds the servers healed.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.simulator import World, start
from tests.crawl.impatient import Impatient
from tests.crawl.matrix import CASES, FIRST, KEPT, LONG, WAYS, Case

EVERYWHERE = ("article", *WAYS)
QUICK = [(case, ("article", WAYS[number // 2 % 4])[number % 2]) for number, case in enumerate(CASES) if case.name not in LONG]
SLOW = [(case, on) for case in CASES for on in EVERYWHERE if (case, on) not in QUICK]


class Matrix:
    """The archive after a crawl with faults and one without, and what the servers saw of both."""

    def __init__(self, folder: Path, cells: list[tuple[Case, str]]) -> None:
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
            address = FIRST[on].replace("?page=1", "*")
            world.fault("/" + address, case.kind, site=f"mirror{number}", **case.how)

    def _look(self, names: list[str]) -> dict[str, tuple[str, str, dict[str, tuple[str, str]]]]:
        """Source -> its last crawl's outcome and message, and outcome and reason of each article page."""
        found = {}
        for name in names:
            (outcome, message), *_ = self.desk.rows("SELECT outcome, message FROM crawls WHERE source = ? ORDER BY id DESC", name)
            rows = self.desk.rows("SELECT url, outcome, reason FROM pages WHERE source = ?", name)
            found[name] = (outcome, message, {url: (became, reason) for url, became, reason in rows})
        return found


@pytest.fixture(scope="module")
def quick(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matrix]:
    yield Matrix(tmp_path_factory.mktemp("matrix"), QUICK)


@pytest.fixture(scope="module")
def slow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Matrix]:
    yield Matrix(tmp_path_factory.mktemp("matrix"), SLOW)


def _name(value: object) -> str:
    return value.name if isinstance(value, Case) else str(value)


def check(matrix: Matrix, case: Case, on: str) -> None:
    number = matrix.cells[case, on]
    name = f"mirror{number}-{'feed' if on == 'article' else on}"
    base, articles = matrix.bases[f"mirror{number}"], matrix.mirrors[number]
    outcome, message, pages = matrix.first[name]
    if on == "article":
        spoiled = f"{base}news/2/"
        became, reason = pages[spoiled]
        assert became in case.article, (became, reason)
        assert reason
        assert {pages[url][0] for url in articles if url != spoiled} <= KEPT, "a neighbour was lost"
        assert outcome == "finished", message
    else:
        assert outcome in case.way, (outcome, message)
        assert message or outcome == "finished"
        kept = [url for url in articles if pages.get(url, ("",))[0] in KEPT]
        assert len(kept) == (len(articles) if outcome == "finished" else 0)
    asked = matrix.asked[f"mirror{number}", "/" + FIRST[on]]
    # on a kept-alive connection that closes without a word, Twisted asks once more before anybody hears of it
    assert case.tries is None or case.tries <= asked <= case.tries + 3 * (case.kind in ("drop", "reset")), asked
    healed_outcome, healed_message, healed = matrix.second[name]
    assert healed_outcome == "finished", healed_message
    if on != "article" or became in {"failed", "blocked", *KEPT}:
        assert {healed[url][0] for url in articles} <= KEPT | {"unchanged"}, {url: healed[url] for url in articles}


@pytest.mark.parametrize(("case", "on"), QUICK, ids=_name)
def test_the_outcome_is_typed_and_nothing_else_is_lost(quick: Matrix, case: Case, on: str) -> None:
    check(quick, case, on)


@pytest.mark.long
@pytest.mark.parametrize(("case", "on"), SLOW, ids=_name)
def test_the_outcome_is_the_same_everywhere(slow: Matrix, case: Case, on: str) -> None:
    check(slow, case, on)


def test_memory_stays_bounded_and_the_archive_whole(quick: Matrix) -> None:
    assert quick.memory < 700, f"{quick.memory} MB"
    assert quick.integrity == "ok"


def test_no_article_is_without_its_page_and_no_page_without_a_reason(quick: Matrix) -> None:
    desk = quick.desk
    assert desk.rows("SELECT id FROM articles WHERE url NOT IN (SELECT url FROM pages)") == []
    assert desk.rows("SELECT url FROM copies WHERE url NOT IN (SELECT url FROM pages)") == []
    assert desk.rows("SELECT url FROM pages WHERE reason = '' AND outcome NOT IN ('unchanged')") == []
    assert desk.rows("SELECT id FROM crawls WHERE outcome IS NULL OR finished IS NULL") == []
