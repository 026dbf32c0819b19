"""The frontier: addresses that sources list and that were not tried yet. It lives here because only clean stops keep Scrapy's
own queue (scrapy#7978)."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TypeVar

from storage import folding, pages, sources
from storage.connection import Archive
from storage.records import RETRIED, LinkLike, LinkRecord, PageRecord
from storage.text import clean
from storage.times import stamp

L = TypeVar("L", bound=LinkLike)


def discovered(archive: Archive, source: str, page: PageRecord | None, links: Sequence[L], *, now: datetime) -> list[L]:
    """Remembers the discovery page (feed, sitemap, listing, API answer; None: there is none) and queues links never tried before.

    One transaction. Returns exactly the newly queued ones, in order. Known is what has a row in `pages` or is pending already.
    Links that are no http address are left out.
    """
    with archive.write():
        sources.ensure(archive, source)
        if page is not None:
            pages.put(archive, page, outcome=page.outcome or "not_article", article=None, now=now)
        return [link for link in links if _queue(archive, source, link, now)]


def _queue(archive: Archive, source: str, link: LinkLike, now: datetime) -> bool:
    try:
        url = folding.resolve(archive, link.url)
    except ValueError:
        return False
    if archive.one("SELECT 1 FROM pages WHERE url = ?", (url,)) is not None:
        return False
    cursor = archive.conn.execute(
        "INSERT OR IGNORE INTO links (url, source, address, title, date, summary, text, via, position, found)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        _row(archive, source, link, now),
    )
    return cursor.rowcount == 1


def _row(archive: Archive, source: str, link: LinkLike, now: datetime) -> tuple[object, ...]:
    """The columns of a waiting address, in the order in which it is inserted."""
    return (
        *(folding.resolve(archive, link.url), source, clean(link.url), clean(link.title), clean(link.date), clean(link.summary)),
        *(clean(link.text), link.via, link.position, stamp(now)),
    )


def again(archive: Archive, source: str, links: Sequence[L], *, now: datetime) -> list[L]:
    """Queues addresses again although they are known, with the hints as they are now: posts that were edited. Returns them all.

    Addresses that wait already get the new hints. Raises ValueError for what is no http address.
    """
    with archive.write():
        sources.ensure(archive, source)
        for link in links:
            archive.conn.execute(
                "INSERT INTO links (url, source, address, title, date, summary, text, via, position, found)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (url) DO UPDATE"
                " SET title = excluded.title, date = excluded.date, summary = excluded.summary, text = excluded.text",
                _row(archive, source, link, now),
            )
    return list(links)


def pending(archive: Archive, source: str, *, limit: int, now: datetime | None = None) -> list[LinkRecord]:
    """What waits to be fetched for a source, newest first; addresses that failed before come last, and not before their time."""
    rows = archive.conn.execute(
        f"SELECT {_COLUMNS} FROM links AS l WHERE source = ? AND (not_before IS NULL OR not_before <= ?)"
        " ORDER BY attempts > 0, found DESC, position, url LIMIT ?",
        (source, stamp(now or datetime.now(UTC)), limit),
    )
    return [_record(row) for row in rows]


_COLUMNS = "l.address, l.title, l.date, l.summary, l.text, l.via, l.position"


def _record(row: sqlite3.Row) -> LinkRecord:
    names = ("title", "date", "summary", "text", "via", "position")
    return LinkRecord(url=row["address"], **{name: row[name] for name in names})


def count_pending(archive: Archive, source: str) -> int:
    """How many addresses wait for a source, those that failed before included."""
    row = archive.one("SELECT count(*) FROM links WHERE source = ?", (source,))
    assert row is not None
    return int(row[0])


def out_of_reach(archive: Archive, source: str) -> list[tuple[LinkRecord, str, str]]:
    """Each address that waits after it was tried in vain, with outcome and reason, newest first; of those only that were found
    after the last page of the source that could be had was."""
    had = archive.one(
        "SELECT first_seen FROM pages WHERE source = ? AND outcome NOT IN (SELECT value FROM json_each(?))"
        " AND reason <> 'a way of the source' ORDER BY first_seen DESC LIMIT 1",
        (source, json.dumps(RETRIED)),
    )
    rows = archive.conn.execute(
        f"SELECT {_COLUMNS}, p.outcome, p.reason FROM links AS l JOIN pages AS p ON p.url = l.url"
        " WHERE l.source = ? AND l.attempts > 0 AND l.found > ? ORDER BY l.found DESC, l.position, l.url",
        (source, had["first_seen"] if had else ""),
    )
    return [(_record(row), row["outcome"], row["reason"]) for row in rows]


def is_known(archive: Archive, url: str) -> bool:
    """Was this address tried, or does it wait already? False for what is no http address."""
    try:
        address = folding.resolve(archive, url)
    except ValueError:
        return False
    row = archive.one("SELECT 1 FROM pages WHERE url = :u UNION ALL SELECT 1 FROM links WHERE url = :u LIMIT 1", {"u": address})
    return row is not None
