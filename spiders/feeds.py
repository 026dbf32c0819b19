"""Feeds: RSS 0.9 to 2.0, RDF, Atom, and what sites take for one. Pure: bytes -> links."""

from __future__ import annotations

import io
import re
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import feedparser

from crawler.errors import ParseError
from crawler.items import Link, Pace
from spiders.found import Found, one_line, plain, template, without_nuls

MOST = 2000
"""Entries read of one feed. Feedparser takes 0.4 ms an entry; the longest real feed known had 656 (tass.ru)."""

_TAGS = 200_000
"""Tags read of one feed: each takes feedparser 0.1 ms, and a million open ones are only a few megabytes."""

_MARKS = re.compile(rb"<(?:[a-z]+:)?(?:rss|rdf|feed|channel|item|entry)\b", re.IGNORECASE)
"""Elements without which nothing is a feed: a page in its place is told apart before feedparser toils through it."""


_TTL = re.compile(rb"(?i)<ttl>\s*(\d{1,6})\s*</ttl>")
_SKIP_HOURS = re.compile(rb"(?is)<skipHours>(.{0,2000}?)</skipHours>")
_REFERENCE = re.compile(rb"(?i)&#(?:x0*([0-9a-f]+)|0*([0-9]+));?")

_WORDPRESS = re.compile(rb"(?i)<generator[^>]{0,200}>\s*https?://(?:www\.)?wordpress\.(?:org|com)/")
"""A feed of WordPress takes ?paged=2 although it never says so (developer.wordpress.org, class WP_Query: `paged`)."""

_HEAD = 20_000
"""Bytes of a feed in which it says what it wants; what is said thousands of times is not listened to."""

_SKIP_DAYS = re.compile(rb"(?is)<skipDays>(.{0,1000}?)</skipDays>")
_DAYS = {
    day: number
    for number, day in enumerate((b"monday", b"tuesday", b"wednesday", b"thursday", b"friday", b"saturday", b"sunday"))
}


def parse(body: bytes, url: str, content_type: str = "", page: int = 1, *, next_page: str = "") -> Found:
    """The entries of a feed in its own order, newest usually first. Raises ParseError when it is no feed or lists nothing.

    `next` is where older entries are: `page` is the number of this document from 1, `next_page` the source's own template.
    Ill-formed feeds (raw `&`, unknown entities, blanks before the declaration, a body that is cut) are read as far as they go.
    """
    body = without_nuls(body)
    if not body.strip():
        raise ParseError("not a feed but an empty answer")
    if not _MARKS.search(body):
        raise ParseError(f"not a feed but {_looks_like(body, content_type)}")
    try:
        # a bytes object would be taken for an address or a file name
        feed = feedparser.parse(
            io.BytesIO(_REFERENCE.sub(_possible, _bounded(body))),
            response_headers={"content-type": content_type or "application/xml", "content-location": url},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    except (ValueError, LookupError, TypeError, AttributeError) as error:  # feedparser has no errors of its own
        raise ParseError(f"a feed that cannot be read: {type(error).__name__}: {error}"[:300]) from None
    if not feed.get("version") and not feed.entries:
        raise ParseError(f"not a feed but {_looks_like(body, content_type)}")
    links = [link for position, entry in enumerate(feed.entries) if (link := _link(entry, url, position))]
    if not links:
        raise ParseError("the feed lists nothing")
    return Found(links=tuple(links), next=_next(feed.feed, body, url, page, next_page), pace=_pace(body))


def _possible(reference: re.Match[bytes]) -> bytes:
    """A reference to a character; to one beyond the last, at which feedparser gives the whole feed up, it is left out."""
    hexadecimal, decimal = reference.groups()
    digits, base = (hexadecimal, 16) if hexadecimal else (decimal, 10)
    return reference[0] if len(digits) <= 7 and int(digits, base) <= 0x10FFFF else b""


def _pace(body: bytes) -> Pace:
    """`ttl` (minutes), `skipHours` and `skipDays` of a channel; feedparser keeps only the last of several hours."""
    head = body.split(b"<item", 1)[0][:_HEAD]
    ttl = _TTL.search(head)
    hours = {int(hour) % 24 for block in _SKIP_HOURS.findall(head) for hour in re.findall(rb">\s*(\d{1,2})\s*<", block)}
    days = {
        _DAYS.get(day.lower()) for block in _SKIP_DAYS.findall(head) for day in re.findall(rb">\s*([A-Za-z]{6,9})\s*<", block)
    }
    return Pace(
        ttl=int(ttl[1]) * 60 if ttl else 0,
        skip_hours=frozenset(hours),
        skip_days=frozenset(day for day in days if day is not None),
    )


def _bounded(body: bytes) -> bytes:
    """A feed with the entries after the first `MOST` cut out of its middle, so that it ends as it did; `_TAGS` tags at most."""
    for end in (b"</item>", b"</entry>"):
        if body.count(end) > MOST:
            at = -1
            for _ in range(MOST):
                at = body.find(end, at + 1)
            body = body[: at + len(end)] + body[body.rfind(end) + len(end) :]
    pieces = body.split(b"<", _TAGS)
    return body[: -len(pieces[-1]) - 1] if len(pieces) > _TAGS else body


def _link(entry: Any, base: str, position: int) -> Link | None:
    address = str(entry.get("link") or "").strip()
    if not address and str(entry.get("id") or "").startswith(("http://", "https://")):
        address = str(entry["id"])
    if not address:
        return None
    summary = str(entry.get("summary") or "")
    text = str(entry.get("yandex_full-text") or "")
    for content in entry.get("content") or ():
        text = max(text, str(content.get("value") or ""), key=len)
    absolute = _absolute(base, address)
    if not absolute:
        return None
    return Link(
        url=absolute,
        title=one_line(str(entry.get("title") or "")),
        date=str(entry.get("published") or entry.get("updated") or "").strip(),
        summary=one_line(summary)[:1000],
        text=plain(text),
        via="feed",
        position=position,
    )


def _next(feed: Any, body: bytes, url: str, page: int, next_page: str) -> str:
    """Where a paged feed goes on: as the entry or the feed says (RFC 5005: next, or prev-archive), or as WordPress does."""
    if next_page:
        return template(next_page, url, page + 1)
    for relation in ("next", "prev-archive"):
        for link in feed.get("links") or ():
            if link.get("rel") == relation and link.get("href"):
                return _absolute(url, str(link["href"]))
    if _WORDPRESS.search(body, 0, _HEAD):
        rest = [pair for pair in parse_qsl(urlsplit(url).query, keep_blank_values=True) if pair[0] != "paged"]
        return urlsplit(url)._replace(query=urlencode([*rest, ("paged", page + 1)])).geturl()
    return ""


def _absolute(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:  # "http://[" and its like
        return ""


def _looks_like(body: bytes, content_type: str) -> str:
    head = body[:2000].lstrip().lower()
    if b"<html" in head or head.startswith(b"<!doctype html"):
        return "an HTML page"
    if head.startswith((b"{", b"[")):
        return "JSON"
    return f"something else ({content_type.split(';')[0].strip() or 'no content type'})"
