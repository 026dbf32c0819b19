"""One address -> one page, or a typed reason why not. What spiders are handed to fetch with."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Self
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.errors import FetchError, Gone, OffLimits
from crawler.fetching import failures
from crawler.fetching.obstacles import asked_to_wait, headers_of
from crawler.items import Link, Page
from crawler.sources import Source


class Fetcher:
    """Sends requests through Scrapy's downloader and its middlewares; knows nothing of sources' ways or of the archive."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def fetch(self, source: Source, link: Link, *, etag: str = "", last_modified: str = "") -> Page:
        """The page at `link.url` as bytes: status 200 to 299, or 304 without a body when validators were given.

        Raises FetchError (Blocked, OffLimits, RobotsForbidden, Gone, or itself) for everything else.
        """
        headers = {name: value for name, value in (("If-None-Match", etag), ("If-Modified-Since", last_modified)) if value}
        try:
            request = Request(link.url, headers=headers, meta={"source": source})
            response = await self._crawler.engine.download_async(request)
        except (FetchError, *failures.EXPECTED) as error:
            raise failures.explain(error) from error
        _check(response, conditional=bool(headers))
        return Page(
            url=response.url,
            requested=link.url,
            source=source.id,
            body=response.body,
            status=response.status,
            headers=headers_of(response),
            fetched=datetime.now(UTC),
            link=link,
        )


def _check(response: Response, *, conditional: bool) -> None:
    """Raises FetchError unless the answer is a page, or a 304 that was asked for."""
    status = response.status
    if 200 <= status < 300 or (status == 304 and conditional):
        return
    if status in (404, 410):
        raise Gone(f"HTTP {status}")
    if status == 304:
        raise FetchError("HTTP 304 to a request without validators")
    if 300 <= status < 400:
        scheme = urlsplit(urljoin(response.url, (response.headers.get("Location") or b"").decode("utf-8", "replace"))).scheme
        if scheme not in ("http", "https"):
            raise OffLimits(f"redirects to {scheme[:20]}:")
        raise FetchError(f"HTTP {status} without a target")
    raise FetchError(f"HTTP {status}", wait=asked_to_wait(response))
