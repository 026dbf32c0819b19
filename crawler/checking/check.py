"""Asks every way of a source once and reads up to three articles: what a crawl would meet, without storing anything."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from crawler.checking.live import Fetching, quick
from crawler.checking.network import Certificate, certificate, resolve
from crawler.checking.report import ArticleReport, Report, WayReport
from crawler.discovery.clues import look
from crawler.errors import Blocked, FetchError, ParseError, RobotsForbidden
from crawler.items import Hints, Link, Page
from crawler.obstacles import drawn_by_scripts
from crawler.reading import read
from crawler.sources import Source, fits
from spiders import api, days, feeds, listings, sitemaps, telegram
from spiders.found import Found
from storage.address import canonical

AT_ONCE = 64
"""Sources checked at a time; each machine still gets one request at a time, with its delay."""

_SAMPLES = 3
_CHARSET = re.compile(r"(?i)charset\s*=\s*[\"']?([\w.:-]+)")
_STATUS = re.compile(r"(?:HTTP )?\b([345]\d\d)\b")


async def check_all(
    sources: Sequence[Source], fetching: Fetching, on_done: Callable[[Report], None] = lambda report: None
) -> list[Report]:
    """One report a source, in their order; `on_done` is called as each is ready. Names are resolved first, all at once."""
    names = await resolve({host for source in sources if not source.proxy for host in _hosts(source)})
    seats = asyncio.Semaphore(AT_ONCE)

    async def one(source: Source) -> Report:
        async with seats:
            report = await check(source, fetching, names)
        on_done(report)
        return report

    return list(await asyncio.gather(*(one(source) for source in sources)))


async def check(source: Source, fetching: Fetching, names: dict[str, str]) -> Report:
    """Everything about one source. `names` says for hosts why they do not resolve; a way on such a host is not asked."""
    started = time.monotonic()
    report = Report(id=source.id, name=source.name)
    unknown = {host: names.get(host, "") for host in _hosts(source)}
    if unknown and all(unknown.values()):
        report.dns = "; ".join(dict.fromkeys(unknown.values()))
        report.ways = [WayReport(kind=kind, url=url, error=report.dns) for kind, url in _ways(source)]
        return report
    async with fetching.alone(source) as busy:
        if busy:
            report.busy = busy
        else:
            await _ask(report, source, fetching, names)
    report.seconds = round(time.monotonic() - started, 2)
    return report


async def _ask(report: Report, source: Source, fetching: Fetching, names: dict[str, str]) -> None:
    """Asks every way, reads some articles, and looks at the certificates."""
    handshakes = {host: asyncio.ensure_future(certificate(*host)) for host in _secured(source, names)}
    links: list[Link] = []
    for kind, url in _ways(source):
        reason = names.get(urlsplit(url).hostname or "", "")
        way, found = (WayReport(kind=kind, url=url, error=reason), []) if reason else await _way(source, kind, url, fetching)
        report.ways.append(way)
        links = links or found
    for link in links[:_SAMPLES]:
        report.articles.append(await _article(source, link, fetching))
    report.ways = [
        _certified(way, await handshakes[host]) if (host := _host(way.url)) in handshakes else way for way in report.ways
    ]
    report.robots = "forbids a way" if any("robots.txt does not allow" in way.error for way in report.ways) else "allows all ways"


def _ways(source: Source) -> list[tuple[str, str]]:
    """(kind, address) of every way, in the order in which a crawl asks them."""
    found = [("feed", url) for url in source.feeds] + [("listing", url) for url in source.listings]
    found += [("api", api.address(source.api, 1))] if source.api else []
    found += [("sitemap", url) for url in source.sitemaps]
    if source.day_sitemap:  # of a day that is over: that of this one may be empty yet
        found += [("sitemap", days.address(source, datetime.now(UTC).date() - timedelta(days=1)))]
    return found + ([("telegram", telegram.address(source.telegram))] if source.telegram else [])


def _hosts(source: Source) -> set[str]:
    return {host for _, url in _ways(source) if (host := urlsplit(url).hostname)}


def _secured(source: Source, names: dict[str, str]) -> set[tuple[str, int]]:
    """Host and port of the https ways that are not Telegram's; none when a proxy stands between."""
    if source.proxy:
        return set()
    https = [url for kind, url in _ways(source) if kind != "telegram" and url.startswith("https:")]
    return {host for url in https if (host := _host(url))[0] and not names.get(host[0])}


def _host(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or 443


def _certified(way: WayReport, found: Certificate | str) -> WayReport:
    if isinstance(found, str):
        return replace(way, tls=found)
    return replace(way, issuer=found.issuer, expires=f"{found.expires:%Y-%m-%d}", days_left=found.days_left)


async def _way(source: Source, kind: str, url: str, fetching: Fetching) -> tuple[WayReport, list[Link]]:
    """How one way answers, and the links that lead to articles, newest first."""
    started = time.monotonic()
    try:
        page = await fetching.get(quick(source), url)
        found = _parse(source, kind, page)
        if found.parts:
            page = await fetching.get(quick(source), found.parts[0][0])
            found = sitemaps.parse(page.body, page.url, page.headers.get("content-type", ""))
    except (FetchError, ParseError) as error:
        return _failed(kind, url, error, started), []
    fitting = [link for link in found.links if _fits(source, kind, link)]
    listed = len(look(page.body, page.url).links) if kind == "listing" and not fitting else len(found.links)
    dates = [link.date for link in fitting if link.date]
    report = WayReport(
        kind=kind,
        url=url,
        seconds=_since(started),
        status=page.status,
        charset=_charset(page),
        links=listed,
        fitting=len(fitting),
        newest=dates[0] if dates else "",
        goes_on=bool(found.next or found.parts),
        drawn=not fitting and drawn_by_scripts(page.body),
    )
    return report, fitting


def _parse(source: Source, kind: str, page: Page) -> Found:
    content_type = page.headers.get("content-type", "")
    if kind == "feed":
        return feeds.parse(page.body, page.url, content_type)
    if kind == "sitemap":
        return sitemaps.parse(page.body, page.url, content_type)
    if kind == "telegram":
        return telegram.parse(page.body, page.url, content_type=content_type)
    if kind == "api":
        assert source.api is not None
        return api.parse(page.body, page.url, source.api)
    # page 2 does not raise when nothing fits: how many links there were is part of the verdict
    return listings.parse(page.body, page.url, source, page=2, content_type=content_type)


def _fits(source: Source, kind: str, link: Link) -> bool:
    if kind == "telegram":
        return link.via == "telegram"
    try:
        return fits(source, canonical(link.url))
    except ValueError:
        return False


def _failed(kind: str, url: str, error: FetchError | ParseError, started: float) -> WayReport:
    status = _STATUS.search(str(error)) if not isinstance(error, ParseError | RobotsForbidden) else None
    return WayReport(
        kind=kind,
        url=url,
        seconds=_since(started),
        status=int(status[1]) if status else 200 if isinstance(error, ParseError) else None,
        error=str(error),
        blocked=isinstance(error, Blocked),
    )


async def _article(source: Source, link: Link, fetching: Fetching) -> ArticleReport:
    started = time.monotonic()
    if link.via == "telegram":
        body, url, headers, status, moment = f"{link.title}\n\n{link.text}".encode(), link.url, {}, 200, datetime.now(UTC)
    else:
        try:
            page = await fetching.get(quick(source), link.url)
        except FetchError as error:
            return ArticleReport(url=link.url, error=error.reason, blocked=isinstance(error, Blocked), seconds=_since(started))
        body, url, headers, status, moment = page.body, page.url, dict(page.headers), page.status, page.fetched
    hints = Hints(
        first_seen=moment,
        link=link,
        headers=headers,
        status=status,
        timezone=source.timezone,
        site_name=source.name,
        title_css=source.title_css,
        date_css=source.date_css,
        text_css=source.text_css,
        is_text=link.via == "telegram",
    )
    reading = await asyncio.to_thread(read, body, url, hints)
    return ArticleReport(
        url=url,
        kind=reading.kind,
        reason=reading.kind_reason,
        title=reading.title,
        published=reading.published,
        published_by=reading.published_by,
        length=len(reading.text),
        charset=reading.encoding,
        seconds=_since(started),
    )


def _charset(page: Page) -> str:
    found = _CHARSET.search(page.headers.get("content-type", "")) or _CHARSET.search(page.body[:2048].decode("latin-1"))
    return found[1].lower() if found else ""


def _since(started: float) -> float:
    return round(time.monotonic() - started, 2)
