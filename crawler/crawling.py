"""Runs a crawl of any number of sources in this process, from the configuration to the closing counts."""

from __future__ import annotations

import asyncio
import gc
import linecache
import logging
import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from crawler import settings
from crawler.config import Config
from crawler.errors import AvtoklasterError
from crawler.frontier import Frontier
from crawler.memory import give_back
from crawler.operating import due
from crawler.processing import topic_of
from crawler.progress import Crawl
from crawler.sources import Source
from storage import crawls, open_archive, regrouping
from storage import sources as rows

logger = logging.getLogger(__name__)

_GRACE = 5.0
"""Seconds for breaking off, after which the process ends anyhow: a page may still be being read in a thread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a call of `run` did: one crawl a source that was begun, in the order of their beginning; was it stopped?"""

    crawls: tuple[Crawl, ...]
    interrupted: bool = False


def run(
    config: Config,
    sources: Sequence[Source],
    *,
    since: date | None = None,
    limit: int | None = None,
    on_change: Callable[[Crawl], None] | None = None,
) -> Result:
    """Crawls `sources` and returns when all of them have ended. Once a process: Twisted's reactor cannot be started again.

    SIGINT or SIGTERM once: what is in flight is finished and kept. Twice: it is broken off. The archive is whole in either case.
    Raises ConfigError for a wrong topic, storage.errors.* when the archive cannot be opened or written.
    """
    from scrapy.crawler import AsyncCrawlerProcess
    from scrapy.settings import Settings
    from scrapy.utils.misc import load_object

    give_back()
    topic_of(config.topic)  # a mistake in it is told before anything is fetched
    with open_archive(config.archive) as archive:
        crawls.close_killed(archive, now=datetime.now(UTC))
        if regrouping.is_outdated(archive):
            logger.warning("%s: %s", config.archive, regrouping.NEEDED)
        rows.sync(archive, config.sources.values())
        frontier = Frontier(archive, config, since=since, limit=limit)
        frontier.on_change = on_change or frontier.on_change
        scrapy_settings = Settings()
        scrapy_settings.setmodule(settings)
        scrapy_settings.setdict(settings.of(config), priority="cmdline")
        process = AsyncCrawlerProcess(scrapy_settings)
        # Scrapy opens the root logger and its own for everything: it and trafilatura build thousands of records that nobody sees
        for name in ("", "scrapy"):
            logging.getLogger(name).setLevel(logging.WARNING)
        logging.getLogger("scrapy.core.downloader").setLevel(logging.ERROR)  # what it warns of is the reason of a page's row
        crawler = process.create_crawler(load_object(settings.SOURCE_SPIDER))
        task = process.crawl(crawler, sources=sources, frontier=frontier)
        _Stopper(crawler).install()
        # libraries are most of the objects: a full collection that walks through them holds up the loop for 50 ms
        gc.freeze()
        linecache.clearcache()  # Scrapy asks who imports it, which reads the sources of all that do: a megabyte
        process.start(install_signal_handlers=False)
        result = _result(crawler, task, frontier)
        for crawl in result.crawls:
            due.after_crawl(archive, crawl.source, now=datetime.now(UTC), news=crawl.tried > 0)
        return result


def _result(crawler: Any, task: asyncio.Task[None], frontier: Frontier) -> Result:
    """What came of it; raises the error that ended it before its time."""
    if task.done() and not task.cancelled() and (error := task.exception()) is not None:
        raise error
    if crawler.spider.broken is not None:
        raise crawler.spider.broken
    if crawler.stats.get_value("finish_reason") == "start_error":
        raise AvtoklasterError("the crawl ended before its time; the log above says why")
    return Result(crawls=tuple(frontier.crawls.values()), interrupted=crawler.spider.stopping.is_set())


class _Stopper:
    """The first signal asks the spider to stop, the second breaks off what is in flight, the third ends the process."""

    def __init__(self, crawler: Any) -> None:
        self._crawler = crawler
        self._broken_off = False

    def install(self) -> None:
        loop = asyncio.get_event_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stop, number)

    def _stop(self, number: int) -> None:
        spider = self._crawler.spider
        if spider is None or self._broken_off:
            self._end(number)
        elif spider.stopping.is_set():
            self._broken_off = True
            asyncio.get_running_loop().call_later(_GRACE, self._end, number)
            self._stopping = asyncio.ensure_future(self._crawler.stop_async())
        else:
            spider.stopping.set()

    def _end(self, number: int) -> None:
        os._exit(128 + number)  # nothing is lost: every page was written in its own transaction
