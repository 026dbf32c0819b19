"""What of a topic stands in an article, and where: hits without false friends, weighed by zone. Pure."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from crawler.judging.patterns import Hit
from crawler.judging.topic import COMPANIES, REGIONS, ZONES, FalseFriend, Need, Topic, Without
from crawler.judging.words import Words, fold, split, stem

BEGINNING = 5
"""Letters by which the beginning of a longer word is known to the model."""
_ONLY_A_HEADLINE = 90
"""Characters of an untitled text of one sentence that is a headline itself. The gate, which cannot see that titles lack, lets
a mention pass in a block of 150 letters, those of `&nbsp;` and `&laquo;` included."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """`hits` by owner in order of place, longest first where they overlap; `dropped` false friends: (hit, id).

    `features` are "group:zone" in [0, 1] and "a+b" for pairs; `stems` the words outside names, as a unit vector;
    `rules` is the log-odds that the topic's own weights give; `missing` the needs that the article leaves open, each with whether
    it is mentioned at least in passing.
    """

    words: Words
    hits: Mapping[tuple[str, str], list[Hit]]
    dropped: list[tuple[Hit, str]]
    features: Mapping[str, float]
    stems: Mapping[str, float]
    rules: float
    missing: tuple[tuple[Need, bool], ...]


def gather(title: str, text: str, topic: Topic, *, every_stem: bool = False) -> Evidence:
    """Looks at the title and the first `decide.words` words of the text.

    Stems are only gathered where they can decide: the topic has weights for them and its needs are met (or `every_stem`).
    """
    words = split(title, text, lead=topic.decide.lead, limit=topic.decide.words)
    found = topic.matcher.find(words)
    kept, dropped = _without_false_friends(found, topic)
    hits = _by_owner(kept, topic)
    features = _features(hits, words, topic)
    missing = _missing(hits, words, topic)
    stems = _stems(words, hits) if every_stem or (topic.model.stems and not missing) else {}
    return Evidence(words, hits, dropped, features, stems, _rules(features, hits, words, topic), missing)


def _missing(hits: Mapping[tuple[str, str], list[Hit]], words: Words, topic: Topic) -> tuple[tuple[Need, bool], ...]:
    missing = []
    for need in topic.needs:
        terms = [hit for owner, same in hits.items() if group_of(owner) in need.groups for hit in same]
        if not terms or (need.near and _in_passing(terms, need, hits, words)):
            missing.append((need, bool(terms)))
    return tuple(missing)


def _in_passing(terms: list[Hit], need: Need, hits: Mapping[tuple[str, str], list[Hit]], words: Words) -> bool:
    """One single word, not in the title nor in a text that is no more than one: what the gate can tell as well.

    A phrase is never mentioned in passing.
    """
    if (
        _is_only_a_headline(words)
        or any(hit.first < words.title or hit.first != hit.last for hit in terms)
        or len({hit.first for hit in terms}) > 1
    ):
        return False
    around = [hit for owner, same in hits.items() if group_of(owner) in need.near for hit in same]
    return not any(_apart(term, other) <= need.within for term in terms for other in around if _places(term) != _places(other))


def _is_only_a_headline(words: Words) -> bool:
    """Is there no title, and in the text one short sentence?"""
    if words.title or words.headline < len(words.raw):
        return False
    return words.start[-1] + len(words.raw[-1]) - words.start[0] <= _ONLY_A_HEADLINE


def _apart(one: Hit, other: Hit) -> int:
    """Words between two hits; negative when they overlap."""
    return max(one.first, other.first) - min(one.last, other.last) - 1


def _places(hit: Hit) -> tuple[int, int]:
    return hit.first, hit.last


def _without_false_friends(found: list[Hit], topic: Topic) -> tuple[list[Hit], list[tuple[Hit, str]]]:
    by_pattern: dict[int, list[Hit]] = defaultdict(list)
    for hit in found:
        by_pattern[hit.pattern].append(hit)
    spoiled: dict[int, str] = {}
    for friend in topic.false_friends:
        for number in friend.term:
            for term in by_pattern.get(number, ()):
                if _in_another_sense(term, friend, by_pattern):
                    spoiled.update(dict.fromkeys(range(term.first, term.last + 1), friend.id))
    if not spoiled:
        return found, []
    kept, dropped = [], []
    for hit in found:
        why = next((spoiled[at] for at in range(hit.first, hit.last + 1) if at in spoiled), "")
        if why and topic.owners[hit.pattern][0] in {"group", "company"}:
            dropped.append((hit, why))
        else:
            kept.append(hit)
    return kept, dropped


def _in_another_sense(term: Hit, friend: FalseFriend, by_pattern: Mapping[int, list[Hit]]) -> bool:
    def stands(numbers: frozenset[int]) -> bool:
        return any(
            not friend.within or (hit.first <= term.last + friend.within and hit.last >= term.first - friend.within)
            for number in numbers
            for hit in by_pattern.get(number, ())
        )

    return stands(friend.block) and not stands(friend.keep)


def _by_owner(kept: list[Hit], topic: Topic) -> dict[tuple[str, str], list[Hit]]:
    """Of hits of one owner that overlap only the longest counts; of regions also across owners («Московская область»)."""
    owned: dict[tuple[str, str], list[Hit]] = defaultdict(list)
    taken: dict[tuple[str, str], set[int]] = defaultdict(set)
    for hit in sorted(kept, key=lambda hit: (hit.first - hit.last, hit.first, hit.pattern)):
        owner = topic.owners[hit.pattern]
        if owner[0] == "context":
            continue
        seen = taken[("region", "") if owner[0] == "region" else owner]
        places = range(hit.first, hit.last + 1)
        if seen.isdisjoint(places):
            seen.update(places)
            owned[owner].append(hit)
    for same in owned.values():
        same.sort(key=lambda hit: hit.first)
    return dict(owned)


def group_of(owner: tuple[str, str]) -> str:
    """The group that an owner's terms count for."""
    kind, identity = owner
    return identity if kind == "group" else kind


def _features(hits: Mapping[tuple[str, str], list[Hit]], words: Words, topic: Topic) -> dict[str, float]:
    features: dict[str, float] = {}
    grouped: dict[str, list[Hit]] = defaultdict(list)
    for owner, same in hits.items():
        grouped[group_of(owner)] += same
    rest = max(len(words.raw) - words.lead, topic.decide.per)
    counts = {group: Counter(words.zone(hit.first) for hit in same) for group, same in grouped.items()}
    for group, count in counts.items():
        for zone in ("title", "lead"):
            if count[zone]:
                features[f"{group}:{zone}"] = 1.0
        if count["text"]:
            features[f"{group}:text"] = min(1.0, count["text"] * topic.decide.per / rest)
    for pair in topic.pairs:
        one = [hit for group in pair.one for hit in grouped.get(group, ())]
        other = [hit for group in pair.other for hit in grouped.get(group, ())]
        if one and other and _near(one, other, pair.within, words):
            features[pair.id] = 1.0
    features.update(_absent(counts, words, topic))
    return features


def _absent(counts: Mapping[str, Counter[str]], words: Words, topic: Topic) -> dict[str, float]:
    """The [[without]] rules that hold; `counts` are the terms of each group by zone."""
    lengths = {"title": words.headline, "lead": words.lead - words.headline, "text": len(words.raw) - words.lead}

    def terms(groups: frozenset[str], zones: tuple[str, ...]) -> int:
        return sum(counts[group][zone] for group in groups if group in counts for zone in zones)

    def holds(rule: Without) -> bool:
        wanted, given = terms(rule.groups, rule.zones), terms(rule.given, rule.zones)
        if rule.outnumbered:
            return given > wanted and lengths["text"] > 0
        return not wanted and (given > 0 or not rule.given)

    return {rule.id: 1.0 for rule in topic.withouts if any(lengths[zone] for zone in rule.zones) and holds(rule)}


def _near(left: list[Hit], right: list[Hit], within: int, words: Words) -> bool:
    by_sentence: dict[int, list[Hit]] = defaultdict(list)
    for hit in right:
        by_sentence[words.sentence[hit.first]].append(hit)
    return any(
        _apart(hit, other) <= within
        for hit in left
        for other in by_sentence.get(words.sentence[hit.first], ())
        if _places(hit) != _places(other)
    )


def _rules(features: Mapping[str, float], hits: Mapping[tuple[str, str], list[Hit]], words: Words, topic: Topic) -> float:
    decide = topic.decide
    factor = {"title": decide.title, "lead": decide.lead_factor, "text": decide.text}
    total = decide.bias
    strongest = dict.fromkeys(ZONES, 0.0)
    for (kind, identity), same in hits.items():
        if kind == "company":
            for hit in same:
                zone = words.zone(hit.first)
                strongest[zone] = max(strongest[zone], topic.companies[identity].weight)
    for name, value in features.items():
        group, _, zone = name.partition(":")
        if zone:
            total += weight_of(group, strongest[zone], topic) * factor[zone] * value
    total += sum(pair.weight * features.get(pair.id, 0.0) for pair in topic.pairs)
    return total + sum(without.weight * features.get(without.id, 0.0) for without in topic.withouts)


def weight_of(group: str, strongest_company: float, topic: Topic) -> float:
    """What a group counts in the rules; for companies that of the strongest one named."""
    if group == COMPANIES:
        return strongest_company
    return topic.decide.region if group == REGIONS else topic.groups[group].weight


def _stems(words: Words, hits: Mapping[tuple[str, str], list[Hit]]) -> dict[str, float]:
    """Stems of the words that are no names of places and companies, and how long words begin («автоэлектроника»: "автоэ-").

    A compound that no labelled text had is often known by its beginning. In the headline they count twice; length 1 in all.
    """
    names = {at for (kind, _), same in hits.items() if kind != "group" for hit in same for at in range(hit.first, hit.last + 1)}
    counts: dict[str, float] = {}
    for index, raw in enumerate(words.raw):
        if index not in names and raw.isalpha() and len(raw) > 2:
            folded = fold(raw)
            value = 2.0 if index < words.headline else 1.0
            for key in (stem(folded), folded[:BEGINNING] + "-") if len(folded) > BEGINNING else (stem(folded),):
                counts[key] = max(counts.get(key, 0.0), value)
    length = math.sqrt(sum(value * value for value in counts.values()))
    return {key: value / length for key, value in counts.items()}
