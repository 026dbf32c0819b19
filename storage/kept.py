"""The raw bytes of pages, kept to be read again by better code.

Pages of one site share their frame: each is packed with another page of its source as the dictionary, which makes it several
times smaller. When a site is rebuilt its old dictionary is of no use, and the first page that shows it becomes the next one.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from storage.compression import Dictionary, pack, unpack
from storage.connection import Archive
from storage.records import PageRecord
from storage.text import clean
from storage.times import stamp

_LONGEST = 1 << 18
"""Bytes of a page that its dictionary takes: the frame of a page stands before and around its text."""

_POOR = 0.6
"""A page that a dictionary packs no smaller than this share of what it takes without one is not like it."""

_LIKE = 0.08
"""Share of its own bytes below which nobody asks what a page would take without a dictionary: pages alone take a fifth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPage:
    """The raw bytes of a page as fetched; `headers` have lower-case names, `fetched` is ISO 8601 in UTC."""

    url: str
    source: str
    fetched: str
    status: int | None
    headers: dict[str, str]
    body: bytes


def keep(archive: Archive, page: PageRecord, url: str, *, revised: bool, same: bool, now: datetime) -> None:
    """Keeps the bytes of a page under its address, inside the caller's transaction: every wording that made a revision, else only
    the newest. `same`: it says what it said before, and what was kept stays."""
    assert page.body is not None
    digest = hashlib.sha256(page.body).hexdigest()
    newest = archive.one("SELECT id, digest FROM kept_pages WHERE url = ? ORDER BY fetched DESC, id DESC LIMIT 1", (url,))
    if newest is not None and (newest["digest"] == digest or same):
        return
    if newest is not None and not revised:
        archive.conn.execute("DELETE FROM kept_pages WHERE id = ?", (newest["id"],))
    headers = json.dumps({k.lower(): clean(v) for k, v in (page.headers or {}).items()}, ensure_ascii=False)
    packed, dictionary = _packed(archive, page.body, page.source, url)
    archive.conn.execute(
        "INSERT INTO kept_pages (url, source, fetched, status, headers, size, digest, body, dictionary)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (url, page.source, stamp(now), page.status, headers, len(page.body), digest, packed, dictionary),
    )


def pages(
    archive: Archive, *, source: str | None = None, since: datetime | None = None, newest: bool = True
) -> Iterator[KeptPage]:
    """The raw pages in the order of their addresses' first keeping; `newest`: only the last one of each address.

    Reads in small steps, so that other transactions may run between two pages.
    """
    last = 0
    while True:
        rows = archive.conn.execute(
            "SELECT * FROM kept_pages AS k WHERE id > :last AND (:source IS NULL OR source = :source)"
            " AND (:since IS NULL OR fetched >= :since)"
            " AND (NOT :newest OR NOT EXISTS (SELECT 1 FROM kept_pages AS n WHERE n.url = k.url AND n.id > k.id))"
            " ORDER BY id LIMIT 50",
            {"last": last, "source": source, "since": stamp(since) if since else None, "newest": newest},
        ).fetchall()
        for row in rows:
            yield _unpacked(archive, row)
        if not rows:
            return
        last = rows[-1]["id"]


def page(archive: Archive, number: int) -> KeptPage | None:
    """The raw page kept under a number of `kept_pages`; None when it has been pruned or replaced since."""
    row = archive.one("SELECT * FROM kept_pages WHERE id = ?", (number,))
    return _unpacked(archive, row) if row else None


def newest_pages(archive: Archive, source: str, number: int) -> list[KeptPage]:
    """The newest raw pages of a source, each address once, oldest first."""
    rows = archive.conn.execute(
        "SELECT *, max(id) FROM kept_pages WHERE source = ? GROUP BY url ORDER BY fetched DESC, id DESC LIMIT ?", (source, number)
    ).fetchall()
    return [_unpacked(archive, row) for row in reversed(rows)]


def forget(archive: Archive, url: str) -> None:
    """Removes all that was kept under an address, inside the caller's transaction; what was packed with it is packed anew."""
    archive.conn.execute("DELETE FROM kept_pages WHERE url = ?", (url,))
    for (number,) in archive.conn.execute("SELECT id FROM dictionaries WHERE url = ?", (url,)).fetchall():
        for row in archive.conn.execute("SELECT * FROM kept_pages WHERE dictionary = ?", (number,)).fetchall():
            body = pack(_unpacked(archive, row).body)
            archive.conn.execute("UPDATE kept_pages SET body = ?, dictionary = NULL WHERE id = ?", (body, row["id"]))
        archive.conn.execute("DELETE FROM dictionaries WHERE id = ?", (number,))


def drop_unused(archive: Archive) -> None:
    """Removes the dictionaries that no page needs any more, inside the caller's transaction."""
    archive.conn.execute(
        "DELETE FROM dictionaries WHERE NOT EXISTS (SELECT 1 FROM kept_pages AS k WHERE k.dictionary = dictionaries.id)"
    )


def _packed(archive: Archive, body: bytes, source: str, url: str) -> tuple[bytes, int]:
    """The bytes packed, and the dictionary that unpacks them: the newest of the source, or this page if it is not like that."""
    row = archive.one("SELECT id FROM dictionaries WHERE source = ? ORDER BY id DESC LIMIT 1", (source,))
    if row is not None:
        packed = pack(body, _dictionary(archive, row["id"]))
        if len(packed) <= _LIKE * len(body) or len(packed) <= _POOR * len(pack(body)):
            return packed, row["id"]
    number = archive.conn.execute(
        "INSERT INTO dictionaries (source, url, body) VALUES (?, ?, ?)", (source, url, pack(body[:_LONGEST]))
    ).lastrowid
    assert number is not None
    return pack(body, Dictionary(body[:_LONGEST])), number


def _dictionary(archive: Archive, number: int) -> Dictionary:
    row = archive.one("SELECT body FROM dictionaries WHERE id = ?", (number,))
    assert row is not None
    return _known(row["body"])


@lru_cache(maxsize=8)
def _known(packed: bytes) -> Dictionary:
    """A dictionary is digested once: that takes longer than packing a page with it. Few are kept, 0.6 MB each."""
    return Dictionary(unpack(packed))


def _unpacked(archive: Archive, row: sqlite3.Row) -> KeptPage:
    dictionary: Any = None if row["dictionary"] is None else _dictionary(archive, row["dictionary"])
    return KeptPage(
        url=row["url"],
        source=row["source"],
        fetched=row["fetched"],
        status=row["status"],
        headers=json.loads(row["headers"]),
        body=unpack(row["body"], dictionary),
    )
