"""Addresses as identity: one canonical form for one article. Pure.

The rules follow RFC 3986 section 6 and what Russian press sites were seen to do (Bitrix, mobile copies, tracking). What a single
site does with its `www.` and `m.` is not guessed here: `storage.folding` learns it from the site.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, unquote_to_bytes, urljoin, urlsplit, urlunsplit

_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?|\[[0-9a-f:.]+\]")

_NOISE = re.compile(
    # tracking: who sent the reader
    r"utm_\w+|yclid|gclid|dclid|fbclid|ysclid|msclkid|igshid|twclid|erid|etext|_openstat|openstat|rb_clickid|mc_[ce]id|_g[al]\w*"
    r"|mindbox\w*|internal_visits|from_(?:source|site)|lt_source"
    # sessions
    r"|phpsessid|jsessionid|aspsessionid\w*|sessid|session_?id"
    # the Bitrix engine talking to itself, and what its search leaves behind
    r"|clear_cache\w*|bitrix_\w+|back_?url\w*|show_(?:include|page)_exec_time|show_sql_stat|sphrase_id|bxajaxid|login|logout|register"
    # another dress of the same page
    r"|mobile|mobile_version|nocache|_",
    re.IGNORECASE,
)
_NOISE_BY_VALUE = {
    "print": re.compile(r"(?:y|yes|1|true|print)?", re.IGNORECASE),
    "amp": re.compile(r"(?:1|true|y|amp)?", re.IGNORECASE),
    # a number or a date is a place in a list, anything else says where the reader came from
    "from": re.compile(r"(?=.*[a-zа-я]).*|", re.IGNORECASE),
    "sid": re.compile(r"[0-9a-z,-]{16,}", re.IGNORECASE),
    "s": re.compile(r"[0-9a-f]{32}", re.IGNORECASE),
}
_AMP_PATH = re.compile(r"^/amp(?=/.)|(?<=.)/amp/?$|(?<=.)[-.]amp(?=\.html?$)")
_SESSION_IN_PATH = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/;]*", re.IGNORECASE)
_IDENTITY = re.compile(r"\w*id|p|n|news|article|item|doc|code|element_code", re.IGNORECASE)
"""Parameters that say which article it is where the path does not."""

_SPELLINGS = re.compile(r"^(?:(?:www|m|mobile|wap|amp|beta|mkam)\.)+(?=[^.]+\.[^.])")


def a_label(host: str) -> str:
    """A host in its ASCII spelling, lower case, without a trailing dot: «МинПромТорг.рф» -> "xn--…". Raises ValueError."""
    host = unquote_to_bytes(host.strip()).decode("utf-8", "replace").rstrip(".").lower()
    label = host if host.isascii() else _punycode(host)
    if not _HOST.fullmatch(label) and not _HOST.fullmatch(f"[{label}]"):
        raise ValueError(f"{host!r} is not a host name" if host else "an address needs a host")
    return label


def _punycode(host: str) -> str:
    import idna  # 10 ms: only where a host is written in Cyrillic

    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError) as error:
        raise ValueError(f"{host!r} is not a host name: {error}") from None


def u_label(host: str) -> str:
    """A host as a person reads it: "xn--…" -> «минпромторг.рф»."""
    import idna

    try:
        return idna.decode(host)
    except (idna.IDNAError, UnicodeError):
        return host


def _requote(text: str, safe: str) -> str:
    """Percent-encoding in one spelling: decode (UTF-8, else windows-1251), then encode as UTF-8."""
    raw = unquote_to_bytes(text.encode("utf-8", "replace"))
    try:
        decoded = raw.decode("utf-8")
    except UnicodeDecodeError:
        decoded = raw.decode("cp1251", "replace")
    return quote(decoded, safe=safe)


def _path(path: str) -> str:
    """Without dot segments (RFC 3986, 5.2.4), session ids and the marks of an AMP copy."""
    path = _SESSION_IN_PATH.sub("", _requote(path or "/", "/:@!$&'()*+,;=~-._"))
    kept: list[str] = []
    segments = path.split("/")[1:]
    for segment in segments:
        if segment == "..":
            kept[-1:] = []
        elif segment != ".":
            kept.append(segment)
    if segments and segments[-1] in (".", ".."):
        kept.append("")
    path = "/" + "/".join(kept)
    # WordPress and its like keep the copy of /a/ at /a/amp/
    while found := _AMP_PATH.search(path):
        path = path[: found.start()] + (path[found.end() :] or "/")
    return path


def _query(query: str) -> str:
    """Parameters sorted, in one spelling, without those that do not say which page it is."""
    kept = []
    for part in query.split("&"):
        raw_key, _, raw_value = part.replace("+", " ").partition("=")
        key, value = _requote(raw_key, "[]"), _requote(raw_value, ",:/")
        by_value = _NOISE_BY_VALUE.get(key.lower())
        if not part or _NOISE.fullmatch(key) or (by_value and by_value.fullmatch(value)):
            continue
        kept.append((key, value))
    return "&".join(f"{key}={value}" if value else key for key, value in sorted(kept))


@lru_cache(maxsize=4096)
def canonical(url: str) -> str:
    """The canonical form of an http(s) address; raises ValueError for anything else. Canonical forms are left as they are.

    A-label host in lower case, no user, no default port, no fragment, no tracking, session or print parameters, no AMP marks,
    parameters sorted, percent-encoding in one spelling. Scheme, `www.`, `m.` and the trailing slash stay as the site writes them.
    """
    parts = urlsplit(url.strip())
    scheme = parts.scheme.lower()
    if scheme not in _PORTS:
        raise ValueError(f"not an http address: {url[:200]!r}")
    host = a_label(parts.hostname or "")
    netloc = f"[{host}]" if ":" in host else host
    if parts.port not in (None, _PORTS[scheme]):
        netloc = f"{netloc}:{parts.port}"
    return urlunsplit((scheme, netloc, _path(parts.path), _query(parts.query), ""))


def host(url: str) -> str:
    """The A-label host of an address, without port."""
    return a_label(urlsplit(url).hostname or "")


def bare_host(name: str) -> str:
    """A host without `www.`, `m.` and their like: what all spellings of one site have in common."""
    return _SPELLINGS.sub("", name)


def same_site(one: str, other: str) -> bool:
    """Do two addresses belong to one site: equal hosts, but for `www.`, `m.` and their like, and equal or both default ports."""
    a, b = urlsplit(one), urlsplit(other)
    ours, theirs = (parts.port or _PORTS.get(parts.scheme.lower()) for parts in (a, b))
    if ours != theirs and {ours, theirs} != {80, 443}:
        return False
    return bare_host(a_label(a.hostname or "")) == bare_host(a_label(b.hostname or ""))


def believed(url: str, stated: str) -> str:
    """The canonical address of a page fetched from `url` that states rel=canonical `stated` ("" if none).

    The statement is believed within the same site only, and not when it names the home page, the section above the article, or
    the page without the parameter that tells articles apart: all three are common mistakes of templates.
    """
    own = canonical(url)
    try:
        other = canonical(urljoin(own, stated.strip())) if stated.strip() else own
        if other == own or not same_site(own, other):
            return own
    except ValueError:
        return own
    mine, theirs = urlsplit(own), urlsplit(other)
    return own if _loses_identity(mine.path, mine.query, theirs.path, theirs.query) else other


def _loses_identity(path: str, query: str, other_path: str, other_query: str) -> bool:
    """Does the second name a place above the first (home page, section, script without its parameter)?"""
    if other_query:
        return False
    lost = [part.partition("=") for part in query.split("&") if part]
    identifies = any(_IDENTITY.fullmatch(key) and re.search(r"\d|%|\w-\w", value) for key, _, value in lost)
    stem = other_path.rstrip("/") + "/"
    if other_path.rstrip("/") == path.rstrip("/"):
        return identifies
    if not path.startswith(stem):
        return other_path == "/" or (identifies and "." in other_path.rpartition("/")[2])
    tail = path[len(stem) :].strip("/")
    # /news/17/print -> /news/17 is the same article; /news/17 -> /news is not
    return other_path == "/" or bool(re.search(r"\d|-|%", tail)) or len(tail) > 12
