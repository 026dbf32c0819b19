"""Which regions and companies an article is about: from its own words, never from the source's address. Pure."""

from __future__ import annotations

from collections import defaultdict

from crawler.judging.evidence import Evidence
from crawler.judging.topic import Topic

_ZONE = {"title": 3.0, "lead": 2.0, "text": 1.0}
_HOME = 0.5
"""What a company's home counts when the article names it, if the company has one home only."""
_SHARE = 0.45
"""Regions with less than this share of the strongest one's weight are mentioned in passing."""


def regions(found: Evidence, topic: Topic) -> tuple[str, ...]:
    """ISO 3166-2 codes in order of weight."""
    weight: dict[str, float] = defaultdict(float)
    for (kind, identity), same in found.hits.items():
        zones = [found.words.zone(hit.first) for hit in same]
        strength = max(map(_ZONE.__getitem__, zones)) + 0.5 * min(len(zones) - 1, 4)
        if kind == "region":
            weight[identity] += strength
        elif kind == "company" and len(topic.companies[identity].regions) == 1:
            weight[topic.companies[identity].regions[0]] += _HOME * strength
    strongest = max(weight.values(), default=0.0)
    return tuple(sorted((code for code, value in weight.items() if value >= _SHARE * strongest), key=lambda c: (-weight[c], c)))


def companies(found: Evidence) -> tuple[str, ...]:
    """Ids of the topic, in order of weight; one passing mention far down is not enough."""
    weight: dict[str, float] = {}
    for (kind, identity), same in found.hits.items():
        if kind == "company":
            zones = [found.words.zone(hit.first) for hit in same]
            weight[identity] = max(map(_ZONE.__getitem__, zones)) + 0.5 * (len(zones) - 1)
    return tuple(sorted((identity for identity, value in weight.items() if value > 1.0), key=lambda i: (-weight[i], i)))
