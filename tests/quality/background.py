"""Prints the document frequencies of news at large, kept as `storage/background.tsv`: `python -m tests.quality.background`.

Only counts of lemmas and numbers that stand in at least two of the posts of five Russian news channels.
"""

from __future__ import annotations

import json
from collections import Counter

from storage.fingerprints import tokens
from storage.text import lemma
from tests.shared import shared

LEAST = 2


def main() -> None:
    counts: Counter[str] = Counter()
    posts = 0
    for path in sorted(shared("data", "telegram-channels").glob("*.jsonl")):
        for line in path.open(encoding="utf-8"):
            found = tokens(json.loads(line)["text"])
            counts.update({f"#{token.form}" if token.kind == "number" else lemma(token.form) for token in found})
            posts += 1
    print(f"posts\t{posts}")
    for term, count in sorted(counts.items()):
        if count >= LEAST:
            print(f"{term}\t{count}")


if __name__ == "__main__":
    main()
