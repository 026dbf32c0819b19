"""How long an answer says that it is fresh (RFC 9111), and when a refusal may be followed by another try (RFC 9110). Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_MAX_AGE = re.compile(r'(?i)(?:^|[\s,])max-age\s*=\s*"?(\d{1,10})')
_NEVER = re.compile(r"(?i)(?:^|[\s,])no-(?:cache|store)\b")


def retry_after(value: str, now: datetime) -> float | None:
    """Seconds to wait by a `Retry-After` header (seconds or an HTTP date, RFC 9110 §10.2.3); None when unreadable."""
    if re.fullmatch(r"\s*\d{1,9}\s*", value):
        return float(value)
    when = _date(value)
    return None if when is None else max(0.0, (when - now).total_seconds())


def lifetime(headers: Mapping[str, str], now: datetime) -> int:
    """Seconds for which the answer need not be asked for again: `Cache-Control: max-age`, else `Expires`; 0 if neither says so.

    What it has already spent in other people's caches (`Age`) is taken off. `headers` have lower-case names.
    """
    control = headers.get("cache-control", "")
    if _NEVER.search(control):
        return 0
    age = headers.get("age", "").strip()
    spent = int(age) if re.fullmatch(r"\d{1,9}", age) else 0
    if found := _MAX_AGE.search(control):
        return max(0, int(found[1]) - spent)
    expires = _date(headers.get("expires", ""))  # "0" and "-1" mean: at once
    if expires is None:
        return 0
    # the server's own clock, where it shows it: ours may differ
    return max(0, int((expires - (_date(headers.get("date", "")) or now)).total_seconds()) - spent)


def _date(value: str) -> datetime | None:
    try:
        when = parsedate_to_datetime(value)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return when if when.tzinfo else when.replace(tzinfo=UTC)
