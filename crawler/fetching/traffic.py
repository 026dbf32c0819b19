"""Counts what really goes over the wire, next to it: robots.txt, redirects and second tries are requests too."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from cryptography.x509 import Certificate
from cryptography.x509.oid import NameOID
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.fetching.addresses import endpoint, own_endpoints


class TrafficMiddleware:
    """Adds requests and bytes (as received, still packed) to the counts of the source, and notes the certificate of each host."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._shown: set[tuple[str, str]] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        self._crawler.spider.frontier.count(request.meta["source"], requests=1)  # type: ignore[union-attr]

    def process_response(self, request: Request, response: Response) -> Response:
        frontier = self._crawler.spider.frontier  # type: ignore[union-attr]
        source = request.meta["source"]
        frontier.count(source, bytes=len(response.body))
        if response.certificate is not None:
            key = (source.id, "{}:{}".format(*endpoint(request.url)))
            if key not in self._shown:
                self._shown.add(key)
                frontier.certificate(source, key[1], *_facts(response.certificate.original.to_cryptography()))
        return response


def _facts(leaf: Certificate) -> tuple[str, datetime]:
    """Who signed it, and its last moment (aware, UTC)."""
    names = [
        *leaf.issuer.get_attributes_for_oid(NameOID.ORGANIZATION_NAME),
        *leaf.issuer.get_attributes_for_oid(NameOID.COMMON_NAME),
    ]
    return ", ".join(dict.fromkeys(str(name.value) for name in names)), leaf.not_valid_after_utc


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
