"""Bytes -> article: encoding, page kind, title, text, and above all the date with its evidence.

Pure: any page can be read again from its bytes.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from crawler.items import Hints, Link, Reading
from crawler.obstacles import challenge, drawn_by_scripts
from crawler.reading import jsonld
from crawler.reading.author import read_author, read_language, read_tags
from crawler.reading.document import Document, clean, parse
from crawler.reading.encoding import Decoded, decode
from crawler.reading.kind import Kind, page_kind
from crawler.reading.ladder import choose
from crawler.reading.layout import Layout, lay_out
from crawler.reading.mojibake import mended
from crawler.reading.residue import told, without_learned
from crawler.reading.shells import as_page, from_data
from crawler.reading.text import Texted, read_text
from crawler.reading.title import heading_of, read_title
from crawler.reading.witnesses import collect, of_link

__all__ = ["READER_VERSION", "read"]

READER_VERSION = 6
"""Raise when the same bytes may be read differently: kept pages can then be read again."""

LARGEST = 8_000_000
"""Bytes of a body that are looked at."""

EMPTY = 120
"""Characters of prose below which an article is looked for in the page's data."""

_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
_CONTROLS = bytes({*range(1, 8), *range(14, 32)} - {4, 27})
"""What no text has: 4 is in each Cyrillic letter of UTF-16, 27 leads the signs of ISO-2022."""


def read(body: bytes, url: str, hints: Hints) -> Reading:
    """What stands on a page. Any bytes give a Reading; nothing is raised, fetched or looked up; time and memory are bounded."""
    if len(body) > LARGEST:
        return _noting(read(body[:LARGEST], url, hints), f"only the first {LARGEST} of {len(body)} bytes were read")
    if hints.is_text:
        return _read_plain(body, url, hints)
    guard = challenge(body, hints.headers)
    if guard:
        return _refused(url, "challenge", guard)
    if is_binary(body):
        return _refused(url, "other", "not a page of text")
    decoded = decode(body, hints.headers)
    document = parse(mended(decoded.text), url)
    if document is None:
        return _refused(url, "empty", "nothing to read", decoded.encoding)
    return _read_document(document, decoded, url, hints)


def _read_document(document: Document, decoded: Decoded, url: str, hints: Hints) -> Reading:
    nodes = jsonld.nodes(document.root)
    layout = lay_out(document.root)
    if layout.prose < EMPTY:
        document, nodes, layout = _from_data(document, nodes, layout)
    titled = read_title(document, nodes, hints)
    heading = heading_of(document, titled.title)
    kind = page_kind(document, layout, nodes, titled.title, status=hints.status)
    dated = choose(collect(document, nodes, hints, titled.title, heading), hints, local=_is_local(document))
    texted = Texted("")
    if kind.kind == "article":
        texted = read_text(document, layout, heading, nodes, titled.title, hints)
        if not texted.text and not titled.title:
            kind = Kind("empty", "neither title nor text was found")
    elif kind.kind == "empty" and drawn_by_scripts(document.source.encode()):
        kind = Kind("empty", f"drawn by scripts: {kind.reason} without them")
    reading = Reading(
        url=url,
        kind=kind.kind,
        kind_reason=kind.reason,
        title=titled.title,
        titles=titled.witnesses,
        text=texted.text,
        published=dated.published,
        published_by=dated.by,
        dates=dated.witnesses,
        author=read_author(document, nodes),
        tags=read_tags(document),
        language=read_language(document, texted.text),
        encoding=decoded.encoding,
        image=document.meta("og:image"),
        captions=texted.captions,
        canonical=document.canonical,
        cut=(*titled.cut, *texted.cut),
        stated=titled.stated,
        shared=texted.shared,
        reader_version=READER_VERSION,
    )
    return reading if document.whole else _noting(reading, f"only the first {len(document.source)} characters were read")


def _from_data(document: Document, nodes: list[dict[str, Any]], layout: Layout) -> tuple[Document, list[dict[str, Any]], Layout]:
    """The page made from its own data where it shows nothing else."""
    found = from_data(document)
    made = parse(as_page(document, found), document.url) if found else None
    return (document, nodes, layout) if made is None else (made, nodes, lay_out(made.root))


def _is_local(document: Document) -> bool:
    """Is the page written where the source is? Russian pages are; the zone of foreign ones is not known to us."""
    if document.language:
        return document.language[:2] == "ru"
    return len(_CYRILLIC.findall(document.source[:20_000])) > 200


def _noting(reading: Reading, note: str) -> Reading:
    return replace(reading, cut=(note, *reading.cut))


def _refused(url: str, kind: str, reason: str, encoding: str = "") -> Reading:
    return Reading(url=url, kind=kind, kind_reason=reason, encoding=encoding, reader_version=READER_VERSION)


def is_binary(body: bytes) -> bool:
    """Images, archives, PDF: by their first bytes, or by NULs and control characters where no encoding of text has them."""
    head = body[:1024]
    if head.startswith(
        (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"\x1f\x8b", b"\x00\x00\x00", b"BM", b"RIFF", b"\x7fELF")
    ):
        return True
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    zeros = head.count(0)
    if zeros >= len(head) / 3:  # UTF-16 without a mark has them all in one place of its pairs
        first = head[::2].count(0)
        return min(first, zeros - first) > zeros // 10
    controls = len(head) - len(head.translate(None, _CONTROLS))
    return controls > len(head) / 20 or (bool(zeros) and b"<" not in head[:200])


def _read_plain(body: bytes, url: str, hints: Hints) -> Reading:
    """A text file: always an article; its first line is its title, unless it has only one."""
    decoded = decode(body, hints.headers)
    lines = [clean(line) for line in decoded.text.splitlines()]
    filled = [line for line in lines if line]
    title, rest = (filled[0], filled[1:]) if len(filled) > 1 else ("", filled)
    rest, shared = without_learned(rest, hints.learned.lines)
    dated = choose(of_link(_with_link(hints, url)), hints, local=True)
    return Reading(
        url=url,
        kind="article",
        kind_reason="a text file",
        title=title,
        text="\n".join(rest),
        published=dated.published,
        published_by=dated.by,
        dates=dated.witnesses,
        encoding=decoded.encoding,
        cut=tuple(told(shared, hints.learned.lines)),
        stated=title,
        shared=tuple(shared),
        reader_version=READER_VERSION,
    )


def _with_link(hints: Hints, url: str) -> Hints:
    """Hints whose link has the date that the feed or channel gave, also when the text is read again from what was kept."""
    date = hints.headers.get("x-avtoklaster-date", "")
    if hints.link is not None or not date:
        return hints
    return replace(hints, link=Link(url=url, date=date, via=hints.headers.get("x-avtoklaster-via", "feed")))
