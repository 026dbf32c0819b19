"""How quick the archive answers when it is large: `python -m tests.quality.archive_speed [--articles N] [--archive FILE]`.

The texts are random words of the dictionary, common and rare as in a language (Zipf). The rows are written without looking for
reprints and stories, whose price `tests.quality.copies` and `stories` measure. Wall time is what a person waits, and depends on
what else the machine does; the limit of each question is LIMIT at the 95th percentile. With `--archive` the file is kept and
used again.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from crawler.reporting.serve import application, settle
from storage import Archive, cookbook, open_archive
from storage.query import run
from storage.search import search
from storage.status import sources as source_states
from tests.quality.large_archive import fill, now, vocabulary

LIMIT = 100.0
"""Milliseconds."""

_ROWS = 5_000
"""So many rows of an answer are read: what `serve` shows at most."""


def questions(path: Path, archive: Archive) -> Iterator[tuple[str, Callable[[], object]]]:
    """What people ask: searches, views, what `status` asks, every named query with what it asks by default."""
    forms = vocabulary()
    chance = random.Random(11)
    common, middling, rare = forms[:30], forms[200:2000], forms[12_000:]

    def find(words: Callable[[], str], **filters: str | int) -> Callable[[], object]:
        return lambda: search(archive, words(), now=now(), **filters)  # type: ignore[arg-type]

    def ask(sql: str, **params: Any) -> Callable[[], object]:
        return lambda: list(itertools.islice(run(path, sql, params=params)[1], _ROWS))

    yield "a rare word", find(lambda: chance.choice(rare))
    yield "a middling word", find(lambda: chance.choice(middling))
    yield "a common word", find(lambda: chance.choice(common))
    yield "two common words", find(lambda: " ".join(chance.sample(common, 2)))
    yield "common and rare", find(lambda: f"{chance.choice(common)} {chance.choice(rare)}")
    yield "a phrase", find(lambda: f'"{chance.choice(common)} {chance.choice(common)}"')
    yield "a prefix", find(lambda: chance.choice(middling)[:4] + "*")
    yield "without a word", find(lambda: f"{chance.choice(common)} -{chance.choice(common)}")
    yield "last week", find(lambda: chance.choice(common), since=_ago(7))
    yield "last year", find(lambda: chance.choice(common), since=_ago(365))
    yield "a region", find(lambda: chance.choice(common), region="RU-KGD")
    yield "a source", find(lambda: chance.choice(common), source="s17")
    yield "latest", ask("SELECT * FROM latest LIMIT 50")
    yield "latest of a region", ask("SELECT * FROM latest WHERE region = 'RU-KGD' LIMIT 50")
    yield "by_region", ask("SELECT * FROM by_region")
    yield "a story", ask("SELECT * FROM story_sources WHERE story = 1001 ORDER BY published_utc")
    yield "edits", ask("SELECT * FROM edits LIMIT 50")
    yield "refused", ask("SELECT * FROM refused LIMIT 50")
    yield "source_health", ask("SELECT * FROM source_health")
    yield "coverage of a source", ask("SELECT * FROM coverage WHERE source = 's17' AND day > date('now', '-90 days')")
    yield "coverage of a month", ask("SELECT * FROM coverage WHERE day > date('now', '-30 days')")
    yield "marked", ask("SELECT * FROM marked LIMIT 50")
    yield "articles a day", ask("SELECT day, count(*) FROM articles WHERE day > date('now', '-30 days') GROUP BY day")
    yield "status", lambda: source_states(archive, now=now())
    for recipe in cookbook.load().values():
        yield f"@{recipe.name}", ask(recipe.sql, **dict(recipe.params) | _ASKED.get(recipe.name, {}))


_ASKED: dict[str, dict[str, str | int]] = {"story": {"story": 1001}, "company": {"company": "завод 40"}}
"""What the invented archive has instead of what is asked otherwise."""


def pages(path: Path) -> Iterator[tuple[str, str]]:
    """The pages of `serve`, and what Datasette makes of tables and named queries."""
    word, other = vocabulary()[500:502]
    for address in (
        *("/", "/?days=365", "/regions", "/region/RU-KGD", "/region/RU-KGD?days=365", "/story/1001", "/article/1000", "/sources"),
        f"/search?q={word}+{other}",
    ):
        yield f"GET {address}"[:30], address
    for address in ("", "/articles", "/latest", "/pages", "/stories", "/sources", "/latest.csv?_size=100"):
        yield f"GET /TABLES{address}", f"/{path.stem}{address}"
    yield "GET /TABLES?sql=", f"/{path.stem}?sql=SELECT+day,+title+FROM+articles+ORDER+BY+day+DESC+LIMIT+10"
    for name in cookbook.load():
        asked = f"?{urlencode(_ASKED[name])}" if name in _ASKED else ""
        yield f"GET /TABLES/{name}", f"/{path.stem}/{name}{asked}"


def _ago(days: int) -> str:
    return (now() - timedelta(days=days)).date().isoformat()


def measure(path: Path, rounds: int = 25, only: str = "") -> Iterator[tuple[str, tuple[float, float, float]]]:
    """Question, then median and 95th percentile of wall time, 95th percentile of CPU time, in milliseconds."""
    with open_archive(path, read_only=True) as archive:
        for name, question in questions(path, archive):
            if only in name:
                yield name, _timed(question, rounds)
    client = application(path).client
    settle()

    async def get(address: str) -> None:
        answer = await client.get(address)
        assert answer.status_code == 200, (address, answer.status_code, answer.text[:300])

    with asyncio.Runner() as loop:
        for name, address in pages(path):
            if only in name:
                yield name, _timed(lambda address=address: loop.run(get(address)), rounds)  # type: ignore[misc]


def _timed(question: Callable[[], object], rounds: int) -> tuple[float, float, float]:
    question()
    wall, cpu = [], []
    for _ in range(rounds):
        began, busy = time.perf_counter(), time.process_time()
        question()
        wall.append((time.perf_counter() - began) * 1000)
        cpu.append((time.process_time() - busy) * 1000)
        time.sleep(wall[-1] / 5000)  # as a person does; and a real-time process may not have all of a core
    return statistics.median(wall), statistics.quantiles(wall, n=20)[-1], statistics.quantiles(cpu, n=20)[-1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--archive", type=Path)
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--only", default="", help="only questions whose name has this in it")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = options.archive or Path(folder) / "archive.db"
        began = time.perf_counter()
        with open_archive(path) as archive:
            fill(archive, options.articles)
        took = time.perf_counter() - began
        print(f"{options.articles:,} articles in {took:,.0f} s, {path.stat().st_size / 1e6:,.0f} MB\n")
        print(f"{'question':<30}{'median':>9}{'p95':>9}{'p95 CPU':>9}   milliseconds, p95 wanted <= {LIMIT:.0f}")
        for name, (median, p95, cpu) in measure(path, options.rounds, options.only):
            print(f"{name:<30}{median:>9.1f}{p95:>9.1f}{cpu:>9.1f}   {'' if p95 <= LIMIT else 'too slow'}", flush=True)


if __name__ == "__main__":
    main()
