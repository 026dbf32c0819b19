"""Pairs of articles that belong together become groups. Pure, and the same whatever the order in which they came."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from itertools import product
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)

TOGETHER = 0.25
"""Two groups become one only if their articles are, on average of their pairs, this surely of one event: no chains."""

_SAMPLE = 4  # of each group, that many first articles speak for it


def group(
    members: Sequence[Key], links: Mapping[tuple[Key, Key], float], score: Callable[[Key, Key], float], threshold: float
) -> list[list[Key]]:
    """Joins the surest pairs first, if the groups they stand in agree.

    `members` are in an order that does not depend on their arrival, `links` the probabilities that are known (either way round),
    `score` gives the others. Groups and their articles come in the order of `members`.
    """
    rank = {member: at for at, member in enumerate(members)}
    edges = sorted(
        (-probability, min(rank[one], rank[other]), max(rank[one], rank[other]))
        for (one, other), probability in links.items()
        if probability >= threshold
    )
    groups = {at: [at] for at in range(len(members))}
    own = list(range(len(members)))

    def surely(one: int, other: int) -> float:
        pair = (members[one], members[other])
        known = links.get(pair, links.get((pair[1], pair[0])))
        return score(*pair) if known is None else known

    apart: set[tuple[int, int, int, int]] = set()
    for _, one, other in edges:
        left, right = sorted((own[one], own[other]))
        if left == right:
            continue
        # many edges lead from one group to another: it is asked again only when one of them has grown
        meeting = (left, right, len(groups[left]), len(groups[right]))
        if meeting in apart:
            continue
        pairs = list(product(groups[left][:_SAMPLE], groups[right][:_SAMPLE]))
        if sum(surely(*pair) for pair in pairs) < TOGETHER * len(pairs):
            apart.add(meeting)
            continue
        for member in groups[right]:
            own[member] = left
        groups[left] = sorted(groups[left] + groups.pop(right))
    return [[members[at] for at in found] for _, found in sorted(groups.items())]
