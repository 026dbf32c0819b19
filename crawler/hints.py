"""The day in a hint's date, as far as a search for history needs it. Pure; what an article's date is, reading decides."""

from __future__ import annotations

import re
from datetime import date
from email.utils import parsedate_to_datetime

_MONTHS = ("янв", "фев", "мар", "апр", "ма", "июн", "июл", "авг", "сен", "окт", "ноя", "дек")
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_DOTS = re.compile(r"\b(\d{1,2})[./](\d{1,2})[./](\d{4})\b")
_WORDS = re.compile(rf"(?i)\b(\d{{1,2}})\s+({'|'.join(_MONTHS)})[а-я]*\.?,?\s+(\d{{4}})\b")


def day_of(text: str) -> date | None:
    """RFC 822, ISO 8601, «19.11.2026», «19 ноября 2026»; None for anything less certain (no year, a relative day)."""
    try:
        if found := _ISO.search(text):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := _DOTS.search(text):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if found := _WORDS.search(text):
            return date(int(found[3]), 1 + _MONTHS.index(found[2].lower()), int(found[1]))
        return parsedate_to_datetime(text).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
