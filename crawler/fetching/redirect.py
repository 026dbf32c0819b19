"""Redirects, each checked like the first address; no Referer is sent."""

from __future__ import annotations

from scrapy import Request
from scrapy.downloadermiddlewares import redirect
from scrapy.http import Response


class RedirectMiddleware(redirect.RedirectMiddleware):
    """Scrapy's, without its search for a spider middleware that we do not have."""

    def handle_referer(self, request: Request, response: Response) -> None:
        request.headers.pop("Referer", None)

    def _engine_started(self) -> None:
        """Nothing to look for."""
