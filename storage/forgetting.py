"""Taking things out of the archive on purpose: raw pages that are old, an address, a whole source."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from storage import article_rows, copies, folding, kept, sources
from storage.connection import Archive
from storage.times import publication, stamp

FORGOTTEN = "forgotten"
"""How the reason of a forgotten page begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Freed:
    """What was taken out: rows and bytes."""

    rows: int
    size: int


def prune(
    archive: Archive, *, before: datetime, source: str | None = None, last_too: bool = False, dry_run: bool = False
) -> Freed:
    """Removes raw pages fetched before a moment, of one source or all; the newest of each address stays unless `last_too`.

    Articles, revisions and all evidence stay: only `reread` needs the raw pages.
    """
    where = (
        "fetched < :before AND (:source IS NULL OR source = :source) AND (:last_too OR EXISTS ("
        "SELECT 1 FROM kept_pages AS n WHERE n.url = kept_pages.url AND (n.fetched, n.id) > (kept_pages.fetched, kept_pages.id)))"
    )
    values = {"before": stamp(before), "source": source, "last_too": last_too}
    with archive.write():
        row = archive.one(f"SELECT count(*), coalesce(sum(length(body)), 0) FROM kept_pages WHERE {where}", values)
        assert row is not None
        if not dry_run:
            archive.conn.execute(f"DELETE FROM kept_pages WHERE {where}", values)
            kept.drop_unused(archive)
    return Freed(rows=row[0], size=row[1])


def compact(archive: Archive) -> None:
    """Rewrites the file without free space; needs as much room again, and that nobody else writes meanwhile."""
    archive.conn.execute("VACUUM")
    archive.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """What became of the articles: `removed` are gone, `moved` live on at the address of a copy."""

    pages: int
    removed: tuple[int, ...]
    moved: tuple[int, ...]


def forget_address(archive: Archive, url: str, *, why: str, now: datetime) -> Forgotten:
    """Forgets what was ever read at an address: raw pages, the article or the copy, its wordings, its title and first words.

    The row of the page stays, `off_limits`, so that it is neither fetched nor imported again. An article that has copies lives on
    at the best of them. Raises LookupError if the address is not known.
    """
    address = folding.resolve(archive, url)
    with _for_good(archive), archive.write():
        known = archive.one("SELECT source FROM pages WHERE url = ?", (address,))
        queued = archive.one("SELECT source FROM links WHERE url = ?", (address,))
        if known is None and queued is None:
            raise LookupError(f"{url} is not known to the archive")
        removed, moved = _forget_articles(archive, [address], now)
        _wipe(archive, address, (known or queued)["source"], why, now)  # type: ignore[index]
    return Forgotten(pages=1, removed=removed, moved=moved)


def forget_source(archive: Archive, source: str, *, now: datetime) -> Forgotten:
    """Forgets a source with everything that came from it, its crawls too. Articles that others copied live on there.

    Raises LookupError if there is no such source.
    """
    with _for_good(archive), archive.write():
        if archive.one("SELECT 1 FROM sources WHERE id = ?", (source,)) is None:
            raise LookupError(f"there is no source {source!r} in the archive")
        rows = archive.conn.execute(
            "SELECT url FROM pages WHERE source = :s UNION SELECT url FROM articles WHERE source = :s"
            " UNION SELECT url FROM copies WHERE source = :s",
            {"s": source},
        ).fetchall()
        removed, moved = _forget_articles(archive, [row[0] for row in rows], now)
        for table in _OF_A_SOURCE:
            archive.conn.execute(f"DELETE FROM {table} WHERE source = ?", (source,))
        archive.conn.execute("DELETE FROM sources WHERE id = ?", (source,))
    return Forgotten(pages=len(rows), removed=removed, moved=moved)


@contextmanager
def _for_good(archive: Archive) -> Iterator[None]:
    """What is removed meanwhile is overwritten in the file, and not left in its log either."""
    archive.conn.execute("PRAGMA secure_delete = ON")
    try:
        yield
    finally:
        archive.conn.execute("PRAGMA secure_delete = OFF")
        # also when there was nothing to forget: the process that forgot it may have been killed before this
        archive.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")


_OF_A_SOURCE = (
    *("copies", "pages", "links", "kept_pages", "dictionaries", "crawls", "gaps", "alarms", "rhythms", "source_days"),
    *("walks", "leases", "polling", "certificates", "lessons", "learned", "month_counts"),
)


def _forget_articles(archive: Archive, urls: list[str], now: datetime) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The articles at these addresses, removed or moved to a copy elsewhere; copies at them are no more."""
    found = []
    for url in urls:
        copies.release(archive, url)
        archive.conn.execute("DELETE FROM revisions WHERE url = ?", (url,))
        row = archive.one("SELECT id FROM articles WHERE url = ?", (url,))
        if row is not None:
            found.append(row["id"])
    moved = {id for id in found if _moved_to_a_copy(archive, id)}
    for id in found:
        if id not in moved:
            _queue_near_copies(archive, id, now)
            _forget_aliases(archive, id)
            article_rows.remove(archive, id)
    return tuple(id for id in found if id not in moved), tuple(sorted(moved))


def _moved_to_a_copy(archive: Archive, article: int) -> bool:
    """Gives an article the address of a copy with the very same words, the most official, then the earliest; False: no such."""
    rows = archive.conn.execute(
        "SELECT c.*, s.kind, s.region FROM copies AS c JOIN sources AS s ON s.id = c.source"
        " JOIN articles AS a ON a.id = c.article WHERE c.article = ? AND c.text_hash = a.text_hash",
        (article,),
    ).fetchall()
    if not rows:
        return False
    best = min(rows, key=lambda r: (sources.officialness(r["kind"]), r["published"] is None, r["published"] or "", r["url"]))
    date = publication(best["published"])
    copies.release(archive, best["url"])
    moved = {key: best[key] for key in ("url", "source", "region", "published")}
    bare = {"published_utc": date.utc, "day": date.day, "published_by": "", "author": "", "image": "", "captions": "[]"}
    article_rows.apply(archive, article, {**moved, **bare})
    archive.conn.execute("DELETE FROM dates WHERE article = ?", (article,))
    archive.conn.execute("UPDATE pages SET outcome = 'stored', reason = '' WHERE url = ?", (best["url"],))
    return True


def _queue_near_copies(archive: Archive, article: int, now: datetime) -> None:
    """What was near to a forgotten text was not kept itself: the next crawl of its source reads it again, as its own article."""
    archive.conn.execute(
        "INSERT OR IGNORE INTO links (url, source, address, title, via, found)"
        " SELECT url, source, url, title, 'revisit', ? FROM copies WHERE article = ?",
        (stamp(now), article),
    )
    archive.conn.execute(
        "UPDATE pages SET article = NULL, outcome = 'failed', reason = 'to be read again: what it was a copy of was forgotten'"
        " WHERE url IN (SELECT url FROM copies WHERE article = ?)",
        (article,),
    )


def _forget_aliases(archive: Archive, article: int) -> None:
    """Other addresses that led to a forgotten page are not to lead there again."""
    archive.conn.execute(
        "UPDATE pages SET article = NULL, outcome = 'off_limits', reason = ? WHERE article = ?", (FORGOTTEN, article)
    )


def _wipe(archive: Archive, url: str, source: str, why: str, now: datetime) -> None:
    archive.conn.execute("DELETE FROM links WHERE url = ?", (url,))
    kept.forget(archive, url)
    archive.conn.execute("DELETE FROM lessons WHERE url = ?", (url,))
    reason = f"{FORGOTTEN}{f': {why}' if why else ''}"
    archive.conn.execute(
        "INSERT INTO pages (url, source, first_seen, last_fetched, outcome, reason)"
        " VALUES (:url, :source, :now, :now, 'off_limits', :why) ON CONFLICT (url) DO UPDATE SET outcome = 'off_limits',"
        " reason = :why, title = '', lead = '', matched = '[]', score = NULL, published = NULL, article = NULL, etag = '',"
        " last_modified = ''",
        {"url": url, "source": source, "now": stamp(now), "why": reason},
    )
