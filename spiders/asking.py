"""What asking a way needs: the source, somebody who fetches, somebody who remembers. Nothing here knows Scrapy or SQL."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from crawler.errors import AvtoklasterError, FetchError, ParseError
from crawler.items import Cursor, Link, Pace, Page
from crawler.sources import Source
from spiders.found import Found

_IN_THREAD = 100_000
"""Bytes above which a document is parsed off the event loop (feedparser takes 0.4 ms an entry)."""


class Fetches(Protocol):
    """`crawler.fetching.fetcher.Fetcher`."""

    async def fetch(self, source: Source, link: Link, *, etag: str = "", last_modified: str = "") -> Page: ...


class Remembers(Protocol):
    """The part of `crawler.frontier.Frontier` that finding links needs; documented there."""

    @property
    def since(self) -> date | None: ...
    @property
    def limit(self) -> int | None: ...

    def budget(self, source: Source) -> int: ...
    def count_pending(self, source: Source) -> int: ...
    def validators(self, url: str) -> tuple[str, str]: ...
    def cursor(self, source: Source, way: str) -> Cursor | None: ...
    def discovered(
        self, source: Source, way: str, page: Page, found: Sequence[Link], cursor: Cursor | None = None
    ) -> list[Link]: ...
    def crawled_before(self, source: Source) -> bool: ...
    def asked_all(self, source: Source, ways: Sequence[str]) -> None: ...
    def asked(self, source: Source, way: str, page: Page, pace: Pace) -> None: ...
    def ended(self, source: Source, way: str) -> None: ...
    def parts(self, index: str) -> list[str]: ...
    def note_parts(self, index: str, addresses: Sequence[str]) -> None: ...
    def known_before(self, found: Sequence[Link], moment: str) -> int: ...
    def day(self, link: Link) -> date | None: ...
    def refused(self, source: Source, link: Link, error: FetchError, *, article: bool = True) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """How asking one way went.

    `new` links were queued. `reached`: the part that was known before came into sight (or the end of the list), so between it and
    the new links nothing is missing. `error`: the way failed, or a part of it did.
    """

    kind: str
    url: str
    new: int = 0
    reached: bool = False
    error: AvtoklasterError | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One source being asked. `drain` fetches what waits: a search for history calls it after every document."""

    source: Source
    fetches: Fetches
    remembers: Remembers
    stopping: asyncio.Event
    drain: Callable[[], Awaitable[None]]

    async def get(self, url: str, *, conditional: bool = True) -> Page:
        """A discovery document; 304 without a body when nothing changed. A search for history never asks conditionally."""
        etag, last_modified = self.remembers.validators(url) if conditional and not self.remembers.since else ("", "")
        return await self.fetches.fetch(self.source, Link(url=url), etag=etag, last_modified=last_modified)

    def take(
        self, way: str, page: Page, links: Sequence[Link] = (), cursor: Cursor | None = None, *, pace: Pace | None = None
    ) -> list[Link]:
        """Queues what was never tried; the new links. Of the way itself its wishes are noted: how often it wants to be asked."""
        if page.requested == way:
            self.remembers.asked(self.source, way, page, pace or Pace())
        return self.remembers.discovered(self.source, way, page, links, cursor)

    def note(self, url: str, error: FetchError | ParseError) -> None:
        """A discovery document that could not be had or read gets its row and reason too."""
        failure = error if isinstance(error, FetchError) else FetchError(str(error))
        self.remembers.refused(self.source, Link(url=url), failure, article=False)

    def wanted(self, links: Sequence[Link]) -> list[Link]:
        """All of them; in a search for history without those that state an older day than the one asked for."""
        since = self.remembers.since
        return [link for link in links if since is None or (self.remembers.day(link) or since) >= since]

    def enough(self) -> bool:
        """Is the budget used up: by what waits, or in a search for history by what was fetched?"""
        budget = self.remembers.budget(self.source)
        return budget <= 0 if self.remembers.since else self.remembers.count_pending(self.source) >= budget


async def parsed(parse: Callable[..., Found], page: Page, *more: object) -> Found:
    """`parse(body, url, content type, *more)`, off the event loop when the document is large."""
    arguments = (page.body, page.url, page.headers.get("content-type", ""), *more)
    if len(page.body) > _IN_THREAD:
        return await asyncio.to_thread(parse, *arguments)
    return parse(*arguments)
