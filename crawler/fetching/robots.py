"""robots.txt (RFC 9309): kept in the archive for a day, obeyed everywhere, with its Crawl-delay."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadTimeoutError

from crawler.errors import Blocked, FetchError, OffLimits, RobotsForbidden, Unreachable
from crawler.fetching import failures
from crawler.fetching.politeness import PolitenessMiddleware
from crawler.fetching.tls import profile_of

if TYPE_CHECKING:
    from crawler.frontier import Frontier

AGENT = "avtoklaster"
LARGEST = 500 << 10
"""Bytes that are read of a robots.txt; RFC 9309 §2.5 asks for at least 500 KiB."""

_Key = tuple[str, str, str]
"""Scheme and host, TLS profile, proxy."""


class RobotsMiddleware:
    """Raises `RobotsForbidden` for what the site does not want read.

    404 and other 4xx: everything may be fetched (§2.3.1.3). 5xx, or no answer: nothing may (§2.3.1.4), unless an older copy is in
    the archive; that is a `FetchError`, since it is tried again by the next crawl.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._known: dict[_Key, Protego | FetchError] = {}
        self._locks: dict[_Key, asyncio.Lock] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    @property
    def _frontier(self) -> Frontier:
        frontier: Frontier = self._crawler.spider.frontier  # type: ignore[union-attr]
        return frontier

    async def process_request(self, request: Request) -> None:
        if request.meta.get("robots"):
            return
        parts = urlsplit(request.url)
        site, source = f"{parts.scheme}://{parts.netloc}", request.meta["source"]
        key = (site, profile_of(source, request.url), source.proxy)  # what one source cannot reach, another may
        async with self._locks.setdefault(key, asyncio.Lock()):
            if key not in self._known:
                self._known[key] = await self._ask(site, request)
        rules = self._known[key]
        if isinstance(rules, FetchError):
            raise rules
        if not rules.can_fetch(request.url, AGENT):
            raise RobotsForbidden("robots.txt does not allow it")
        if (delay := rules.crawl_delay(AGENT)) is not None:
            politeness = self._crawler.get_downloader_middleware(PolitenessMiddleware)
            assert politeness is not None
            politeness.at_least(request.meta["download_slot"], float(delay))

    async def _ask(self, site: str, request: Request) -> Protego | FetchError:
        kept = self._frontier.robots(site)
        if kept is not None and kept.fresh:
            return Protego.parse(kept.text)
        meta = {"robots": True, "source": request.meta["source"]}
        try:
            response = await self._crawler.engine.download_async(Request(f"{site}/robots.txt", meta=meta))
        except Blocked:  # what refuses robots.txt will refuse the page too, and say so there
            return Protego.parse("")
        except (FetchError, *failures.EXPECTED) as error:
            failure = failures.explain(error, proxy=request.meta["source"].proxy)
            reason = failure.reason
            if isinstance(failure, Unreachable) and kept is None:  # the page would fail for the same reason
                return Unreachable(f"robots.txt: {reason}") if isinstance(error, DownloadTimeoutError) else failure
            if isinstance(failure, OffLimits) or "redirects" in reason:  # it leads nowhere: there is none (§2.3.1.2)
                return Protego.parse("")
        else:
            if response.status < 500 and response.status != 429:
                text = response.body[:LARGEST].decode("utf-8", "replace").removeprefix("﻿") if response.status == 200 else ""
                self._frontier.keep_robots(site, response.status, text)
                return Protego.parse(text)
            reason = f"HTTP {response.status}"
        if kept is not None:
            return Protego.parse(kept.text)
        return FetchError(f"robots.txt cannot be had ({reason}): nothing is fetched until it answers (RFC 9309)")
