"""Near-copies in the archive: which article a text is a reprint of. Inside the caller's transaction; nothing is kept in memory.

The sketch of every article's text lies in `copy_index`, hash by hash; a text is compared, word by word, with the few articles
that share most hashes with it.
"""

from __future__ import annotations

import json
import sqlite3
import struct
from collections.abc import Sequence

from storage.connection import Archive
from storage.fingerprints import FINGERPRINT_VERSION, sketch
from storage.likeness import Likeness, compare, prepare

STOP = 32
"""A hash that so many articles share (a press office's last paragraph) takes no more of them: bounds every look-up."""

_COMPARED = 8
"""Articles whose texts are read and compared, those first that share most hashes."""


def find(archive: Archive, text: str, *, url: str = "", without: int = 0) -> tuple[int, float] | None:
    """The article of which `text` is a reprint, and the share of the shorter text that both have in common, in (0, 1].

    `url` is the address of the text: a person may have said that it is no copy of some article. `without` is an article that is
    not to be considered.
    """
    prepared = prepare(text)
    best: tuple[float, float, int] | None = None
    for article, other in _candidates(archive, sketch(prepared.shingles), url, without):
        found = compare(prepared, prepare(other))
        if found.copy:
            best = max(best or (0.0, 0.0, 0), (found.containment, found.similarity, -article))
    return (-best[2], round(best[0], 3)) if best else None


def _candidates(archive: Archive, hashes: Sequence[int], url: str, without: int) -> list[sqlite3.Row]:
    """(id, text) of the articles that share most hashes."""
    rows: list[sqlite3.Row] = archive.conn.execute(
        "SELECT a.id, a.text FROM ("
        " SELECT article, count(*) AS shared FROM copy_index WHERE hash IN (SELECT value FROM json_each(?))"
        " GROUP BY article HAVING shared >= ? ORDER BY shared DESC, article LIMIT ?"
        ") AS c JOIN articles AS a ON a.id = c.article WHERE a.id != ?"
        " AND NOT EXISTS (SELECT 1 FROM corrections AS k WHERE k.article = a.id AND k.field = 'copy' AND k.value = ?)",
        (json.dumps(hashes), 1 if len(hashes) < 8 else 2, _COMPARED, without, f"not {url}"),
    ).fetchall()
    return rows


def likeness(archive: Archive, one: int, other: int) -> Likeness:
    """How alike the texts of two articles are, with the reason. Raises LookupError if there is no such article."""
    texts = []
    for article in (one, other):
        row = archive.one("SELECT text FROM articles WHERE id = ?", (article,))
        if row is None:
            raise LookupError(f"no article {article}")
        texts.append(prepare(row["text"]))
    return compare(*texts)


def remember(archive: Archive, article: int, text: str) -> None:
    """Notes the text of an article, so that its reprints are found; replaces what was noted of it before."""
    forget(archive, article)
    hashes = sketch(prepare(text).shingles)
    archive.conn.execute(
        "INSERT INTO copy_sketches (article, version, hashes) VALUES (?, ?, ?)",
        (article, FINGERPRINT_VERSION, struct.pack(f"<{len(hashes)}Q", *hashes)),
    )
    archive.conn.execute(
        "INSERT INTO copy_index (hash, article) SELECT value, ? FROM json_each(?)"
        " WHERE (SELECT count(*) FROM copy_index WHERE hash = value) < ?",
        (article, json.dumps(hashes), STOP),
    )


def clear(archive: Archive) -> None:
    """Empties the look-up."""
    for table in ("copy_sketches", "copy_index"):
        archive.conn.execute(f"DELETE FROM {table}")


def forget(archive: Archive, article: int) -> None:
    """Takes an article out of the look-up: before it is deleted, or its text changes."""
    row = archive.one("SELECT hashes FROM copy_sketches WHERE article = ?", (article,))
    if row is None:
        return
    hashes = struct.unpack(f"<{len(row['hashes']) // 8}Q", row["hashes"])
    archive.conn.execute(
        "DELETE FROM copy_index WHERE article = ? AND hash IN (SELECT value FROM json_each(?))", (article, json.dumps(hashes))
    )
    archive.conn.execute("DELETE FROM copy_sketches WHERE article = ?", (article,))
