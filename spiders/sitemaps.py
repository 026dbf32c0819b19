"""Sitemaps: urlset and index, plain or gzip, with the news extension, text lists too. Pure: bytes -> links."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from urllib.parse import urljoin

from lxml import etree

from crawler.errors import ParseError
from crawler.items import Link
from spiders.found import Found, decode, one_line, without_nuls

LARGEST = 64 << 20
"""Bytes after unpacking; the protocol allows 50 MB (sitemaps.org)."""

_MOST = 60_000
"""Entries of one document; the protocol allows 50,000."""

_NEWS = re.compile(rb"<(?:\w+:)?urlset\b[^<>]{0,2000}/schemas/sitemap-news/", re.IGNORECASE)


def parse(body: bytes, url: str, content_type: str = "") -> Found:
    """The entries of a sitemap: `links` of a urlset, `parts` of an index, each newest first as far as dates are stated.

    Without dates the order of the document stays. A news sitemap holds two days of news (its protocol): that of a quiet source
    lists nothing, and nothing is what is found. Raises ParseError when any other lists nothing, or it is no sitemap.
    """
    body = without_nuls(_unpacked(body))
    entries = list(_entries(body))
    if not entries and body.lstrip()[:1] != b"<":
        lines = (line.strip() for line in decode(body[:LARGEST], content_type).splitlines()[:_MOST])
        entries = [("url", line, "", "") for line in lines if re.match(r"https?://\S+$", line)]
    if not entries and _NEWS.search(body[:4096]):
        return Found(links=())
    if not entries:
        raise ParseError(f"not a sitemap, or an empty one ({content_type.split(';')[0].strip() or 'no content type'})")
    joined = [(kind, address, date, title) for kind, raw, date, title in entries if (address := _absolute(url, raw))]
    parts = [(address, date) for kind, address, date, _ in joined if kind == "sitemap" and address != url]
    pages = [(address, date, title) for kind, address, date, title in joined if kind == "url"]
    if not parts and not pages:
        raise ParseError("a sitemap index that leads to nothing but itself" if joined else "a sitemap whose addresses are none")
    parts.sort(key=lambda part: part[1], reverse=True)
    if any(date for _, date, _ in pages):
        pages.sort(key=lambda page: page[1], reverse=True)
    links = (
        Link(url=address, title=title, date=date, via="sitemap", position=position)
        for position, (address, date, title) in enumerate(pages)
    )
    return Found(links=tuple(links), parts=tuple(parts))


def _absolute(base: str, address: str) -> str:
    try:
        return urljoin(base, address)
    except ValueError:
        return ""


def _unpacked(body: bytes) -> bytes:
    """A gzip body unpacked, at most `LARGEST` bytes of it; a cut one as far as it goes. Raises ParseError for a bomb."""
    if not body.startswith(b"\x1f\x8b"):
        return body
    unpacker = zlib.decompressobj(wbits=31)
    try:
        plain = unpacker.decompress(body, LARGEST + 1)
    except zlib.error as error:
        raise ParseError(f"a gzip sitemap that cannot be unpacked: {error}") from None
    if len(plain) > LARGEST:
        raise ParseError(f"a gzip sitemap of more than {LARGEST >> 20} MB")
    return plain


def _entries(body: bytes) -> Iterator[tuple[str, str, str, str]]:
    """(kind, address, date, title) of each entry. Broken XML is read as far as it goes; entities are never resolved."""
    parser = etree.XMLPullParser(
        events=("end",), recover=True, resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True
    )
    count = 0
    try:
        for start in range(0, len(body), 1 << 16):
            parser.feed(body[start : start + (1 << 16)].lstrip() if start == 0 else body[start : start + (1 << 16)])
            for _, element in parser.read_events():
                name = _local(element.tag) if isinstance(element.tag, str) else ""
                if name in ("url", "sitemap"):
                    yield from _entry(name, element)
                    element.clear()
                    count += 1
                    if count >= _MOST:
                        return
    except etree.XMLSyntaxError:
        return


def _local(tag: str) -> str:
    """The name without its namespace; lxml's own QName raises for names that broken XML makes."""
    return tag.rpartition("}")[2].lower()


def _entry(kind: str, element: etree._Element) -> Iterator[tuple[str, str, str, str]]:
    values: dict[str, str] = {}
    for child in element.iter():
        if isinstance(child.tag, str) and child is not element:
            values.setdefault(_local(child.tag), (child.text or "").strip())
    if address := values.get("loc"):
        date = values.get("publication_date") or values.get("lastmod") or ""
        yield kind, address, date, one_line(values.get("title", ""))
