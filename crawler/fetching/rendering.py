"""Pages as Chromium shows them after their scripts have run, for sources with `javascript = true` (extra `browser`).

The browser has no network of its own: its proxy is a closed port, and what a page asks for is fetched by our downloader, or not
at all. So robots.txt, delays, TLS profiles, the proxy of the source, bounds of size and off-limits addresses hold for what
scripts ask for as they do for pages. That is why scrapy-playwright, whose browser fetches by itself, is not used.
"""

from __future__ import annotations

import asyncio
import os
import shutil
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.http import Response

from crawler.errors import FetchError, NoBrowser
from crawler.fetching.addresses import machine
from crawler.items import Page

if TYPE_CHECKING:
    from playwright.async_api import Browser, BrowserContext, Playwright, Request, Route

RENDERED = "x-avtoklaster-rendered"
"""Header of a page that is not what the server sent but what scripts made of it."""

LONGER = 2
"""So many times the time of an answer may a page take with all that it asks for; what is there by then is taken."""

MOST_PARTS = 40
"""Requests that one page may make; a press page that needs more is an application."""

_PATIENCE = 5.0
"""Seconds for the browser itself: to hand over what it shows, to close a tab."""

_TABS = 2
_KEPT = 16 << 20
"""Bytes of scripts that are kept for the other pages of a site."""

_NEEDED = frozenset({"script", "xhr", "fetch"})
_PASSED_ON = ("content-type", "access-control-allow-origin", "access-control-allow-credentials")
_SYSTEMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_OF_THE_SHELL = ("etag", "last-modified", "content-encoding")
_NOWHERE = "http://127.0.0.1:1"
_FLAGS = (
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--js-flags=--max-old-space-size=256",
)

Fetch = Callable[[str, str], Awaitable[Response]]
"""(address, Accept) -> the answer; raises what a download raises."""


@dataclass(frozen=True, slots=True)
class _Part:
    status: int
    headers: dict[str, str]
    body: bytes


class Renderer:
    """One Chromium for a crawl, started when the first page needs it; every page gets a profile of its own, without cookies."""

    def __init__(self, agent: str, largest: int, timeout: float) -> None:
        self._agent = agent
        self.largest = largest
        self._seconds = LONGER * timeout
        self._playwright: Playwright | None = None
        self._browser: Browser | None = None
        self._starting = asyncio.Lock()
        self._tabs = asyncio.Semaphore(_TABS)
        self._scripts: OrderedDict[str, _Part] = OrderedDict()

    async def render(self, page: Page, fetch: Fetch) -> Page:
        """The page with the body that its scripts made, as UTF-8, and without validators: they speak of the shell only.

        Raises NoBrowser when there is none, FetchError when nothing can be shown.
        """
        async with self._tabs:
            browser = await self._started()
            from playwright.async_api import Error

            try:
                context = await browser.new_context(user_agent=self._agent, locale="ru-RU", service_workers="block")
                try:
                    markup = await _Showing(self, page, fetch).show(context, self._seconds)
                finally:
                    await self._leave(context)
            except (Error, TimeoutError) as error:
                raise FetchError(f"Chromium could not show it: {_first_line(error)}") from None
        headers = {name: value for name, value in page.headers.items() if name not in _OF_THE_SHELL}
        headers |= {"content-type": "text/html; charset=utf-8", RENDERED: "chromium"}
        return replace(page, body=markup.encode("utf-8", "replace"), headers=headers)

    def kept(self, url: str) -> _Part | None:
        """A script that another page had."""
        return self._scripts.get(url)

    def keep(self, url: str, part: _Part) -> None:
        """Remembers a script; the oldest ones make room."""
        self._scripts[url] = part
        while sum(len(kept.body) for kept in self._scripts.values()) > _KEPT:
            self._scripts.popitem(last=False)

    async def close(self) -> None:
        """Ends the browser, if there is one; how that goes matters to nobody."""
        browser, self._browser = self._browser, None
        playwright, self._playwright = self._playwright, None
        if playwright is None:
            return
        from playwright.async_api import Error

        with suppress(Error, TimeoutError):
            if browser is not None:
                await asyncio.wait_for(browser.close(), _PATIENCE)
        with suppress(Error, TimeoutError):
            await asyncio.wait_for(playwright.stop(), _PATIENCE)

    async def _leave(self, context: BrowserContext) -> None:
        """Closes a tab with its profile; a browser that does not manage that is ended, and the next page gets a new one."""
        from playwright.async_api import Error

        try:
            await asyncio.wait_for(context.close(), _PATIENCE)
        except (Error, TimeoutError):
            await self.close()

    async def _started(self) -> Browser:
        async with self._starting:
            if self._browser is None or not self._browser.is_connected():
                await self.close()
                self._browser = await self._launch()
            return self._browser

    async def _launch(self) -> Browser:
        try:
            from playwright.async_api import Error, async_playwright
        except ImportError:
            raise NoBrowser("javascript = true needs the extra: pip install 'avtoklaster[browser]'") from None
        self._playwright = await async_playwright().start()
        chromium = self._playwright.chromium
        own = Path(chromium.executable_path).exists()
        system = next(filter(None, map(shutil.which, _SYSTEMS)), None)
        if not own and system is None:
            raise NoBrowser("javascript = true needs Chromium: the system's, or the one of `playwright install chromium`")
        try:
            return await chromium.launch(
                executable_path=None if own else system,
                args=list(_FLAGS),
                proxy={"server": _NOWHERE},
                chromium_sandbox=os.geteuid() != 0,  # it refuses to run in one as root
                handle_sigint=False,  # Ctrl-C lets the page in flight be finished
                handle_sigterm=False,
            )
        except Error as error:
            raise NoBrowser(f"javascript = true, but Chromium does not start: {_first_line(error)}") from None


class _Showing:
    """One page being shown: it gets itself as it was fetched, and parts of its own site through `fetch`."""

    def __init__(self, renderer: Renderer, page: Page, fetch: Fetch) -> None:
        self._renderer = renderer
        self._page = page
        self._fetch = fetch
        self._site = machine(page.url)
        self._served = False
        self._parts = 0

    async def show(self, context: BrowserContext, seconds: float) -> str:
        """What stands in the document when nothing has been asked for half a second, or when the time is over."""
        from playwright.async_api import TimeoutError as TooSlow

        await context.route("**/*", self._answer)
        tab = await context.new_page()
        with suppress(TooSlow):
            await tab.goto(self._page.url, wait_until="networkidle", timeout=seconds * 1000)
        size = await asyncio.wait_for(tab.evaluate("document.documentElement.outerHTML.length"), _PATIENCE)
        if size > self._renderer.largest:
            raise FetchError("larger than allowed once its scripts have run")
        return await asyncio.wait_for(tab.content(), _PATIENCE)

    async def _answer(self, route: Route, request: Request) -> None:
        from playwright.async_api import Error

        # the tab may be closed before the answer is there
        with suppress(Error):
            part = await self._part(request)
            if part is None:
                await route.abort("aborted" if request.is_navigation_request() else "blockedbyclient")
            else:
                await route.fulfill(status=part.status, headers=part.headers, body=part.body)

    async def _part(self, request: Request) -> _Part | None:
        """None for what is not let through: other sites, frames and further pages, pictures, styles, anything that sends data."""
        if request.is_navigation_request():
            if self._served:  # a page that moves on, or sets a cookie and loads itself again, is not followed
                return None
            self._served = True
            return _Part(200, {"content-type": self._page.headers.get("content-type", "text/html")}, self._page.body)
        if request.method != "GET" or request.resource_type not in _NEEDED or not self._of_this_site(request.url):
            return None
        if (kept := self._renderer.kept(request.url)) is not None:
            return kept
        self._parts += 1
        return await self._fetched(request) if self._parts <= MOST_PARTS else None

    def _of_this_site(self, url: str) -> bool:
        try:
            return machine(url) == self._site
        except ValueError:
            return False

    async def _fetched(self, request: Request) -> _Part | None:
        try:
            response = await self._fetch(request.url, request.headers.get("accept", "*/*"))
        except FetchError:
            return None
        if not 200 <= response.status < 300:
            return None
        headers = {name: value.decode("latin-1") for name in _PASSED_ON if (value := response.headers.get(name))}
        part = _Part(response.status, headers, response.body)
        if request.resource_type == "script":
            self._renderer.keep(request.url, part)
        return part


def _first_line(error: Exception) -> str:
    return (str(error).strip() or "no answer in time").splitlines()[0][:200]
