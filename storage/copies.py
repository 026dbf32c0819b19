"""Near-copies in the archive: which article a text is a reprint of. Inside the caller's transaction; nothing is kept in memory.

The sketch of every article's text lies in `copy_index`, hash by hash; a text is compared, word by word, with the few articles
that share most hashes with it.
"""

from __future__ import annotations

import json
import math
import sqlite3
import struct
from collections import Counter
from collections.abc import Sequence

from storage import stories
from storage.connection import Archive
from storage.fingerprints import FINGERPRINT_VERSION, contained, sketch
from storage.likeness import SHARED, Likeness, compare, prepare

STOP = 32
"""A hash that more articles share (a press office's last paragraph) finds none of them: bounds a look-up."""

_COMPARED = 8
"""Articles whose texts are read and compared, those first that share most hashes."""


_WORTH_READING = 0.2
"""Containment that the sketches must promise; a copy has half or more, and sketches of which little can be compared may err."""


def find(
    archive: Archive, text: str, hashes: Sequence[int] | None = None, *, url: str = "", without: int = 0
) -> tuple[int, float] | None:
    """The article of which `text` is a reprint, and the share of the shorter text that both have in common, in (0, 1].

    `hashes` is the sketch of the text where it is known; `url` is the address of the text: a person may have said that it is no
    copy of some article. `without` is an article that is not to be considered.
    """
    best: tuple[float, float, int] | None = None
    hashes = sketch(prepare(text).shingles) if hashes is None else hashes
    for article, other in _candidates(archive, hashes, url, without):
        found = compare(prepare(text), prepare(other))
        if found.copy:
            best = max(best or (0.0, 0.0, 0), (found.containment, found.similarity, -article))
    return (-best[2], round(best[0], 3)) if best else None


def _candidates(archive: Archive, hashes: Sequence[int], url: str, without: int) -> list[sqlite3.Row]:
    """(id, text) of the articles that share most hashes, but for those that share an official's sentence and no more."""
    shared = Counter(
        article
        for _, holders in archive.conn.execute(_HOLDERS, (json.dumps(hashes),))
        if holders and holders.count(",") < STOP
        for article in holders.split(",")
    )
    least = 1 if len(hashes) < 8 else 2
    listed = sorted(((-count, int(article)) for article, count in shared.items() if count >= least))[:_COMPARED]
    rows = archive.conn.execute(
        f"SELECT article, hashes FROM copy_sketches WHERE article IN ({', '.join(str(article) for _, article in listed)})"
    )
    near = [article for article, packed in rows if article != without and _worth_reading(hashes, _hashes(packed))]
    if not near:
        return []
    found: list[sqlite3.Row] = archive.conn.execute(
        f"SELECT a.id, a.text FROM articles AS a WHERE a.id IN ({', '.join(map(str, near))})"
        " AND NOT EXISTS (SELECT 1 FROM corrections AS k WHERE k.article = a.id AND k.field = 'copy' AND k.value = ?)",
        (f"not {url}",),
    ).fetchall()
    return found


def _worth_reading(hashes: Sequence[int], others: Sequence[int]) -> bool:
    """May two texts share half of the shorter one, by their sketches? Wrongly denied to one copy in a thousand (three sigmas)."""
    share, sample = contained(hashes, others)
    return share >= max(_WORTH_READING, SHARED - 1.5 / math.sqrt(sample)) if sample else False


_HOLDERS = f"""
    SELECT value, (SELECT group_concat(article) FROM (SELECT article FROM copy_index WHERE hash = value LIMIT {STOP + 1}))
    FROM json_each(?)
"""


def _hashes(packed: bytes) -> tuple[int, ...]:
    return struct.unpack(f"<{len(packed) // 8}Q", packed)


def likeness(archive: Archive, one: int, other: int) -> Likeness:
    """How alike the texts of two articles are, with the reason. Raises LookupError if there is no such article."""
    texts = []
    for article in (one, other):
        row = archive.one("SELECT text FROM articles WHERE id = ?", (article,))
        if row is None:
            raise LookupError(f"no article {article}")
        texts.append(prepare(row["text"]))
    return compare(*texts)


def remember(archive: Archive, article: int, hashes: Sequence[int]) -> None:
    """Notes the sketch of an article's text, so that its reprints are found; replaces what was noted of it before."""
    forget(archive, article)
    archive.conn.execute(
        "INSERT INTO copy_sketches (article, version, hashes) VALUES (?, ?, ?)",
        (article, FINGERPRINT_VERSION, struct.pack(f"<{len(hashes)}Q", *hashes)),
    )
    # row by row: a statement of many rows would keep each page that it touches a second time, to undo itself
    archive.conn.executemany(
        "INSERT OR IGNORE INTO copy_index (hash, article) VALUES (?, ?)", [(value, article) for value in hashes]
    )


def forget(archive: Archive, article: int) -> None:
    """Takes an article out of the look-up: before it is deleted, or its text changes."""
    row = archive.one("SELECT hashes FROM copy_sketches WHERE article = ?", (article,))
    if row is None:
        return
    hashes = _hashes(row["hashes"])
    archive.conn.execute(
        "DELETE FROM copy_index WHERE article = ? AND hash IN (SELECT value FROM json_each(?))", (article, json.dumps(hashes))
    )
    archive.conn.execute("DELETE FROM copy_sketches WHERE article = ?", (article,))


def release(archive: Archive, url: str) -> None:
    """An address is the copy of nothing any more: the story that it told counts its sources anew."""
    row = archive.one("SELECT article FROM copies WHERE url = ?", (url,))
    if row is not None:
        archive.conn.execute("DELETE FROM copies WHERE url = ?", (url,))
        stories.told_again(archive, row["article"])
