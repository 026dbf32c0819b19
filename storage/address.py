"""Addresses as identity: one canonical form for one article. Pure.

The rules follow RFC 3986 section 6 and what Russian press sites were seen to do (Bitrix, mobile copies, tracking).
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, unquote_to_bytes, urlsplit, urlunsplit

import idna

_TRACKING = re.compile(
    r"^(utm_.*|yclid|gclid|fbclid|ysclid|_openstat|from|mobile|internal_visits|PHPSESSID|sid|sessid|jsessionid"
    r"|clear_cache.*|bitrix_include_areas|back_url.*|print|show_include_exec_time|rb_clickid|etext|erid|amp)$",
    re.IGNORECASE,
)


def a_label(host: str) -> str:
    """A host in its ASCII spelling, lower case, without a trailing dot: «МинПромТорг.рф» -> "xn--…". Raises ValueError."""
    host = host.strip().rstrip(".").lower()
    if not host:
        raise ValueError("an address needs a host")
    try:
        return host if host.isascii() else idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError as error:
        raise ValueError(f"{host!r} is not a host name: {error}") from None


def u_label(host: str) -> str:
    """A host as a person reads it: "xn--…" -> «минпромторг.рф»."""
    try:
        return idna.decode(host)
    except (idna.IDNAError, UnicodeError):
        return host


def _requote(text: str, safe: str) -> str:
    """Percent-encoding in one spelling: decode (UTF-8, else windows-1251), then encode as UTF-8."""
    raw = unquote_to_bytes(text)
    try:
        decoded = raw.decode("utf-8")
    except UnicodeDecodeError:
        decoded = raw.decode("cp1251", "replace")
    return quote(decoded, safe=safe)


def canonical(url: str) -> str:
    """The canonical form of an http(s) address; raises ValueError for anything else.

    A-label host in lower case, no default port, no fragment, no tracking, session or print parameters, parameters sorted,
    percent-encoding in one spelling. Scheme, `www.`, `m.` and the trailing slash stay as the site writes them.
    """
    parts = urlsplit(url.strip())
    if parts.scheme.lower() not in ("http", "https"):
        raise ValueError(f"not an http address: {url[:200]!r}")
    scheme = parts.scheme.lower()
    host = a_label(parts.hostname or "")
    port = parts.port
    netloc = host if port is None or port == {"http": 80, "https": 443}[scheme] else f"{host}:{port}"
    path = _requote(parts.path or "/", "/:@!$&'()*+,;=~-._")
    query = sorted(
        (_requote(key, "[]"), _requote(value, ",:/"))
        for key, value in parse_qsl(parts.query, keep_blank_values=True, encoding="latin-1")
        if not _TRACKING.match(key)
    )
    return urlunsplit((scheme, netloc, path, "&".join(f"{key}={value}" if value else key for key, value in query), ""))


def host(url: str) -> str:
    """The A-label host of an address, without port."""
    return a_label(urlsplit(url).hostname or "")


_SPELLINGS = re.compile(r"^(?:(?:www|m|mobile|wap|amp|beta|mkam)\.)+(?=[^.]+\.[^.])")


def bare_host(name: str) -> str:
    """A host without `www.`, `m.` and their like: what all spellings of one site have in common."""
    return _SPELLINGS.sub("", name)


def same_site(one: str, other: str) -> bool:
    """Do two addresses belong to one site: equal hosts, but for `www.`, `m.` and their like, and equal ports."""
    a, b = urlsplit(one), urlsplit(other)
    ports = {"http": 80, "https": 443}
    ours, theirs = (parts.port or ports.get(parts.scheme.lower()) for parts in (a, b))
    if ours != theirs and {ours, theirs} != {80, 443}:
        return False
    return bare_host(a_label(a.hostname or "")) == bare_host(a_label(b.hostname or ""))
