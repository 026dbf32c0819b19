"""The verdict: is an article about the topic, and why. Pure: the same article and topic always give the same verdict."""

from __future__ import annotations

import math
from collections.abc import Iterable

from crawler.items import Match, Verdict
from crawler.judging.evidence import Evidence, gather, group_of, weight_of
from crawler.judging.places import companies, regions
from crawler.judging.topic import Topic

_MOST_MATCHES = 60
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
    """One line for people: what decided, strongest first."""
    if found.missing:
        return "refused: " + ", ".join(
            f"{'only in passing about' if passing else 'nothing about'} {need.says}" for need, passing in found.missing
        )
    contributions = _contributions(found, topic)
    speaks_for = _named([name for name, value in contributions if value > 0][:4])
    against = _named([name for name, value in reversed(contributions) if value < 0][:3])
    if score >= 0.5:
        return f"kept: {speaks_for or 'the wording'}" + (f"; in spite of {against}" if against else "")
    return f"refused: {against or 'too little of it'}" + (f"; for it speaks only {speaks_for}" if speaks_for else "")


def _named(names: Iterable[str]) -> str:
    return ", ".join(names)


def _contributions(found: Evidence, topic: Topic) -> list[tuple[str, float]]:
    """What each group and stem adds to the log-odds, described with its first term and zone; the largest first."""
    decide, model, words = topic.decide, topic.model, found.words
    factor = {"title": decide.title, "lead": decide.lead_factor, "text": decide.text}
    total: dict[str, float] = {}
    for name, value in found.features.items():
        group, _, zone = name.partition(":")
        added = model.features.get(name, 0.0) * value
        if zone:
            weight = weight_of(group, 1.0, topic)
            added += model.rules * weight * factor[zone] * value
            total[group] = total.get(group, 0.0) + added
    shown: dict[str, str] = {}
    for owner, same in found.hits.items():
        group = group_of(owner)
        if group and group not in shown:
            first, last = same[0].first, same[0].last
            shown[group] = f"{group} «{' '.join(words.raw[first : last + 1])}» in the {words.where(first)}"
    named = [(shown[group], value) for group, value in total.items() if group in shown]
    named += [(f"the word «{stem}…»", model.stems[stem] * value) for stem, value in found.stems.items() if stem in model.stems]
    return sorted(named, key=lambda item: -item[1])
