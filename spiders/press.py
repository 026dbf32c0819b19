"""The spider of every source with feeds, sitemaps, listings or a JSON API: sources are data, this is the only code for them."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Sequence
from typing import Any, Self

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.utils.misc import build_from_crawler, load_object

from crawler.items import Page
from crawler.sources import Source
from spiders.crawl import SourceCrawl
from storage.errors import ArchiveError

logger = logging.getLogger(__name__)


class PressSpider(Spider):
    """Crawls `sources`, some at a time, each machine by one of them only; pages go through the item pipelines.

    What fetches and what remembers come from the settings FETCHER and FRONTIER. `stopping` set: what is in flight is finished,
    the rest stays in the frontier. `broken` holds the error of the archive that ended everything, if one did.
    """

    name = "press"
    source: Source | None = None
    fetcher: Any

    def __init__(self, *args: Any, sources: Sequence[Source] = (), frontier: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.frontier = frontier
        self.sources: tuple[Source, ...] = tuple(sources) or ((self.source,) if self.source else ())
        self.stopping = asyncio.Event()
        self.broken: ArchiveError | None = None
        self._machines: dict[str, asyncio.Lock] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.fetcher = build_from_crawler(load_object(crawler.settings["FETCHER"]), crawler)
        spider.frontier = spider.frontier or build_from_crawler(load_object(crawler.settings["FRONTIER"]), crawler)
        return spider

    async def start(self) -> AsyncIterator[Any]:
        """Runs all crawls to their end; nothing is left for Scrapy's scheduler, whose queue a kill would lose (scrapy#7978)."""
        seats = asyncio.Semaphore(self.settings.getint("AVTOKLASTER_CONCURRENCY"))
        try:
            async with asyncio.TaskGroup() as group:
                for source in self.sources:
                    group.create_task(self._crawl(source, seats))
        except* ArchiveError as errors:
            self.broken = next(error for error in errors.exceptions if isinstance(error, ArchiveError))
        nothing: tuple[Any, ...] = ()
        for request in nothing:
            yield request

    async def _crawl(self, source: Source, seats: asyncio.Semaphore) -> None:
        async with contextlib.AsyncExitStack() as held:
            for machine in sorted(self.frontier.machines(source)):  # in one order: two sources never wait for each other
                await held.enter_async_context(self._machines.setdefault(machine, asyncio.Lock()))
            await held.enter_async_context(seats)
            if self.stopping.is_set() or not await self.frontier.begin(source):
                return
            outcome, message = "interrupted", "stopped at once"
            try:
                outcome, message = await SourceCrawl(source, self.fetcher, self.frontier, self.stopping, self._deliver).run()
            except Exception as error:  # a mistake of ours in one source must not end the crawls of the others
                if (broken := self.frontier.of_archive(error)) is not None:
                    outcome, message = "failed", str(broken)
                    raise broken from error
                logger.exception("crawl of %s", source.id)
                outcome, message = "failed", f"internal error: {type(error).__name__}: {error}"
            finally:
                self.frontier.end(source, outcome, message)

    async def _deliver(self, page: Page) -> None:
        await self.crawler.engine.scraper.start_itemproc_async(page, response=None)
        if self.frontier.broken is not None:
            raise self.frontier.broken
