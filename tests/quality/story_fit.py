"""The weights of `storage.story_score`, fitted: `python -m tests.quality.story_fit` prints them with their cross-validation.

Fitted on 258 pairs of posts of Russian news channels that a person read (`story_pairs.tsv`, by number: the posts themselves are
in the shared data) and on the pairs of invented articles (`invented_stories.jsonl`). The sets with floors play no part.
"""

from __future__ import annotations

import json
import math
import random
from datetime import date
from itertools import combinations
from pathlib import Path

from storage.story_features import Features, information, make
from storage.story_score import Evidence, evidence, norm
from tests.shared import shared

HERE = Path(__file__).parent
Example = tuple[Evidence, bool]


def labelled() -> list[Example]:
    """The pairs of posts; half of them as if a date were missing, because in archives dates are."""
    posts = {}
    for path in sorted(shared("data", "telegram-channels").glob("*.jsonl")):
        for line in path.open(encoding="utf-8"):
            post = json.loads(line)
            posts[f"{post['channel']}/{post['id']}"] = post
    rng = random.Random(0)
    found = []
    for line in (HERE / "story_pairs.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        one, other, same = line.split("\t")
        days = abs((date.fromisoformat(posts[one]["date"][:10]) - date.fromisoformat(posts[other]["date"][:10])).days)
        pair = make("", posts[one]["text"]), make("", posts[other]["text"])
        found.append(
            (_evidence(*pair, lambda term: information([term], {}, 0)[term], None if rng.random() < 0.5 else days), same == "1")
        )
    return found


def invented() -> list[dict[str, str]]:
    """The invented articles: story, published, title, text."""
    return [json.loads(line) for line in (HERE / "invented_stories.jsonl").read_text(encoding="utf-8").splitlines()]


def look_alikes() -> list[Example]:
    """The pairs of invented articles that share enough to be worth a thought."""
    rows = [(row, make(row["title"], row["text"])) for row in invented()]
    counts: dict[int, int] = {}
    for _, features in rows:
        for term in features.head:
            counts[term] = counts.get(term, 0) + 1
    found = []
    for (one, left), (other, right) in combinations(rows, 2):
        days = None
        if one["published"] and other["published"]:
            days = abs((date.fromisoformat(one["published"]) - date.fromisoformat(other["published"])).days)
        seen = _evidence(left, right, lambda term: information([term], counts, len(rows))[term], days)
        if one["story"] == other["story"] or (seen.cosine > 0.06 and (days or 0) <= 21):
            found.append((seen, one["story"] == other["story"]))
    return found


def _evidence(one: Features, other: Features, says, days: int | None) -> Evidence:  # type: ignore[no-untyped-def]
    return evidence(one, other, (norm(one, says), norm(other, says)), says, days)


def fit(examples: list[Example], *, ridge: float = 0.5, rounds: int = 40) -> list[float]:
    """Logistic regression by Newton's method; the bias first. Evidence is brought to one scale for the ridge."""
    width = len(Evidence._fields)
    columns = list(zip(*(seen for seen, _ in examples), strict=True))
    spread = [math.sqrt(sum((v - sum(c) / len(c)) ** 2 for v in c) / len(c)) or 1.0 for c in columns]
    rows = [([1.0, *(v / s for v, s in zip(seen, spread, strict=True))], same) for seen, same in examples]
    beta = [0.0] * (width + 1)
    for _ in range(rounds):
        slope = [0.0, *(-ridge * b for b in beta[1:])]
        bend = [[ridge if i == j and i else 0.0 for j in range(width + 1)] for i in range(width + 1)]
        for row, same in rows:
            p = 1 / (1 + math.exp(-sum(b * v for b, v in zip(beta, row, strict=True))))
            for i, value in enumerate(row):
                slope[i] += (same - p) * value
                for j in range(width + 1):
                    bend[i][j] += p * (1 - p) * value * row[j]
        beta = [b + step for b, step in zip(beta, _solve(bend, slope), strict=True)]
    return [beta[0], *(b / s for b, s in zip(beta[1:], spread, strict=True))]


def _solve(matrix: list[list[float]], right: list[float]) -> list[float]:
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for at in range(len(rows)):
        best = max(range(at, len(rows)), key=lambda row: abs(rows[row][at]))
        rows[at], rows[best] = rows[best], rows[at]
        rows[at] = [value / rows[at][at] for value in rows[at]]
        for other in range(len(rows)):
            if other != at:
                rows[other] = [v - rows[other][at] * w for v, w in zip(rows[other], rows[at], strict=True)]
    return [row[-1] for row in rows]


def f1(examples: list[Example], beta: list[float]) -> tuple[float, float, float]:
    """F1, precision and recall of `beta` at even odds."""
    said = [(beta[0] + sum(b * v for b, v in zip(beta[1:], seen, strict=True)) > 0, same) for seen, same in examples]
    right, yes, true = sum(a and b for a, b in said), sum(a for a, _ in said), sum(b for _, b in said)
    return 2 * right / max(1, yes + true), right / max(1, yes), right / max(1, true)


def main() -> None:
    posts, articles = labelled(), look_alikes()
    examples = posts + articles
    random.Random(7).shuffle(examples)
    beta = fit(examples)
    print("BIAS", round(beta[0], 3), dict(zip(Evidence._fields, (round(b, 3) for b in beta[1:]), strict=True)))
    folds = [f1(examples[at::5], fit([e for n, e in enumerate(examples) if n % 5 != at])) for at in range(5)]
    print(
        "cross-validated F1",
        round(sum(fold[0] for fold in folds) / 5, 3),
        "posts",
        f1(posts, beta),
        "articles",
        f1(articles, beta),
    )


if __name__ == "__main__":
    main()
