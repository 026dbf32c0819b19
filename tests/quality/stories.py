"""How well stories come out, through a real archive: `python -m tests.quality.stories`. Floors: `floors.toml`, section [stories].

- pairs: 119 pairs of Russian news, labelled by people; all go into one archive, undated, in a shuffled order.
- relevance: texts on real events of this project's topic, with their stories; pairs of articles of labelled stories count.
- look-alikes: of these, pairs of different stories that share much (the cosine of their terms is at least .12), kept apart.
- invented: the articles that the weights were fitted with (so this one says little), in ten orders of arrival.
"""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Callable, Sequence
from itertools import combinations
from pathlib import Path

from storage import Archive, articles, open_archive
from storage.story_index import Comparison, says_of
from storage.story_score import evidence
from tests.quality.story_fit import invented
from tests.shared import shared
from tests.storage.samples import put

Row = dict[str, float]


def _fill(archive: Archive, rows: Sequence[dict[str, str | None]], seed: int) -> list[tuple[int, int]]:
    """Stores (url, source, published, title, text) in a shuffled order; of each the article and its story at the end."""
    order = list(range(len(rows)))
    random.Random(seed).shuffle(order)
    for at in order:
        row = rows[at]
        text = " ".join((row["text"] or "").split())
        put(archive, url=row["url"], source=row["source"], published=row["published"], text=f"{row['title'] or ''}\n{text}")
    found = [articles.get(archive, str(row["url"])) for row in rows]
    return [(row["id"], row["story"]) for row in found if row is not None]


def _scores(said: Sequence[tuple[bool, bool]]) -> Row:
    """`said`: (joined, should be) of each pair."""
    right, joined, true = sum(a and b for a, b in said), sum(a for a, _ in said), sum(b for _, b in said)
    return {"pairs": len(said), "f1": 2 * right / (joined + true), "precision": right / max(1, joined), "recall": right / true}


def _with_archive(measure: Callable[[Archive], Row]) -> Row:
    with tempfile.TemporaryDirectory() as folder, open_archive(Path(folder) / "archive.db") as archive:
        return measure(archive)


def pairs(seed: int = 1) -> Row:
    """Do both texts of a pair end in one story (or as one article)?"""
    given = [json.loads(line) for line in shared("data", "same-event-pairs", "pairs_ru.jsonl").open(encoding="utf-8")]
    rows: dict[str, dict[str, str | None]] = {}
    for pair in given:
        for side in ("first", "second"):
            address = pair[f"{side}_url"]
            title, text = pair[f"{side}_title"], pair[f"{side}_text"]
            # in one pair a title stands where the address should
            url = address if address.startswith("http") else f"https://a.ru/{len(rows)}"
            rows[address] = {"url": url, "source": "a", "published": None, "title": title, "text": text}

    def measure(archive: Archive) -> Row:
        found = dict(zip(rows, _fill(archive, list(rows.values()), seed), strict=True))
        same = [found[pair["first_url"]][1] == found[pair["second_url"]][1] for pair in given]
        return _scores([(said, pair["quality"] == "OK") for said, pair in zip(same, given, strict=True)])

    return _with_archive(measure)


def _relevance() -> tuple[list[dict[str, str | None]], list[str | None]]:
    given = [json.loads(line) for line in shared("data", "relevance", "texts.jsonl").open(encoding="utf-8")]
    rows = [
        {
            "url": f"https://{row['host'].strip('.')}/{row['id']}",
            "source": row["host"],
            "published": row["date"],
            "title": row["title"],
            "text": row["text"],
        }
        for row in given
    ]
    return rows, [row["story"] for row in given]


def relevance(seed: int = 1) -> Row:
    """Pairs of articles that belong to labelled stories, and the look-alikes among them."""
    rows, labels = _relevance()

    def measure(archive: Archive) -> Row:
        found = _fill(archive, rows, seed)
        known = [(article, story, label) for (article, story), label in zip(found, labels, strict=True) if label]
        said = [(one[1] == other[1], one[2] == other[2]) for one, other in combinations(known, 2)]
        alike = [
            one[1] != other[1]
            for one, other in combinations(known, 2)
            if one[2] != other[2] and one[0] != other[0] and _cosine(archive, one[0], other[0]) >= 0.12
        ]
        return _scores(said) | {"look-alikes": len(alike), "apart": sum(alike) / len(alike)}

    return _with_archive(measure)


def _cosine(archive: Archive, one: int, other: int) -> float:
    compare = Comparison(archive, (one, other))
    (_, length, features), (_, length_there, there) = compare.articles[one], compare.articles[other]
    says = says_of(archive, features.terms.keys() & there.terms.keys())
    return evidence(features, there, (length, length_there), says.__getitem__, None).cosine


def orders(count: int = 10) -> Row:
    """The invented articles in several orders: mean F1, and how often two orders agree about a pair."""
    given = invented()
    rows: list[dict[str, str | None]] = [
        {**row, "url": f"https://a.ru/{at}", "source": f"s{at % 7}"} for at, row in enumerate(given)
    ]
    results = []
    for seed in range(count):
        with tempfile.TemporaryDirectory() as folder, open_archive(Path(folder) / "archive.db") as archive:
            found = _fill(archive, rows, seed)
        results.append([one[1] == other[1] for one, other in combinations(found, 2)])
    true = [one["story"] == other["story"] for one, other in combinations(given, 2)]
    scores = [_scores(list(zip(result, true, strict=True)))["f1"] for result in results]
    joined = [at for at in range(len(true)) if any(result[at] for result in results)]
    agreed = sum(all(result[at] for result in results) for at in joined)
    return {"orders": count, "f1": sum(scores) / count, "lowest": min(scores), "agreement": agreed / len(joined)}


def measure() -> dict[str, Row]:
    """All sets."""
    return {"pairs": pairs(), "relevance": relevance(), "invented": orders()}


def main() -> None:
    for name, row in measure().items():
        print(
            f"{name:10}", *(f"{key} {value:.3f}" if isinstance(value, float) else f"{key} {value}" for key, value in row.items())
        )


if __name__ == "__main__":
    main()
