"""Every address ever tried, with what became of it and why; and the raw bytes kept for rereading."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from storage import folding, sources
from storage.compression import pack, unpack
from storage.connection import Archive
from storage.records import OUTCOMES, RETRIED, PageRecord
from storage.text import clean
from storage.times import stamp

LEAD = 500
"""Characters of a refused page's text that stay, so that a new topic can recover it."""

_PATIENT = 3
"""Failures of one page that are tried again at the very next crawl; after that the wait doubles, up to a day."""
_GIVE_UP = timedelta(days=30)
_PASSING = ("failed", "blocked", "robots", "off_limits", "irrelevant", "not_article")
"""What does not undo that an article was once read at this address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPage:
    """The raw bytes of a page as fetched; `headers` have lower-case names, `fetched` is ISO 8601 in UTC."""

    url: str
    source: str
    fetched: str
    status: int | None
    headers: dict[str, str]
    body: bytes


def record(archive: Archive, page: PageRecord, *, now: datetime) -> None:
    """Writes what became of a page that was not (again) read as an article: irrelevant, blocked, failed, 304 …; one transaction.

    Its pending link is gone, unless the page is to be tried again (RETRIED): then the link waits for a later crawl. An address
    where an article was read keeps it: a failure is only noted, a page that is gone marks the article, `unchanged` unmarks it.
    """
    with archive.write():
        url = put(archive, page, outcome=page.outcome, article=None, now=now)
        if page.outcome in ("gone", "soft404"):
            archive.conn.execute("UPDATE articles SET gone_since = ? WHERE url = ? AND gone_since IS NULL", (stamp(now), url))
        elif page.outcome == "unchanged":
            archive.conn.execute("UPDATE articles SET last_seen = ?, gone_since = NULL WHERE url = ?", (stamp(now), url))


def put(
    archive: Archive, page: PageRecord, *, outcome: str, article: int | None, now: datetime, aliases: tuple[str, ...] = ()
) -> str:
    """The row of a page and the end of its pending link; inside the caller's transaction. Returns the address it is known by.

    `aliases` (and `page.requested`) are other addresses that led to it: they get a row too, so that they are not tried again.
    """
    if outcome not in OUTCOMES:
        raise ValueError(f"not an outcome of a page: {outcome!r}")
    sources.ensure(archive, page.source)
    learn_redirect(archive, page, now)
    url = folding.resolve(archive, page.url)
    archive.conn.execute(_UPSERT, _values(page, url, outcome, article, now))
    others = _known_names(archive, (page.requested, *aliases)) - {url}
    for other in sorted(others):
        alias = PageRecord(url=other, source=page.source, status=page.status, reason=f"led to {url}")
        archive.conn.execute(_UPSERT, _values(alias, other, outcome, article, now))
    _settle_links(archive, {url, *others}, outcome, now)
    if page.body is not None:
        _keep(archive, page, url, outcome, now)
    return url


def learn_redirect(archive: Archive, page: PageRecord, now: datetime) -> None:
    """A redirect from one spelling of a host to another one is the site's word that both are one."""
    if page.requested:
        with suppress(ValueError):
            folding.learn(archive, page.requested, page.url, evidence="redirect", now=now)


def _known_names(archive: Archive, addresses: Iterable[str]) -> set[str]:
    names = set()
    for address in addresses:
        with suppress(ValueError):
            names.add(folding.resolve(archive, address))
    return names


_UPSERT = """
    INSERT INTO pages (url, source, first_seen, last_fetched, status, etag, last_modified, outcome, reason, article, title, lead,
        published, score, matched, judged_by, attempts, polls, insecure)
    VALUES (:url, :source, :now, :now, :status, :etag, :last_modified, :outcome, :reason, :article, :title, :lead,
        :published, :score, :matched, :judged_by, :attempts, 0, coalesce(:insecure, 0))
    ON CONFLICT (url) DO UPDATE SET
        source = excluded.source,
        last_fetched = excluded.last_fetched,
        status = excluded.status,
        etag = CASE WHEN :status = 200 OR excluded.etag <> '' THEN excluded.etag ELSE etag END,
        last_modified =
            CASE WHEN :status = 200 OR excluded.last_modified <> '' THEN excluded.last_modified ELSE last_modified END,
        outcome = CASE WHEN :passing AND article IS NOT NULL THEN outcome ELSE excluded.outcome END,
        reason = excluded.reason,
        article = coalesce(excluded.article, article),
        title = CASE WHEN excluded.title <> '' THEN excluded.title ELSE title END,
        lead = CASE WHEN excluded.lead <> '' THEN excluded.lead ELSE lead END,
        published = coalesce(excluded.published, published),
        score = coalesce(excluded.score, score),
        matched = CASE WHEN excluded.judged_by <> '' THEN excluded.matched ELSE matched END,
        judged_by = CASE WHEN excluded.judged_by <> '' THEN excluded.judged_by ELSE judged_by END,
        attempts = CASE WHEN :attempts THEN attempts + 1 ELSE 0 END,
        polls = CASE WHEN :status = 304 THEN polls + 1 WHEN :status = 200 THEN 0 ELSE polls END,
        insecure = coalesce(:insecure, insecure)
"""


def _values(page: PageRecord, url: str, outcome: str, article: int | None, now: datetime) -> dict[str, Any]:
    return {
        "url": url,
        "source": page.source,
        "now": stamp(now),
        "status": page.status,
        "etag": clean(page.etag),
        "last_modified": clean(page.last_modified),
        "outcome": outcome,
        "passing": outcome in _PASSING,
        "reason": clean(page.reason),
        "article": article,
        "title": clean(page.title),
        "lead": clean(page.lead)[:LEAD],
        "published": page.published,
        "score": page.score,
        "matched": json.dumps([dict(match) for match in page.matched], ensure_ascii=False),
        "judged_by": page.judged_by,
        "attempts": int(outcome in RETRIED),
        "insecure": page.insecure,
    }


def _settle_links(archive: Archive, urls: set[str], outcome: str, now: datetime) -> None:
    """A tried address leaves the frontier; one to be tried again stays 30 days: at once, then after 1 h, 2 h … a day."""
    for url in urls:
        link = archive.one("SELECT attempts, found FROM links WHERE url = ?", (url,))
        if link is None:
            continue
        if outcome not in RETRIED or link["found"] < stamp(now - _GIVE_UP):
            archive.conn.execute("DELETE FROM links WHERE url = ?", (url,))
            continue
        attempts = link["attempts"] + 1
        wait = timedelta(0) if attempts < _PATIENT else min(timedelta(hours=2 ** min(attempts - _PATIENT, 5)), timedelta(days=1))
        archive.conn.execute("UPDATE links SET attempts = ?, not_before = ? WHERE url = ?", (attempts, stamp(now + wait), url))


def get(archive: Archive, url: str) -> dict[str, Any] | None:
    """The row of an address in any spelling; None if it was never tried."""
    row = archive.one("SELECT * FROM pages WHERE url = ?", (folding.resolve(archive, url),))
    return dict(row) if row else None


def validators(archive: Archive, url: str) -> tuple[str, str, int]:
    """ETag, Last-Modified ("" if none) and how many polls in a row were answered 304."""
    row = archive.one("SELECT etag, last_modified, polls FROM pages WHERE url = ?", (folding.resolve(archive, url),))
    return (row["etag"], row["last_modified"], row["polls"]) if row else ("", "", 0)


def _keep(archive: Archive, page: PageRecord, url: str, outcome: str, now: datetime) -> None:
    """Keeps the bytes: every wording that made a revision, else only the newest."""
    assert page.body is not None
    digest = hashlib.sha256(page.body).hexdigest()
    newest = archive.one("SELECT id, digest FROM kept_pages WHERE url = ? ORDER BY fetched DESC, id DESC LIMIT 1", (url,))
    if newest is not None and (newest["digest"] == digest or outcome == "unchanged"):
        return
    if newest is not None and outcome != "revised":
        archive.conn.execute("DELETE FROM kept_pages WHERE id = ?", (newest["id"],))
    headers = json.dumps({k.lower(): clean(v) for k, v in (page.headers or {}).items()}, ensure_ascii=False)
    archive.conn.execute(
        "INSERT INTO kept_pages (url, source, fetched, status, headers, size, digest, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (url, page.source, stamp(now), page.status, headers, len(page.body), digest, pack(page.body)),
    )


def kept(
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
            yield _unpacked(row)
        if not rows:
            return
        last = rows[-1]["id"]


def kept_page(archive: Archive, number: int) -> KeptPage | None:
    """The raw page kept under a number of `kept_pages`; None when it has been pruned or replaced since."""
    row = archive.one("SELECT * FROM kept_pages WHERE id = ?", (number,))
    return _unpacked(row) if row else None


def newest_kept(archive: Archive, source: str, number: int) -> list[KeptPage]:
    """The newest raw pages of a source, each address once, oldest first."""
    rows = archive.conn.execute(
        "SELECT *, max(id) FROM kept_pages WHERE source = ? GROUP BY url ORDER BY fetched DESC, id DESC LIMIT ?", (source, number)
    ).fetchall()
    return [_unpacked(row) for row in reversed(rows)]


def _unpacked(row: sqlite3.Row) -> KeptPage:
    return KeptPage(
        url=row["url"],
        source=row["source"],
        fetched=row["fetched"],
        status=row["status"],
        headers=json.loads(row["headers"]),
        body=unpack(row["body"]),
    )
