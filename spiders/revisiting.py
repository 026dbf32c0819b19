"""Kept articles are fetched again, ever more seldom, so that silent edits and take-downs are seen; the archive knows which."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol
from urllib.parse import urlsplit

from crawler.errors import FetchError, ParseError
from crawler.items import Link, Page
from crawler.sources import Source
from spiders import posts
from spiders.asking import Fetches, Remembers
from spiders.hinted import page_of

_MOST = 50
"""Articles of one source that a crawl looks at again: at two seconds between requests less than two minutes."""


class Revisiting(Remembers, Protocol):
    """The part of `crawler.frontier.Frontier` that revisits need; documented there."""

    def revisits(self, source: Source, limit: int) -> list[Link]: ...
    def unchanged(self, source: Source, page: Page) -> None: ...
    def refused(self, source: Source, link: Link, error: FetchError, *, article: bool = True) -> None: ...


async def revisit(
    source: Source,
    *,
    fetches: Fetches,
    remembers: Revisiting,
    stopping: asyncio.Event,
    deliver: Callable[[Page], Awaitable[None]],
) -> None:
    """Asks conditionally for each article that is due. A search for history looks at nothing twice.

    Failures are written down but do not count against the crawl: the article is kept, and its page waits twice as long next time.
    """
    if remembers.since:
        return
    for link in remembers.revisits(source, _MOST):
        if stopping.is_set():
            return
        etag, last_modified = remembers.validators(link.url)
        try:
            if source.telegram and (at := posts.widget(source.telegram, link.url)):
                page = await _post(source, fetches, at, link.url)
            elif urlsplit(link.url).hostname == "t.me":  # of a channel that is not the source's any more
                continue
            else:
                page = await fetches.fetch(source, link, etag=etag, last_modified=last_modified)
        except (FetchError, ParseError) as error:
            failure = error if isinstance(error, FetchError) else FetchError(str(error))
            remembers.refused(source, link, failure, article=False)
            continue
        if page.status == 304:
            remembers.unchanged(source, page)
        else:
            await deliver(page)


async def _post(source: Source, fetches: Fetches, at: str, url: str) -> Page:
    """A post of the source's channel as its widget at `at` shows it now."""
    page = await fetches.fetch(source, Link(url=at))
    return page_of(source, posts.again(page.body, page.url, url, page.headers.get("content-type", "")))
