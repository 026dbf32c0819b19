"""Addresses we do not go to: loopback, private networks, other schemes, whatever a page, a feed or a redirect says."""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.utils.defer import maybe_deferred_to_future

from crawler.errors import OffLimits
from crawler.fetching.addresses import endpoint, is_public, own_endpoints


class OffLimitsMiddleware:
    """Refuses a request before anything is sent, on every redirect again, after the name was resolved.

    The connection uses the same answer of the resolver: Scrapy keeps it for the life of the process, so a name that changes to a
    private address between the check and the connection (DNS rebinding) does not get through.
    """

    def __init__(self, resolve: Callable[[str], Awaitable[str]]) -> None:
        self._resolve = resolve

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(_resolve)

    async def process_request(self, request: Request) -> None:
        source = request.meta["source"]
        try:
            host, port = endpoint(request.url)
        except ValueError:
            raise OffLimits("not http") from None
        if (host, port) in own_endpoints(source):
            return
        address = host
        if not _is_literal(host):
            if source.proxy:  # the proxy resolves the name, in its own network
                return
            address = await self._resolve(host)
        if not is_public(address):
            raise OffLimits(f"leads to {address}")


def _is_literal(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


async def _resolve(host: str) -> str:
    from twisted.internet import reactor

    answer: str = await maybe_deferred_to_future(reactor.resolve(host))  # type: ignore[arg-type]
    return answer
