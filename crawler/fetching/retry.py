"""Tries again what may pass: three times in all, when the wait is at most a minute."""

from __future__ import annotations

import asyncio
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Response
from twisted.internet.error import ConnectError, ConnectionClosed

from crawler.fetching.addresses import machine
from crawler.fetching.obstacles import asked_to_wait, obstacle

TRIES = 3
LONGEST_WAIT = 60.0
"""Seconds that a site may ask us to wait (`Retry-After`) for the page to be tried again within the same crawl."""

_STATUSES = {408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524}
_PASSING = (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
    ConnectError,
    ConnectionClosed,
    OSError,
)


class RetryMiddleware:
    """Waits and sends the request again; a 429 without `Retry-After` is not argued with."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Response | Request:
        if response.status not in _STATUSES or (response.status in (503, 521) and obstacle(response.status, {}, response.body)):
            return response
        asked = asked_to_wait(response)
        if response.status == 429 and asked is None:
            return response
        return await self._again(request, asked) or response

    async def process_exception(self, request: Request, exception: Exception) -> Request | None:
        return await self._again(request, None) if isinstance(exception, _PASSING) else None

    async def _again(self, request: Request, asked: float | None) -> Request | None:
        tried = request.meta.get("tried", 1)
        slot = self._crawler.engine.downloader.slots.get(machine(request.url))
        wait = asked if asked is not None else (slot.delay if slot else 0.0) * tried
        if tried >= TRIES or wait > LONGEST_WAIT or await self._told_to_stop(wait):
            return None
        again = request.copy()
        again.meta["tried"] = tried + 1
        return again

    async def _told_to_stop(self, seconds: float) -> bool:
        """Waits; True as soon as the crawl is to end."""
        stopping: asyncio.Event = self._crawler.spider.stopping  # type: ignore[union-attr]
        try:
            await asyncio.wait_for(stopping.wait(), seconds)
        except TimeoutError:
            return False
        return True
