"""Articles, each once: identity, copies, revisions, evidence, full text and the page's outcome change in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from storage import article_rows, copies, edits, folding, learning, pages, reprints, sources
from storage.article_rows import Given
from storage.columns import columns
from storage.connection import Archive
from storage.records import ArticleRecord, PageRecord, Stored
from storage.text import lemma
from storage.times import stamp

_TEXT_COLUMNS = ("title", "text", "words", "text_hash")
_DATE_COLUMNS = ("published", "published_utc", "day", "published_by")


def prepare() -> None:
    """Loads the dictionary of word forms; to be called before a transaction is begun that works out an article's words.

    It takes a third of a second, on a busy machine many, for which no other process should have to wait.
    """
    lemma("завод")


def store(archive: Archive, article: ArticleRecord, page: PageRecord, *, now: datetime) -> Stored:
    """Stores an article that was read and judged relevant, and what became of its page; one transaction.

    An address is looked for first among articles and copies, then its text. `page.outcome` is not looked at: the result sets it.
    Raises ValueError for an address or a publication date that is none, storage.errors.* when the archive cannot be written.
    """
    if article.derived is None:
        prepare()
    with archive.write():
        sources.ensure(archive, article.source)
        pages.learn_redirect(archive, page, now)
        folding.learn(archive, page.url, article.url, evidence="rel=canonical", now=now)
        url = folding.resolve(archive, article.url)
        given = Given(columns(article, url), article.dates, article.derived)
        stored, outcome = _place(archive, given, now)
        outcome_page = replace(
            page,
            url=article.url,
            reason=stored.reason or article.reason,
            title=page.title or article.title,
            published=article.published,
            score=article.score,
            matched=article.matched,
            judged_by=article.judged_by,
        )
        pages.put(archive, outcome_page, outcome=outcome, article=stored.article, now=now, aliases=(page.url,))
    return stored


def _place(archive: Archive, given: Given, now: datetime) -> tuple[Stored, str]:
    """What the archive makes of it, and the outcome of its page."""
    values = given.values
    own = archive.one("SELECT * FROM articles WHERE url = ?", (values["url"],))
    if own is not None:
        stored = _seen_again(archive, dict(own), given, now)
        return stored, stored.outcome
    match = _find(archive, given)
    if match is not None and _is_another_spelling(archive, values, match[0], now):
        home = {**values, "url": folding.resolve(archive, values["url"])}
        return _place(archive, replace(given, values=home), now)
    copy = archive.one("SELECT article FROM copies WHERE url = ?", (values["url"],))
    if copy is not None and (match is None or match[0] != copy["article"]):
        # what was a copy has become something else
        copies.release(archive, values["url"])
    if match is None:
        return Stored(outcome="stored", article=article_rows.insert(archive, given, now)), "stored"
    return reprints.note(archive, given, *match, now)


def _is_another_spelling(archive: Archive, values: Mapping[str, Any], article: int, now: datetime) -> bool:
    """The same words at the same path of the same site: its http and https, or its www. and m., are one; https is the name."""
    row = archive.one("SELECT url FROM articles WHERE id = ? AND text_hash = ?", (article, values["text_hash"]))
    if row is None:
        return False
    spelling, home = sorted((values["url"], row["url"]), key=lambda url: (url.startswith("https:"), url == row["url"]))
    return folding.learn(archive, spelling, home, evidence="same text", now=now)


def _find(archive: Archive, given: Given) -> tuple[int, float] | None:
    """The article whose text this is, and how similar: by a person's word, by the hash of the words, then among near-copies."""
    url, text = given.values["url"], given.values["text"]
    row = archive.one(_SAME_TEXT, {"hash": given.values["text_hash"], "url": url})
    known = given.derived is not None and given.derived.text == text
    return (
        (row[0], 1.0) if row else copies.find(archive, text, given.derived.sketch if given.derived and known else None, url=url)
    )


_SAME_TEXT = """
    SELECT article FROM corrections WHERE field = 'copy' AND value = :url
    UNION ALL
    SELECT article FROM (
        SELECT id AS article FROM articles WHERE text_hash = :hash
        UNION ALL SELECT article FROM copies WHERE text_hash = :hash
    ) AS same WHERE NOT EXISTS (
        SELECT 1 FROM corrections AS c WHERE c.article = same.article AND c.field = 'copy' AND c.value = 'not ' || :url
    )
    LIMIT 1
"""


def _seen_again(archive: Archive, had: dict[str, Any], given: Given, now: datetime) -> Stored:
    """The article's own address was fetched again: a revision if its wording changed, not because our reading did."""
    values = dict(given.values) | {"last_seen": stamp(now), "gone_since": None}
    reread = had["reader_version"] != values["reader_version"]
    is_edit = edits.is_rewritten if reread else edits.is_material
    before = learning.without_learned(archive, had["source"], had["title"], had["text"])
    edited = is_edit(*before, values["title"], values["text"])
    if edited:
        _keep_revision(archive, had, now)
    elif not reread and before == (had["title"], had["text"]):
        for column in _TEXT_COLUMNS:
            del values[column]
    if had["published"] is not None and not reread:
        for column in _DATE_COLUMNS:  # editing moves the date that a site shows: the first one stands
            del values[column]
    else:
        article_rows.write_dates(archive, had["id"], given.dates)
    article_rows.update(archive, had["id"], values, given.derived)
    back = "is back" if had["gone_since"] else ""
    return Stored(outcome="revised" if edited else "unchanged", article=had["id"], reason=back)


def _keep_revision(archive: Archive, had: Mapping[str, Any], now: datetime) -> None:
    before = archive.one("SELECT max(replaced) FROM revisions WHERE article = ?", (had["id"],))
    seen = (before[0] if before else None) or had["first_seen"]
    archive.conn.execute(
        "INSERT INTO revisions (article, seen, replaced, title, text, url) VALUES (?, ?, ?, ?, ?, ?)",
        (had["id"], seen, stamp(now), had["title"], had["text"], had["url"]),
    )


def number(text: int | str) -> int | None:
    """The number of a row that a person wrote; None if it can be none. SQLite's end at 2**63."""
    if isinstance(text, int):
        return text if 0 <= text < 1 << 63 else None
    return number(int(text)) if text.isascii() and text.isdigit() and len(text) < 20 else None


def get(archive: Archive, article: int | str) -> dict[str, Any] | None:
    """An article by its id or by any address of it (its own or a copy's); None if there is none."""
    if (id := number(article)) is not None:
        row = archive.one("SELECT * FROM articles WHERE id = ?", (id,))
        return dict(row) if row else None
    try:
        url = folding.resolve(archive, str(article))
    except ValueError:
        return None
    row = archive.one("SELECT * FROM articles WHERE url = ?", (url,)) or archive.one(
        "SELECT a.* FROM articles AS a JOIN pages AS p ON p.article = a.id WHERE p.url = ?", (url,)
    )
    return dict(row) if row else None


def mark_gone(archive: Archive, url: str, *, now: datetime) -> bool:
    """Notes since when an article's own page is not there any more; True if that is news. The article stays."""
    with archive.write():
        cursor = archive.conn.execute(
            "UPDATE articles SET gone_since = ? WHERE url = ? AND gone_since IS NULL", (stamp(now), folding.resolve(archive, url))
        )
    return cursor.rowcount == 1


def mark_back(archive: Archive, url: str, *, now: datetime) -> bool:
    """Notes that a page is there again; True if it was gone."""
    with archive.write():
        cursor = archive.conn.execute(
            "UPDATE articles SET gone_since = NULL, last_seen = ? WHERE url = ? AND gone_since IS NOT NULL",
            (stamp(now), folding.resolve(archive, url)),
        )
    return cursor.rowcount == 1
