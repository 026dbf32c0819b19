"""Answers that refuse us: by status, by a challenge in the body, by a redirect that waits for a cookie. Never evaded."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from crawler.errors import Blocked
from crawler.fetching.freshness import retry_after
from crawler.fetching.politeness import PolitenessMiddleware
from crawler.obstacles import challenge

_REFUSALS = {
    401: "401 Unauthorized",
    403: "403 Forbidden",
    407: "407 Proxy Authentication Required",
    429: "429 Too Many Requests",
    451: "451 Unavailable For Legal Reasons",
}


# guards that name themselves on every answer, so that only a refusal says that it is theirs
_STAND_BEFORE = (
    ("server", "ddos-guard", "DDoS-Guard"),
    ("server", "qrator", "Qrator"),
    ("server", "cloudflare", "Cloudflare"),
    ("server", "variti", "Variti"),
    ("server", "stormwall", "StormWall"),
    ("set-cookie", "__ddg", "DDoS-Guard"),
    ("set-cookie", "qrator_", "Qrator"),
    ("set-cookie", "spsn=", "ServicePipe"),
    ("set-cookie", "spid=", "ServicePipe"),
)


def obstacle(status: int, headers: Mapping[str, str], body: bytes) -> str:
    """The reason why an answer is a refusal, or "" when it is not one. `headers` have lower-case names."""
    guard = challenge(body, headers) if body else ""
    if status in _REFUSALS:
        guard = guard or next((name for header, mark, name in _STAND_BEFORE if mark in headers.get(header, "").lower()), "")
        return _REFUSALS[status] + (f" ({guard})" if guard else "")
    return f"challenge: {guard}" if guard else ""


def headers_of(response: Response) -> dict[str, str]:
    """Header names in lower case; repeated ones joined with a comma (RFC 9110 §5.3)."""
    return {
        name.decode("latin-1").lower(): ", ".join(value.decode("latin-1") for value in values)
        for name, values in response.headers.items()
    }


def asked_to_wait(response: Response) -> float | None:
    """Seconds by the answer's Retry-After; None when it has none that can be read."""
    return retry_after((response.headers.get("Retry-After") or b"").decode("latin-1"), datetime.now(UTC))


class ObstacleMiddleware:
    """Turns a refusal into `Blocked`, after it was unpacked and after what may be tried again was, and slows the crawl down."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        if reason := obstacle(response.status, headers_of(response), response.body):
            politeness = self._crawler.get_downloader_middleware(PolitenessMiddleware)
            if politeness is not None:
                politeness.refused(request)
            raise Blocked(reason, wait=asked_to_wait(response))
        return response


class CookieLoopMiddleware:
    """A site that redirects a page to itself until a cookie comes back; next to the wire, before the redirect is followed."""

    def process_response(self, request: Request, response: Response) -> Response:
        location = (response.headers.get("Location") or b"").decode("latin-1")
        if (
            location
            and 300 <= response.status < 400
            and b"Set-Cookie" in response.headers
            and response.urljoin(location) == request.url
        ):
            raise Blocked("redirects to itself until a cookie comes back")
        return response
