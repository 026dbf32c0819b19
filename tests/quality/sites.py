"""Real pages served as sites and crawled by the crawl command: `python -m tests.quality.sites`.

All sets are crawled three times into a fresh archive: through feeds, sitemap indexes and paged listings. The topic is one that
keeps everything, so that every page is read; nothing else differs from what a user runs. What the archive then holds is scored
beside plain trafilatura on the same bytes. Metrics: `tests.quality.reading`; a page that is not in the archive has no
title, no date and no words.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import trafilatura

from storage.address import canonical
from tests.quality.paper import WAYS, Paper, Row, load, served
from tests.quality.reading import date_verdict, floors, plain_title, word_f1
from tests.shared import ROOT

SETS = ("altai-pages", "ru-pages")
_EVERYTHING = """title = "Everything"
[decide]
bias = 20.0
[[group]]
id = "any"
patterns = ["новости"]
"""

_KEPT = """
SELECT p.url, p.outcome, coalesce(a.title, ''), a.published, coalesce(a.text, '')
FROM pages p LEFT JOIN articles a ON a.id = p.article"""

Got = tuple[str, str | None, str]
"""Title, date (ISO 8601, None if none), text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Shares of the pages that have such a gold, None where none has. `once`: of all pages, those that were asked for
    exactly once and have exactly one row."""

    pages: int
    once: float
    date: float | None
    wrong: float | None
    title: float | None
    words: float | None
    outcomes: str


def crawled(way: str, *, topic: str = _EVERYTHING) -> dict[str, Scores]:
    """Set -> its pages as the crawl command finds, fetches, reads and keeps them by one way; all sets in one crawl.

    Without a topic it is the shipped one: nearly all pages are refused unread, which is quick, and only `once` says something.
    """
    sets = {name: load(name) for name in SETS}
    with served([row for rows in sets.values() for row in rows]) as papers, tempfile.TemporaryDirectory() as folder:
        archive = _crawl(Path(folder), papers, way, topic)
        with sqlite3.connect(archive) as conn:
            kept = {url: (outcome, (title, published, text)) for url, outcome, title, published, text in conn.execute(_KEPT)}
    seen: dict[str, tuple[bool, str, Got]] = {}
    for paper in papers:
        for path, row in paper.rows.items():
            outcome, got = kept.get(canonical(paper.base.rstrip("/") + path), ("no row", ("", None, "")))
            seen[row.url] = paper.asked.count(path) == 1 and outcome != "no row", outcome, got
    return {name: _score(rows, seen) for name, rows in sets.items()}


def _score(rows: list[Row], seen: dict[str, tuple[bool, str, Got]]) -> Scores:
    outcomes = Counter(seen[row.url][1] for row in rows)
    told = ", ".join(f"{number} {outcome}" for outcome, number in sorted(outcomes.items()))
    return _scores(rows, lambda row: seen[row.url][2], sum(seen[row.url][0] for row in rows) / len(rows), told)


def plain(name: str) -> Scores:
    """The same pages through trafilatura alone, with nothing but its address known, as ours."""

    def extract(row: Row) -> Got:
        found: Any = trafilatura.bare_extraction(row.body, url=row.url, with_metadata=True)
        return (found.title or "", found.date, found.text or "") if found else ("", None, "")

    return _scores(load(name), extract, 1.0, "")


def _crawl(folder: Path, papers: list[Paper], way: str, topic: str) -> Path:
    """The archive that the command left."""
    (folder / "everything.toml").write_text(topic, encoding="utf-8")
    chosen = 'topic = "everything.toml"\n' if topic else ""
    head = f'catalogue = false\n{chosen}contact = "test@localhost"\n[crawl]\ndelay = 0.0\n'
    (folder / "avtoklaster.toml").write_text(head + "".join(paper.entry(way) for paper in papers), encoding="utf-8")
    kept = {key: value for key, value in os.environ.items() if not key.startswith("AVTOKLASTER_")}
    command = [sys.executable, "-m", "crawler", "crawl"]
    done = subprocess.run(command, cwd=folder, env=kept | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, timeout=280)
    if done.returncode:
        raise RuntimeError(f"exit {done.returncode}: {done.stdout}{done.stderr}")
    return folder / "avtoklaster.db"


def _scores(rows: list[Row], get: Callable[[Row], Got], once: float, outcomes: str) -> Scores:
    got = [(row, *get(row)) for row in rows]
    dates = [date_verdict(row.day, published) for row, _, published, _ in got if row.day]
    titles = [plain_title(title) == plain_title(row.gold["title"]) for row, title, _, _ in got if row.gold.get("title")]
    words = [word_f1(text, row.gold["text"]) for row, _, _, text in got if row.gold.get("text")]
    return Scores(
        pages=len(rows),
        once=once,
        date=dates.count("right") / len(dates) if dates else None,
        wrong=dates.count("wrong") / len(dates) if dates else None,
        title=sum(titles) / len(titles) if titles else None,
        words=sum(words) / len(words) if words else None,
        outcomes=outcomes,
    )


def below(name: str, way: str, got: Scores, alone: Scores) -> list[str]:
    """What of a crawl lies under its floor or under plain trafilatura, one line each."""
    wanted = floors("sites")[name]
    low = [
        f"{name} by {way}: {key} is {getattr(got, key)}, floor {floor}"
        for key, floor in wanted.items()
        if getattr(got, key) < floor
    ]
    for key in ("date", "title", "words"):
        ours, theirs = getattr(got, key), getattr(alone, key)
        if theirs is not None and ours < theirs:
            low.append(f"{name} by {way}: {key} is {ours}, plain trafilatura has {theirs}")
    if (got.wrong or 0) > (alone.wrong or 0):
        low.append(f"{name} by {way}: {got.wrong} of the dates are wrong, plain trafilatura has {alone.wrong}")
    return low


def _line(name: str, how: str, scores: Scores) -> str:
    shares = [scores.once, scores.date, scores.wrong, scores.title, scores.words]
    cells = " ".join("     –" if share is None else f"{share:6.3f}" for share in shares)
    return f"{name:12} {how:12} {scores.pages:5} {cells}  {scores.outcomes}"


def main() -> int:
    """Prints the table; 1 when something lies under its floor or under plain trafilatura."""
    print("set          by           pages   once   date  wrong  title  words")
    alone = {name: plain(name) for name in SETS}
    for name in SETS:
        print(_line(name, "trafilatura", alone[name]))
    low = []
    for way in WAYS:
        for name, got in crawled(way).items():
            print(_line(name, way, got))
            low += below(name, way, got, alone[name])
    print("\n".join(low))
    return 1 if low else 0


if __name__ == "__main__":
    sys.exit(main())
