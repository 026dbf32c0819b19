"""What one more article costs as an archive grows: `python -m tests.benchmarks.growth [--articles N] [--stages]`.

Invented texts of some 180 words, drawn from real words with their real frequencies; one in twelve is an edited reprint, two in
twelve tell again of an earlier event. Each is stored by itself, as a crawl does. Prints the CPU time an article at several sizes,
the ratio of the last to that at 1,000, the size of each table, and the peak memory; with --stages also what the stages of storing
cost. An archive named by --archive is kept, and what was broken off goes on there: a million articles take hours. --alike N
stores N texts made of the same few phrases, on one day, and one more in turn with an archive of 100 such.
"""

from __future__ import annotations

import argparse
import random
import resource
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path
from unittest.mock import patch

from storage import Archive, article_rows, articles, copies, fulltext, open_archive, pages, stories, story_index
from tests.benchmarks.words import plain
from tests.quality import edits
from tests.storage.samples import put

ROOT = Path(__file__).resolve().parents[2]


class Press:
    """An endless stream of (title, text, day, source)."""

    def __init__(self, seed: int = 1) -> None:
        self._rng = random.Random(seed)
        lines = (ROOT / "storage" / "background.tsv").read_text(encoding="utf-8").splitlines()[1:]
        rows = [(term, int(count)) for term, _, count in (line.partition("\t") for line in lines) if term.isalpha()]
        self._words = [term for term, _ in rows]
        self._weights = list(accumulate(count for _, count in rows))
        self._recent: list[tuple[str, str, int]] = []
        self._number = 0

    def __iter__(self) -> Press:
        return self

    def __next__(self) -> tuple[str, str, str, str]:
        self._number += 1
        kind = self._rng.randrange(12)
        day = self._number // 60
        if self._recent and kind == 0:
            title, text, day = self._rng.choice(self._recent)
            text = edits.boilerplate(edits.cut(text, self._rng), self._rng)
        elif self._recent and kind in (1, 2):
            title, old, day = self._rng.choice(self._recent)
            told = old.replace("\n", " ").split()
            text = self._sentences(self._rng.sample(told, len(told) // 2) + self._draw(80))
        else:
            title, text = " ".join(self._draw(8)).capitalize(), self._sentences(self._draw(180))
            self._recent = [*self._recent[-200:], (title, text, day)]
        return title, text, (date(2010, 1, 1) + timedelta(days=day)).isoformat(), f"s{self._rng.randrange(200)}"

    def _draw(self, count: int) -> list[str]:
        words = self._rng.choices(self._words, cum_weights=self._weights, k=count)
        return [str(self._rng.randrange(2, 90_000)) if self._rng.random() < 0.02 else word for word in words]

    def _sentences(self, words: list[str]) -> str:
        return " ".join(" ".join(words[at : at + 14]).capitalize() + "." for at in range(0, len(words), 14))


def grow(archive: Archive, count: int, *, report: int) -> list[tuple[int, float]]:
    """Stores articles until so many were; (articles, CPU milliseconds an article of the last `report`) each time."""
    press, found = Press(), []
    (stored,) = archive.conn.execute("SELECT count(*) FROM pages").fetchone()
    for _ in range(stored):
        next(press)
    began = time.process_time()
    for number in range(stored + 1, count + 1):
        title, text, published, source = next(press)
        put(archive, url=f"https://{source}.ru/{number}", source=source, text=f"{title}\n{text}", published=published)
        if number % report == 0:
            found.append((number, (time.process_time() - began) / report * 1000))
            print(f"{number:>9} articles  {found[-1][1]:6.2f} ms CPU an article", flush=True)
            began = time.process_time()
    return found


def alike(seed: int) -> Iterator[tuple[str, str]]:
    """Endless (title, text) of a few hundred phrases, ten times as much alike as two releases of one office."""
    rng = random.Random(seed)
    while True:
        yield plain(rng), ". ".join(plain(rng) for _ in range(12)) + "."


def mass(folder: Path, few: int, many: int, *, more: int = 40) -> tuple[float, float]:
    """CPU milliseconds for one more look-alike in an archive of `few` and in one of `many`, measured in turn."""
    spent = [0.0, 0.0]
    with open_archive(folder / "few.db") as small, open_archive(folder / "many.db") as large:
        texts = alike(1)
        number = 0
        for archive, size in ((small, few), (large, many)):
            for _ in range(size):
                number += 1
                _put_alike(archive, number, next(texts))
        for _ in range(more):
            number += 1
            told = next(texts)
            for at, archive in enumerate((small, large)):
                began = time.process_time()
                _put_alike(archive, number, told)
                spent[at] += time.process_time() - began
    return spent[0] / more * 1000, spent[1] / more * 1000


def _put_alike(archive: Archive, number: int, told: tuple[str, str]) -> None:
    put(archive, url=f"https://a.ru/{number}", source="a", published="2026-10-30", text="\n".join(told))


STAGES = (
    ("columns", articles, "columns"),
    ("what follows from the words", article_rows, "derive"),
    ("copies looked for", copies, "find"),
    ("copies noted", copies, "remember"),
    ("full text", fulltext, "add"),
    ("stories: candidates", story_index, "_candidates"),
    ("stories, all of it", stories, "assign"),
    ("page's row", pages, "put"),
)
"""What is timed: a name, and where the function is looked up when an article is stored."""


@contextmanager
def timed() -> Iterator[Counter[str]]:
    """CPU seconds of each stage, as long as it lasts."""
    spent: Counter[str] = Counter()

    def clocked(name: str, function: Callable[..., object]) -> Callable[..., object]:
        def wrapped(*args: object, **options: object) -> object:
            began = time.process_time()
            try:
                return function(*args, **options)
            finally:
                spent[name] += time.process_time() - began

        return wrapped

    with ExitStack() as undo:
        for name, module, function in STAGES:
            undo.enter_context(patch.object(module, function, clocked(name, getattr(module, function))))
        yield spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--report", type=int, default=1000)
    parser.add_argument("--archive", type=Path, metavar="FILE")
    parser.add_argument("--stages", action="store_true")
    parser.add_argument("--alike", type=int, metavar="N")
    options = parser.parse_args()
    if options.alike:
        with tempfile.TemporaryDirectory() as name:
            few, many = mass(Path(name), 100, options.alike)
        print(f"one more of 100 look-alikes {few:.1f} ms CPU, of {options.alike} {many:.1f}: {many / few:.2f}")
        return
    with tempfile.TemporaryDirectory() as folder, open_archive(options.archive or Path(folder) / "archive.db") as archive:
        with timed() if options.stages else nullcontext(Counter[str]()) as spent:
            found = grow(archive, options.articles, report=options.report)
        for name, seconds in spent.items():
            print(f"{seconds / options.articles * 1000:8.3f} ms an article  {name}")
        counts = [archive.one(f"SELECT count(*) FROM {table}") for table in ("articles", "copies", "stories")]
        print("articles, copies, stories:", *(row[0] for row in counts if row is not None))
        sizes = archive.conn.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC LIMIT 16").fetchall()
        for name, size in sizes:
            print(f"{size / 1e6:9.1f} MB  {size / options.articles:8.0f} B an article  {name}")
    # the first thousand also fills the dictionary's cache, so the second stands for a small archive
    base = found[min(1, len(found) - 1)][1]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"last to early: {found[-1][1] / base:.2f}; peak memory {peak:.0f} MB")


if __name__ == "__main__":
    main()
