"""How well reprints are told from other texts, through a real archive: `python -m tests.quality.copies [--sample N]`.

Base: posts of Russian news channels (from 40 words, three sentences) of which no two share wording. Each is edited with a fixed
seed and looked up; every article found that is not the post's own is a mistake, and so is a post found in the archive without it.
Template siblings are invented (`siblings`). Floors: `floors.toml`, section [copies].
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections import Counter, defaultdict
from pathlib import Path

from storage import Archive, copies, open_archive
from storage.likeness import Text, compare
from tests.quality import edits, siblings
from tests.shared import shared
from tests.storage.samples import put

Row = dict[str, float]


def posts() -> list[str]:
    """Posts long enough to be edited, of which no two share a fifth of the shorter one's wording."""
    texts = []
    for path in sorted(shared("data", "telegram-channels").glob("*.jsonl")):
        texts += [json.loads(line)["text"] for line in path.open(encoding="utf-8")]
    prepared = [(text, Text(text)) for text in texts if len(text.split()) >= 40 and len(edits.sentences(text)) >= 3]
    kept: list[tuple[str, int]] = []
    holders: dict[int, list[int]] = defaultdict(list)
    for text, parts in prepared:
        shared_with = Counter(at for shingle in parts.shingles for at in holders.get(shingle, ()))
        if any(count >= 0.2 * min(len(parts.shingles), kept[at][1]) for at, count in shared_with.items()):
            continue
        for shingle in parts.shingles:
            holders[shingle].append(len(kept))
        kept.append((text, len(parts.shingles)))
    return [text for text, _ in kept]


def measure(*, sample: int = 0) -> dict[str, Row]:
    """Recall and precision of every edit, and the share of template siblings kept apart."""
    texts = posts()
    random.Random(1).shuffle(texts)
    texts = texts[: sample or None]
    with tempfile.TemporaryDirectory() as folder, open_archive(Path(folder) / "archive.db") as archive:
        ids = {}
        with archive.write():
            for number, text in enumerate(texts):
                ids[put(archive, url=f"https://a.ru/{number}", text=f"\n{text}").article] = number
        table = {name: _row(archive, texts, ids, name) for name in (*edits.EDITS, "all_of_it")}
        strangers = sum(copies.find(archive, text, without=article) is not None for text, article in zip(texts, ids, strict=True))
    rows = list(table.values())
    right, wrong = sum(row["right"] for row in rows), sum(row["wrong"] for row in rows) + strangers
    pairs = siblings.pairs()
    apart = sum(not compare(Text(one), Text(other)).copy for one, other in pairs)
    table["together"] = {
        "texts": sum(row["texts"] for row in rows),
        "right": right,
        "wrong": wrong,
        "recall": right / sum(row["texts"] for row in rows),
        "precision": right / (right + wrong),
    }
    table["siblings"] = {"texts": len(pairs), "right": apart, "wrong": len(pairs) - apart, "recall": apart / len(pairs)}
    return table


def _row(archive: Archive, texts: list[str], ids: dict[int, int], name: str) -> Row:
    edit = edits.EDITS.get(name, edits.all_of_it)
    rng = random.Random(f"copies {name}")
    right = wrong = 0
    for number, text in enumerate(texts):
        found = copies.find(archive, edit(text, rng))
        right += found is not None and ids[found[0]] == number
        wrong += found is not None and ids[found[0]] != number
    return {
        "texts": len(texts),
        "right": right,
        "wrong": wrong,
        "recall": right / len(texts),
        "precision": right / max(1, right + wrong),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", type=int, default=0, help="so many posts, drawn with a fixed seed; 0: all")
    for name, row in measure(sample=parser.parse_args().sample).items():
        print(
            f"{name:12}", *(f"{key} {value:.4f}" if isinstance(value, float) else f"{key} {value}" for key, value in row.items())
        )


if __name__ == "__main__":
    main()
