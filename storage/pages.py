"""Every address ever tried, with what became of it and why."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from storage import folding, kept, sources
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
    others = _known_names(archive, {page.requested, *aliases} - {"", page.url}) - {url}
    for other in sorted(others):
        alias = PageRecord(url=other, source=page.source, status=page.status, reason=f"led to {url}")
        archive.conn.execute(_UPSERT, _values(alias, other, outcome, article, now))
    _settle_links(archive, {url, *others}, outcome, now)
    if page.body is not None:
        kept.keep(archive, page, url, revised=outcome == "revised", same=outcome == "unchanged", now=now)
    return url


def learn_redirect(archive: Archive, page: PageRecord, now: datetime) -> None:
    """A redirect from one spelling of a host to another one is the site's word that both are one."""
    if page.requested not in ("", page.url):
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
