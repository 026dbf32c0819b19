"""What each kind of value in a configuration must be: each gives its normal form, or says what is allowed (ValueError)."""

from __future__ import annotations

import re
from datetime import date, timedelta
from urllib.parse import urlsplit, urlunsplit

from crawler.tables import suggest
from storage.regions import FEDERAL, NAMES

_EVERY = re.compile(r"(\d+)([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_CHANNEL = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,31}")
_IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
_PLACES = re.compile(r"\{([^{}]*)\}")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CRON_FIELDS = (("minute", 0, 59), ("hour", 0, 23), ("day of month", 1, 31), ("month", 1, 12))


def address(value: str) -> str:
    """An absolute http(s) address; its host becomes an A-label in lower case, the rest stays as written."""
    text = value.strip()
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError as reason:
        raise ValueError(f"is not an address: {reason}") from None
    if parts.scheme.lower() not in ("http", "https") or not host:
        raise ValueError("must be an absolute address, as https://gov39.ru/press/")
    if parts.username is not None:
        raise ValueError("must not carry a user name or password")
    if not text.isascii():
        from storage.address import a_label  # idna costs 10 ms: only where a host is written in Cyrillic

        host = a_label(host)
    if ":" in host:
        host = f"[{host}]"
    netloc = host.lower() if port is None else f"{host.lower()}:{port}"
    return urlunsplit((parts.scheme.lower(), netloc, parts.path or "/", parts.query, parts.fragment))


def proxy(value: str) -> str:
    """The address of an HTTP proxy, credentials allowed; "" for none."""
    if not value:
        return ""
    parts = urlsplit(value.strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("must be the address of an HTTP proxy, as http://user:password@proxy.example:3128")
    return value.strip()


def identifier(value: str) -> str:
    """The id of a source: it is a spider's name, a key in SQL and part of file names."""
    if not _IDENTIFIER.fullmatch(value):
        raise ValueError("must be lower-case Latin letters, digits, '_', '-' or '.', as gov39")
    return value


def region(value: str) -> str:
    """An ISO 3166-2:RU code, or RU for federal."""
    code = value.strip().upper()
    if code not in NAMES:
        named = [key for key, name in NAMES.items() if len(code) > 2 and code.lower() in name.lower()]
        near = f" Did you mean {named[0]!r}?" if len(named) == 1 else suggest(code, NAMES) or suggest(f"RU-{code}", NAMES)
        raise ValueError(f"must be an ISO 3166-2 code, as RU-KGD, or {FEDERAL} for federal.{near}")
    return code


def timezone(value: str) -> str:
    """An IANA time zone that this machine (or the tzdata package) knows."""
    from zoneinfo import ZoneInfo, available_timezones

    try:
        ZoneInfo(value)
    except (ValueError, OSError, KeyError):  # ZoneInfoNotFoundError is a KeyError; a folder's name is an OSError
        raise ValueError(f"must be an IANA time zone, as Europe/Kaliningrad.{suggest(value, available_timezones())}") from None
    return value


def pattern(value: str) -> str:
    """A regular expression of Python's `re`."""
    try:
        re.compile(value)
    except (re.error, OverflowError, RecursionError) as reason:
        raise ValueError(f"is not a regular expression: {reason}") from None
    return value


def css(value: str) -> str:
    """A CSS selector; `::text` and `::attr(name)` may end it, as in Scrapy."""
    if value:
        import cssselect

        try:
            cssselect.parse(value)
        except cssselect.SelectorError as reason:
            raise ValueError(f"is not a CSS selector: {reason}") from None
    return value


def expression(value: str) -> str:
    """A JMESPath expression."""
    if value:
        import jmespath

        try:
            jmespath.compile(value)
        except jmespath.exceptions.ParseError as reason:
            raise ValueError(f"is not a JMESPath expression: {str(reason).splitlines()[0]}") from None
    return value


def paged(value: str) -> str:
    """How a listing goes on: relative to it, with {page}."""
    if value and set(_PLACES.findall(value)) != {"page"}:
        raise ValueError("must hold {page} and no other {…}, as ?PAGEN_1={page}")
    return value


def dated(value: str) -> str:
    """The part of a query that asks for what is not older than a day."""
    if value and (value[0] not in "?&" or sorted(_PLACES.findall(value)) != ["DD", "MM", "YYYY"]):
        raise ValueError("must be a query with {YYYY}, {MM} and {DD}, as ?from={DD}.{MM}.{YYYY}")
    return value


def daily(value: str) -> str:
    """An absolute address with the places of a day, or of its first and last second."""
    if value and not ({"YYYY", "MM", "DD"} == set(_PLACES.findall(value)) or {"begins", "ends"} == set(_PLACES.findall(value))):
        raise ValueError("must hold {YYYY}, {MM} and {DD}, or {begins} and {ends} (Unix times), and no other {…}")
    return value and address(value)


def paged_address(value: str) -> str:
    """An absolute address that may hold {page}."""
    if set(_PLACES.findall(value)) - {"page"}:
        raise ValueError("may hold {page} and no other {…}")
    return address(value)


def channel(value: str) -> str:
    """The name of a public Telegram channel, also from "@name" or its address; a preview on another host stays an address."""
    if not value:
        return ""
    name = re.sub(r"^(https?://)?(t|telegram)\.me/(s/)?|^@", "", value.strip()).rstrip("/")
    if re.fullmatch(r"https?://[^/?#]+/s/[A-Za-z0-9_]+", name):
        return address(name)
    if not _CHANNEL.fullmatch(name):
        raise ValueError("must be the name of a public channel, as minpromtorg_ru for t.me/s/minpromtorg_ru")
    return name


def day(value: str) -> str:
    """A day as YYYY-MM-DD, or "never"."""
    if value != "never":
        try:
            date.fromisoformat(value)
        except ValueError:
            raise ValueError('must be a day as 2026-10-01, or "never"') from None
    return value


def clock(value: str) -> str:
    """A time of day as HH:MM."""
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        raise ValueError("must be a time of day, as 09:00")
    return value


def interval(value: str) -> timedelta:
    """The length of `every`: "30m" is half an hour. Raises ValueError."""
    found = _EVERY.fullmatch(value.strip())
    length = int(found[1]) * _SECONDS[found[2]] if found and len(found[1]) < 10 else 0
    if not 5 <= length <= 366 * 86400:
        raise ValueError("must be a number with s, m, h or d, from 5s to 366d, as 30m")
    return timedelta(seconds=length)


def every(value: str) -> str:
    """`every` as written, once it is known to be an interval; "" for learned."""
    if value:
        interval(value)
    return value.strip()


def cron(value: str) -> str:
    """A crontab line of five fields, weekdays as names: crontab's 1 is Monday, to some schedulers (APScheduler) it is Tuesday."""
    if not value:
        return ""
    parts = value.lower().split()
    if len(parts) != 5:
        raise ValueError("must have five fields (minute hour day month weekday), as */30 8-20 * * mon-fri")
    for text, (name, low, high) in zip(parts, _CRON_FIELDS, strict=False):
        _cron_values(text, name, low, high)
    return " ".join([*parts[:4], _weekdays(parts[4])])


def _weekdays(text: str) -> str:
    if text == "*":
        return text
    days = {(number + 6) % 7 for number in _cron_values(text, "weekday", 0, 7)}
    if len(days) == 7:
        return "*"
    return "mon-fri" if days == set(range(5)) else ",".join(_WEEKDAYS[number] for number in sorted(days))


def _cron_values(text: str, name: str, low: int, high: int) -> list[int]:
    """The numbers that one field of a crontab line means; Sunday is 0 and 7."""
    values: list[int] = []
    for item in text.split(","):
        span, _, step = item.partition("/")
        first, dash, last = span.partition("-")
        start = low if span == "*" else _cron_number(first, name, low, high)
        if span == "*":
            end = high if name != "weekday" else 6
        elif dash:
            end = _cron_number(last, name, low, high)
            end += 7 if name == "weekday" and end < start else 0  # fri-mon
        else:
            end = high if step else start
        if end < start or (step and not (step.isdigit() and int(step) > 0)) or item.endswith("/"):
            raise ValueError(f"{item!r} is not a {name}: allowed are *, */n, {low}-{high}, ranges and lists of them")
        values += range(start, end + 1, int(step or 1))
    return values


def _cron_number(text: str, name: str, low: int, high: int) -> int:
    if name == "weekday" and text in _WEEKDAYS:
        return (_WEEKDAYS.index(text) + 1) % 7
    if name == "month" and text in _MONTHS:
        return _MONTHS.index(text) + 1
    if not (text.isascii() and text.isdigit() and low <= int(text) <= high):
        raise ValueError(f"{text!r} is not a {name}: allowed are {low} to {high}, ranges, lists and steps")
    return int(text)
