"""What every parser of a way returns: the links it lists, and where the list goes on. Pure."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote_plus, urljoin, urlsplit

from crawler.items import Link, Pace
from crawler.obstacles import without_unseen

_BLOCK_END = re.compile(r"(?i)<br\s*/?>|</(?:p|div|li|tr|h[1-6]|blockquote)\s*>")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_SPACE = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")
_META_CHARSET = re.compile(rb"""(?i)<(?:meta|\?xml)[^>]{0,300}?(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{2,40})""")
_HEADER_CHARSET = re.compile(r"(?i)charset\s*=\s*[\"']?([\w.:-]{2,40})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The links of one discovery document in its own order; `next` is the absolute address where the list goes on, "" at its end.

    `parts` are further discovery documents of the same kind (the sitemaps of an index), newest first, with the date each
    states of itself ("" if none). `pace` is how often it wants to be asked.
    """

    links: tuple[Link, ...]
    next: str = ""
    parts: tuple[tuple[str, str], ...] = ()
    pace: Pace = field(default_factory=Pace)


def template(next_page: str, current: str, page: int) -> str:
    """The address of page `page` by a source's own template, which may be relative or only a query: then filters stay.

    `current` is the address of the page before it, or of any page when the template is no relative path.
    """
    before = next_page.replace("{page}", str(page - 1))
    if not next_page.startswith(("/", "?", "http")):  # «page/{page}/» is below the first page, not below «page/2/»
        current = current.removesuffix(before)
    following = urljoin(current, next_page.replace("{page}", str(page)))
    if not next_page.startswith("?"):
        return following
    query = urlsplit(following).query
    given = {name for name, _ in parse_qsl(query, keep_blank_values=True)}
    filters = [part for part in urlsplit(current).query.split("&") if part and unquote_plus(part.partition("=")[0]) not in given]
    return urljoin(current, "?" + "&".join([*filters, query]))


def plain(markup: str) -> str:
    """The text of a fragment of HTML as feeds carry it: one line a paragraph, entities resolved, no tags."""
    text = _TAG.sub(" ", _BLOCK_END.sub("\n", without_unseen(markup) if "<" in markup else markup))
    text = _SPACE.sub(" ", html.unescape(text).replace("\x00", ""))
    return _LINES.sub("\n", text).strip()


def one_line(text: str) -> str:
    """Text on one line, without markup."""
    return plain(text).replace("\n", " ")


def without_nuls(body: bytes) -> bytes:
    """A document without its NULs, which would cut addresses in two; UTF-16, where they are letters, is left alone."""
    if b"\0" not in body or body.startswith((b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")):
        return body
    return body.replace(b"\0", b"")


def decode(body: bytes, content_type: str = "") -> str:
    """A discovery document as text. Never raises.

    UTF-8 first, whatever is declared: Russian text in another encoding is practically never valid UTF-8, while headers and meta
    elements are often wrong (a windows-1251 body under `charset=utf-8` comes out of Scrapy as replacement characters only).
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if body.startswith(mark):
            return body.decode(encoding, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        if len(body) - error.start < 4:  # only cut in the middle of the last letter
            return body.decode("utf-8", "replace")
    declared = [found[1].decode("ascii", "replace") for found in [_META_CHARSET.search(body[:4096])] if found]
    declared += [found[1] for found in [_HEADER_CHARSET.search(content_type)] if found]
    for name in declared:
        try:
            if name.lower().replace("-", "").replace("_", "") != "utf8":
                return body.decode(name)
        except (LookupError, UnicodeDecodeError):
            continue
    # a few broken bytes in UTF-8 lose less than all of it read as windows-1251
    text = body.decode("utf-8", "replace")
    return text if text.count("�") * 50 < len(text) else body.decode("cp1251", "replace")
