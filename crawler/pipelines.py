"""The way of a fetched page into the archive: gate, reading, judging, storage. Every page ends in a row and a reason."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from scrapy.crawler import Crawler

from crawler.errors import ReadingFailed
from crawler.hints import mark, stated
from crawler.items import INSTEAD, UNVERIFIED, Hints, Page, Reading, Verdict
from crawler.learning import Teacher
from crawler.processing import Processed, company_names, passes, topic_of
from crawler.readers import LARGE, Readers
from crawler.records import OUTCOME, article_record, hints_for, judged
from crawler.skimming import skim
from crawler.sources import Source
from storage import articles, companies, pages
from storage.records import ArticleRecord, PageRecord

if TYPE_CHECKING:
    from crawler.frontier import Frontier

logger = logging.getLogger(__name__)

_MANY = 400
"""Pages to be fetched from which readers are started without waiting for a backlog: as a rule one in twenty is read."""

_COUNTED = {
    "stored": "new",
    "revised": "revised",
    "copy": "copies",
    "irrelevant": "irrelevant",
    "failed": "failed",
    "blocked": "failed",
}


class ArticlePipeline:
    """Reading runs off the event loop (`crawler.readers`), storing in it, one page after the other of a source."""

    def __init__(self, frontier: Frontier, readers: Readers | None = None) -> None:
        self._frontier = frontier
        self._topic = frontier.config.topic
        self._keep = frontier.config.crawl.keep_pages
        self._teacher = Teacher(frontier.archive)
        self._readers = readers or Readers(many=lambda: frontier.count_ahead() >= _MANY)
        self._named = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.spider.frontier)  # type: ignore[union-attr]

    def close_spider(self) -> None:
        self._readers.close()

    async def process_item(self, item: Any) -> Any:
        page: Page = item
        source = self._frontier.crawls[page.source].source
        try:
            await self._settle(page, source)
        except ReadingFailed as error:
            self._record(page, "failed", f"reading it failed: {error}")
        except Exception as error:  # one page that no reader can bear must not end the crawl: it gets its row
            if (broken := self._frontier.of_archive(error)) is not None:
                self._frontier.broken = broken  # raised by whoever delivered the page: Scrapy would log it, and go on
                return item
            logger.exception("reading %s", page.url)
            self._record(page, "failed", f"reading it failed: {type(error).__name__}: {error}"[:300])
        return item

    async def _settle(self, page: Page, source: Source) -> None:
        """Takes a page to its row."""
        if _led_home(page):
            asked = replace(page, url=page.requested)  # the home page itself is none of our business
            self._record(asked, "soft404", "redirected to the home page")
            return
        hints = hints_for(page, source, self._teacher.learned(source.id))
        refused = await self._gate(page, hints)
        glance = skim(page) if refused else None
        if glance is not None and glance.empty:
            self._record(page, "not_article", "a large page without a paragraph of text", title=glance.title)
            return
        if glance is not None and not glance.doubtful:
            when = stated(page.link, source.timezone, page.fetched)
            self._irrelevant(page, refused, title=glance.title, lead=glance.lead, published=when)
            return
        processed = await self._readers.read(page.body, page.url, hints, self._topic)
        with self._frontier.archive.write():  # what it teaches, its row, its article: one commit
            self._keep_read(page, source, processed, refused)

    def _keep_read(self, page: Page, source: Source, processed: Processed, refused: str) -> None:
        """What became of a page that was read; `refused` says why the gate had refused it, "" when it had not."""
        reading, verdict = processed.reading, processed.verdict
        assert reading is not None  # the gate was passed already
        self._teacher.take(source.id, page.url, reading, now=datetime.now(UTC))
        if verdict is None:
            outcome = OUTCOME.get(reading.kind, "not_article")
            self._record(page, outcome, reading.kind_reason or reading.kind, title=reading.title, lead=reading.text)
        elif refused or not verdict.relevant:
            self._irrelevant(page, refused or verdict.reason, **judged(reading, verdict))
        else:
            self._store(page, article_record(page.url, source, reading, verdict, processed.derived), reading, verdict)

    async def _gate(self, page: Page, hints: Hints) -> str:
        if len(page.body) > LARGE:
            return await asyncio.to_thread(passes, page.body, hints, self._topic)
        return passes(page.body, hints, self._topic)

    def _irrelevant(self, page: Page, reason: str, **more: Any) -> None:
        self._record(page, "irrelevant", reason, **{"judged_by": topic_of(self._topic).judged_by} | more)

    def _store(self, page: Page, article: ArticleRecord, reading: Reading, verdict: Verdict) -> None:
        source = self._frontier.crawls[page.source].source
        row = self._page(page, "stored", reason=verdict.reason, keep=self._keep != "none", **judged(reading, verdict))
        if not self._named:
            companies.remember(self._frontier.archive, company_names(self._topic))
            self._named = True
        with self._frontier.counting(source) as count:
            stored = articles.store(self._frontier.archive, article, row, now=datetime.now(UTC))
            count(_COUNTED.get(stored.outcome, ""))

    def _record(self, page: Page, outcome: str, reason: str, **more: Any) -> None:
        with self._frontier.counting(self._frontier.crawls[page.source].source) as count:
            pages.record(self._frontier.archive, self._page(page, outcome, reason=reason, **more), now=datetime.now(UTC))
            count(_COUNTED.get(outcome, ""))

    def _page(self, page: Page, outcome: str, *, reason: str, keep: bool | None = None, **more: Any) -> PageRecord:
        keep = self._keep == "all" if keep is None else keep
        instead = page.headers.get(INSTEAD, "")
        return PageRecord(
            url=page.url,
            requested=page.requested,
            source=page.source,
            outcome=outcome,
            reason=f"{reason}; read from the text of the {page.link.via}, the page itself: {instead}" if instead else reason,
            status=None if INSTEAD in page.headers else page.status,
            etag=mark(page.link.text) if page.link.via == "telegram" else page.headers.get("etag", ""),
            last_modified=page.headers.get("last-modified", ""),
            headers=page.headers,
            body=page.body if keep else None,
            insecure=UNVERIFIED in page.headers,
            **more,
        )


def _led_home(page: Page) -> bool:
    """A redirect from an article to the front page: the site's way of saying that it is gone."""
    return page.url != page.requested and urlsplit(page.url).path in ("", "/") and urlsplit(page.requested).path not in ("", "/")
