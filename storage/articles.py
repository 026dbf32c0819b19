"""Articles, each once: identity, copies, revisions, evidence, full text and the page's outcome change in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from storage import copies, edits, folding, fulltext, learning, pages, sources, stories
from storage.address import host
from storage.columns import columns
from storage.connection import Archive
from storage.corrected import CORRECTED_COLUMNS, corrected
from storage.records import ArticleRecord, DateRecord, PageRecord, Stored
from storage.text import clean, lemma
from storage.times import publication, stamp

_TEXT_COLUMNS = ("title", "text", "words", "text_hash")
_ROW_COLUMNS = ("id", "first_seen", "last_seen", "gone_since", "story")
"""What belongs to the article whatever its address and wording."""

_DATE_COLUMNS = ("published", "published_utc", "day", "published_by")


def prepare() -> None:
    """Loads the dictionary of word forms; to be called before a transaction is begun that stores the first article.

    It takes a third of a second, on a busy machine many, for which no other process should have to wait.
    """
    lemma("завод")


def store(archive: Archive, article: ArticleRecord, page: PageRecord, *, now: datetime) -> Stored:
    """Stores an article that was read and judged relevant, and what became of its page; one transaction.

    An address is looked for first among articles and copies, then its text. `page.outcome` is not looked at: the result sets it.
    Raises ValueError for an address or a publication date that is none, storage.errors.* when the archive cannot be written.
    """
    prepare()
    with archive.write():
        sources.ensure(archive, article.source)
        pages.learn_redirect(archive, page, now)
        folding.learn(archive, page.url, article.url, evidence="rel=canonical", now=now)
        url = folding.resolve(archive, article.url)
        values = columns(article, url)
        fulltext.recall(archive, values["title"], values["text"])
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
        copies.release(archive, values["url"])
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
    """The article whose text this is, and how similar: by a person's word, by the hash of the words, then among near-copies."""
    row = archive.one(_SAME_TEXT, {"hash": values["text_hash"], "url": values["url"]})
    return (row[0], 1.0) if row else copies.find(archive, values["text"], url=values["url"])


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


def _insert(archive: Archive, values: Mapping[str, Any], dates: tuple[DateRecord, ...], now: datetime) -> int:
    row = {**values, "first_seen": stamp(now), "last_seen": stamp(now)}
    cursor = archive.conn.execute(
        f"INSERT INTO articles ({', '.join(row)}) VALUES ({', '.join(f':{name}' for name in row)})", row
    )
    assert cursor.lastrowid is not None
    write_dates(archive, cursor.lastrowid, dates)
    fulltext.add(archive, cursor.lastrowid, values["title"], values["text"])
    copies.remember(archive, cursor.lastrowid, values["text"])
    stories.assign(archive, cursor.lastrowid)
    return cursor.lastrowid


def write_dates(archive: Archive, article: int, dates: tuple[DateRecord, ...]) -> None:
    """The dates that spoke, instead of those written down before; inside the caller's transaction."""
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
    if "text" in changed:
        copies.remember(archive, article, changed["text"])
    if "story" in changed:
        stories.moved(archive, row["story"], changed["story"])
    if changed.keys() & {"title", "text", "published_utc", "day", "source"}:
        stories.assign(archive, article)


def update(archive: Archive, article: int, values: Mapping[str, Any]) -> None:
    """`apply`, but what a person has corrected stays."""
    fixed = {column for field in corrected(archive, article) for column in CORRECTED_COLUMNS.get(field, ())}
    apply(archive, article, {name: value for name, value in values.items() if name not in fixed})


def _seen_again(
    archive: Archive, had: dict[str, Any], values: dict[str, Any], dates: tuple[DateRecord, ...], now: datetime
) -> Stored:
    """The article's own address was fetched again: a revision if its wording changed, not because our reading did."""
    reread = had["reader_version"] != values["reader_version"]
    is_edit = edits.is_rewritten if reread else edits.is_material
    before = learning.without_learned(archive, had["source"], had["title"], had["text"])
    edited = is_edit(*before, values["title"], values["text"])
    values = dict(values) | {"last_seen": stamp(now), "gone_since": None}
    if edited:
        _keep_revision(archive, had, now)
    elif not reread and before == (had["title"], had["text"]):
        for column in _TEXT_COLUMNS:
            del values[column]
    if had["published"] is not None and not reread:
        for column in _DATE_COLUMNS:  # editing moves the date that a site shows: the first one stands
            del values[column]
    else:
        write_dates(archive, had["id"], dates)
    update(archive, had["id"], values)
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


def _is_teaser(row: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """A Telegram post made from a release: it never stands for the full text, however early it came."""
    return host(row["url"]) == "t.me" and host(other["url"]) != "t.me" and row["words"] < 0.6 * other["words"]


def _as_copy(
    archive: Archive, values: dict[str, Any], dates: tuple[DateRecord, ...], article: int, similarity: float, now: datetime
) -> tuple[Stored, str]:
    """Records an address as a copy; if it comes before the article's own, the two change places and the id stays."""
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
    update(archive, article, {**values, "last_seen": stamp(now), "gone_since": None})
    write_dates(archive, article, dates)
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
    """Makes an article a copy of another one: its number is gone, what was known of it (copies, revisions, pages) goes over.

    Which of the two addresses becomes the article's own is decided as always. Raises LookupError if one is not there.
    """
    with archive.write():
        row = archive.one("SELECT * FROM articles WHERE id = ?", (article,))
        if row is None or archive.one("SELECT 1 FROM articles WHERE id = ?", (into,)) is None or article == into:
            raise LookupError(f"articles {article} and {into} cannot be made one")
        had = dict(row)
        dates = tuple(
            DateRecord(witness=d["witness"], value=d["value"], believed=bool(d["believed"]), why=d["why"])
            for d in archive.conn.execute("SELECT * FROM dates WHERE article = ?", (article,))
        )
        for table in ("copies", "revisions", "pages", "labels", "notes"):
            archive.conn.execute(f"UPDATE OR IGNORE {table} SET article = ? WHERE article = ?", (into, article))
        archive.conn.execute(
            "UPDATE OR IGNORE corrections SET article = :into WHERE article = :article AND (field = 'copy' OR field NOT IN"
            " (SELECT field FROM corrections WHERE article = :into))",
            {"into": into, "article": article},
        )
        archive.conn.execute("UPDATE pages SET outcome = 'copy' WHERE url = ?", (had["url"],))
        remove(archive, article)
        values = {name: value for name, value in had.items() if name not in _ROW_COLUMNS}
        _as_copy(archive, values, dates, into, similarity, now)
        archive.conn.execute("UPDATE articles SET first_seen = min(first_seen, ?) WHERE id = ?", (had["first_seen"], into))


def remove(archive: Archive, article: int) -> None:
    """Takes an article out of the archive and its index; inside the caller's transaction. Its pages keep their rows."""
    row = archive.one("SELECT title, text FROM articles WHERE id = ?", (article,))
    assert row is not None
    fulltext.remove(archive, article, row["title"], row["text"])
    copies.forget(archive, article)
    stories.forget(archive, article)
    archive.conn.execute("DELETE FROM articles WHERE id = ?", (article,))


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
