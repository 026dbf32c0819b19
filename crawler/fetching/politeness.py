"""One request at a time per machine, a delay between two of them, and slower when the site asks for it."""

from __future__ import annotations

from typing import Self

from scrapy import Request
from scrapy.core.downloader import Slot
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.fetching.addresses import machine

LONGEST_DELAY = 60.0
"""Seconds. A Crawl-delay above it (some templates say 3600) is taken for this: a crawl of twenty pages must end within a day."""


_SLOWEST = 4
"""Times the delay of a source: a single page that is for members only must not stop the crawl of the others."""


class PolitenessMiddleware:
    """Puts every request into the slot of its machine, whose delay is the longest that anybody asked for."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._default = crawler.settings.getfloat("DOWNLOAD_DELAY")
        self._delays: dict[str, float] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        key = machine(request.url)
        source = request.meta["source"]
        asked = self._default if source.delay is None else source.delay
        request.meta["download_slot"] = key
        self.at_least(key, asked)

    def process_response(self, request: Request, response: Response) -> Response:
        if response.status == 429:
            key = machine(request.url)
            self.at_least(key, max(1.0, 2 * self._delays.get(key, 0)))
        return response

    def refused(self, request: Request) -> None:
        """Somebody stands in the way: twice as slowly from now on, up to four times what was asked for."""
        key, source = machine(request.url), request.meta["source"]
        asked = self._default if source.delay is None else source.delay
        self.at_least(key, min(2 * self._delays.get(key, asked), _SLOWEST * asked))

    def at_least(self, key: str, seconds: float) -> None:
        """From now on at least `seconds` (at most LONGEST_DELAY) between the starts of two requests to a machine."""
        delay = min(max(seconds, self._delays.get(key, 0.0)), LONGEST_DELAY)
        self._delays[key] = delay
        slots = self._crawler.engine.downloader.slots
        if key not in slots:  # Scrapy drops slots that were idle for a minute
            slots[key] = Slot(concurrency=1, delay=delay, jitter=0)
        slots[key].delay = delay
