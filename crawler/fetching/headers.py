"""An end to the headers of an answer: Twisted keeps as many as a server sends (300 MB were seen in the time of one request)."""

from __future__ import annotations

from typing import Any

from scrapy.core.downloader.handlers.http11 import (
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from twisted.web._newclient import ParseError

LARGEST = 64 << 10
"""Bytes of headers, names and values; browsers allow 256 KB, the largest seen on press sites (cookies, policies) had 12 KB."""


class _BoundedParser(_LenientHTTPClientParser):
    """Has no state of its own from the start: Scrapy makes a parser of another class, and we turn it into this one."""

    _bytes_of_headers = 0

    def headerReceived(self, name: bytes, value: bytes) -> None:
        self._bytes_of_headers += len(name) + len(value)
        if self._bytes_of_headers > LARGEST:
            raise ParseError(f"more than {LARGEST >> 10} KB of headers", name)  # type: ignore[no-untyped-call]
        super().headerReceived(name, value)  # type: ignore[no-untyped-call]


class _BoundedProtocol(_LenientHTTP11ClientProtocol):
    def request(self, request: Any) -> Any:
        answer = super().request(request)
        assert self._parser is not None
        self._parser.__class__ = _BoundedParser
        return answer


class BoundedFactory(_LenientHTTP11ClientFactory):
    """Makes the protocols of Scrapy's connection pool."""

    def buildProtocol(self, addr: Any) -> _BoundedProtocol:
        return _BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]
