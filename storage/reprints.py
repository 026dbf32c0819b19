"""One text at several addresses: which of them is the article's own, and what is noted of the others."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from storage import article_rows, sources, stories
from storage.address import host
from storage.connection import Archive
from storage.corrected import CORRECTED_COLUMNS, corrected
from storage.records import Stored
from storage.times import publication, stamp

_ROW_COLUMNS = ("id", "first_seen", "last_seen", "gone_since", "story")
"""What belongs to the article whatever its address and wording."""


def _precedence(archive: Archive, row: Mapping[str, Any]) -> tuple[int, bool, str, str]:
    """Orders the addresses of one text, the article's own first: most official, then earliest (undated last), then by address."""
    source = sources.get(archive, row["source"])
    published = publication(row["published"]).utc
    return sources.officialness(source["kind"] if source else "other"), published is None, published or "", row["url"]


def _is_teaser(row: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """A Telegram post made from a release: it never stands for the full text, however early it came."""
    return host(row["url"]) == "t.me" and host(other["url"]) != "t.me" and row["words"] < 0.6 * other["words"]


def note(archive: Archive, given: article_rows.Given, article: int, similarity: float, now: datetime) -> tuple[Stored, str]:
    """Records an address as a copy; if it comes before the article's own, the two change places and the id stays.

    What the archive made of it, and the outcome of its page. Inside the caller's transaction.
    """
    values = given.values
    row = archive.one("SELECT * FROM articles WHERE id = ?", (article,))
    assert row is not None
    had = dict(row)
    if _is_teaser(values, had) or (_precedence(archive, values) >= _precedence(archive, had) and not _is_teaser(had, values)):
        _write_copy(archive, article, values, similarity, now)
        return Stored(outcome="copy", article=article, reason=f"the text of {had['url']}"), "copy"
    archive.conn.execute("DELETE FROM copies WHERE url = ?", (values["url"],))
    _write_copy(archive, article, had, similarity, now)
    archive.conn.execute(
        "UPDATE pages SET outcome = 'copy', reason = ? WHERE url = ?", (f"the text of {values['url']}", had["url"])
    )
    article_rows.update(archive, article, {**values, "last_seen": stamp(now), "gone_since": None}, given.derived)
    article_rows.write_dates(archive, article, given.dates)
    return Stored(outcome="copy", article=article, reason=f"comes before {had['url']}"), "stored"


def _write_copy(archive: Archive, article: int, row: Mapping[str, Any], similarity: float, now: datetime) -> None:
    page = archive.one("SELECT first_seen FROM pages WHERE url = ?", (row["url"],))
    archive.conn.execute(
        "INSERT INTO copies (url, article, source, title, published, first_seen, similarity, text_hash)"
        " VALUES (:url, :article, :source, :title, :published, :first_seen, :similarity, :text_hash)"
        " ON CONFLICT (url) DO UPDATE SET article = excluded.article, title = excluded.title, similarity = excluded.similarity,"
        " published = coalesce(published, excluded.published), text_hash = excluded.text_hash",
        {
            **{name: row[name] for name in ("url", "source", "title", "published", "text_hash")},
            "article": article,
            "first_seen": page["first_seen"] if page else stamp(now),
            "similarity": similarity,
        },
    )
    stories.told_again(archive, article)


def merge(archive: Archive, article: int, into: int, *, similarity: float = 1.0, now: datetime) -> None:
    """Makes an article a copy of another one: its number is gone, what was known of it (copies, revisions, pages) goes over,
    and so does what a person said of it where nothing was said of the other one.

    Which of the two addresses becomes the article's own is decided as always. Raises LookupError if one is not there.
    """
    with archive.write():
        row = archive.one("SELECT * FROM articles WHERE id = ?", (article,))
        if row is None or archive.one("SELECT 1 FROM articles WHERE id = ?", (into,)) is None or article == into:
            raise LookupError(f"articles {article} and {into} cannot be made one")
        had = dict(row)
        dates = article_rows.dates(archive, article)
        for table in ("copies", "revisions", "pages", "labels", "notes", "former_corrections"):
            archive.conn.execute(f"UPDATE OR IGNORE {table} SET article = ? WHERE article = ?", (into, article))
        gone_over = corrected(archive, article).keys() - corrected(archive, into).keys() - {"copy"}
        archive.conn.execute(
            "UPDATE OR IGNORE corrections SET article = :into WHERE article = :article AND (field = 'copy' OR field NOT IN"
            " (SELECT field FROM corrections WHERE article = :into))",
            {"into": into, "article": article},
        )
        archive.conn.execute(_LEFT_BEHIND, {"into": into, "article": article, "now": stamp(now)})
        archive.conn.execute("UPDATE pages SET outcome = 'copy' WHERE url = ?", (had["url"],))
        article_rows.remove(archive, article)
        values = {name: value for name, value in had.items() if name not in _ROW_COLUMNS}
        note(archive, article_rows.Given(values, dates), into, similarity, now)
        article_rows.apply(archive, into, {name: had[name] for field in gone_over for name in CORRECTED_COLUMNS.get(field, ())})
        if "date" in gone_over:
            article_rows.write_dates(archive, into, article_rows.dates(archive, into))
        archive.conn.execute("UPDATE articles SET first_seen = min(first_seen, ?) WHERE id = ?", (had["first_seen"], into))


_LEFT_BEHIND = """
    INSERT INTO former_corrections (article, field, value, who, at, note, ended, ended_by, ended_note, how)
    SELECT :into, field, value, who, at, note, :now, '', 'its article was made one with another', 'overruled'
    FROM corrections WHERE article = :article ORDER BY at
"""
