"""What each stage costs, by pytest-benchmark in CPU time: `pytest -m bench tests/benchmarks`."""

import gzip
import itertools
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from crawler.items import Hints
from crawler.judging import judge, load_topic
from crawler.processing import passes, process
from storage import Archive, article_rows, copies, open_archive
from storage.columns import columns
from storage.derived import derive
from storage.search import search
from tests.benchmarks.growth import Press
from tests.benchmarks.pages import documents, written
from tests.storage.samples import NOW, article, put

pytestmark = [pytest.mark.bench, pytest.mark.benchmark(timer=time.process_time)]

TOPIC = "automotive-clusters"
HINTS = Hints(first_seen=datetime(2026, 11, 1, tzinfo=UTC))
STORED = 300


def _bodies(share: float) -> "itertools.cycle[bytes]":
    """Pages of all four sites, in turn."""
    sites = [documents(number, articles).values() for number, articles in enumerate(written(80, share))]
    return itertools.cycle([gzip.decompress(one.body) for group in zip(*sites, strict=True) for one in group])


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    path: Path = tmp_path_factory.mktemp("stages") / "archive.db"
    with open_archive(path) as opened:
        for number, (title, text, day, source) in zip(range(STORED), Press(), strict=False):
            put(opened, url=f"https://{source}.ru/{number}", source=source, text=f"{title}\n{text}", published=day)
        yield opened


def test_the_gate_refuses_at_a_fiftieth_of_what_trafilatura_takes(benchmark: Any) -> None:
    trafilatura = pytest.importorskip("trafilatura")
    bodies = _bodies(0.0)
    for _ in range(4):
        passes(next(bodies), HINTS, TOPIC)
    benchmark.pedantic(lambda: passes(next(bodies), HINTS, TOPIC), rounds=80, iterations=5)
    began = time.process_time()
    for _ in range(16):
        trafilatura.bare_extraction(next(bodies), with_metadata=True)
    ratio = benchmark.stats.stats.median / ((time.process_time() - began) / 16)
    benchmark.extra_info["of trafilatura with metadata"] = round(ratio, 4)
    assert ratio < 0.05  # 0.02 is what it must show on a quiet machine


def test_reading(benchmark: Any) -> None:
    bodies = _bodies(1.0)
    reading = benchmark.pedantic(
        lambda: process(next(bodies), "https://site.example/1/", HINTS, TOPIC, gated=True).reading, rounds=40, warmup_rounds=4
    )
    assert reading.kind == "article"


def test_judging(benchmark: Any) -> None:
    topic = load_topic(TOPIC)
    texts = itertools.cycle([(one.title, "\n".join(one.paragraphs)) for one in written(80, 1.0)[0]])
    assert benchmark.pedantic(lambda: judge(*next(texts), topic), rounds=100, warmup_rounds=4).relevant


def test_looking_for_near_duplicates(benchmark: Any, archive: Archive) -> None:
    press = Press(seed=2)
    benchmark.pedantic(lambda: copies.find(archive, next(press)[1], url="https://new.ru/1"), rounds=100, warmup_rounds=4)


def test_writing_with_full_text_copies_and_stories(benchmark: Any, archive: Archive) -> None:
    press, numbers = Press(seed=3), itertools.count()

    def write() -> str:
        title, text, day, source = next(press)
        return put(
            archive, url=f"https://{source}.ru/w{next(numbers)}", source=source, text=f"{title}\n{text}", published=day
        ).outcome

    assert benchmark.pedantic(write, rounds=100, warmup_rounds=4) in ("stored", "copy")


def test_writing_a_row_with_its_full_text(benchmark: Any, archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Twenty in a transaction, what follows from the words at hand, as it comes from the readers."""
    monkeypatch.setattr(article_rows.copies, "remember", lambda *_: None)
    monkeypatch.setattr(article_rows.stories, "assign", lambda *_: None)
    press, numbers = Press(seed=4), itertools.count()
    put(archive, url="https://first.ru/", source="first", text="Завод открыл цех.", published="2026-01-01")

    def given() -> tuple[tuple[list[article_rows.Given]], dict[str, Any]]:
        made = []
        for title, text, day, _ in itertools.islice(press, 20):
            derived = derive(title, text)
            record = replace(
                article(url=f"https://first.ru/{next(numbers)}", text=text, published=day, source="first"), title=title
            )
            made.append(article_rows.Given(columns(replace(record, derived=derived), record.url), (), derived))
        return (made,), {}

    def write(batch: list[article_rows.Given]) -> None:
        with archive.write():
            for one in batch:
                article_rows.insert(archive, one, NOW)

    benchmark.pedantic(write, setup=given, rounds=20, warmup_rounds=2)
    each = benchmark.stats.stats.median / 20 * 1000
    benchmark.extra_info["ms an article"] = round(each, 3)
    assert each < 1.0  # 0.5 is what it must show on a quiet machine


def test_searching(benchmark: Any, archive: Archive) -> None:
    words = itertools.cycle([max(title.split(), key=len) for title, *_ in itertools.islice(Press(), 100)])
    benchmark.pedantic(lambda: search(archive, next(words)), rounds=100, warmup_rounds=4)
