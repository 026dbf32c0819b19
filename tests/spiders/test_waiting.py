"""What waits is fetched batch by batch: each address once, and the frontier is not read through for every batch."""

import asyncio
from datetime import UTC, date, datetime
from typing import Any

from crawler.errors import FetchError
from crawler.items import Link, Page
from crawler.sources import Source
from spiders.crawl import SourceCrawl

SOURCE = Source(id="a", name="a", home="https://press.example/")


class Waiting:
    """The frontier of one source as far as a crawl without ways asks it: what failed waits on, behind the rest."""

    since: date | None = None

    def __init__(self, number: int) -> None:
        self.fresh = [Link(url=f"https://press.example/news/{n}") for n in range(number)]
        self.failed: list[Link] = []
        self.handed = 0
        self.left = 2 * number

    def budget(self, source: Source) -> int:
        return self.left

    def tried(self, source: Source) -> None:
        self.left -= 1

    def pending(self, source: Source, limit: int) -> list[Link]:
        rows = [*self.fresh, *self.failed][:limit]
        self.handed += len(rows)
        return rows

    def refused(self, source: Source, link: Link, error: FetchError, *, article: bool = True) -> None:
        self.fresh.remove(link)
        self.failed.append(link)

    def asked_all(self, source: Source, ways: list[str]) -> None: ...

    def revisits(self, source: Source, limit: int) -> list[Link]:
        return []


class Failing:
    """Every third address cannot be had."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def fetch(self, source: Source, link: Link, **validators: str) -> Page:
        self.asked.append(link.url)
        if len(self.asked) % 3 == 0:
            raise FetchError("HTTP 500")
        now = datetime.now(UTC)
        return Page(url=link.url, requested=link.url, source="a", body=b"", status=200, headers={}, fetched=now, link=link)


def test_each_address_is_tried_once_and_no_more_rows_are_read_than_there_are_to_try_and_to_pass_over() -> None:
    waiting: Any = Waiting(1000)
    fetches = Failing()

    async def deliver(page: Page) -> None:
        waiting.fresh.remove(page.link)

    asyncio.run(_run(SourceCrawl(SOURCE, fetches, waiting, asyncio.Event(), deliver)))
    assert sorted(fetches.asked) == sorted(f"https://press.example/news/{n}" for n in range(1000))
    assert waiting.handed < 3000


async def _run(crawl: SourceCrawl) -> None:
    await crawl.run()
