"""All ways of a source, asked one after the other: feeds, listings, API, sitemaps; Telegram when nothing else answers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import date

from crawler.errors import FetchError, ParseError
from crawler.items import Link
from crawler.sources import Source
from spiders import api, days, feeds, listings, mapping, paging, telegram
from spiders.asking import Asking, Checked
from spiders.found import Found

Ask = Callable[[Asking, str], Awaitable[Checked]]


async def ask(asking: Asking) -> list[Checked]:
    """How each way went, in the order asked. Never raises for a way that fails: the next ones may work."""
    source = asking.source
    plan: list[tuple[str, str, Ask]] = [
        *(("feed", url, _feed) for url in source.feeds),
        *(("listing", url, _listing) for url in source.listings),
        *(("api", api.address(entry, 1), _api) for entry in [source.api] if entry),
        *(("sitemap", url, mapping.ask) for url in source.sitemaps),
        *(("sitemap", url, days.ask) for url in [source.day_sitemap] if url and asking.remembers.since),
    ]
    checked: list[Checked] = []
    for kind, url, one in plan:
        if not asking.stopping.is_set():
            checked.append(await _safely(asking, kind, url, one))
    if source.telegram and not asking.stopping.is_set() and all(way.error and not way.new for way in checked):
        checked.append(await ask_channel(asking))
    return checked


async def ask_channel(asking: Asking) -> Checked:
    """The Telegram channel of the source. Never raises."""
    return await _safely(asking, "telegram", preview(asking.source), _telegram)


async def _safely(asking: Asking, kind: str, url: str, one: Ask) -> Checked:
    try:
        return await one(asking, url)
    except (FetchError, ParseError) as error:
        asking.note(url, error)
        return Checked(kind=kind, url=url, error=error)


def preview(source: Source) -> str:
    """The address of the preview of the source's Telegram channel; a mirror of it is given as a whole address."""
    return source.telegram if "://" in source.telegram else f"https://t.me/s/{source.telegram}"


async def _feed(asking: Asking, url: str) -> Checked:
    """A feed is read beyond its first page only to catch up, when nothing on it is known any more, and for history."""
    # how the listings go on is no word about a feed; without listings the template can only mean the feeds
    next_page = "" if asking.source.listings else asking.source.next

    def parse(body: bytes, at: str, content_type: str, number: int) -> Found:
        return feeds.parse(body, at, content_type, number, next_page=next_page)

    def enough(links: Sequence[Link], new: Sequence[Link]) -> bool:
        return len(new) < len(links) or not asking.remembers.crawled_before(asking.source)

    return await paging.ask(asking, "feed", url, parse, enough=enough)


async def _listing(asking: Asking, url: str) -> Checked:
    def parse(body: bytes, at: str, content_type: str, number: int) -> Found:
        return listings.parse(body, at, asking.source, page=number, content_type=content_type)

    since = asking.remembers.since
    if since and asking.source.since:
        filtered = await _filtered(asking, "listing", from_day(url, asking.source.since, since), parse)
        if filtered:
            return filtered
    return await paging.ask(asking, "listing", url, parse)


async def _api(asking: Asking, url: str) -> Checked:
    entry = asking.source.api
    assert entry is not None

    def parse(body: bytes, at: str, content_type: str, number: int) -> Found:
        return api.parse(body, at, entry, number)

    since = asking.remembers.since
    if since and entry.since:
        dated = replace(entry, url=from_day(entry.url, entry.since, since))

        def parse_dated(body: bytes, at: str, content_type: str, number: int) -> Found:
            return api.parse(body, at, dated, number)

        filtered = await _filtered(asking, "api", api.address(dated, 1), parse_dated)
        if filtered:
            return filtered
    return await paging.ask(asking, "api", url, parse)


def from_day(url: str, since: str, day: date) -> str:
    """The address of a list with the platform's own filter by date in its query. `since` is as in `crawler.sources.Source`."""
    filled = since.replace("{YYYY}", f"{day:%Y}").replace("{MM}", f"{day:%m}").replace("{DD}", f"{day:%d}")
    return url + ("&" if "?" in url else "?") + filled[1:]


async def _filtered(asking: Asking, kind: str, url: str, parse: paging.Parse) -> Checked | None:
    """A list asked from a day on; None when that lists nothing or is refused: then it is read without the filter."""
    try:
        return await paging.ask(asking, kind, url, parse)
    except (FetchError, ParseError) as error:
        asking.note(url, error)
        return None


async def _telegram(asking: Asking, url: str) -> Checked:
    def parse(body: bytes, at: str, content_type: str, number: int) -> Found:
        # whose press page a lead is, and whether it is followed, the frontier knows
        return telegram.parse(body, at, content_type=content_type, is_lead=lambda address: True)

    return await paging.ask(asking, "telegram", url, parse)
