"""What happens when a person says that two texts are, or are not, copies of each other."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from storage import articles, copies, folding, reprints
from storage.connection import Archive
from storage.corrected import end, write_down
from storage.times import stamp

NOT_A_COPY = "not "
"""In `corrections`, field `copy`: "not ADDRESS" on the article that it is no copy of, "ADDRESS" on the one that it is."""

_NO = ("no", "none", "нет")


def correct_copy(archive: Archive, row: dict[str, Any], said_of: str, value: str, *, who: str, note: str, now: datetime) -> int:
    """Inside the caller's transaction; the id of the article that now stands for what was spoken of."""
    if value.lower() in _NO:
        return _separate(archive, row, said_of, who=who, note=note, now=now)
    if not value.isdecimal():
        raise ValueError(f"a copy is no, or the number of the article it is a copy of; not {value!r}")
    into = articles.get(archive, value)
    if into is None:
        raise LookupError(f"no article {value}")
    if into["id"] == row["id"]:
        raise ValueError(f"article {value} cannot be a copy of itself")
    write_down(archive, into["id"], "copy", row["url"], who=who, note=note, now=now)
    end(archive, into["id"], "copy", NOT_A_COPY + row["url"], who=who, now=now, how="overruled")
    reprints.merge(archive, row["id"], into["id"], now=now)
    return int(into["id"])


def _separate(archive: Archive, row: dict[str, Any], address: str, *, who: str, note: str, now: datetime) -> int:
    """The copy's text was not kept: its address is queued, and the next crawl stores it as an article of its own."""
    if address.isdigit() or folding.resolve(archive, address) == row["url"]:
        raise ValueError("name the address of the copy that is none; an article itself is no copy")
    url = folding.resolve(archive, address)
    if archive.one("SELECT 1 FROM copies WHERE url = ? AND article = ?", (url, row["id"])) is None:
        raise LookupError(f"{url} is no copy of article {row['id']}")
    end(archive, row["id"], "copy", url, who=who, now=now, how="overruled")
    write_down(archive, row["id"], "copy", NOT_A_COPY + url, who=who, note=note, now=now)
    read_again(archive, row["id"], url, "said to be no copy; to be read again", now)
    return int(row["id"])


def read_again(archive: Archive, article: int, url: str, why: str, now: datetime) -> bool:
    """A copy of the article is none for now: the next crawl reads it. False if it is no copy of it any more."""
    copy = archive.one("SELECT source, title FROM copies WHERE url = ? AND article = ?", (url, article))
    if copy is None:
        return False
    copies.release(archive, url)
    archive.conn.execute("UPDATE pages SET article = NULL, reason = ? WHERE url = ?", (why, url))
    archive.conn.execute(
        "INSERT OR REPLACE INTO links (url, source, address, title, via, found) VALUES (?, ?, ?, ?, 'revisit', ?)",
        (url, copy["source"], url, copy["title"], stamp(now)),
    )
    return True


def known_as(archive: Archive, address: str) -> str:
    """The address under which the archive has what a person named."""
    return folding.resolve(archive, address)
