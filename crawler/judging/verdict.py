"""The verdict: is an article about the topic, and why. Pure: the same article and topic always give the same verdict."""

from __future__ import annotations

import math
from collections.abc import Sequence

from crawler.items import Match, Verdict
from crawler.judging.evidence import Evidence, gather, group_of, weight_of
from crawler.judging.places import companies, regions
from crawler.judging.topic import COMPANIES, REGIONS, Topic

_MOST_MATCHES = 60
_NOTABLE = 0.3
"""Log-odds from which something that speaks against an article is worth telling."""
_LONGEST_TERM = 40
_MISSING = 0.2
"""The highest score of an article that lacks something needed."""


def judge(title: str, text: str, topic: Topic) -> Verdict:
    """Judges an article by its title ("" when it has none) and text. Of a long text the beginning decides (`decide.words`)."""
    found = gather(title, text, topic)
    score = 1 / (1 + math.exp(-_bounded(log_odds(found, topic))))
    if found.missing:
        score = min(score, _MISSING)
    return Verdict(
        relevant=score >= 0.5,
        score=round(score, 4),
        matched=_matches(found, title, text, topic),
        reason=_reason(found, score, topic),
        regions=regions(found, topic),
        companies=companies(found),
        judged_by=topic.judged_by,
    )


def log_odds(found: Evidence, topic: Topic) -> float:
    """The rules of the topic and, when it has one, its model."""
    model = topic.model
    total = model.bias + model.rules * found.rules
    total += sum(model.features.get(name, 0.0) * value for name, value in found.features.items())
    return total + sum(model.stems.get(name, 0.0) * value for name, value in found.stems.items())


def _bounded(value: float) -> float:
    return max(-30.0, min(30.0, value))


def _term(found: Evidence, first: int, last: int, title: str, text: str) -> str:
    """The words of a hit as they stand in the article."""
    words = found.words
    part = title if first < words.title else text
    return " ".join(part[words.start[first] : words.start[last] + len(words.raw[last])].split())


def _matches(found: Evidence, title: str, text: str, topic: Topic) -> tuple[Match, ...]:
    matches = [
        Match(
            term=_term(found, hit.first, hit.last, title, text),
            group=identity if kind == "group" else f"{kind}:{identity}",
            where=found.words.where(hit.first),
            start=found.words.start[hit.first],
        )
        for (kind, identity), same in found.hits.items()
        for hit in same
    ]
    order = {"title": 0, "lead": 1, "text": 2}
    matches.sort(key=lambda match: (order[match.where], match.start, match.group))
    return tuple(matches[:_MOST_MATCHES])


def _reason(found: Evidence, score: float, topic: Topic) -> str:
    """One sentence for people: what decided, with one term each; strongest first."""
    if found.missing:
        return "refused: " + " and ".join(
            f"{'only in passing about' if passing else 'nothing about'} {need.says}" for need, passing in found.missing
        )
    contributions = _contributions(found, topic)
    speaks_for = [(group, shown) for group, shown, value in contributions if value > 0]
    against = [(group, shown) for group, shown, value in reversed(contributions) if value < -_NOTABLE]
    if score >= 0.5:
        rest = f"; in spite of {_listed(against[:1])}" if against else ""
        return (f"kept: about {_listed(speaks_for[:3])}" if speaks_for else "kept: by its wording") + rest
    if against:
        return f"refused: rather about {_listed(against[:2])}" + (f" than about {_listed(speaks_for[:1])}" if speaks_for else "")
    return "refused: too little of the topic" + (f"; only {_listed(speaks_for[:2])}" if speaks_for else "")


def _listed(named: Sequence[tuple[str, str]]) -> str:
    parts = [f"{says} ({shown})" for says, shown in named]
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))


def _contributions(found: Evidence, topic: Topic) -> list[tuple[str, str, float]]:
    """What each group adds to the log-odds, in words, with its first term and where it stands; the largest first."""
    decide, model, words = topic.decide, topic.model, found.words
    factor = {"title": decide.title, "lead": decide.lead_factor, "text": decide.text}
    total: dict[str, float] = {}
    for name, value in found.features.items():
        group, _, zone = name.partition(":")
        if zone:
            added = (model.features.get(name, 0.0) + model.rules * weight_of(group, 1.0, topic) * factor[zone]) * value
            total[group] = total.get(group, 0.0) + added
    shown: dict[str, tuple[str, str]] = {}
    for owner, same in found.hits.items():
        group = group_of(owner)
        if group not in shown and group != REGIONS:
            first, last = same[0].first, same[0].last
            term = " ".join(words.raw[first : last + 1])[:_LONGEST_TERM]
            shown[group] = (_says(owner, topic), f"«{term}», {words.where(first)}")
    named = [(*shown[group], value) for group, value in total.items() if group in shown]
    return sorted(named, key=lambda item: -item[2])


def _says(owner: tuple[str, str], topic: Topic) -> str:
    kind, identity = owner
    if kind == COMPANIES:
        return topic.companies[identity].name
    return topic.groups[identity].note or identity.replace("_", " ")
