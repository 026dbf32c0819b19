"""How well pages are read: dates, titles and texts on the labelled sets beside the checkout; `python -m tests.quality.reading`.

Word F1 is over the sets of words of a page, the mean over pages; titles are compared after unifying quotes, spaces and case.
Under each set stands plain trafilatura, told all it can be (bytes, address, metadata), page by page in turn, so that `cpu`,
our processor time over its own, holds on a loaded machine too.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
import time
import tomllib
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from crawler.items import Hints
from crawler.reading import read
from crawler.reading.bylines import parse_byline
from crawler.reading.encoding import decode
from tests.shared import shared

SETS = ("altai-pages", "ru-pages", "fundus", "htmldate", "aeb", "wcxb")
SEEN = datetime(2026, 11, 22, tzinfo=UTC)
_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "\u200b": None})
_WORDS = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Read:
    """What a reader made of a page, as far as it is scored."""

    title: str
    text: str
    published: str | None


Reader = Callable[[bytes, str], Read]


@dataclass
class Scores:
    """Shares of a set's pages; None where the set has no such gold. `ms` is processor time per page."""

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


def ours(body: bytes, url: str) -> Read:
    """A page read with nothing but its address."""
    page = read(body, url, Hints(first_seen=SEEN))
    return Read(page.title, page.text, page.published)


def plain(body: bytes, url: str) -> Read:
    """A page as trafilatura alone reads it."""
    import trafilatura

    found = trafilatura.bare_extraction(body, url=url or None, with_metadata=True, include_comments=False)
    return Read(*(str(getattr(found, name, "") or "") for name in ("title", "text")), getattr(found, "date", None))


def score(name: str) -> Scores:
    """One set, read by our code."""
    return scores(name, ours)[0]


def scores(name: str, *readers: Reader) -> list[Scores]:
    """One set, each page read by every reader in turn."""
    folder = shared("data", name)
    rows = [json.loads(line) for line in (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines()]
    made: list[list[Read]] = [[] for _ in readers]
    spent = [0.0 for _ in readers]
    for row in rows:
        body = gzip.decompress((folder / (row.get("file") or f"html/{row['id']}.html.gz")).read_bytes())
        for number, reader in enumerate(readers):
            started = time.process_time()
            made[number].append(reader(body, row.get("url") or ""))
            spent[number] += time.process_time() - started
    return [_scored(rows, found, 1000 * taken / len(rows)) for found, taken in zip(made, spent, strict=True)]


def _scored(rows: list[dict[str, Any]], found: list[Read], ms: float) -> Scores:
    # htmldate's set has pages that are known to have no date; elsewhere a missing date is only not known
    dated = [(row, page) for row, page in zip(rows, found, strict=True) if row.get("date") or ("set" in row and "date" in row)]
    dates = [date_verdict(row.get("date_local") or row["date"], page.published) for row, page in dated]
    titles = [
        plain_title(page.title) == plain_title(row["title"]) for row, page in zip(rows, found, strict=True) if row.get("title")
    ]
    words = [word_f1(page.text, row["text"]) for row, page in zip(rows, found, strict=True) if row.get("text")]
    return Scores(
        pages=len(rows),
        date=dates.count("right") / len(dates) if dates else None,
        wrong=dates.count("wrong") / len(dates) if dates else None,
        title=sum(titles) / len(titles) if titles else None,
        words=sum(words) / len(words) if words else None,
        ms=ms,
    )


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
    print("set           pages    date   wrong   title   words  ms/page   cpu")
    low = []
    ours(b"<p>warm</p>", ""), plain(b"<p>warm</p>", "")
    for name in SETS:
        got, beside = scores(name, ours, plain)
        print(f"{name:12} {_row(got)} {got.ms / beside.ms:5.2f}")
        print(f"{'  trafilatura':12}{_row(beside)}")
        low += below(name, got)
    print(f"bylines {bylines():.3f}   encodings {encodings():.3f}")
    for line in low:
        print(line)
    return 1 if low else 0


def _row(got: Scores) -> str:
    return f"{got.pages:6} {' '.join(map(_share, (got.date, got.wrong, got.title, got.words)))} {got.ms:8.1f}"


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
