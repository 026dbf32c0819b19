"""Dates as machines write them: ISO 8601 and its many misspellings, RFC 822, JavaScript's, seconds since 1970."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache

from crawler.reading.moments import Moment, clock, make
from crawler.reading.months import month

_ISO = re.compile(
    r"^\D{0,12}?((?:19|20)\d\d)([-/.]?)(\d{1,2})\2(\d{1,2})(?:\s*(?:T|\||,|@|\s|-|в"
    r"|at)+\s*(\d{1,2})[:h.]?(\d{2})?(?::?(\d{1,2})(?:[.,]\d+)?)?"
    r"\s*(am|pm)?\s*(Z|UTC|GMT|[A-Z]{2,4})?\s*([+-]\d{1,2}:?(?:\d{2})?)?)?",
    re.IGNORECASE,
)
_RFC = re.compile(
    r"(?:[a-z]{3,9},?\s+)?(?:(\d{1,2})\s+([a-z]{3,9})\.?|([a-z]{3,9})\.?\s+(\d{1,2}),?)\s+((?:19"
    r"|20)\d\d)\s+(\d{1,2}):(\d\d)(?::(\d\d))?"
    r"\s*(?:\(?(z|[a-z]{2,4})\)?)?\s*([+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_JAVASCRIPT = re.compile(
    r"[a-z]{3}\s+([a-z]{3})\s+(\d{1,2})\s+(\d\d):(\d\d):(\d\d)\s+(?:([a-z]{3,4})\s+)?((?:19|20)\d\d)", re.IGNORECASE
)
_EPOCH = re.compile(r"^\d{10}(?:\d{3})?$")

_ABBREVIATED = {
    **dict.fromkeys(("z", "utc", "gmt", "ut", "wet"), 0),
    **dict.fromkeys(("msk", "мск"), 180),
    **dict.fromkeys(("cet", "bst", "mez", "wat"), 60),
    **dict.fromkeys(("cest", "eet", "mesz", "sast", "cat"), 120),
    **dict.fromkeys(("eest", "eat"), 180),
    "ist": 330,
    "jst": 540,
    "kst": 540,
    "hkt": 480,
    "sgt": 480,
    "pkt": 300,
    "gst": 240,
    "samt": 240,
    "yekt": 300,
    "omst": 360,
    "krat": 420,
    "novt": 420,
    "irkt": 480,
    "yakt": 540,
    "vlat": 600,
    "magt": 660,
    "pett": 720,
    "est": -300,
    "edt": -240,
    "cst": -360,
    "cdt": -300,
    "mst": -420,
    "mdt": -360,
    "pst": -480,
    "pdt": -420,
    "ast": -240,
    "brt": -180,
}
"""Minutes east of UTC of the abbreviations that bylines use."""


def offset_of(word: str | None, sign: str | None) -> int | None:
    """Minutes east of UTC from a zone's abbreviation and a numeric offset («MSK», «+03:00», «UTC+3»), None when neither says."""
    if sign:
        digits = sign[1:].replace(":", "")
        hours, minutes = (int(digits[:2]), int(digits[2:] or 0)) if len(digits) > 2 else (int(digits), 0)
        if hours <= 14 and minutes < 60:
            relative = 180 if (word or "").lower() in ("msk", "мск") else 0
            return relative + (1 if sign[0] == "+" else -1) * (hours * 60 + minutes)
        return None
    return _ABBREVIATED.get(word.lower()) if word else None


@lru_cache(maxsize=1024)
def parse_stamp(text: str) -> Moment | None:
    """The moment a machine-readable value states, None when it is none (what people write is for `bylines`)."""
    text = text.strip()[:80]
    if _EPOCH.match(text):
        there = datetime.fromtimestamp(int(text[:10]), UTC)
        return make(there.year, there.month, there.day, there.time().replace(tzinfo=None), 0) if there.year >= 1995 else None
    found = _ISO.match(text)
    if found:
        return _from_iso(found)
    found = _RFC.search(text)
    if found:
        number = month((found[2] or found[3]).lower())
        time_of_day = clock(int(found[6]), int(found[7]), int(found[8] or 0))
        offset = offset_of(found[9], found[10])
        return make(int(found[5]), number, int(found[1] or found[4]), time_of_day, offset) if number else None
    found = _JAVASCRIPT.search(text)
    if found:
        time_of_day = clock(int(found[3]), int(found[4]), int(found[5]))
        return make(int(found[7]), month(found[1].lower()), int(found[2]), time_of_day, offset_of(found[6], None))
    return None


def _from_iso(found: re.Match[str]) -> Moment | None:
    year, separator, number, day = int(found[1]), found[2], int(found[3]), int(found[4])
    if not separator and (len(found[3]) < 2 or len(found[4]) < 2):
        return None
    time_of_day = None
    if found[5]:
        hour, minute, second = int(found[5]), int(found[6] or 0), int(found[7] or 0)
        if found[8]:
            hour = hour % 12 + (12 if found[8].lower() == "pm" else 0)
        time_of_day = clock(hour, minute, second)
    moment = make(year, number, day, time_of_day, offset_of(found[9], found[10]) if time_of_day else None)
    if moment is None and separator == "-" and number > 12:
        # CMSs that mean year-day-month exist; which of two is meant can be told only here
        moment = make(year, day, number, time_of_day)
    return moment
