"""How quick the archive answers when it is large: `python -m tests.quality.archive_speed [--articles N] [--archive FILE]`.

The texts are random words of the dictionary, common and rare as in a language (Zipf). The rows are written without looking for
reprints and stories, whose price `tests.quality.copies` and `stories` measure. Wall time is what a person waits, and depends on
what else the machine does; the limit of each question is LIMIT at the 95th percentile. With `--archive` the file is kept and
used again.

Last run at a million (3.3 GB; 22 November 2026, 2 cores shared with a load of 19, so CPU time is the figure): searches 14 to
53 ms CPU at the 95th percentile, 84 within one source; views and pages 0.2 to 90. Above LIMIT are named queries that read
years of articles: @months (697), @regions (129), @first (182), @vanished (1,250).
"""

from __future__ import annotations

import argparse
import itertools
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from storage import Archive, browse, cookbook, fulltext, open_archive
from storage.columns import columns
from storage.query import run
from storage.records import ArticleRecord
from storage.regions import NAMES
from storage.search import search
from storage.text import analyzer, lemmatize
from storage.times import stamp

LIMIT = 100.0
"""Milliseconds."""

NOW = datetime(2026, 11, 1, tzinfo=UTC)
_BATCH = 5_000


def vocabulary() -> list[str]:
    """20,000 forms of the dictionary, the same each time, the commonest first."""
    prefixes = [a + b for a in "абвгдежзиклмнопрстуфхцчшэ" for b in "аеиоруля"]
    forms = sorted(
        {form for p in prefixes for form in itertools.islice((w.word for w in analyzer().iter_known_word_parses(p)), 400)}
    )
    random.Random(3).shuffle(forms)
    return forms[:20_000]


def texts(forms: list[str], words: int) -> Iterator[tuple[str, str]]:
    """Titles and texts without end."""
    chance = random.Random(7)
    weights = list(itertools.accumulate(1 / (rank + 3) for rank in range(len(forms))))
    while True:
        drawn = chance.choices(forms, cum_weights=weights, k=words + 7)
        sentences = (" ".join(drawn[at : at + 12]).capitalize() for at in range(7, len(drawn), 12))
        yield " ".join(drawn[:7]).capitalize(), ". ".join(sentences) + "."


def fill(archive: Archive, count: int, *, words: int = 60) -> None:
    """Stores articles until there are `count`; dates go back a day for each 300.

    `_TEXTS` different texts come again and again, written as `fulltext.add` and `articles.store` write them but in SQL: making a
    million of them in Python takes an hour.
    """
    had = archive.one("SELECT coalesce(max(id), 0) FROM articles")
    begin = had[0] if had else 0
    with archive.write():
        archive.conn.executemany("INSERT OR IGNORE INTO sources (id) VALUES (?)", [(f"s{n}",) for n in range(250)])
        archive.conn.executemany("INSERT OR IGNORE INTO stories (id) VALUES (?)", [(1 + n // 4,) for n in range(count)])
    _pool(archive, words)
    for base in range(begin, count, _BATCH):
        most = min(_BATCH, count - base)
        with archive.write():
            values = {"base": base, "most": most, "count": count, "now": stamp(NOW)}
            archive.conn.execute(_ARTICLES, values)
            archive.conn.execute(_PAGES, values)
            archive.conn.execute(_INDEX, values)
        if base % 100_000 == 0:
            print(f"{base:>9,} stored", flush=True)


def _pool(archive: Archive, words: int) -> None:
    """The table `pool` of texts, with all that `storage.columns` and `storage.fulltext` make of one."""
    stream = texts(vocabulary(), words)
    fulltext.ready(archive)
    for table in ("pool (n INTEGER PRIMARY KEY, title, text, title_lemmas, text_lemmas, words, text_hash)", "codes (n, code)"):
        archive.conn.execute(f"CREATE TEMP TABLE IF NOT EXISTS {table}")
    for number in range(_TEXTS):
        title, text = next(stream)
        row = columns(ArticleRecord(url="https://s.example/", source="s0", region="", title=title, text=text, score=0.9), "")
        archive.conn.execute(
            "INSERT INTO pool VALUES (?, ?, ?, ?, ?, ?, ?)",
            (number, title, text, lemmatize(title), lemmatize(text), row["words"], row["text_hash"]),
        )
        if number < _TEXTS // 4:
            fulltext._learn_words(archive, (title, text))
    codes = list(enumerate(sorted(set(NAMES) - {"RU"})[:80]))
    archive.conn.executemany("INSERT INTO codes VALUES (?, ?)", codes)


_TEXTS = 20_000
_NEXT = """
    WITH RECURSIVE numbers (id) AS (SELECT :base + 1 UNION ALL SELECT id + 1 FROM numbers WHERE id < :base + :most)
"""
_WHEN = "julianday(:now) - (:count - id) / 300.0"
_ARTICLES = f"""{_NEXT}
    INSERT INTO articles (id, url, source, region, title, text, published, published_utc, day, published_by, first_seen,
        last_seen, language, words, score, matched, reader_version, reason, judged_by, regions, companies, tags, captions,
        text_hash, story)
    SELECT id, 'https://s' || (id % 250) || '.example/news/' || id, 's' || (id % 250),
        code, title, text,
        strftime('%Y-%m-%dT%H:%M:%S+00:00', {_WHEN}), strftime('%Y-%m-%dT%H:%M:%S+00:00', {_WHEN}), date({_WHEN}), 'json-ld',
        :now, :now, 'ru', words, 0.9, '[]', 1, '', '', json_array(code), '[]', '[]', '[]', text_hash, 1 + (id - 1) / 4
    FROM numbers JOIN pool AS p ON p.n = id % {_TEXTS} JOIN codes AS c ON c.n = id % 250 % 80
"""
_PAGES = f"""{_NEXT}
    INSERT INTO pages (url, source, first_seen, last_fetched, outcome, article)
    SELECT 'https://s' || (id % 250) || '.example/news/' || id, 's' || (id % 250), :now, :now, 'stored', id FROM numbers
"""
_INDEX = f"""{_NEXT}
    INSERT INTO articles_fts (rowid, title, text, title_lemmas, text_lemmas)
    SELECT id, title, text, title_lemmas, text_lemmas FROM numbers JOIN pool ON n = id % {_TEXTS}
"""


def questions(path: Path, archive: Archive) -> Iterator[tuple[str, Callable[[], object]]]:
    """What people ask: searches, views, the pages of `serve`, and every named query."""
    forms = vocabulary()
    chance = random.Random(11)
    common, middling, rare = forms[:30], forms[200:2000], forms[12_000:]

    def find(words: Callable[[], str], **filters: str | int) -> Callable[[], object]:
        return lambda: search(archive, words(), now=NOW, **filters)  # type: ignore[arg-type]

    def ask(sql: str, **params: Any) -> Callable[[], object]:
        return lambda: list(itertools.islice(run(path, sql, params=params)[1], 50))

    yield "a rare word", find(lambda: chance.choice(rare))
    yield "a middling word", find(lambda: chance.choice(middling))
    yield "a common word", find(lambda: chance.choice(common))
    yield "two common words", find(lambda: " ".join(chance.sample(common, 2)))
    yield "common and rare", find(lambda: f"{chance.choice(common)} {chance.choice(rare)}")
    yield "a phrase", find(lambda: f'"{chance.choice(common)} {chance.choice(common)}"')
    yield "a prefix", find(lambda: chance.choice(middling)[:4] + "*")
    yield "without a word", find(lambda: f"{chance.choice(common)} -{chance.choice(common)}")
    yield "last week", find(lambda: chance.choice(common), since="2026-10-25")
    yield "last year", find(lambda: chance.choice(common), since="2025-11-01")
    yield "a region", find(lambda: chance.choice(common), region="RU-KGD")
    yield "a source", find(lambda: chance.choice(common), source="s17")
    yield "latest", ask("SELECT * FROM latest LIMIT 50")
    yield "latest of a region", ask("SELECT * FROM latest WHERE region = 'RU-KGD' LIMIT 50")
    yield "by_region", ask("SELECT * FROM by_region")
    yield "a story", ask("SELECT * FROM story_sources WHERE story = 1000 ORDER BY published_utc")
    yield "articles a day", ask("SELECT day, count(*) FROM articles WHERE day >= '2026-10-01' GROUP BY day")
    yield "page: figures", lambda: browse.figures(archive, "2026-10-25")
    yield "page: stories", lambda: browse.stories(archive, "2026-10-25")
    yield "page: regions", lambda: browse.regions(archive, "2026-10-25")
    yield "page: regions, year", lambda: browse.regions(archive, "2025-11-01")
    yield "page: days", lambda: browse.days(archive, "2026-10-01")
    yield "page: a region", lambda: browse.stories(archive, "2026-08-01", region="RU-KGD")
    yield "page: a story", lambda: browse.story(archive, 1000)
    yield "page: an article", lambda: browse.article(archive, 1000)
    yield "page: sources", lambda: browse.health(archive)
    for recipe in cookbook.load().values():
        params = dict(recipe.params) | ({"days": 30} if "days" in recipe.params else {})
        yield f"@{recipe.name}", ask(recipe.sql, **params)


def measure(path: Path, rounds: int = 25) -> dict[str, tuple[float, float, float]]:
    """Question -> median and 95th percentile of wall time, 95th percentile of CPU time, in milliseconds."""
    with open_archive(path, read_only=True) as archive:
        return {name: _timed(question, rounds) for name, question in questions(path, archive)}


def _timed(question: Callable[[], object], rounds: int) -> tuple[float, float, float]:
    question()
    wall, cpu = [], []
    for _ in range(rounds):
        began, busy = time.perf_counter(), time.process_time()
        question()
        wall.append((time.perf_counter() - began) * 1000)
        cpu.append((time.process_time() - busy) * 1000)
    return statistics.median(wall), statistics.quantiles(wall, n=20)[-1], statistics.quantiles(cpu, n=20)[-1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--archive", type=Path)
    parser.add_argument("--rounds", type=int, default=25)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = options.archive or Path(folder) / "archive.db"
        began = time.perf_counter()
        with open_archive(path) as archive:
            fill(archive, options.articles)
        took = time.perf_counter() - began
        print(f"{options.articles:,} articles in {took:,.0f} s, {path.stat().st_size / 1e6:,.0f} MB\n")
        print(f"{'question':<22}{'median':>9}{'p95':>9}{'p95 CPU':>9}   milliseconds, p95 wanted <= {LIMIT:.0f}")
        for name, (median, p95, cpu) in measure(path, options.rounds).items():
            print(f"{name:<22}{median:>9.1f}{p95:>9.1f}{cpu:>9.1f}   {'' if p95 <= LIMIT else 'too slow'}")


if __name__ == "__main__":
    main()
