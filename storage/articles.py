"""Articles, each once: identity, copies, revisions, evidence, full text and the page's outcome change in one transaction."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from storage import edits, folding, fulltext, pages, sources
from storage.connection import Archive
from storage.corrections import CORRECTED_COLUMNS, corrected
from storage.records import ArticleRecord, DateRecord, PageRecord, Stored
from storage.regions import FEDERAL
from storage.text import clean, words
from storage.times import publication, stamp

_SHORT = 30
"""Below so many words a text alone does not identify an article: its title counts too."""

_TEXT_COLUMNS = ("title", "text", "words", "text_hash")
_DATE_COLUMNS = ("published", "published_utc", "day", "published_by")


def store(archive: Archive, article: ArticleRecord, page: PageRecord, *, now: datetime) -> Stored:
    """Stores an article that was read and judged relevant, and what became of its page; one transaction.

    An address is looked for first among articles and copies, then its text. `page.outcome` is not looked at: the result sets it.
    Raises ValueError for an address or a publication date that is none, storage.errors.* when the archive cannot be written.
    """
    with archive.write():
        sources.ensure(archive, article.source)
        pages.learn_redirect(archive, page, now)
        folding.learn(archive, page.url, article.url, evidence="rel=canonical", now=now)
        url = folding.resolve(archive, article.url)
        values = _columns(article, url)
        stored, outcome = _place(archive, values, article.dates, now)
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


def _columns(article: ArticleRecord, url: str) -> dict[str, Any]:
    """The values of the columns that come from reading and judging."""
    title, text = " ".join(clean(article.title).split()), clean(article.text)
    published = publication(article.published)
    return {
        "url": url,
        "source": article.source,
        "region": _region(article),
        "title": title,
        "text": text,
        "author": clean(article.author),
        "published": published.published,
        "published_utc": published.utc,
        "day": published.day,
        "published_by": article.published_by if published.published else "",
        "language": article.language,
        "words": len(words(text)),
        "score": article.score,
        "matched": _json([dict(match) for match in article.matched]),
        "reader_version": article.reader_version,
        "reason": clean(article.reason),
        "judged_by": article.judged_by,
        "regions": _json(article.regions),
        "companies": _json(article.companies),
        "image": clean(article.image),
        "tags": _json(article.tags),
        "captions": _json(article.captions),
        "text_hash": text_hash(title, text),
    }


def _region(article: ArticleRecord) -> str:
    """The source's region; of federal sources the one that the text speaks of most."""
    return article.region if article.region not in ("", FEDERAL) else next(iter(article.regions), article.region)


def _json(value: object) -> str:
    return clean(json.dumps(value, ensure_ascii=False))


def text_hash(title: str, text: str) -> str:
    """Equal for texts of the same words, whatever their case, punctuation and spacing; for a few words the title counts too."""
    found = words(text)
    if len(found) < _SHORT:
        found = [*words(title), "|", *found]
    return hashlib.sha256(" ".join(found).encode()).hexdigest()


def _place(archive: Archive, values: dict[str, Any], dates: tuple[DateRecord, ...], now: datetime) -> tuple[Stored, str]:
    """What the archive makes of it, and the outcome of its page."""
    own = archive.one("SELECT * FROM articles WHERE url = ?", (values["url"],))
    if own is not None:
        stored = _seen_again(archive, dict(own), values, dates, now)
        return stored, stored.outcome
    match = _find(archive, values)
    if match is not None and _is_another_spelling(archive, values, match[0], now):
        return _place(archive, {**values, "url": folding.resolve(archive, values["url"])}, dates, now)
    copy = archive.one("SELECT article FROM copies WHERE url = ?", (values["url"],))
    if copy is not None and (match is None or match[0] != copy["article"]):
        # what was a copy has become something else
        archive.conn.execute("DELETE FROM copies WHERE url = ?", (values["url"],))
    if match is None:
        return Stored(outcome="stored", article=_insert(archive, values, dates, now)), "stored"
    return _as_copy(archive, values, dates, *match, now)


def _is_another_spelling(archive: Archive, values: Mapping[str, Any], article: int, now: datetime) -> bool:
    """The same words at the same path of the same site: its http and https, or its www. and m., are one; https is the name."""
    row = archive.one("SELECT url FROM articles WHERE id = ? AND text_hash = ?", (article, values["text_hash"]))
    if row is None:
        return False
    spelling, home = sorted((values["url"], row["url"]), key=lambda url: (url.startswith("https:"), url == row["url"]))
    return folding.learn(archive, spelling, home, evidence="same text", now=now)


def _find(archive: Archive, values: Mapping[str, Any]) -> tuple[int, float] | None:
    """The article whose text this is, and how similar it is: by the hash of the words first."""
    row = archive.one(
        "SELECT id FROM articles WHERE text_hash = :hash UNION ALL SELECT article FROM copies WHERE text_hash = :hash LIMIT 1",
        {"hash": values["text_hash"]},
    )
    return (row[0], 1.0) if row else None


def _insert(archive: Archive, values: Mapping[str, Any], dates: tuple[DateRecord, ...], now: datetime) -> int:
    row = {**values, "first_seen": stamp(now), "last_seen": stamp(now)}
    cursor = archive.conn.execute(
        f"INSERT INTO articles ({', '.join(row)}) VALUES ({', '.join(f':{name}' for name in row)})", row
    )
    assert cursor.lastrowid is not None
    _write_dates(archive, cursor.lastrowid, dates)
    fulltext.add(archive, cursor.lastrowid, values["title"], values["text"])
    return cursor.lastrowid


def _write_dates(archive: Archive, article: int, dates: tuple[DateRecord, ...]) -> None:
    archive.conn.execute("DELETE FROM dates WHERE article = ?", (article,))
    archive.conn.executemany(
        "INSERT INTO dates (article, witness, value, believed, why) VALUES (?, ?, ?, ?, ?)",
        [(article, d.witness, clean(d.value), int(d.believed), clean(d.why)) for d in dates],
    )


def apply(archive: Archive, article: int, values: Mapping[str, Any]) -> None:
    """Changes columns of an article, its full text with them; inside the caller's transaction. Heeds no corrections."""
    row = archive.one("SELECT * FROM articles WHERE id = ?", (article,))
    assert row is not None
    changed = {name: value for name, value in values.items() if row[name] != value}
    if not changed:
        return
    archive.conn.execute(
        f"UPDATE articles SET {', '.join(f'{name} = :{name}' for name in changed)} WHERE id = :id", {**changed, "id": article}
    )
    if "title" in changed or "text" in changed:
        fulltext.remove(archive, article, row["title"], row["text"])
        fulltext.add(archive, article, changed.get("title", row["title"]), changed.get("text", row["text"]))


def _update(archive: Archive, article: int, values: Mapping[str, Any]) -> None:
    """`apply`, but what a person has corrected stays."""
    fixed = {column for field in corrected(archive, article) for column in CORRECTED_COLUMNS.get(field, ())}
    apply(archive, article, {name: value for name, value in values.items() if name not in fixed})


def _seen_again(
    archive: Archive, had: dict[str, Any], values: dict[str, Any], dates: tuple[DateRecord, ...], now: datetime
) -> Stored:
    """The article's own address was fetched again: a revision if its wording changed, never because our reading did."""
    reread = had["reader_version"] != values["reader_version"]
    edited = not reread and edits.is_material(had["title"], had["text"], values["title"], values["text"])
    values = dict(values) | {"last_seen": stamp(now), "gone_since": None}
    if edited:
        _keep_revision(archive, had, now)
    elif not reread:
        for column in _TEXT_COLUMNS:
            del values[column]
    if had["published"] is not None and not reread:
        for column in _DATE_COLUMNS:  # editing moves the date that a site shows: the first one stands
            del values[column]
    else:
        _write_dates(archive, had["id"], dates)
    _update(archive, had["id"], values)
    back = "is back" if had["gone_since"] else ""
    return Stored(outcome="revised" if edited else "unchanged", article=had["id"], reason=back)


def _keep_revision(archive: Archive, had: Mapping[str, Any], now: datetime) -> None:
    before = archive.one("SELECT max(replaced) FROM revisions WHERE article = ?", (had["id"],))
    seen = (before[0] if before else None) or had["first_seen"]
    archive.conn.execute(
        "INSERT INTO revisions (article, seen, replaced, title, text, url) VALUES (?, ?, ?, ?, ?, ?)",
        (had["id"], seen, stamp(now), had["title"], had["text"], had["url"]),
    )


def _precedence(archive: Archive, row: Mapping[str, Any]) -> tuple[int, bool, str, str]:
    """Orders the addresses of one text, the article's own first: most official, then earliest (undated last), then by address."""
    source = sources.get(archive, row["source"])
    published = publication(row["published"]).utc
    return sources.officialness(source["kind"] if source else "other"), published is None, published or "", row["url"]


def _as_copy(
    archive: Archive, values: dict[str, Any], dates: tuple[DateRecord, ...], article: int, similarity: float, now: datetime
) -> tuple[Stored, str]:
    """Records an address as a copy; if it comes before the article's own, the two change places and the id stays."""
    row = archive.one("SELECT * FROM articles WHERE id = ?", (article,))
    assert row is not None
    had = dict(row)
    if _precedence(archive, values) >= _precedence(archive, had):
        _write_copy(archive, article, values, similarity, now)
        return Stored(outcome="copy", article=article, reason=f"the text of {had['url']}"), "copy"
    archive.conn.execute("DELETE FROM copies WHERE url = ?", (values["url"],))
    _write_copy(archive, article, had, similarity, now)
    archive.conn.execute(
        "UPDATE pages SET outcome = 'copy', reason = ? WHERE url = ?", (f"the text of {values['url']}", had["url"])
    )
    _update(archive, article, {**values, "last_seen": stamp(now), "gone_since": None})
    _write_dates(archive, article, dates)
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


def get(archive: Archive, article: int | str) -> dict[str, Any] | None:
    """An article by its id or by any address of it (its own or a copy's); None if there is none."""
    if isinstance(article, int) or article.isdigit():
        row = archive.one("SELECT * FROM articles WHERE id = ?", (int(article),))
        return dict(row) if row else None
    try:
        url = folding.resolve(archive, article)
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
