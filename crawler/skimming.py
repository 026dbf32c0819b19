"""A glance at a page that the gate refused: title and first words for its row, and whether it looks like an article at all. Pure.

A new topic can recover the page by what stays; and a page that seems to be none (soft 404, login, empty) is read after all, to
say so in its row. Costs a tenth of reading.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from crawler.items import Page
from crawler.reading.encoding import decode
from storage.text import words

LEAD = 500

_HEAD = 20_000
_LOOKED_AT = 400_000
_LARGE = 1_000_000
"""Bytes above which a refused page is not read to find out what it is: that can take half a minute."""

_LITTLE = 150
"""Characters in the paragraphs of a page below which it is doubtful that there is an article on it."""

_TITLE = re.compile(r"(?is)<title[^>]*>(.{1,1000}?)</title")
_META = re.compile(r"(?is)<meta\s[^>]{0,2000}?>")
_DESCRIBES = re.compile(r"""(?is)\b(?:name|property|itemprop)\s*=\s*["']?(?:og:|twitter:)?description\b""")
_CONTENT = re.compile(r"""(?is)\bcontent\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_PARAGRAPH = re.compile(r"(?is)<p(?:\s[^>]{0,1000})?>(.{40,5000}?)</p")
_TAG = re.compile(r"<[^>]{0,2000}>")
_PASSWORD = re.compile(r"(?i)<input[^>]{0,300}type\s*=\s*[\"']?password")
_NO_ARTICLE = re.compile(
    r"(?i)\b40[34]\b|не найден|не существует|удален[аы]?\b|not found|ошибка|error|доступ|вход\b|войти|авториза|login|sign in"
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
    """What the source's list said of the page, else the page's own <title>, description and first paragraphs."""
    text = decode(page.body[:_LOOKED_AT], page.headers).text
    stated = _flat((_TITLE.search(text[:_HEAD]) or ("", ""))[1])
    paragraphs = _paragraphs(text)
    lead = page.link.text or page.link.summary or _description(text)
    title = page.link.title or stated
    lead = "\n".join([lead, *(part for part in paragraphs if part not in lead)]).strip()
    if len(page.body) > _LARGE:
        return Glance(title[:LEAD], lead[:LEAD], doubtful=False, empty=not paragraphs)
    doubtful = (
        sum(map(len, paragraphs)) < _LITTLE
        or bool(_NO_ARTICLE.search(stated))
        or bool(_PASSWORD.search(text) and len(paragraphs) < 3)
        or _other_title(page.link.title, stated)
    )
    return Glance(title[:LEAD], lead[:LEAD], doubtful)


def _paragraphs(text: str) -> list[str]:
    found: list[str] = []
    for match in _PARAGRAPH.finditer(text):
        paragraph = _flat(match[1])
        if len(paragraph) >= 40:
            found.append(paragraph)
        if sum(map(len, found)) >= LEAD:
            break
    return found


def _description(text: str) -> str:
    for tag in _META.findall(text[:_HEAD]):
        if _DESCRIBES.search(tag) and (content := _CONTENT.search(tag)):
            return _flat(content[1] or content[2] or "")
    return ""


def _other_title(listed: str, stated: str) -> bool:
    """Has the page another title than the list gave it, with no word in common? So look pages that have gone."""
    return bool(listed and stated) and not {word for word in words(listed) if len(word) > 3} & set(words(stated))


def _flat(markup: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", markup)).split())
