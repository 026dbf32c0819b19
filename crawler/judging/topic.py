"""A topic: what is relevant, as data. Read from TOML, checked key by key, compiled once.

The file's own head (crawler/topics/automotive-clusters.toml) explains its parts to whoever edits it; here is what they become.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from crawler.judging.gating import Gate
from crawler.judging.patterns import Matcher

ZONES = ("title", "lead", "text")
PARTS = {"everywhere": ZONES, "title": ("title",), "top": ("title", "lead"), "text": ("lead", "text")}
"""What a topic file calls parts of an article -> their zones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Terms that mean the same for the decision. `weight` < 0 speaks against relevance."""

    id: str
    weight: float
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Terms of two sets of groups that mean more when they stand within `within` words of each other in one sentence."""

    id: str
    one: frozenset[str]
    other: frozenset[str]
    within: int
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Without:
    """Its weight counts when no term of these groups is in the article (and, where `given` is not empty, a term of those is).

    With `outnumbered` it counts when there are fewer terms of these groups than of the `given` ones, in an article that is longer
    than a lead: in a short one a term more is chance.
    `zones` is the part of it that is looked at, if the article has such a part: one of PARTS.
    """

    id: str
    groups: frozenset[str]
    given: frozenset[str]
    weight: float
    says: str
    zones: tuple[str, ...] = ZONES
    outnumbered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FalseFriend:
    """A term in another sense: a hit on its words is dropped when a `block` pattern stands within `within` words (0: anywhere
    in the article), unless a `keep` pattern does too. The tuples hold pattern numbers."""

    id: str
    term: frozenset[int]
    block: frozenset[int]
    keep: frozenset[int]
    within: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A company, plant or brand; `regions` are ISO 3166-2 codes of where it makes things."""

    id: str
    name: str
    regions: tuple[str, ...]
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """An article without any term of these groups is not about the topic, whatever else it says; the gate asks only this.

    With `near`, one that is mentioned in passing is not enough: a single term, not in the title, and no term of the `near` groups
    within `within` words of it. In an untitled text of one short sentence nothing is mentioned in passing.
    """

    id: str
    groups: frozenset[str]
    says: str
    near: frozenset[str] = frozenset()
    within: int = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide:
    """How terms combine. `words`: how much of a text is looked at; `lead`: how many words its lead has. `title`, `lead_factor`,
    `text`: what a term counts in each zone (a term in the text counts by its density: once in `per` words is full). `region`: the
    weight of naming any region. `model`: the file of learned weights beside the topic, "" for none."""

    bias: float = -3.0
    words: int = 600
    lead: int = 60
    title: float = 1.5
    lead_factor: float = 1.0
    text: float = 0.5
    per: int = 100
    region: float = 0.0
    model: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """Weights of stems and of groups by zone, learned by `tests.quality.train_topic`; empty when the topic has none."""

    bias: float = 0.0
    rules: float = 1.0
    stems: Mapping[str, float] = field(default_factory=dict)
    features: Mapping[str, float] = field(default_factory=dict)


COMPANIES, REGIONS = "company", "region"
"""The groups that the terms of every company, and of every region, belong to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """Everything that `judge` and `gate` need; immutable. `judged_by`: name@fingerprint of file, weights and gazetteer."""

    name: str
    title: str
    judged_by: str
    decide: Decide
    groups: Mapping[str, Group]
    companies: Mapping[str, Company]
    pairs: tuple[Pair, ...]
    withouts: tuple[Without, ...]
    false_friends: tuple[FalseFriend, ...]
    needs: tuple[Need, ...]
    model: Model
    matcher: Matcher
    patterns: tuple[str, ...]
    """As written, by pattern number."""
    owners: tuple[tuple[str, str], ...]
    """By pattern number, its owner: ("group", id), ("company", id), ("region", code), ("context", "") of false friends."""
    region_names: Mapping[str, str]
    gate: Gate
