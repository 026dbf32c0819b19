"""Telegram previews (t.me/s/<channel>): the posts on a page of a channel, and where older ones are. Pure: bytes -> links.

The markup is that of the public preview in 2024 to 2026 as scrapers and RSS-Bridge document it: class names nest as prefixes, so
whole tokens are matched; a page holds twenty posts, oldest first; a channel that is closed, renamed or has its preview turned
off answers 200 with a card and no message at all (RSS-Bridge #2963, #4120; RSSHub #6853).
"""

from __future__ import annotations

import html as entities
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, urljoin, urlsplit

from lxml import html
from lxml.etree import ParserError

from crawler.errors import Blocked, ParseError
from crawler.items import Link
from spiders.found import Found, decode

PAGE = 20
"""Posts that a full page holds."""

_IDENTITY = re.compile(r"([A-Za-z0-9_]{4,32})/(\d+)")
_ENTITY = re.compile(r"&(?:amp|quot|lt|gt|nbsp|laquo|raquo|mdash|ndash|#\d{1,7}|#x[0-9a-fA-F]{1,6});")
_BACKGROUND = re.compile(r"background-image:\s*url\(['\"]?([^'\")]+)")
_SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=[«\"(]?[A-ZА-ЯЁ0-9])")
_LINES = re.compile(r"\n{3,}")
_SPACE = re.compile(r"[^\S\n]+")
_LETTER = re.compile(r"[^\W_]")
_TELEGRAM = ("t.me", "telegram.me", "telegram.org", "telegram.dog")
_EDITED = {"edited", "изменено", "изм.", "отредактировано"}
_NOT_OWN = ("tgme_widget_message_reply", "tgme_widget_message_text")
"""Text inside these is the answered post's, or was taken already: the preview nests texts in texts."""
_MIRROR = re.compile(r"^https?://(?:www\.)?(?:t\.me|telegram\.(?:me|dog))/")
_TITLE_LENGTH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One message of a channel.

    `channel` and `number` are its identity, as `data-post` states it; `url` is made of them: https://t.me/channel/123.
    `published` is ISO 8601 with an offset. `forwarded` is the name of the channel or person it was forwarded from ("" for an own
    post), `origin` the forwarded post's address if public; `reply` is the address of the post it answers, whose text is not
    part of `text`. `leads` are the addresses that it links to outside Telegram, each once. `edited`: Telegram says so.
    """

    url: str
    channel: str
    number: int
    text: str
    published: str = ""
    edited: bool = False
    forwarded: str = ""
    origin: str = ""
    reply: str = ""
    leads: tuple[str, ...] = ()
    image: str = ""

    @property
    def title(self) -> str:
        """The first line that says something, or its first sentence when the line is long; at most 200 characters."""
        line = next((line for line in self.text.split("\n") if _LETTER.search(line)), "")
        if len(line) > _TITLE_LENGTH:
            line = _SENTENCE.split(line, maxsplit=1)[0]
        start = re.search(r"[\w«\"(№]", line)
        line = line[start.start() :] if start else line
        return line if len(line) <= _TITLE_LENGTH else line[:_TITLE_LENGTH].rsplit(" ", 1)[0] + "…"


def address(channel: str, before: int | None = None) -> str:
    """The preview page of a channel (its name, or the page's address on another host), or the one that ends before a post."""
    page = channel if "://" in channel else f"https://t.me/s/{channel}"
    return page + (f"?before={before}" if before else "")


def parse(body: bytes, url: str, *, content_type: str = "", is_lead: Callable[[str], bool] | None = None) -> Found:
    """The posts of one preview page as links, newest first, each with its text; `next` is the page of older ones.

    Media without text, service notices («channel created», pins) and reply quotes are left out. `is_lead` says of an outside
    address whether it is followed: such ones come after their post as links with `via="lead"`. Raises Blocked for a closed or
    renamed channel, ParseError for a page that is no preview at all.
    """
    tree = _tree(body, content_type)
    found = list(_posts(tree, url))
    if not found and not _is_open(tree):
        raise _closed(tree, url)
    links: list[Link] = []
    for post in reversed(found):
        if not post.text:
            continue
        about = f"forwarded from {post.forwarded}" if post.forwarded else ""
        links.append(
            Link(
                url=post.url,
                title=post.title,
                date=post.published,
                summary=about,
                text=post.text,
                via="telegram",
                position=len(links),
            )
        )
        for lead in post.leads:
            if is_lead is not None and is_lead(lead):
                links.append(Link(url=lead, via="lead", position=len(links)))
    return Found(links=tuple(links), next=_older(tree, found, url))


def posts(body: bytes, url: str, *, content_type: str = "") -> list[Post]:
    """The posts of one preview page in its own order, oldest first, those without text too. Raises as `parse`."""
    tree = _tree(body, content_type)
    found = list(_posts(tree, url))
    if not found and not _is_open(tree):
        raise _closed(tree, url)
    return found


def _tree(body: bytes, content_type: str) -> html.HtmlElement:
    text = decode(body, content_type).replace("\x00", "")
    try:
        return html.document_fromstring(text.encode("utf-8"), parser=html.HTMLParser(encoding="utf-8"))
    except (ParserError, ValueError, AssertionError):
        raise ParseError("an empty page instead of a Telegram preview") from None


def _has(element: html.HtmlElement, name: str) -> bool:
    return name in (element.get("class") or "").split()


def _all(element: html.HtmlElement, name: str) -> Iterator[html.HtmlElement]:
    """The descendants (and the element itself) with a class token."""
    return (item for item in element.iter("*") if _has(item, name))


def _first(element: html.HtmlElement, name: str) -> html.HtmlElement | None:
    return next(_all(element, name), None)


def _is_open(tree: html.HtmlElement) -> bool:
    """Is it a channel's history, though without messages? So answers a page before the first post."""
    return _first(tree, "tgme_channel_history") is not None


def _closed(tree: html.HtmlElement, url: str) -> Blocked | ParseError:
    """The error for a page without messages."""
    if _first(tree, "tgme_page_title") is not None or _first(tree, "tgme_page") is not None:
        return Blocked(f"{urlsplit(url).path.strip('/')}: no public preview: the channel is closed, renamed or not a channel")
    return ParseError("the page is no Telegram preview")


def _posts(tree: html.HtmlElement, url: str) -> Iterator[Post]:
    for message in _all(tree, "tgme_widget_message"):
        identity = _IDENTITY.fullmatch(message.get("data-post") or "")
        if identity and not (_has(message, "service_message") or _has(message, "tgme_widget_message_service")):
            yield _post(message, identity[1], int(identity[2]), url)


def _post(message: html.HtmlElement, channel: str, number: int, url: str) -> Post:
    bodies = [item for item in _all(message, "tgme_widget_message_text") if not _inside(item, *_NOT_OWN)]
    forwarded = _first(message, "tgme_widget_message_forwarded_from_name")
    reply = _first(message, "tgme_widget_message_reply")
    photo = _first(message, "tgme_widget_message_photo_wrap")
    picture = _BACKGROUND.search(photo.get("style") or "") if photo is not None else None
    return Post(
        url=urljoin(_MIRROR.sub("https://t.me/", url), f"/{channel}/{number}"),
        channel=channel,
        number=number,
        text=_clean("\n\n".join(_text(body) for body in bodies)),
        published=_time(message),
        edited=any(_EDITED & set(_text(meta).lower().split()) for meta in _all(message, "tgme_widget_message_meta")),
        forwarded=_clean(_text(forwarded)).replace("\n", " ") if forwarded is not None else "",
        origin=_href(forwarded, url) if forwarded is not None else "",
        reply=_href(reply, url) if reply is not None else "",
        leads=tuple(dict.fromkeys(_leads(message, bodies, url))),
        image=picture[1] if picture else "",
    )


def _inside(element: html.HtmlElement, *names: str) -> bool:
    """Is an element above it one with such a class token?"""
    return any(_has(above, name) for above in element.iterancestors() for name in names)


def _text(element: html.HtmlElement) -> str:
    """The text with a line break where <br> stands."""
    parts: list[str] = []
    for item in element.iter():
        if item.tag == "br":
            parts.append("\n")
        elif isinstance(item.tag, str) and item.text:
            parts.append(item.text)
        if item is not element and item.tail:
            parts.append(item.tail)
    return "".join(parts)


def _clean(text: str) -> str:
    """Entities that were escaped twice (so since April 2024) resolved, spaces folded, lines kept."""
    if _ENTITY.search(text):
        text = entities.unescape(text)
    lines = (_SPACE.sub(" ", line).strip() for line in text.replace("\u200b", "").split("\n"))
    return _LINES.sub("\n\n", "\n".join(lines)).strip()


def _time(message: html.HtmlElement) -> str:
    """The time in the link to the post: other <time> elements are the length of a video."""
    for date in _all(message, "tgme_widget_message_date"):
        for time in date.iter("time"):
            if stated := (time.get("datetime") or "").strip():
                return str(stated)
    return ""


def _leads(message: html.HtmlElement, bodies: list[html.HtmlElement], url: str) -> Iterator[str]:
    anchors = [anchor for body in bodies for anchor in body.iter("a")]
    for anchor in [*anchors, *_all(message, "tgme_widget_message_link_preview")]:
        where = _href(anchor, url)
        host = (urlsplit(where).hostname or "").removeprefix("www.")
        if host and host not in _TELEGRAM and not host.endswith(".t.me"):
            yield where


def _href(element: html.HtmlElement, url: str) -> str:
    """The absolute http(s) address of a link, escaped twice or not; "" for other schemes and mistakes."""
    written = (element.get("href") or "").strip()
    if _ENTITY.search(written):
        written = entities.unescape(written)
    try:
        where = urljoin(url, written) if written and not written.startswith("?") else ""
        return where if urlsplit(where).scheme in ("http", "https") else ""
    except ValueError:
        return ""


def _older(tree: html.HtmlElement, found: list[Post], url: str) -> str:
    """The address of the page with older posts: as the page says, else by the smallest number of a full page."""
    stated = [more.get("data-before") or "" for more in _all(tree, "tme_messages_more")]
    for link in tree.iter("link"):
        if link.get("rel") == "prev":
            stated += parse_qs(urlsplit(link.get("href") or "").query).get("before", [])
    numbers = [int(value) for value in stated if value.isdigit()]
    if not numbers and len(found) >= PAGE:
        numbers = [min(post.number for post in found)]
    if not numbers or numbers[0] <= 1 or not found:
        return ""
    before = parse_qs(urlsplit(url).query).get("before", [""])[0]
    if before.isdigit() and numbers[0] >= int(before):
        return ""  # a page that leads to itself or forward again
    return urljoin(url, f"/s/{found[0].channel}?before={numbers[0]}")
