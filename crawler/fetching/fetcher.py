"""One address -> one page, or a typed reason why not. What spiders are handed to fetch with."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Self
from urllib.parse import urljoin, urlsplit

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.errors import Blocked, FetchError, Gone, OffLimits
from crawler.fetching import failures
from crawler.fetching.obstacles import asked_to_wait, headers_of, obstacle
from crawler.fetching.rendering import Renderer
from crawler.fetching.retry import TRIES
from crawler.fetching.tls import unverified
from crawler.items import UNVERIFIED, Link, Page
from crawler.sources import Source

_HTML = ("text/html", "application/xhtml+xml")


class Fetcher:
    """Sends requests through Scrapy's downloader and its middlewares; knows nothing of sources' ways or of the archive."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        given = crawler.settings
        self._renderer = Renderer(
            given["USER_AGENT"], largest=given.getint("DOWNLOAD_MAXSIZE"), timeout=given.getfloat("DOWNLOAD_TIMEOUT")
        )

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        fetcher = cls(crawler)
        crawler.signals.connect(fetcher._renderer.close, signal=signals.spider_closed)
        return fetcher

    async def fetch(self, source: Source, link: Link, *, etag: str = "", last_modified: str = "") -> Page:
        """The page at `link.url` as bytes: status 200 to 299, or 304 without a body when validators were given.

        Raises FetchError (Blocked, OffLimits, RobotsForbidden, Gone, or itself) for everything else.
        """
        headers = {name: value for name, value in (("If-None-Match", etag), ("If-Modified-Since", last_modified)) if value}
        try:
            request = Request(link.url, headers=headers, meta={"source": source})
            response = await self._crawler.engine.download_async(request)
        except (FetchError, *failures.EXPECTED) as error:
            raise failures.explain(error, proxy=source.proxy) from error
        _check(response, conditional=bool(headers))
        page = Page(
            url=response.url,
            requested=link.url,
            source=source.id,
            body=response.body,
            status=response.status,
            headers=headers_of(response) | ({UNVERIFIED: "1"} if unverified(response) else {}),
            fetched=datetime.now(UTC),
            link=link,
        )
        return await self._rendered(source, page) if source.javascript and _is_html(page) else page

    async def _rendered(self, source: Source, page: Page) -> Page:
        """The page after its scripts have run; what they ask for is one request each, with all that holds for requests."""

        async def part(url: str, accept: str) -> Response:
            meta = {"source": source, "dont_redirect": True, "tried": TRIES}  # a part that fails is not worth a second try
            try:
                return await self._crawler.engine.download_async(Request(url, headers={"Accept": accept}, meta=meta))
            except (FetchError, *failures.EXPECTED) as error:
                raise failures.explain(error, proxy=source.proxy) from error

        shown = await self._renderer.render(page, part)
        if reason := obstacle(shown.status, {}, shown.body):
            raise Blocked(reason)
        return shown


def _is_html(page: Page) -> bool:
    """Feeds, sitemaps and answers of APIs are read as they come."""
    return page.status == 200 and page.headers.get("content-type", "text/html").split(";")[0].strip().lower() in _HTML


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
