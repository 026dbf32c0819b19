"""Counts what really goes over the wire, next to it: robots.txt, redirects and second tries are requests too."""

from __future__ import annotations

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.fetching.addresses import endpoint, own_endpoints


class TrafficMiddleware:
    """Adds requests and bytes (as received, still packed) to the counts of the source; chooses the way through a proxy."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        self._crawler.spider.frontier.count(request.meta["source"], requests=1)  # type: ignore[union-attr]

    def process_response(self, request: Request, response: Response) -> Response:
        self._crawler.spider.frontier.count(request.meta["source"], bytes=len(response.body))  # type: ignore[union-attr]
        return response


class ProxyMiddleware:
    """The source's own proxy; for its own private or loopback entries none, whatever the environment says."""

    def process_request(self, request: Request) -> None:
        source = request.meta["source"]
        if source.proxy:
            request.meta["proxy"] = source.proxy
        elif _is_private_literal(*endpoint(request.url)) and endpoint(request.url) in own_endpoints(source):
            request.meta["proxy"] = None


def _is_private_literal(host: str, port: int) -> bool:
    from crawler.fetching.addresses import is_public

    if host == "localhost":
        return True
    try:
        return not is_public(host)
    except ValueError:
        return False
