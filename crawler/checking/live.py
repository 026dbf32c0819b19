"""Fetches through the crawl's own downloader (robots.txt, delays, TLS profiles, obstacles, off-limits) without an archive."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Generic, TypeVar

from scrapy import Spider
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.settings import Settings

from crawler import leasing, settings
from crawler.config import Config
from crawler.fetching.fetcher import Fetcher
from crawler.items import Link, Page
from crawler.sources import Source
from storage import Archive, open_archive
from storage.errors import ArchiveError

T = TypeVar("T")
Work = Callable[["Fetching"], Awaitable[T]]

TIMEOUT = 15.0
"""Seconds for one answer: a person waits for it, and a site that needs longer fails in crawls too."""


@dataclass(frozen=True, slots=True)
class Fetching:
    """What checks and discovery fetch with; every request belongs to a source, whose delay, proxy and TLS profile it gets.

    `archive` holds the leases, None where there is none and so nobody crawls.
    """

    fetcher: Fetcher
    archive: Archive | None = None
    _locks: dict[str, asyncio.Lock] = field(default_factory=dict)

    @asynccontextmanager
    async def alone(self, source: Source) -> AsyncIterator[str]:
        """While nobody else asks the source's machines; yields who does, in words, when that does not end, else ""."""
        async with AsyncExitStack() as held:
            for machine in sorted(leasing.machines(source)):
                await held.enter_async_context(self._locks.setdefault(machine, asyncio.Lock()))
            holder = await leasing.take(self.archive, source) if self.archive else ""
            try:
                yield holder
            finally:
                if self.archive and not holder:
                    leasing.give_back(self.archive, source)

    async def get(self, source: Source, url: str) -> Page:
        """One page. Raises FetchError."""
        return await self.fetcher.fetch(source, Link(url=url))


class _NoFrontier:
    """Stands where a crawl has its frontier: nothing is counted, no robots.txt is kept."""

    def count(self, source: Source, **more: int) -> None:
        """Nothing is counted."""

    def certificate(self, source: Source, host: str, issuer: str, expires: datetime) -> None:
        """Seen by the check itself."""

    def robots(self, site: str) -> None:
        """No copy is kept from earlier."""

    def keep_robots(self, site: str, status: int, text: str) -> None:
        """Asked again next time."""


class _LiveSpider(Spider, Generic[T]):
    """Runs one piece of asynchronous work inside Scrapy."""

    name = "live"

    def __init__(self, *args: Any, work: Work[T], archive: Archive | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.work = work
        self.archive = archive
        self.frontier = _NoFrontier()
        self.stopping = asyncio.Event()
        self.result: T | None = None
        self.error: BaseException | None = None

    async def start(self) -> AsyncIterator[Any]:
        """Does the work; its error is kept for `run`, since Scrapy would only log it."""
        try:
            self.result = await self.work(Fetching(Fetcher.from_crawler(self.crawler), self.archive))
        except Exception as error:  # noqa: BLE001  # raised again by `run`, in the command
            self.error = error
        if False:  # Scrapy wants an asynchronous iterator; there is nothing for its scheduler
            yield


def run(config: Config, work: Work[T]) -> T:
    """The result of `work`, done in Scrapy's process with the project's settings. Once a process. Raises what `work` raises."""
    given = Settings()
    given.setmodule(settings)
    given.setdict(settings.of(config), priority="cmdline")
    middlewares = {**settings.DOWNLOADER_MIDDLEWARES, "crawler.fetching.retry.RetryMiddleware": None}
    given.setdict(
        {
            "DOWNLOADER_MIDDLEWARES": middlewares,
            "DOWNLOAD_TIMEOUT": TIMEOUT,
            "DNS_TIMEOUT": TIMEOUT,
            "REACTOR_THREADPOOL_MAXSIZE": 64,
            "ITEM_PIPELINES": {},
        },
        priority="cmdline",
    )
    process = AsyncCrawlerProcess(given)
    logging.getLogger().setLevel(logging.ERROR)
    crawler = process.create_crawler(_LiveSpider)
    with _archive(config) as archive:
        process.crawl(crawler, work=work, archive=archive)
        process.start()
    spider: Any = crawler.spider
    if spider.error is not None:
        raise spider.error
    if spider.result is None:
        raise KeyboardInterrupt
    result: T = spider.result
    return result


@contextmanager
def _archive(config: Config) -> Iterator[Archive | None]:
    """The archive if there is one that can be written: then a crawl may be running, and leases say where."""
    try:
        archive = open_archive(config.archive, create=False)
    except ArchiveError:
        yield None
        return
    with archive:
        yield archive


def quick(source: Source) -> Source:
    """The source as a check asks it: never more slowly than every two seconds, since a person waits."""
    return replace(source, delay=min(source.delay, 2.0)) if source.delay is not None else source
