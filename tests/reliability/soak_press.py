"""Forty plain sites on loopback for the soak: what they publish follows the clock of the test, and each can be broken.

A site is a feed or a listing with its newest twenty articles. When it publishes, and when it is broken and how, is decided by its
number and a seed before anything runs, so that every alarm can be checked against what was really wrong.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from crawler.simulator.generated import release

_NEWS = "Во дворце спорта открылась выставка редких кактусов номер {n}"
_TEXT = "Посетители увидят растения из {n} коллекций. Вход свободный, по средам работает кружок. " * 6

STRUCTURAL = ("feed is HTML", "no articles", "blocked", "error")
"""Breakages that show in the first crawl after them; `undated` needs an article or two, `silent` the silence itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A site is broken in this way from `since` until `until` (aware, UTC)."""

    kind: str
    since: datetime
    until: datetime


@dataclass(slots=True)
class Site:
    """One site: `number` from 0, publication times ascending, its troubles, and how many articles it lists."""

    number: int
    published: list[datetime]
    troubles: list[Trouble] = field(default_factory=list)
    shown: int = 12

    @property
    def id(self) -> str:
        return f"site{self.number:02d}"

    @property
    def is_feed(self) -> bool:
        return self.number % 2 == 0

    def trouble(self, now: datetime) -> str:
        """What is wrong with it now, "" if nothing."""
        return next((t.kind for t in self.troubles if t.since <= now < t.until), "")

    def visible(self, now: datetime) -> list[int]:
        """Numbers of the articles that it lists, newest first; while it is silent nothing is published."""
        numbers = [
            n
            for n, when in enumerate(self.published)
            if when <= now and not any(t.kind == "silent" and t.since <= when < t.until for t in self.troubles)
        ]
        return numbers[-self.shown :][::-1]

    def title(self, n: int) -> str:
        if n % 8 == 0:  # one in eight is about the topic: reading the others costs little
            return release(self.number * 100_003 + n)[0]
        return _NEWS.format(n=self.number * 100_003 + n)

    def paragraphs(self, n: int) -> list[str]:
        return list(release(self.number * 100_003 + n)[1]) if n % 8 == 0 else [_TEXT.format(n=n)] * 2


def plan(count: int, start: datetime, end: datetime, seed: int) -> list[Site]:
    """The sites and everything that will happen to them between `start` and `end`; the second half stays sound."""
    rng = random.Random(seed)
    sites = [Site(number, _publications(rng, start - timedelta(days=40), end, 4 + number % 4 * 2)) for number in range(count)]
    kinds = ("feed is HTML", "no articles", "blocked", "error", "undated", "silent")
    for site in sites[: count // 2]:
        kind = kinds[site.number % len(kinds)]
        if (kind == "feed is HTML") != site.is_feed and kind in ("feed is HTML", "no articles"):
            kind = "feed is HTML" if site.is_feed else "no articles"
        span = end - start
        begin = start + span * rng.uniform(0.15, 0.3)
        length = span * (0.4 if kind in ("silent", "undated") else rng.uniform(0.15, 0.25))
        if kind == "silent":  # a silence can be told of only when it is known how often the source publishes
            begin, length = start + span * rng.uniform(0.38, 0.42), span * 0.45
        site.troubles.append(Trouble(kind=kind, since=begin, until=begin + length))
        if kind in STRUCTURAL:  # and once more, in another way
            again = begin + length + span * 0.12
            site.troubles.append(Trouble(kind="error" if kind != "error" else "blocked", since=again, until=again + span * 0.1))
    return sites


def _publications(rng: random.Random, start: datetime, end: datetime, per_day: float) -> list[datetime]:
    """About `per_day` a day, more by day than by night, at random moments."""
    times, moment = [], start
    while moment < end:
        moment += timedelta(days=rng.expovariate(per_day * 1.6))
        if rng.random() < (0.9 if 5 <= moment.hour < 18 else 0.35):
            times.append(moment.replace(microsecond=0))
    return times


class Press:
    """Serves the sites, each on a port of its own, until `stop`."""

    def __init__(self, sites: list[Site], clock: Callable[[], datetime]) -> None:
        self.requests = 0
        self.served: dict[str, set[int]] = {site.id: set() for site in sites}
        self._servers = [self._server(site, clock) for site in sites]
        for server in self._servers:
            threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        self.addresses = {site.id: f"http://127.0.0.1:{s.server_port}/" for site, s in zip(sites, self._servers, strict=True)}

    def _server(self, site: Site, clock: Callable[[], datetime]) -> ThreadingHTTPServer:
        press = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                press.requests += 1
                status, kind, body = _answer(site, self.path, f"http://{self.headers['Host']}/", clock(), press.served[site.id])
                data = body.encode()
                self.send_response(status)
                self.send_header("Content-Type", f"{kind}; charset=utf-8")
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                self.wfile.write(data)

            def log_message(self, *args: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 50

        return Server(("127.0.0.1", 0), Handler)

    def stop(self) -> None:
        """Stops listening."""
        for server in self._servers:
            server.shutdown()
            server.server_close()


def _answer(site: Site, path: str, base: str, now: datetime, served: set[int]) -> tuple[int, str, str]:
    trouble = site.trouble(now)
    if path == "/robots.txt":
        return 404, "text/plain", ""
    if trouble == "blocked":
        return 403, "text/html", "<html><body><h1>Forbidden</h1></body></html>"
    if trouble == "error":
        return 500, "text/html", "<html><body><h1>Ошибка</h1></body></html>"
    if path == "/rss.xml":
        if trouble == "feed is HTML":
            return 200, "text/html", "<!DOCTYPE html><html><body><p>Мы обновили сайт.</p></body></html>"
        return 200, "application/rss+xml", _feed(site, base, now, dated=trouble != "undated")
    if path == "/news/":
        shown = [] if trouble == "no articles" else site.visible(now)
        items = "".join(f'<li><a href="/news/{n}/">{site.title(n)}</a></li>' for n in shown)
        return 200, "text/html", f"<html><body><h1>Новости</h1><ul>{items}</ul></body></html>"
    number = path.strip("/").removeprefix("news/")
    if number.isdecimal() and int(number) < len(site.published):
        served.add(int(number))
        return 200, "text/html", _article(site, int(number), dated=trouble != "undated")
    return 404, "text/html", "<html><body><h1>404</h1></body></html>"


def _feed(site: Site, base: str, now: datetime, *, dated: bool) -> str:
    items = "".join(
        f"<item><title>{site.title(n)}</title><link>{base}news/{n}/</link>"
        + (f"<pubDate>{format_datetime(site.published[n].astimezone(UTC))}</pubDate>" if dated else "")
        + "</item>"
        for n in site.visible(now)
    )
    return f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{site.id}</title>{items}</channel></rss>'


def _article(site: Site, n: int, *, dated: bool) -> str:
    when = site.published[n].isoformat()
    meta = f'<meta property="article:published_time" content="{when}">' if dated else ""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in site.paragraphs(n))
    return (
        f'<!DOCTYPE html><html lang="ru"><head><meta charset="utf-8"><title>{site.title(n)}</title>{meta}</head>'
        f"<body><article><h1>{site.title(n)}</h1>{text}</article></body></html>"
    )
