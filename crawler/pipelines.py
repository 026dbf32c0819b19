"""The way of a fetched page into the archive: gate, reading, judging, storage. Every page ends in a row and a reason."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from scrapy.crawler import Crawler

from crawler.hints import mark
from crawler.items import INSTEAD, Hints, Page, Reading, Verdict
from crawler.processing import passes, process, topic_of
from crawler.skimming import skim
from crawler.sources import Source
from storage import articles, pages
from storage.address import believed
from storage.errors import ArchiveError
from storage.records import ArticleRecord, DateRecord, PageRecord

if TYPE_CHECKING:
    from crawler.frontier import Frontier

logger = logging.getLogger(__name__)

_OUTCOME = {"soft404": "soft404", "challenge": "blocked"}
"""`pages.outcome` by `Reading.kind`; every other kind but "article" is `not_article`."""

_COUNTED = {
    "stored": "new",
    "revised": "revised",
    "copy": "copies",
    "irrelevant": "irrelevant",
    "failed": "failed",
    "blocked": "failed",
}


class ArticlePipeline:
    """Reading runs in a thread (later: worker processes), so that the event loop is not held up; storing runs in the loop."""

    def __init__(self, frontier: Frontier) -> None:
        self._frontier = frontier
        self._topic = frontier.config.topic
        self._keep = frontier.config.crawl.keep_pages

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.spider.frontier)  # type: ignore[union-attr]

    async def process_item(self, item: Any) -> Any:
        page: Page = item
        source = self._frontier.crawls[page.source].source
        try:
            outcome = await self._settle(page, source)
        except ArchiveError as error:
            self._frontier.broken = error  # Scrapy would only log it and go on
            raise
        except Exception as error:  # one page that no reader can bear must not end the crawl: it gets its row
            logger.exception("reading %s", page.url)
            outcome = self._record(page, "failed", f"reading it failed: {type(error).__name__}: {error}"[:300])
        if outcome in _COUNTED:
            self._frontier.count(source, **{_COUNTED[outcome]: 1})
        return item

    async def _settle(self, page: Page, source: Source) -> str:
        """Takes a page to its row; the outcome."""
        if _led_home(page):
            return self._record(page, "soft404", "redirected to the home page")
        hints = hints_for(page, source)
        refused = passes(page.body, hints, self._topic)
        glance = skim(page) if refused else None
        if glance is not None and not glance.doubtful:
            return self._irrelevant(page, refused, title=glance.title, lead=glance.lead)
        processed = await asyncio.to_thread(process, page.body, page.url, hints, self._topic, gated=True)
        reading, verdict = processed.reading, processed.verdict
        assert reading is not None  # the gate was passed already
        if verdict is None:
            outcome = _OUTCOME.get(reading.kind, "not_article")
            return self._record(page, outcome, reading.kind_reason or reading.kind, title=reading.title, lead=reading.text)
        if refused or not verdict.relevant:
            return self._irrelevant(page, refused or verdict.reason, **_judged(reading, verdict))
        return self._store(page, source, reading, verdict)

    def _irrelevant(self, page: Page, reason: str, **more: Any) -> str:
        return self._record(page, "irrelevant", reason, **{"judged_by": topic_of(self._topic).judged_by} | more)

    def _store(self, page: Page, source: Source, reading: Reading, verdict: Verdict) -> str:
        stored = articles.store(
            self._frontier.archive,
            _article(page, source, reading, verdict),
            self._page(page, "stored", reason=verdict.reason, keep=self._keep != "none", **_judged(reading, verdict)),
            now=datetime.now(UTC),
        )
        return stored.outcome

    def _record(self, page: Page, outcome: str, reason: str, **more: Any) -> str:
        pages.record(self._frontier.archive, self._page(page, outcome, reason=reason, **more), now=datetime.now(UTC))
        return outcome

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
            **more,
        )


def hints_for(page: Page, source: Source) -> Hints:
    """What reading may know of a page of a source besides its bytes."""
    return Hints(
        first_seen=page.fetched,
        link=page.link,
        headers=page.headers,
        status=page.status,
        timezone=source.timezone,
        site_name=source.name,
        title_css=source.title_css,
        date_css=source.date_css,
        text_css=source.text_css,
        is_text=INSTEAD in page.headers,
    )


def _led_home(page: Page) -> bool:
    """A redirect from an article to the front page: the site's way of saying that it is gone."""
    return page.url != page.requested and urlsplit(page.url).path in ("", "/") and urlsplit(page.requested).path not in ("", "/")


def _judged(reading: Reading, verdict: Verdict) -> dict[str, Any]:
    return {
        "title": reading.title,
        "lead": reading.text,
        "published": reading.published,
        "score": verdict.score,
        "matched": tuple(asdict(match) for match in verdict.matched),
        "judged_by": verdict.judged_by,
    }


def _article(page: Page, source: Source, reading: Reading, verdict: Verdict) -> ArticleRecord:
    return ArticleRecord(
        url=believed(page.url, reading.canonical),
        source=source.id,
        region=source.region,
        title=reading.title,
        text=reading.text,
        author=reading.author,
        published=reading.published,
        published_by=reading.published_by,
        language=reading.language,
        score=verdict.score,
        matched=tuple(asdict(match) for match in verdict.matched),
        reason=verdict.reason,
        regions=verdict.regions,
        companies=verdict.companies,
        judged_by=verdict.judged_by,
        reader_version=reading.reader_version,
        dates=tuple(DateRecord(witness=d.witness, value=d.value, believed=d.believed, why=d.why) for d in reading.dates),
        image=reading.image,
        tags=reading.tags,
        captions=reading.captions,
    )
