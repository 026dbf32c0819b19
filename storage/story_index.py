"""The look-up of articles that may tell of the same event, and what comparing them found. Inside the caller's transaction."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cached_property

from storage.connection import Archive
from storage.story_features import LOG_WEIGHT, STORY_VERSION, Features, information, make, pack, unpack
from storage.story_score import APART, evidence, norm, probability

LINKED = 0.1
"""Probability from which a pair is remembered; what is less likely counts as unlikely when groups are made."""

_KEYS = 12  # terms by which an article is found
_ASKED = 16  # terms with which one is looked for
_ROWS = 48  # newest articles that a term brings: bounds a look-up, however common the term has become
_COMPARED = 12
_ENOUGH = 4.0  # nats: below, two articles have one or two common words in common
_KEPT = 16  # links of an article with older ones
_PAIRS = 64  # of articles that are being grouped, without a link: what the largest real stories ask for


def add(archive: Archive, article: int, packed: bytes | None = None) -> float:
    """Indexes an article (anew, if it was) and links it with those it may share an event with; the score of its surest link.

    `packed` are the features of its title and text where they are known.
    """
    remove(archive, article)
    row = archive.one("SELECT title, text, day FROM articles WHERE id = ?", (article,))
    assert row is not None
    packed = packed or pack(make(row["title"], row["text"]))
    features = unpack(packed)
    _count(archive, features, 1)
    says = says_of(archive, features.terms)
    day = date.fromisoformat(row["day"]).toordinal() if row["day"] else 0
    telling = sorted(features.terms, key=lambda term: (-LOG_WEIGHT[features.terms[term] >> 8] * says[term], term))
    length = norm(features, says.__getitem__)
    found = _candidates(archive, article, telling[:_ASKED], says, day)
    archive.conn.execute(
        "INSERT INTO story_features (article, version, day, norm, features, keys) VALUES (?, ?, ?, ?, ?, ?)",
        (article, STORY_VERSION, day, length, packed, struct.pack(f"<{len(telling[:_KEYS])}Q", *telling[:_KEYS])),
    )
    archive.conn.executemany(
        "INSERT INTO story_index (term, day, article) VALUES (?, ?, ?)",
        [(term, day, article) for term in sorted(telling[:_KEYS])],
    )
    if not found:
        return 0.0
    links = []
    for other, day_there, length_there, blob in archive.conn.execute(
        "SELECT article, day, norm, features FROM story_features"
        f" WHERE article IN ({', '.join(map(str, found))}) AND EXISTS (SELECT 1 FROM articles WHERE id = article)"
    ):
        days = abs(day - day_there) if day and day_there else None
        seen = evidence(features, unpack(blob), (length, length_there), says.__getitem__, days)
        links.append((probability(seen), other))
    links.sort(reverse=True)
    _link(archive, article, links[:_KEPT])
    return links[0][0] if links else 0.0


def _link(archive: Archive, article: int, links: Sequence[tuple[float, int]]) -> None:
    rows = [(article, other, round(score, 4)) for score, other in links if score >= LINKED]
    archive.conn.executemany(
        "INSERT OR REPLACE INTO story_links (article, other, score) VALUES (?, ?, ?)",
        [*rows, *((other, own, score) for own, other, score in rows)],
    )


def _candidates(archive: Archive, article: int, terms: Sequence[int], says: dict[int, float], day: int) -> list[int]:
    """The articles that share most with one by their telling terms, near in time where both are dated."""
    weight: dict[str, float] = {}
    spans = [(day - APART, day + APART), (0, 0)] if day else [(0, 10_000_000)]
    for since, until in spans:
        for term, others in archive.conn.execute(_NEWEST, {"terms": json.dumps(terms), "since": since, "until": until}):
            for other in others.split(",") if others else ():
                weight[other] = weight.get(other, 0.0) + says[term]
    weight.pop(str(article), None)
    enough = [(-total, int(other)) for other, total in weight.items() if total >= _ENOUGH]
    return [other for _, other in sorted(enough)[:_COMPARED]]


_NEWEST = f"""
    SELECT value, (
        SELECT group_concat(article) FROM (
            SELECT article FROM story_index WHERE term = value AND day BETWEEN :since AND :until
            ORDER BY day DESC, article DESC LIMIT {_ROWS}
        )
    ) FROM json_each(:terms)
"""
"""Term -> the newest articles that it brings: one statement for all terms, each bounded."""


def says_of(archive: Archive, terms: Iterable[int]) -> dict[int, float]:
    """How much each of the terms says in this archive today, in nats."""
    asked = list(terms)
    if not asked:
        return {}
    counts = dict(
        archive.conn.execute(
            "SELECT term, articles FROM story_terms WHERE term IN (SELECT value FROM json_each(?))", (json.dumps([0, *asked]),)
        ).fetchall()
    )
    total = counts.get(0, 0)
    return information(asked, counts, total)


def _count(archive: Archive, features: Features, step: int) -> None:
    """Counts the terms near the beginning."""
    archive.conn.executemany(
        "INSERT INTO story_terms (term, articles) VALUES (?, ?)"
        " ON CONFLICT (term) DO UPDATE SET articles = articles + excluded.articles",
        [(term, step) for term in (0, *sorted(features.head))],
    )


def known(archive: Archive, article: int) -> bytes | None:
    """The packed features of an article whose words stay as they are: to make them takes the dictionary, 40 MB in a crawl."""
    row = archive.one("SELECT features FROM story_features WHERE article = ? AND version = ?", (article, STORY_VERSION))
    return row["features"] if row else None


def remove(archive: Archive, article: int) -> None:
    """Takes an article out of the look-up, the counts and the links."""
    row = archive.one("SELECT day, features, keys FROM story_features WHERE article = ?", (article,))
    if row is None:
        return
    _count(archive, unpack(row["features"]), -1)
    keys = struct.unpack(f"<{len(row['keys']) // 8}Q", row["keys"])
    archive.conn.executemany(
        "DELETE FROM story_index WHERE term = ? AND day = ? AND article = ?", [(key, row["day"], article) for key in keys]
    )
    archive.conn.execute(
        "DELETE FROM story_links WHERE other = :article AND article IN (SELECT other FROM story_links WHERE article = :article)",
        {"article": article},
    )
    archive.conn.execute("DELETE FROM story_links WHERE article = ?", (article,))
    archive.conn.execute("DELETE FROM story_features WHERE article = ?", (article,))


class Comparison:
    """The articles that are being grouped: the links among them, and the score of any other pair, worked out when asked for.

    Of more than `_PAIRS` others nothing is worked out, they count as unlikely: a mass of look-alikes must not cost more and more.
    """

    def __init__(self, archive: Archive, members: Sequence[int]) -> None:
        self._archive = archive
        self._listed = json.dumps(list(members))
        self._left = _PAIRS
        rows = archive.conn.execute(
            "SELECT article, other, score FROM story_links WHERE article IN (SELECT value FROM json_each(:members))"
            " AND other IN (SELECT value FROM json_each(:members)) AND article < other",
            {"members": self._listed},
        )
        self.links: dict[tuple[int, int], float] = {(row[0], row[1]): row[2] for row in rows}

    def score(self, one: int, other: int) -> float:
        """How surely both tell of the same event, 0 to 1, as it stands today."""
        if self._left == 0:
            return 0.0
        (day, length, features), (day_there, length_there, there) = self.articles[one], self.articles[other]
        days = abs(day - day_there) if day and day_there else None
        if days is not None and days > APART:
            return 0.0
        self._left -= 1
        score = probability(evidence(features, there, (length, length_there), self._says.__getitem__, days))
        self.links[one, other] = score
        return score

    @cached_property
    def articles(self) -> dict[int, tuple[int, float, Features]]:
        """Of each its day (0: none), the length of its vector, and its features."""
        rows = self._archive.conn.execute(
            "SELECT article, day, norm, features FROM story_features WHERE article IN (SELECT value FROM json_each(?))",
            (self._listed,),
        )
        return {row[0]: (row[1], row[2], unpack(row[3])) for row in rows}

    @cached_property
    def _says(self) -> dict[int, float]:
        return says_of(self._archive, set().union(*(features.terms for _, _, features in self.articles.values())))
