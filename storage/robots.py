"""robots.txt of each site as it was last answered: RFC 9309 §2.4 allows to use it for a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from storage.connection import Archive
from storage.text import clean
from storage.times import stamp

FRESH = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Robots:
    """The rules as text ("" when the site has none); `fresh`: not older than a day."""

    text: str
    fresh: bool


def get(archive: Archive, site: str, *, now: datetime) -> Robots | None:
    """What is kept of `site` (scheme and host, "https://gov39.ru")."""
    row = archive.one("SELECT fetched, text FROM robots WHERE site = ?", (site,))
    if row is None:
        return None
    # a copy from the future (the clock was set back) is not fresh for ever
    return Robots(text=row["text"], fresh=stamp(now - FRESH) <= row["fetched"] <= stamp(now + FRESH))


def keep(archive: Archive, site: str, *, status: int, text: str, now: datetime) -> None:
    """Keeps an answer: `text` is "" unless the status is 200."""
    with archive.write():
        archive.conn.execute(
            "INSERT OR REPLACE INTO robots (site, fetched, status, text) VALUES (?, ?, ?, ?)",
            (site, stamp(now), status, clean(text)),
        )
