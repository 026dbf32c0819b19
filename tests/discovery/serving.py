"""Fetching without Scrapy, and a folder of pages served as a site: what tests of discovery stand on."""

import asyncio
import ssl
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from crawler.errors import FetchError
from crawler.items import Link, Page


async def get(url: str) -> Page:
    """One page over real HTTP; everything but 2xx is a FetchError, as with the crawl's own fetcher."""

    def fetch() -> Page:
        try:
            with urllib.request.urlopen(url, timeout=20) as answer:
                headers = {name.lower(): value for name, value in answer.headers.items()}
                body = answer.read()
                return Page(
                    url=answer.url,
                    requested=url,
                    source="new",
                    body=body,
                    status=answer.status,
                    headers=headers,
                    fetched=datetime.now(UTC),
                    link=Link(url=url),
                )
        except urllib.error.HTTPError as error:
            raise FetchError(f"HTTP {error.code}") from None
        except OSError as error:
            raise FetchError(str(error)) from None

    return await asyncio.to_thread(fetch)


Pages = Mapping[str, tuple[str, bytes]]
"""Path with query -> (content type, body)."""


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """A client that goes away, or does not like our certificate, is what some tests are about."""


@contextmanager
def serve(make: Callable[[str], Pages], context: ssl.SSLContext | None = None) -> Iterator[tuple[str, list[str]]]:
    """Serves what `make(base)` gives, 404 for everything else; yields the base address and the list of paths asked for.

    What is changed in that mapping later is served from then on.

    With a context of TLS it is served by https.
    """
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            kind, body = pages.get(self.path, ("text/html", b"<html><body><h1>404</h1></body></html>"))
            self.send_response(200 if self.path in pages else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = _Server(("127.0.0.1", 0), Handler)
    if context is not None:  # the handshake is made by the thread of the connection, when it first reads
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    base = f"http{'s' if context else ''}://127.0.0.1:{server.server_port}/"
    pages = make(base)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield base, asked
    finally:
        server.shutdown()
        server.server_close()


def path_of(url: str) -> str:
    """Path and query of an address."""
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")
