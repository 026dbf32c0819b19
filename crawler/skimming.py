"""A glance at a page that the gate refused: title and first words for its row, and whether it looks like an article at all. Pure.

A new topic can recover the page by what stays; and a page that seems to be none (soft 404, login, empty) is read after all, to
say so in its row. Costs a tenth of reading.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from ahocorasick_rs import BytesAhoCorasick, MatchKind

from crawler.items import Page
from crawler.reading.encoding import decode
from storage.text import words

LEAD = 500

_HEAD = 20_000
_LOOKED_AT = 400_000
_LARGE = 1_000_000
"""Bytes above which a refused page is not read to find out what it is: that can take half a minute."""

_ENOUGH = 4_000
"""Bytes of paragraphs with their markup in which `LEAD` characters of text surely are."""

_SEPARATOR = b"\x1e"

_LITTLE = 150
"""Characters in the paragraphs of a page below which it is doubtful that there is an article on it."""

_TITLE = re.compile(r"(?is)<title[^>]*>(.{1,1000}?)</title")
_META = re.compile(r"(?i)<meta\s[^>]{0,2000}>")
_DESCRIBES = re.compile(r"""(?is)\b(?:name|property|itemprop)\s*=\s*["']?(?:og:|twitter:)?description\b""")
_CONTENT = re.compile(r"""(?is)\bcontent\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_PARAGRAPH = re.compile(rb"<[pP](?:\s[^<>]{0,1000})?>")
_CLOSINGS = (b"</p", b"</P")
_PARAGRAPHS = BytesAhoCorasick(
    [*_CLOSINGS, *(tag + after for tag in (b"<p", b"<P") for after in (b">", b" ", b"\t", b"\n", b"\r", b"\f", b"\v"))],
    matchkind=MatchKind.LeftmostFirst,
)
"""Openings and closings, found many bytes at a time."""
_SHORTEST, _LONGEST = 40, 5000
"""Bytes of a paragraph with its markup."""
_TAG = re.compile(r"<[^>]{0,2000}>")
_PASSWORDS = BytesAhoCorasick([b"assword", b"ASSWORD"], matchkind=MatchKind.LeftmostFirst)
_PASSWORD = re.compile(rb"<(?i:input[^>]{0,300}type\s*=\s*[\"']?password)")
_NO_ARTICLE = re.compile(
    r"\b40[34]\b|не найден|не существует|удален[аы]?\b|not found|ошибка|error|доступ|вход\b|войти|авториза|login|sign in"
    r"|результаты поиска|^поиск|search"
)


@dataclass(frozen=True, slots=True)
class Glance:
    """`title` and `lead` (at most 500 characters each); `doubtful`: this may be no article, only reading it can tell.

    `empty`: a page of megabytes without a paragraph of text, which nobody needs to read.
    """

    title: str
    lead: str
    doubtful: bool
    empty: bool = False


def skim(page: Page) -> Glance:
    """What the source's list said of the page, else the page's own <title>, description and first paragraphs.

    Only these are decoded: to tell windows-1251 from its relatives over a whole page costs more than the gate.
    """
    body = page.body[:_LOOKED_AT]
    if body.count(0, 0, 400) > 100:  # UTF-16: no tag can be found in its bytes
        body = decode(body, page.headers).text.encode()
    head, *found = decode(_SEPARATOR.join([_head(body), *_pieces(body)]), page.headers).text.split(_SEPARATOR.decode())
    stated = _flat((_TITLE.search(head) or ("", ""))[1])
    paragraphs = _paragraphs(found)
    lead = page.link.text or page.link.summary or _description(head)
    title = page.link.title or stated
    lead = "\n".join([lead, *(part for part in paragraphs if part not in lead)]).strip()
    if len(page.body) > _LARGE:
        return Glance(title[:LEAD], lead[:LEAD], doubtful=False, empty=not paragraphs)
    doubtful = (
        sum(map(len, paragraphs)) < _LITTLE
        or bool(_NO_ARTICLE.search(stated.lower()))
        or (len(paragraphs) < 3 and _asks_password(body))
        or _other_title(page.link.title, stated)
    )
    return Glance(title[:LEAD], lead[:LEAD], doubtful)


def _head(body: bytes) -> bytes:
    """The beginning, not cut inside a letter."""
    head = body[:_HEAD]
    return head[: head.rfind(b"<") + 1] or head


def _pieces(body: bytes) -> list[bytes]:
    """The insides of the first paragraphs, more than enough of them."""
    found: list[bytes] = []
    marks = _PARAGRAPHS.find_matches_as_indexes(body)
    closings = (start for number, start, _ in marks if number < len(_CLOSINGS))
    size = at = end = 0
    for number, begin, _ in marks:
        opening = _PARAGRAPH.match(body, begin) if number >= len(_CLOSINGS) else None
        if opening is None:
            continue
        start = opening.end()
        while 0 <= end < start + _SHORTEST:
            end = next(closings, -1)
        if end < 0:
            break
        if start < at or end > start + _LONGEST:
            continue
        at = end
        found.append(body[start:at])
        size += at - start
        if size > _ENOUGH:
            break
    return found


def _paragraphs(pieces: list[str]) -> list[str]:
    found: list[str] = []
    for piece in pieces:
        paragraph = _flat(piece)
        if len(paragraph) >= 40:
            found.append(paragraph)
        if sum(map(len, found)) >= LEAD:
            break
    return found


def _asks_password(body: bytes) -> bool:
    return bool(_PASSWORDS.find_matches_as_indexes(body)) and _PASSWORD.search(body) is not None


def _description(text: str) -> str:
    for tag in _META.findall(text):
        if _DESCRIBES.search(tag) and (content := _CONTENT.search(tag)):
            return _flat(content[1] or content[2] or "")
    return ""


def _other_title(listed: str, stated: str) -> bool:
    """Has the page another title than the list gave it, with no word in common? So look pages that have gone."""
    return bool(listed and stated) and not {word for word in words(listed) if len(word) > 3} & set(words(stated))


def _flat(markup: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", markup)).split())
