"""Pages that refuse us: recognised, recorded, never evaded. The recognition is pure.

Marks from what public scrapers of Russian sites met: DDoS-Guard, Qrator, ServicePipe, StormWall, Beget, Yandex SmartCaptcha,
Cloudflare.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from scrapy import Request
from scrapy.http import Response

from crawler.errors import Blocked

REFUSALS = {401: "401 Unauthorized", 403: "403 Forbidden", 407: "407 Proxy", 429: "429 Too Many Requests", 451: "451 Legal Reasons"}

_MARKS: tuple[tuple[bytes, str], ...] = (
    (b"check.ddos-guard.net", "DDoS-Guard"),
    (b"/.well-known/ddos-guard/", "DDoS-Guard"),
    (b"ddos-guard.net/js", "DDoS-Guard"),
    (b"/__qrator/", "Qrator"),
    (b"servicepipe.ru/static", "ServicePipe"),
    (b"get_cookie_spsn", "ServicePipe"),
    (b"id_captcha_frame_div", "ServicePipe"),
    (b"begetok", "Beget"),
    (b"stormwall", "StormWall"),
    (b"challenges.cloudflare.com", "Cloudflare"),
    (b"cf-chl-", "Cloudflare"),
    (b"cf_chl_opt", "Cloudflare"),
    (b"/cdn-cgi/challenge-platform/", "Cloudflare"),
    (b"smart-captcha", "SmartCaptcha"),
    (b"smartcaptcha", "SmartCaptcha"),
    (b"showcaptcha", "SmartCaptcha"),
    (b"g-recaptcha", "reCAPTCHA"),
    (b"h-captcha", "hCaptcha"),
)
_COOKIE_STUB = re.compile(rb"(?i)document\.cookie\s*=.{0,400}?(?:location\.(?:reload|href|replace)|window\.location|location\s*=)", re.S)
_UNSEEN = re.compile(rb"(?is)<(script|style|noscript|svg|head)\b.*?</\1\s*>|<[^>]{0,5000}>")
_LONG = 1500
"""Bytes of visible text (about 800 Russian letters in UTF-8) above which a page with a mark is a page behind a guard, not a stub:
guards leave their script in what they let through, and a press text may carry a CAPTCHA in its comment form."""

_LARGEST = 200_000
"""Bytes above which no stub is looked for: the largest known (ServicePipe) had 70 KB."""


def obstacle(status: int, headers: Mapping[str, str], body: bytes) -> str:
    """The reason why a page is a refusal, or "" when it is not one. `headers` have lower-case names."""
    guard = _guard(headers, body)
    if status in REFUSALS:
        return f"{REFUSALS[status]}{f' ({guard})' if guard else ''}"
    if guard and (status in (503, 521) or not _has_text(body)):
        return f"{guard} challenge"
    if status == 200 and len(body) < 20_000 and _COOKIE_STUB.search(body) and not _has_text(body):
        return "asks for a cookie set by JavaScript"
    return ""


def _guard(headers: Mapping[str, str], body: bytes) -> str:
    if 0 < len(body) <= _LARGEST:
        lower = body.lower()
        for mark, name in _MARKS:
            if mark in lower:
                return name
    return "DDoS-Guard" if "ddos-guard" in headers.get("server", "").lower() and len(body) < 5000 else ""


def _has_text(body: bytes) -> bool:
    return len(b" ".join(_UNSEEN.sub(b" ", body).split())) >= _LONG


class ObstacleMiddleware:
    """Turns a refusal into `Blocked`, after it was unpacked and after what may be retried was."""

    def process_response(self, request: Request, response: Response) -> Response:
        headers = {"server": (response.headers.get("Server") or b"").decode("latin-1")}
        if reason := obstacle(response.status, headers, response.body):
            raise Blocked(reason)
        location = (response.headers.get("Location") or b"").decode("latin-1")
        if 300 <= response.status < 400 and location and b"Set-Cookie" in response.headers and response.urljoin(location) == request.url:
            raise Blocked("redirects to itself until a cookie comes back")
        return response
