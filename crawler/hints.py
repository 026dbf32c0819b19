"""The day in a hint's date, as far as a search for history needs it. Pure; what an article's date is, reading decides."""

from __future__ import annotations

from datetime import date, datetime

from crawler.reading.bylines import parse_byline
from crawler.reading.stamps import parse_stamp


def day_of(text: str, today: datetime) -> date | None:
    """RFC 822, ISO 8601, «19.11.2026», «19 ноября», «вчера, 12:30»; None when there is no date or none that can be read.

    `today` (aware) is what relative days and days without a year are counted from.
    """
    moment = (parse_stamp(text) or parse_byline(text, today)) if text else None
    return moment.day if moment else None
