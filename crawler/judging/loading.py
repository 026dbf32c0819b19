"""Topic files: read, checked key by key, compiled. Every mistake names file, key and what is allowed."""

from __future__ import annotations

import difflib
import hashlib
import tomllib
from collections import defaultdict
from collections.abc import Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from crawler.errors import TopicError
from crawler.judging import tables
from crawler.judging.gating import Gate
from crawler.judging.needles import Wanted
from crawler.judging.patterns import Atom, Element, Matcher, PatternError, anchor, parse, plain
from crawler.judging.topic import (
    COMPANIES,
    PARTS,
    REGIONS,
    Company,
    Decide,
    FalseFriend,
    Group,
    Model,
    Need,
    Pair,
    Topic,
    Without,
)

JUDGING_VERSION = 5
"""Raise when the same topic file may judge differently: it is part of `judged_by`."""

_TOP = {"schema", "title", "note", "decide", "need", "group", "pair", "without", "false_friend", "company", "place"}
_SHORTEST_ANCHOR = 3


def shipped() -> list[str]:
    """The names of the topics that come with the project."""
    folder = files("crawler") / "topics"
    return sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))


def load_topic(name_or_path: str) -> Topic:
    """A shipped topic by name, or a file by path (anything with a separator or ending in .toml).

    Raises TopicError: no such topic, or a mistake in the file.
    """
    place: Traversable
    if "/" in name_or_path or "\\" in name_or_path or name_or_path.endswith(".toml"):
        place = Path(name_or_path)
        name = Path(name_or_path).stem
    else:
        name = name_or_path
        if name not in shipped():
            near = difflib.get_close_matches(name, shipped(), n=1)
            hint = f"did you mean {near[0]!r}? " if near else ""
            raise TopicError(f"no topic {name!r}: {hint}shipped are {', '.join(shipped())}; a file is named by its path")
        place = files("crawler") / "topics" / f"{name}.toml"
    return _Loader(str(name_or_path), name, place).load()


def _read(place: Traversable, label: str) -> bytes:
    try:
        return place.read_bytes()
    except OSError as error:
        raise TopicError(f"{label}: cannot be read: {error.strerror or error}") from None


class _Loader:
    """One reading of one topic file. Pattern numbers are given in the order in which the parts are read."""

    def __init__(self, label: str, name: str, place: Traversable) -> None:
        self.label, self.name, self.place = label, name, place
        self.patterns: list[str] = []
        self.parsed: list[tuple[Element, ...]] = []
        self.owners: list[tuple[str, str]] = []

    def load(self) -> Topic:
        raw = _read(self.place, self.label)
        regions_raw = _read(files("crawler.judging") / "regions.toml", "regions.toml")
        data = self._toml(raw)
        top = tables.Table(self.label, "", data)
        top.known(_TOP)
        if top.integer("schema", 1, low=1, high=1) != 1:
            raise TopicError(f"{self.label}: schema must be 1")
        decide = self._decide(tables.Table(self.label, "decide", top.table("decide")))
        regions = self._regions(tomllib.loads(regions_raw.decode("utf-8")), top.tables("place"))
        groups = self._groups(top.tables("group"))
        companies = self._companies(top.tables("company"), regions)
        ids = {*groups, REGIONS, *([COMPANIES] if companies else [])}
        model, model_raw = self._model(decide.model)
        digest = hashlib.sha256(b"\0".join([str(JUDGING_VERSION).encode(), raw, regions_raw, model_raw])).hexdigest()[:12]
        pairs = tuple(self._pair(table, ids) for table in top.tables("pair"))
        needs = tuple(self._need(table, ids) for table in top.tables("need"))
        false_friends = tuple(self._false_friend(table) for table in top.tables("false_friend"))
        matcher = Matcher(self.parsed)
        return Topic(
            name=self.name,
            title=top.text("title"),
            judged_by=f"{self.name}@{digest}",
            decide=decide,
            groups=groups,
            companies=companies,
            pairs=pairs,
            withouts=tuple(self._without(table, ids) for table in top.tables("without")),
            false_friends=false_friends,
            needs=needs,
            model=model,
            matcher=matcher,
            patterns=tuple(self.patterns),
            owners=tuple(self.owners),
            region_names=regions,
            gate=Gate(tuple(self._wanted(need) for need in needs), matcher, decide.words),
        )

    def _toml(self, raw: bytes) -> dict[str, Any]:
        try:
            return tomllib.loads(raw.decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise TopicError(f"{self.label}: not UTF-8") from None
        except tomllib.TOMLDecodeError as error:
            raise TopicError(f"{self.label}: not TOML: {error}") from None

    def _add(self, table: tables.Table, key: str, owner: tuple[str, str]) -> frozenset[int]:
        numbers = []
        for text in table.texts(key):
            try:
                elements = parse(text)
            except PatternError as error:
                raise TopicError(f"{self.label}: {table.at(key)}: {text!r}: {error}") from None
            numbers.append(len(self.patterns))
            self.patterns.append(text)
            self.parsed.append(elements)
            self.owners.append(owner)
        return frozenset(numbers)

    def _decide(self, table: tables.Table) -> Decide:
        default = Decide()
        table.known({"bias", "words", "lead", "title", "lead_factor", "text", "per", "region", "model"})
        return Decide(
            bias=table.number("bias", default.bias, low=-50, high=50),
            words=table.integer("words", default.words, low=50, high=5000),
            lead=table.integer("lead", default.lead, low=10, high=500),
            title=table.number("title", default.title, low=0, high=10),
            lead_factor=table.number("lead_factor", default.lead_factor, low=0, high=10),
            text=table.number("text", default.text, low=0, high=10),
            per=table.integer("per", default.per, low=10, high=1000),
            region=table.number("region", default.region, low=-10, high=10),
            model=table.text("model", ""),
        )

    def _regions(self, shipped_regions: Mapping[str, Any], places: list[tables.Table]) -> dict[str, str]:
        names: dict[str, str] = {}
        for table in tables.Table("regions.toml", "", shipped_regions).tables("region"):
            table.known({"code", "name", "patterns"})
            code = table.text("code")
            names[code] = table.text("name")
            self._add(table, "patterns", ("region", code))
        for table in places:
            table.known({"region", "patterns"})
            self._add(table, "patterns", ("region", table.choice("region", names)))
        return names

    def _groups(self, given: list[tables.Table]) -> dict[str, Group]:
        groups: dict[str, Group] = {}
        for table in given:
            table.known({"id", "weight", "note", "patterns"})
            identity = table.identity({*groups, COMPANIES, REGIONS})
            groups[identity] = Group(
                id=identity, weight=table.number("weight", 1.0, low=-20, high=20), note=table.text("note", "")
            )
            self._add(table, "patterns", ("group", identity))
        if not groups:
            raise TopicError(f"{self.label}: a topic has at least one [[group]] with id, weight and patterns")
        return groups

    def _companies(self, given: list[tables.Table], regions: Mapping[str, str]) -> dict[str, Company]:
        companies: dict[str, Company] = {}
        for table in given:
            table.known({"id", "name", "regions", "weight", "patterns"})
            identity = table.identity(companies)
            companies[identity] = Company(
                id=identity,
                name=table.text("name", identity),
                regions=tuple(table.choices("regions", regions)),
                weight=table.number("weight", 1.0, low=-20, high=20),
            )
            self._add(table, "patterns", ("company", identity))
        return companies

    def _pair(self, table: tables.Table, ids: set[str]) -> Pair:
        table.known({"id", "one", "other", "within", "weight"})
        one, other = (frozenset(table.choices(side, ids)) for side in ("one", "other"))
        if not one or not other:
            raise TopicError(f"{self.label}: {table.path}: one and other name at least one group each")
        return Pair(
            id=table.identity(ids),
            one=one,
            other=other,
            within=table.integer("within", 6, low=1, high=100),
            weight=table.number("weight", 1.0, low=-20, high=20),
        )

    def _without(self, table: tables.Table, ids: set[str]) -> Without:
        table.known({"id", "any", "given", "outnumbered", "where", "weight", "note"})
        identity = table.identity(ids)
        given, outnumbered = frozenset(table.choices("given", ids)), table.boolean("outnumbered")
        if outnumbered and not given:
            raise TopicError(f"{self.label}: {table.at('outnumbered')}: by the terms of which groups? name them in given")
        return Without(
            outnumbered=outnumbered,
            zones=PARTS[table.choice("where", PARTS, "everywhere")],
            id=identity,
            groups=frozenset(table.choices("any", ids)),
            given=given,
            weight=table.number("weight", -1.0, low=-20, high=20),
            says=table.text("note", identity),
        )

    def _need(self, table: tables.Table, ids: set[str]) -> Need:
        table.known({"id", "any", "note", "near", "within"})
        groups = frozenset(table.choices("any", ids))
        if not groups:
            raise TopicError(f"{self.label}: {table.at('any')}: at least one group")
        return Need(
            id=table.text("id"),
            groups=groups,
            says=table.text("note", table.text("id")),
            near=frozenset(table.choices("near", ids)),
            within=table.integer("within", 12, low=1, high=20),
        )

    def _false_friend(self, table: tables.Table) -> FalseFriend:
        table.known({"id", "term", "block", "keep", "within", "note"})
        return FalseFriend(
            id=table.text("id"),
            term=self._add(table, "term", ("context", "")),
            block=self._add(table, "block", ("context", "")),
            keep=self._add(table, "keep", ("context", "")),
            within=table.integer("within", 5, low=0, high=200),
        )

    def _wanted(self, need: Need) -> Wanted:
        """How the gate looks for a need: by words that are a term alone, else by one word of each phrase."""
        numbers = self._numbers(need.groups)
        alone = {atom for number in numbers if len(self.parsed[number]) == 1 for atom in plain(self.parsed[number][0])}
        anchors: dict[Atom, set[int]] = defaultdict(set)
        for number in numbers:
            element = anchor(self.parsed[number], alone, _SHORTEST_ANCHOR)
            if element is None:
                raise TopicError(
                    f"{self.label}: pattern {self.patterns[number]!r} of {' '.join(self.owners[number])}, which is needed "
                    f"([[need]] {need.id!r}), must have a word that begins with at least {_SHORTEST_ANCHOR} given letters"
                )
            if not alone.issuperset(element.atoms):
                for atom in element.atoms:
                    anchors[atom].add(number)
        return Wanted(
            says=need.says,
            alone=frozenset(alone),
            anchors={atom: frozenset(same) for atom, same in anchors.items()},
            patterns=frozenset(numbers),
            near=frozenset(self._numbers(need.near)),
            within=need.within,
        )

    def _numbers(self, groups: frozenset[str]) -> list[int]:
        return [at for at, (kind, identity) in enumerate(self.owners) if (identity if kind == "group" else kind) in groups]

    def _model(self, name: str) -> tuple[Model, bytes]:
        if not name:
            return Model(), b""
        beside = self.place.parent / name if isinstance(self.place, Path) else None
        # a copy of a shipped topic with a group changed goes on with the shipped weights
        place = beside if beside is not None and beside.exists() else files("crawler") / "topics" / name
        raw = _read(place, f"{self.label}: decide.model: {name}")
        return tables.read_weights(raw.decode("utf-8"), f"{self.label}: {name}"), raw
