"""What a refused page leaves behind, so that a new topic can recover it: its title and first words, without reading it. Pure."""

from __future__ import annotations

import html
import re

from crawler.items import Page

LEAD = 500

_HEAD = 20_000
_TITLE = re.compile(r"(?is)<title[^>]*>(.{1,1000}?)</title")
_META = re.compile(r"(?is)<meta\s[^>]{0,2000}?>")
_DESCRIBES = re.compile(r"""(?is)\b(?:name|property|itemprop)\s*=\s*["']?(?:og:|twitter:)?description\b""")
_CONTENT = re.compile(r"""(?is)\bcontent\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_PARAGRAPH = re.compile(r"(?is)<p(?:\s[^>]{0,1000})?>(.{40,5000}?)</p")
_TAG = re.compile(r"<[^>]{0,2000}>")
_CHARSET = re.compile(rb"(?i)charset\s*=\s*[\"']?\s*([\w-]{2,20})")


def skim(page: Page) -> tuple[str, str]:
    """(title, lead): what the source's list said of the page, else the page's own <title>, description and first paragraphs."""
    text = _decode(page)
    title = page.link.title or _flat((_TITLE.search(text[:_HEAD]) or _NOTHING)[1])
    lead = page.link.text or page.link.summary
    for tag in _META.findall(text[:_HEAD]) if not lead else ():
        if _DESCRIBES.search(tag) and (content := _CONTENT.search(tag)):
            lead = _flat(content[1] or content[2] or "")
            break
    for found in _PARAGRAPH.finditer(text):
        if len(lead) >= LEAD:
            break
        paragraph = _flat(found[1])
        if len(paragraph) >= 40 and paragraph not in lead:
            lead = f"{lead}\n{paragraph}".strip()
    return title[:500], lead[:LEAD]


_NOTHING = ("", "")


def _decode(page: Page) -> str:
    body = page.body[:400_000]
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        if len(body) - error.start < 4:
            return body.decode("utf-8", "replace")
    declared = _CHARSET.search(body[:4000])
    try:
        name = declared[1].decode("ascii").lower() if declared else "cp1251"
        return body.decode("cp1251" if name in ("utf-8", "utf8") else name, "replace")
    except LookupError:
        return body.decode("cp1251", "replace")


def _flat(markup: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", markup)).split())
