"""Does a large archive stay readable while a crawl writes: `python -m tests.quality.read_while_writing --archive FILE`.

A process of its own stores what a crawl of a busy day stores, one transaction a page as a crawl does: PAGES a second, every
twentieth an article with its evidence and its full text. Meanwhile readers ask what people ask all day, each on a connection of
its own as `serve` and `query` open it. Rounds with and without the writer alternate, so that what else the machine does falls on
both; the limit is LIMIT at the 99th percentile. FILE is made with `archive_speed --archive FILE` and grows by what is written.
"""

from __future__ import annotations

import argparse
import itertools
import multiprocessing
import os
import random
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from multiprocessing.synchronize import Event
from pathlib import Path

from storage import Archive, articles, browse, open_archive, pages
from storage.records import ArticleRecord, DateRecord, PageRecord
from storage.search import search
from tests.quality import archive_speed
from tests.quality.large_archive import now, texts, vocabulary

PAGES = 80
"""Pages a second: more than a crawl of one process reads on two cores (`tests/benchmarks/RESULTS.md`)."""

LIMIT = 50.0
"""Milliseconds for what is looked up; a search may take as long as any (`archive_speed.LIMIT`)."""

_ROUND = 10.0
"""Seconds."""


def write(path: Path, stop: Event, busy: Event, written: multiprocessing.SimpleQueue[tuple[int, int]]) -> None:
    """Stores pages at PAGES a second while `busy` is set, until `stop` is."""
    stream = texts(vocabulary(), 300)
    kept = refused = 0
    with open_archive(path) as archive:
        began, done = time.monotonic(), 0
        while not stop.is_set():
            if not busy.is_set():
                busy.wait(0.2)
                began, done = time.monotonic(), 0
                continue
            url = f"https://s17.example/live/{os.getpid()}/{kept + refused}"
            moment = datetime.now(UTC)
            if (kept + refused) % 20:
                row = PageRecord(url=url, source="s17", status=200, outcome="irrelevant", title="Другая новость", lead="а" * 400)
                pages.record(archive, row, now=moment)
                refused += 1
            else:
                _store(archive, url, next(stream), moment)
                kept += 1
            done += 1
            time.sleep(max(0.0, began + done / PAGES - time.monotonic()))
    written.put((kept, refused))


def _store(archive: Archive, url: str, words: tuple[str, str], moment: datetime) -> None:
    title, text = words
    published = moment.isoformat(timespec="seconds")
    article = ArticleRecord(
        url=url,
        source="s17",
        region="RU-KGD",
        title=title,
        text=text,
        published=published,
        published_by="json-ld",
        score=0.9,
        regions=("RU-KGD", "RU-KLU"),
        companies=("avtotor",),
        dates=(DateRecord(witness="json-ld", value=published, believed=True, why="says so"),),
    )
    page = PageRecord(url=url, source="s17", status=200, headers={}, body=f"<html><p>{text}</p></html>".encode())
    articles.store(archive, article, page, now=moment)


def questions() -> dict[str, Callable[[Archive], object]]:
    """What is asked in turn, each with another article, story, region or word every time."""
    chance, forms = random.Random(5), vocabulary()
    return {
        "latest 50": lambda a: a.conn.execute("SELECT * FROM latest LIMIT 50").fetchall(),
        "an article": lambda a: browse.article(a, chance.randrange(1, 1_000_000)),
        "a story": lambda a: browse.story(a, chance.randrange(1, 100_000) * 10 + 1),
        "by_region": lambda a: a.conn.execute("SELECT * FROM by_region").fetchall(),
        "a rare word": lambda a: search(a, chance.choice(forms[12_000:]), now=now()),
    }


def read(path: Path, seconds: float, found: dict[str, list[float]]) -> None:
    """Asks for so many seconds; wall milliseconds of each question, opening the archive included."""
    asked = itertools.cycle(questions().items())
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        name, question = next(asked)
        began = time.perf_counter()
        with open_archive(path, create=False, read_only=True) as archive:
            question(archive)
        found.setdefault(name, []).append((time.perf_counter() - began) * 1000)
        time.sleep(0.01)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--archive", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=6)
    options = parser.parse_args()
    spawn = multiprocessing.get_context("spawn")
    stop, busy, written = spawn.Event(), spawn.Event(), spawn.SimpleQueue()
    writer = spawn.Process(target=write, args=(options.archive, stop, busy, written))
    writer.start()
    alone: dict[str, list[float]] = {}
    beside: dict[str, list[float]] = {}
    read(options.archive, 3.0, {})
    for _ in range(options.rounds):
        read(options.archive, _ROUND, alone)
        busy.set()
        read(options.archive, _ROUND, beside)
        busy.clear()
    stop.set()
    kept, refused = written.get()
    writer.join()
    seconds = options.rounds * _ROUND
    print(
        f"written: {kept / seconds:.1f} articles, {refused / seconds:.0f} refused pages a second; load {os.getloadavg()[0]:.1f}\n"
    )
    print(f"{'question':<16}{'alone: median':>15}{'p99':>8}{'writing: median':>18}{'p99':>8}   milliseconds")
    for name in alone:
        one, other = alone[name], beside[name]
        worst, limit = _p99(other), archive_speed.LIMIT if "word" in name else LIMIT
        print(
            f"{name:<16}{statistics.median(one):>15.1f}{_p99(one):>8.1f}{statistics.median(other):>18.1f}{worst:>8.1f}"
            f"   of {len(other)}, wanted <= {limit:.0f}{'' if worst <= limit else ': too slow'}"
        )


def _p99(values: list[float]) -> float:
    return statistics.quantiles(values, n=100)[-1]


if __name__ == "__main__":
    main()
