"""Which spellings of a host are one site (`http`/`https`, `www.`, `m.`): learned from the sites, then applied everywhere.

A site that redirects http://www.site.ru/a to https://site.ru/a says itself that both are one; without such a
word nothing is folded.
"""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from storage.address import canonical, same_site
from storage.connection import Archive
from storage.times import stamp


def resolve(archive: Archive, url: str) -> str:
    """The address by which the archive knows `url`: canonical, its host as the site folds it. Raises ValueError."""
    address = canonical(url)
    origin, rest = _split(address)
    row = archive.one("SELECT home FROM folded_hosts WHERE origin = ?", (origin,))
    return row["home"] + rest if row else address


def _split(address: str) -> tuple[str, str]:
    parts = urlsplit(address)
    origin = f"{parts.scheme}://{parts.netloc}"
    return origin, address[len(origin) :]


def learn(archive: Archive, spelling: str, address: str, *, evidence: str, now: datetime) -> bool:
    """Notes that the host of `spelling` is that of `address`, if they name the same page of one site; True if that was news.

    What was written under the old spelling is renamed in the same transaction. Raises ValueError for what is no http address.
    """
    (origin, rest), (home, other_rest) = _split(canonical(spelling)), _split(canonical(address))
    if origin == home or rest != other_rest or not same_site(origin, home):
        return False
    known = archive.one("SELECT home FROM folded_hosts WHERE origin = ?", (origin,))
    if known and known["home"] == home:
        return False
    with archive.write():
        # a site that has turned round: the newest word counts, and no spelling may lead to another one
        archive.conn.execute("DELETE FROM folded_hosts WHERE origin = ?", (home,))
        archive.conn.execute("UPDATE folded_hosts SET home = ? WHERE home = ?", (home, origin))
        archive.conn.execute(
            "INSERT OR REPLACE INTO folded_hosts (origin, home, evidence, at) VALUES (?, ?, ?, ?)",
            (origin, home, evidence, stamp(now)),
        )
        for table in ("pages", "links", "copies", "articles", "kept_pages"):
            _rename(archive, table, origin, home)
    return True


def _rename(archive: Archive, table: str, origin: str, home: str) -> None:
    """Where both spellings have a row the one of the new spelling stays; of two articles both stay until `regroup` joins them."""
    span = (f"{origin}/", f"{origin}0")  # "0" follows "/": all addresses of the origin, by index
    archive.conn.execute(
        f"UPDATE OR IGNORE {table} SET url = ? || substr(url, ?) WHERE url >= ? AND url < ?", (home, len(origin) + 1, *span)
    )
    if table in ("pages", "links", "copies"):
        archive.conn.execute(f"DELETE FROM {table} WHERE url >= ? AND url < ?", span)
