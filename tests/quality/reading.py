"""How well pages are read: dates, titles and texts on the labelled sets beside the checkout; `python -m tests.quality.reading`.

Word F1 is over the sets of words of a page, the mean over pages; titles are compared after unifying quotes, spaces and case.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
import time
import tomllib
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawler.items import Hints
from crawler.reading import read
from crawler.reading.bylines import parse_byline
from crawler.reading.encoding import decode
from tests.shared import shared

SETS = ("altai-pages", "fundus", "htmldate", "aeb")
SEEN = datetime(2026, 11, 22, tzinfo=UTC)
_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "\u200b": None})
_WORDS = re.compile(r"\w+")


@dataclass
class Scores:
    """Shares of a set's pages; None where the set has no such gold."""

    pages: int = 0
    date: float | None = None
    wrong: float | None = None
    title: float | None = None
    words: float | None = None
    ms: float = 0.0


def floors(table: str = "reading") -> dict[str, dict[str, float]]:
    """The committed floors of this table, or of another one that has a section a set."""
    every = tomllib.loads((Path(__file__).parent / "floors.toml").read_text(encoding="utf-8"))
    return {name.removeprefix(f"{table}."): values for name, values in every.items() if name.startswith(f"{table}.")}


def score(name: str) -> Scores:
    """One set, read page by page with nothing but its address."""
    folder = shared("data", name)
    rows = [json.loads(line) for line in (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines()]
    found = Scores(pages=len(rows))
    dates: list[str] = []
    titles: list[bool] = []
    words: list[float] = []
    started = time.process_time()
    for row in rows:
        body = gzip.decompress((folder / (row.get("file") or f"html/{row['id']}.html.gz")).read_bytes())
        page = read(body, row.get("url") or "", Hints(first_seen=SEEN))
        if "date" in row:
            dates.append(date_verdict(row["date"], page.published))
        if row.get("title"):
            titles.append(plain_title(page.title) == plain_title(row["title"]))
        if row.get("text"):
            words.append(word_f1(page.text, row["text"]))
    found.ms = 1000 * (time.process_time() - started) / len(rows)
    if dates:
        found.date, found.wrong = dates.count("right") / len(dates), dates.count("wrong") / len(dates)
    found.title = sum(titles) / len(titles) if titles else None
    found.words = sum(words) / len(words) if words else None
    return found


def bylines() -> float:
    """Share of the real Russian bylines that come out exactly."""
    rows = [
        json.loads(line) for line in shared("data", "dates-ru", "real_bylines.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    right = 0
    for row in rows:
        told = re.search(r"base (\d{4}-\d\d-\d\d)", row["note"])
        base = datetime.fromisoformat(f"{told[1]}T18:00") if told else datetime(2026, 11, 22, 12)
        moment = parse_byline(row["text"], base)
        right += moment is not None and moment.iso()[:16] == row["gold"]
    return right / len(rows)


def encodings() -> float:
    """Share of the files of windows-1251 and KOI8-R that are decoded right: as they are, and with every declaration taken off."""
    results = []
    for path in sorted(shared("data", "encodings").glob("*/*")):
        codec = "cp1251" if "1251" in path.parent.name else "koi8-r"
        body = path.read_bytes()
        bare = re.sub(rb'(?i)charset=[\w-]+|encoding="[\w-]+"', b"", body)
        results += [decode(each).text == each.decode(codec, "replace") for each in (body, bare)]
    return sum(results) / len(results)


def date_verdict(gold: Any, published: str | None) -> str:
    wanted = gold[:10] if isinstance(gold, str) else None
    got = published[:10] if published else None
    return "right" if got == wanted else "none" if got is None else "wrong"


def plain_title(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).translate(_QUOTES).split()).casefold()


def word_f1(one: str, other: str) -> float:
    words, others = set(_WORDS.findall(one.lower())), set(_WORDS.findall(other.lower()))
    return 2 * len(words & others) / (len(words) + len(others)) if words & others else 0.0


def _share(value: float | None) -> str:
    return "     –" if value is None else f"{value:6.3f}"


def main() -> int:
    """Prints the table; 1 when something lies under its floor."""
    print("set           pages    date   wrong   title   words  ms/page")
    low = []
    for name in SETS:
        got = score(name)
        shares = " ".join(map(_share, (got.date, got.wrong, got.title, got.words)))
        print(f"{name:12} {got.pages:6} {shares} {got.ms:8.1f}")
        low += below(name, got)
    print(f"bylines {bylines():.3f}   encodings {encodings():.3f}")
    for line in low:
        print(line)
    return 1 if low else 0


def below(name: str, got: Scores) -> list[str]:
    """What of a set lies under its floor, one line each."""
    wanted = floors().get(name, {})
    found = []
    for key, floor in wanted.items():
        value = getattr(got, key)
        if value is None or (value > floor if key == "wrong" else value < floor):
            found.append(f"{name}: {key} is {value}, floor {floor}")
    return found


if __name__ == "__main__":
    sys.exit(main())
