"""Kept pages that are to be read again, and what a new reading changes: never who an article is or when it was seen."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage import article_rows
from storage.address import canonical
from storage.columns import columns
from storage.connection import Archive
from storage.corrected import CORRECTED_COLUMNS, corrected, with_persons_date
from storage.pages import LEAD
from storage.records import ArticleRecord, DateRecord
from storage.text import clean
from storage.times import stamp

_STAYS = ("url", "source")
"""What belongs to the address and not to its reading."""

_DATE_COLUMNS = CORRECTED_COLUMNS["date"]
_WAYS = ("feed", "api", "telegram", "listing", "sitemap")


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A page to be read again: the numbers of its newest and first kept bytes; `article` is None for a page that was refused."""

    url: str
    source: str
    newest: int
    first: int
    article: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the archive knows of an article besides its bytes and what reading may not find out anew.

    `link_date` and `link_via`: what the feed or listing said of its date and which it was, "" if none did. `dates_stand`: the
    article was edited and the page of its first wording is gone, so that the newest page cannot tell when it was published.
    """

    title: str
    link_date: str
    link_via: str
    dates_stand: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a new reading changes of an article: `before` and `after` hold the changed columns, equal keys."""

    article: int
    url: str
    title: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def waiting(
    archive: Archive, reader_version: int, judged_by: str, *, source: str = "", since: datetime | None = None, every: bool = False
) -> list[Waiting]:
    """The kept pages that were not read by this reader and judged by this topic yet, or before what was learned since;
    articles first, in order of arrival.

    `since`: only pages fetched since; `every`: also those that were, and pages that held no article.
    """
    values = {
        "version": reader_version,
        "judged_by": judged_by,
        "source": source,
        "since": stamp(since) if since else "",
        "every": every,
    }
    return [
        Waiting(url=row["url"], source=row["source"], newest=row["newest"], first=row["first"], article=row["article"])
        for table in (_ARTICLES, _REFUSED)
        for row in archive.conn.execute(table, values)
    ]


# a verdict that a person gave stays in the article: its page then says which topic has judged it since
_ARTICLES = """
    SELECT a.id AS article, a.url, a.source, max(k.id) AS newest, min(k.id) AS first
    FROM kept_pages AS k JOIN articles AS a ON a.url = k.url LEFT JOIN pages AS p ON p.url = a.url
    WHERE (:source = '' OR a.source = :source)
        AND (:every OR a.reader_version <> :version
            OR CASE a.judged_by WHEN 'person' THEN coalesce(p.judged_by, '') ELSE a.judged_by END <> :judged_by
            OR EXISTS (SELECT 1 FROM learned AS l WHERE l.source = a.source AND CASE l.what
                WHEN 'line' THEN instr(char(10) || a.text || char(10), char(10) || l.text || char(10))
                ELSE length(a.title) > length(l.text) + 3 AND substr(a.title, -length(l.text)) = l.text
                    AND NOT EXISTS (SELECT 1 FROM corrections AS c WHERE c.article = a.id AND c.field = 'title') END))
    GROUP BY a.id HAVING max(k.fetched) >= :since ORDER BY a.id
"""
_REFUSED = """
    SELECT NULL AS article, p.url, p.source, max(k.id) AS newest, min(k.id) AS first
    FROM kept_pages AS k JOIN pages AS p ON p.url = k.url
    WHERE (:source = '' OR p.source = :source) AND p.article IS NULL
        AND (p.outcome = 'irrelevant' AND (:every OR p.judged_by <> :judged_by) OR p.outcome = 'not_article' AND :every)
    GROUP BY p.url HAVING max(k.fetched) >= :since ORDER BY newest
"""


def known(archive: Archive, page: Waiting, first_fetched: str) -> Known | None:
    """What to read an article's page with, whose first kept bytes were fetched then; None when it is not there any more."""
    row = archive.one("SELECT title, published FROM articles WHERE id = ? AND url = ?", (page.article, page.url))
    if row is None:
        return None
    said = archive.one(
        f"SELECT witness, value FROM dates WHERE article = ? AND witness IN ({', '.join('?' * len(_WAYS))}) LIMIT 1",
        (page.article, *_WAYS),
    )
    edited = archive.one("SELECT min(replaced) FROM revisions WHERE article = ?", (page.article,))
    lost = edited is not None and edited[0] is not None and edited[0] <= first_fetched
    return Known(
        title=row["title"],
        link_date=said["value"] if said else "",
        link_via=said["witness"] if said else "",
        dates_stand=lost and row["published"] is not None,
    )


def apply(archive: Archive, page: Waiting, record: ArticleRecord, *, dates_stand: bool, dry_run: bool = False) -> Change | None:
    """Writes what a page read again says of its article; one transaction, undone when interrupted. None when it is out of date.

    Number, address, copies, revisions, first_seen, last_seen and gone_since stay, and so does what a person has corrected.
    Out of date: the article was fetched again, moved to another address or went away since `waiting`.
    """
    if dry_run:
        return _change(archive, page, record, dates_stand)[0]
    with archive.write():
        change, values = _change(archive, page, record, dates_stand)
        if change is None:
            return None
        reason = archive.one("SELECT reason FROM articles WHERE id = ?", (change.article,))
        article_rows.update(archive, change.article, values)
        if not dates_stand and "dates" in change.after:
            article_rows.write_dates(archive, change.article, record.dates)
        archive.conn.execute(_PAGE, {**values, **_page(record), "url": page.url, "was": reason[0] if reason else ""})
    return change


_PAGE = """
    UPDATE pages SET title = :title, lead = :lead, score = :score, matched = :matched, judged_by = :judged_by,
        published = coalesce(:published, published), reason = CASE reason WHEN :was THEN :reason ELSE reason END
    WHERE url = :url
"""


def _page(record: ArticleRecord) -> dict[str, Any]:
    values = columns(record, canonical(record.url))
    told = {name: values[name] for name in ("title", "score", "matched", "judged_by", "published", "reason")}
    return {**told, "lead": values["text"][:LEAD]}


def _change(archive: Archive, page: Waiting, record: ArticleRecord, dates_stand: bool) -> tuple[Change | None, dict[str, Any]]:
    """What would change, corrections heeded, and all values that may be written."""
    row = archive.one("SELECT * FROM articles WHERE id = ? AND url = ?", (page.article, page.url))
    newest = archive.one("SELECT max(id) FROM kept_pages WHERE url = ?", (page.url,))
    if row is None or newest is None or newest[0] != page.newest:
        return None, {}
    values = {name: value for name, value in columns(record, page.url).items() if name not in _STAYS}
    if dates_stand:
        values = {name: value for name, value in values.items() if name not in _DATE_COLUMNS}
    fixed = {column for field in corrected(archive, row["id"]) for column in CORRECTED_COLUMNS.get(field, ())}
    after = {name: value for name, value in values.items() if name not in fixed and row[name] != value}
    before = {name: row[name] for name in after}
    had, found = _dates(archive, row["id"]), [_said(date) for date in with_persons_date(archive, row["id"], record.dates)]
    if not dates_stand and had != sorted(found):
        before["dates"], after["dates"] = len(had), len(found)
    return Change(article=row["id"], url=row["url"], title=after.get("title", row["title"]), before=before, after=after), values


def _dates(archive: Archive, article: int) -> list[tuple[str, str, bool]]:
    rows = archive.conn.execute("SELECT witness, value, believed FROM dates WHERE article = ?", (article,))
    return sorted((row[0], row[1], bool(row[2])) for row in rows)


def _said(date: DateRecord) -> tuple[str, str, bool]:
    return date.witness, date.value, date.believed


def refuse_again(archive: Archive, page: Waiting, *, reason: str, judged_by: str, score: float | None, matched: Any) -> None:
    """Notes that a refused page is refused by the topic of today as well, and why; one transaction."""
    with archive.write():
        archive.conn.execute(
            "UPDATE pages SET reason = :reason, judged_by = :judged_by, score = coalesce(:score, score), matched = :matched"
            " WHERE url = :url AND article IS NULL AND outcome = 'irrelevant'",
            {
                "url": page.url,
                "reason": clean(reason),
                "judged_by": judged_by,
                "score": score,
                "matched": clean(json.dumps([dict(match) for match in matched], ensure_ascii=False)),
            },
        )
