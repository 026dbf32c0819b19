"""How surely two articles tell of the same event. Pure.

Five pieces of evidence, weighed by a logistic regression that was fitted on pairs of posts read by a person and on invented
articles (`tests/quality/stories.py --fit`), never on the sets that the floors are measured on.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from typing import NamedTuple

from storage.story_features import HEAD, LOG_WEIGHT, ROOT_WEIGHT, Features

Information = Callable[[int], float]
"""Term -> how much it says, in nats."""

SAME_EVENT = 0.5
"""Probability from which two articles are of one story."""

APART = 21
"""Days after which two dated articles are of different stories whatever they say."""

_TOP = 5
_NEAR = 1.0356  # «более 14 тысяч» and 14 210 are one number: 3.5 %, from 100 on
_NEAR_FROM = 100.0


class Evidence(NamedTuple):
    """`cosine`: of the weighted terms. `rarest`: what the five most telling terms say that stand near the beginning of both.

    `numbers`: how many telling numbers they share (at most 2). `disagree`: both give numbers, none is shared. `time`: 1 the same
    day, down to -2; 0 if a date is missing.
    """

    cosine: float
    rarest: float
    numbers: float
    disagree: float
    time: float


WEIGHTS = Evidence(cosine=5.561, rarest=7.249, numbers=1.035, disagree=-1.051, time=1.407)
BIAS = -8.592


def norm(features: Features, information: Information) -> float:
    """The length of an article's vector of weighted terms."""
    return math.sqrt(sum((LOG_WEIGHT[entry >> 8] * information(term)) ** 2 for term, entry in features.terms.items())) or 1.0


def evidence(one: Features, other: Features, norms: tuple[float, float], information: Information, days: int | None) -> Evidence:
    """`information` is asked only for terms of both; `days` lie between them, None when a date is missing."""
    there = other.terms
    product, telling = 0.0, []
    for term in one.terms.keys() & there.keys():
        says, entry, other_entry = information(term), one.terms[term], there[term]
        product += LOG_WEIGHT[entry >> 8] * LOG_WEIGHT[other_entry >> 8] * (says * says)
        if entry & 255 < HEAD and other_entry & 255 < HEAD:
            telling.append(says * ROOT_WEIGHT[min(entry, other_entry) >> 8])
    telling.sort(reverse=True)
    numbers, agree = _numbers(one, other)
    return Evidence(
        cosine=product / (norms[0] * norms[1]),
        rarest=sum(telling[:_TOP]) / 35,
        numbers=min(2.0, numbers),
        disagree=float(bool(one.numbers) and bool(other.numbers) and not agree),
        time=_time(days),
    )


def _numbers(one: Features, other: Features) -> tuple[float, bool]:
    """The weight of the numbers in common (a rounded one counts half), and whether there are any."""
    total = 0.0
    agree = False
    if not other.numbers:
        return total, agree
    for value, weight in one.numbers.items():
        if value in other.numbers:
            total += min(1.0, weight, other.numbers[value])
            agree = True
        elif value >= _NEAR_FROM:
            first = bisect_right(other.ordered, value / _NEAR)
            if near := other.ordered[first : bisect_left(other.ordered, value * _NEAR, first)]:
                total += 0.5 * min(1.0, weight, max(map(other.numbers.__getitem__, near)))
                agree = True
    return total, agree


def _time(days: int | None) -> float:
    if days is None:
        return 0.0
    return 1.0 if days <= 1 else 0.3 if days <= 3 else -1.0 if days <= 8 else -2.0


def log_odds(found: Evidence) -> float:
    """The evidence weighed: positive means the same event."""
    return BIAS + sum(weight * value for weight, value in zip(WEIGHTS, found, strict=True))


def probability(found: Evidence) -> float:
    """How surely both tell of the same event, 0 to 1."""
    return 1 / (1 + math.exp(-log_odds(found)))
