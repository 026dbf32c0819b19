"""What hints of a link say beside its address. Pure; what an article's date is, reading decides."""

from __future__ import annotations

import hashlib
from datetime import date, datetime

from crawler.items import Link
from crawler.reading.bylines import parse_byline
from crawler.reading.stamps import parse_stamp
from storage.text import clean


def day_of(text: str, today: datetime) -> date | None:
    """RFC 822, ISO 8601, «19.11.2026», «19 ноября», «вчера, 12:30»; None when there is no date or none that can be read.

    `today` (aware) is what relative days and days without a year are counted from.
    """
    moment = (parse_stamp(text) or parse_byline(text, today)) if text else None
    return moment.day if moment else None


def stated(link: Link | None, timezone: str, now: datetime) -> str | None:
    """When a list says, in a machine's words, that a page was published (ISO 8601 with offset); None if it does not, or in the
    future. For pages that are not read: when a source publishes is learned from them too."""
    moment = parse_stamp(link.date) if link and link.date else None
    if moment is None or moment.time is None:
        return None
    told = moment.with_zone(timezone).iso()
    return told if datetime.fromisoformat(told) <= now else None


def mark(text: str) -> str:
    """A mark by which a post's text, as the archive would keep it, is known to have changed: an entity tag of our own."""
    return hashlib.blake2b(clean(text).encode(), digest_size=12).hexdigest() if text else ""
