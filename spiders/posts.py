"""One kept post of a Telegram channel asked for again: previews show only the newest twenty, and edits come later. Pure."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from crawler.errors import Gone, ParseError
from crawler.items import Link
from spiders import telegram

_NOT_FOUND = b"tgme_widget_message_error"
"""The class of «Post not found» in the widget, as public readers of it know it."""


def widget(channel: str, post: str) -> str:
    """The address of the widget of one post (its markup is that of the preview); "" if it is none of this channel.

    `channel` is its name, or the address of its preview on another host; `post` as the post's article has it.
    """
    above = telegram.address(channel).partition("/s/")
    name = above[2].strip("/").lower()
    found = re.fullmatch(r"/(\w+)/(\d+)/?", urlsplit(post).path)
    own = found and found[1].lower() == name and post.startswith(f"{above[0]}/")
    return f"{above[0]}/{name}/{found[2]}?embed=1&mode=tme" if found and own else ""


def again(body: bytes, at: str, post: str, content_type: str = "") -> Link:
    """The post at `post` as its widget shows it now.

    Raises Gone when it was taken down, ParseError when this is no widget of it, Blocked for a channel that was closed.
    """
    if _NOT_FOUND in body:
        raise Gone("the post is not there any more")
    number = urlsplit(post).path.strip("/").rpartition("/")[2]
    for found in telegram.posts(body, at, content_type=content_type):
        if str(found.number) == number and found.text:
            return Link(url=post, title=found.title, date=found.published, text=found.text, via="telegram")
    raise ParseError("the widget does not show the post")
