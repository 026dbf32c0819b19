"""Sitemaps of single days, as agencies have them for all their past: read for history only, from today back to a day."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crawler.errors import FetchError, Gone, ParseError
from crawler.items import Cursor
from crawler.sources import Source
from spiders import mapping, sitemaps
from spiders.asking import Asking, Checked, parsed
from spiders.found import Found

_DAY_APART = 100_000
"""More links than a sitemap holds: those of a day stand after all those of the days that follow it."""

_MISSING = 30
"""Days in a row without a sitemap: the archive does not go back so far."""

_EMPTY = re.compile(rb"<(?:\w+:)?urlset\b")


def address(source: Source, day: date) -> str:
    """The address of the sitemap of one day, which begins and ends in the source's own time zone."""
    zone = ZoneInfo(source.timezone)
    begins, ends = (datetime.combine(day + timedelta(days=more), time(), zone) for more in (0, 1))
    filled = {
        "YYYY": f"{day:%Y}",
        "MM": f"{day:%m}",
        "DD": f"{day:%d}",
        "begins": str(int(begins.timestamp())),
        "ends": str(int(ends.timestamp()) - 1),
    }
    return re.sub(r"\{(\w+)\}", lambda place: filled[place[1]], source.day_sitemap)


def parse(body: bytes, url: str, content_type: str = "") -> Found:
    """The entries of the sitemap of a day; that of a day without news lists nothing. Raises ParseError when it is no sitemap."""
    try:
        return sitemaps.parse(body, url, content_type)
    except ParseError:
        if _EMPTY.search(body[:4096]):
            return Found(links=())
        raise


async def ask(asking: Asking, way: str) -> Checked:
    """Reads the days since the one asked for, newest first; `way` is the template of their addresses, the key of the cursor.

    A reading that was broken off goes on where it stopped, after the days that have begun since. Raises FetchError or ParseError
    when the newest cannot be had.
    """
    since = asking.remembers.since
    assert since is not None
    source, left = asking.source, asking.remembers.cursor(asking.source, way)
    today = day = datetime.now(UTC).astimezone(ZoneInfo(source.timezone)).date()
    began = datetime.fromisoformat(left.started).astimezone(ZoneInfo(source.timezone)).date() if left else today
    new = read = missing = 0
    while day >= since and missing < _MISSING:
        if left and day < began and day.toordinal() > left.page:
            day = date.fromordinal(left.page)
            continue
        try:
            page = await asking.get(address(source, day), conditional=False)
            found = await parsed(parse, page)
        except (FetchError, ParseError) as error:
            if not read:
                raise
            if not isinstance(error, Gone):
                asking.note(address(source, day), error)
                return Checked(kind="sitemap", url=way, new=new, error=error)
            missing += 1
        else:
            missing = 0
            behind = (today - day).days * _DAY_APART
            links = tuple(replace(link, position=behind + link.position) for link in found.links)
            earlier = day - timedelta(days=1)
            on = Cursor(
                next=address(source, earlier), page=earlier.toordinal(), position=behind, started=left.started if left else ""
            )
            again = left is not None and day.toordinal() > left.page
            part = await mapping.entries(asking, way, page, replace(found, links=links), left if again else on)
            new += part.new
        read += 1
        day -= timedelta(days=1)
        if day >= since and (asking.stopping.is_set() or asking.enough()):
            return Checked(kind="sitemap", url=way, new=new)
    asking.remembers.ended(source, way)
    return Checked(kind="sitemap", url=way, new=new, reached=True)
