"""What a crawl knows and remembers: crawl rows, what was found, what became of it. The spiders' door to the archive."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, date, datetime, timedelta
from typing import Self

from scrapy.crawler import Crawler

from crawler import leasing
from crawler.config import Config, load_config
from crawler.errors import FetchError
from crawler.fetching.addresses import machine, preview, ways
from crawler.fetching.freshness import lifetime
from crawler.hints import day_of, mark
from crawler.items import UNVERIFIED, Cursor, Link, Pace, Page
from crawler.progress import Crawl, unfinished
from crawler.sources import Source, fits
from storage import Archive, certificates, crawls, gaps, links, meta, open_archive, pages, polling, revisits, robots, walks
from storage import sources as rows
from storage.address import canonical
from storage.connection import archive_error
from storage.errors import ArchiveError
from storage.records import RETRIED, LinkRecord, PageRecord
from storage.times import stamp

POLLS = 10
"""Every n-th poll of a way goes without validators: a 304 can lie (FreshRSS#1020: a Last-Modified in 2041)."""

LONGEST_WAIT = 86400.0
"""Seconds. A Retry-After beyond a day (maintenance pages say 2099) is taken for a day: no source is ever given up."""

_PROGRESS_SECONDS = 2.0
_OF_LINKS = [field.name for field in fields(Link)]


class Frontier:
    """One archive, one process; methods are quick and not thread-safe: call them from the event loop."""

    def __init__(self, archive: Archive, config: Config, *, since: date | None = None, limit: int | None = None) -> None:
        self.archive = archive
        self.config = config
        self.since = since
        self.limit = limit
        self.crawls: dict[str, Crawl] = {}
        self._by_machine: dict[str, list[Source]] = {}
        self.broken: ArchiveError | None = None
        """What made it impossible to store a page: the crawl is over."""
        self.on_change: Callable[[Crawl], None] = lambda crawl: None
        """Called when a crawl began, counted something or ended; for showing progress."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """For `scrapy crawl`: one of its own. The runner makes one and hands it to the spider."""
        config: Config = crawler.settings.get("AVTOKLASTER_CONFIG") or load_config()
        frontier = cls(open_archive(config.archive), config)
        rows.sync(frontier.archive, config.sources.values())
        return frontier

    # the crawl of a source, from its lease to its last count

    def machines(self, source: Source) -> frozenset[str]:
        """The machines that the source's ways are on: no two crawls of one of them at a time."""
        return leasing.machines(source)

    async def begin(self, source: Source) -> bool:
        """Takes the lease of the source's machines and opens its crawl row. False: somebody else crawls there (`busy`)."""
        holder = await leasing.take(self.archive, source)
        now = datetime.now(UTC)
        row = rows.get(self.archive, source.id)
        last_success = row["last_success"] if row else None
        number = crawls.start(self.archive, source.id, now=now)
        crawl = Crawl(id=number, source=source, began=now, last_success=last_success, since=self.since)
        self.crawls[source.id] = crawl
        if holder:
            crawl.message = holder
            self._finish(crawl, "busy")
            return False
        self.on_change(crawl)
        return True

    def end(self, source: Source, outcome: str, message: str = "") -> None:
        """Closes the crawl row with its last counts and gives the lease back."""
        crawl = self.crawls[source.id]
        crawl.message = message
        if self.since:
            crawl.waiting = self.count_pending(source)
            crawl.more = walks.is_open(self.archive, source.id, self._kind)
            crawl.message = "; ".join(filter(None, [message, unfinished(crawl)]))
        self._finish(crawl, outcome)
        leasing.give_back(self.archive, source)

    def _finish(self, crawl: Crawl, outcome: str) -> None:
        crawl.outcome = outcome
        crawls.finish(
            self.archive, crawl.id, outcome=outcome, counts=crawl.counts, message=crawl.message[:1000], now=datetime.now(UTC)
        )
        self.on_change(crawl)

    def count(self, source: Source, **more: int) -> None:
        """Adds to what belongs to no page (`requests`, `bytes` of `storage.records.COUNTS`); written every other second."""
        crawl = self.crawls[source.id]
        for name, number in more.items():
            crawl.counts[name] = crawl.counts.get(name, 0) + number
        now = asyncio.get_running_loop().time()
        if now - crawl.written >= _PROGRESS_SECONDS:
            crawl.written = now
            if self.since:
                crawl.waiting, crawl.left = self.count_pending(source), self.budget(source)
            crawls.progress(self.archive, crawl.id, crawl.counts, now=datetime.now(UTC))
        self.on_change(crawl)

    @contextmanager
    def counting(self, source: Source) -> Iterator[Callable[[str], None]]:
        """A transaction for what became of a page and its count: the row of a crawl that is killed tells the truth.

        Gives a function that takes the name of the count, "" for none.
        """
        crawl = self.crawls[source.id]
        counted: list[str] = []
        with self.archive.write():
            yield counted.append
            more = {name: crawl.counts.get(name, 0) + 1 for name in counted if name}
            crawls.count(self.archive, crawl.id, more)
        crawl.counts.update(more)
        self.on_change(crawl)

    def budget(self, source: Source) -> int:
        """Article pages that this crawl may still try of a source."""
        allowed = self.limit if self.limit is not None else source.budget or self.config.crawl.budget
        return max(0, allowed - self.crawls[source.id].tried)

    def of_archive(self, error: Exception) -> ArchiveError | None:
        """What went wrong, if it is the archive that cannot be read or written: that ends the crawls of all sources."""
        return error if isinstance(error, ArchiveError) else archive_error(self.archive.path, error)

    # discovery

    def validators(self, url: str) -> tuple[str, str]:
        """ETag and Last-Modified for the next poll of a way; none every `POLLS`-th time."""
        etag, last_modified, polls = pages.validators(self.archive, url)
        return ("", "") if polls >= POLLS - 1 else (etag, last_modified)

    def cursor(self, source: Source, way: str) -> Cursor | None:
        """Where the reading of a paged way goes on, if an earlier crawl did not come to its end."""
        walk = walks.get(self.archive, source.id, way, self._kind)
        return Cursor(next=walk.next, page=walk.page, position=walk.position, started=walk.started) if walk else None

    @property
    def _kind(self) -> str:
        return walks.HISTORY if self.since else walks.NEWS

    def discovered(self, source: Source, way: str, page: Page, found: Sequence[Link], cursor: Cursor | None = None) -> list[Link]:
        """Queues what was never tried before and notes how far the way was read, in one transaction. Returns the new ones."""
        crawl = self.crawls[source.id]
        record = PageRecord(
            url=page.url,
            requested=page.requested,
            source=source.id,
            outcome="unchanged" if page.status == 304 else "not_article",
            reason="a way of the source",
            status=page.status,
            etag=page.headers.get("etag", ""),
            last_modified=page.headers.get("last-modified", ""),
            insecure=UNVERIFIED in page.headers,
        )
        own = [link for link in found if link.via != "lead"]
        crawl.read_back([day for link in own if (day := self.day(link))] if self.since else ())
        with self.archive.write():
            # one time for all pages of a crawl: the frontier sorts by it, and a deeper page is not a newer one
            new = links.discovered(self.archive, source.id, record, own, now=crawl.began)
            self._look_again(source, own, new)
            self._follow(source, [link for link in found if link.via == "lead"])
            if cursor is not None:
                walk = walks.Walk(
                    started=cursor.started or stamp(crawl.began), next=cursor.next, page=cursor.page, position=cursor.position
                )
                walks.put(self.archive, source.id, way, walk, self._kind)
        return new

    def asked(self, source: Source, way: str, page: Page, pace: Pace) -> None:
        """A way answered: keeps how long its answer is fresh and how often it wants to be asked, for the next crawl's time."""
        wish = polling.Wish(
            way=way,
            fetched=page.fetched,
            ttl=pace.ttl,
            max_age=lifetime(page.headers, page.fetched),
            skip_hours=pace.skip_hours,
            skip_days=pace.skip_days,
        )
        polling.note(self.archive, source.id, wish, unchanged=page.status == 304)

    def certificate(self, source: Source, host: str, issuer: str, expires: datetime) -> None:
        """A host of the source showed this certificate."""
        certificates.note(self.archive, source.id, host=host, issuer=issuer, expires=expires, now=datetime.now(UTC))

    def _look_again(self, source: Source, found: Sequence[Link], new: Sequence[Link]) -> None:
        """Posts that were edited since they were kept wait again: the preview is the only place that shows it."""
        fresh = {link.url for link in new}
        posts = [link for link in found if link.via == "telegram" and link.url not in fresh]
        edited = [link for link in posts if (known := pages.validators(self.archive, link.url)[0]) and known != mark(link.text)]
        links.again(self.archive, source.id, edited, now=self.crawls[source.id].began)

    def _follow(self, source: Source, leads: Sequence[Link]) -> None:
        """Leads to press pages of known sources wait for those sources' own crawls: one machine, one crawl at a time.

        A lead to the source's own site is followed only when the channel is its one way: else the site lists it, or is closed.
        """
        for link in leads:
            owner = self._owner(link)
            if owner is not None and (owner.id != source.id or ways(source) == (preview(source),)):
                links.discovered(self.archive, owner.id, None, [link], now=self.crawls[source.id].began)

    def _owner(self, link: Link) -> Source | None:
        """The enabled source whose `article` pattern takes the address, None when there is none."""
        try:
            url, key = canonical(link.url), machine(link.url)
        except ValueError:
            return None
        if not self._by_machine:
            for source in self.config.sources.values():
                if source.enabled and source.article and source.home:
                    self._by_machine.setdefault(machine(source.home), []).append(source)
        return next((source for source in self._by_machine.get(key, ()) if fits(source, url)), None)

    def ended(self, source: Source, way: str) -> None:
        """A walk over a way has come to its end."""
        walks.end(self.archive, source.id, way, self._kind)

    def parts(self, index: str) -> list[str]:
        """The sitemaps that an index named without a date when it was last read."""
        return (meta.get(self.archive, f"undated sitemaps of {index}") or "").split()

    def note_parts(self, index: str, addresses: Sequence[str]) -> None:
        """Notes the sitemaps that an index names without a date."""
        if list(addresses) != self.parts(index):
            meta.put(self.archive, f"undated sitemaps of {index}", "\n".join(addresses))

    def asked_all(self, source: Source, ways: Sequence[str]) -> None:
        """These were all the ways of this crawl: what a search for another day, or a way that is gone, left open is over."""
        if self.since:
            walks.keep_only(self.archive, source.id, ways, self._kind)

    def crawled_before(self, source: Source) -> bool:
        """Has a crawl of the source ever gone well?"""
        return self.crawls[source.id].last_success is not None

    def known_before(self, found: Sequence[Link], moment: str) -> int:
        return walks.known_before(self.archive, (link.url for link in found), moment)

    def count_ahead(self) -> int:
        """How many pages the crawls that run are still to fetch."""
        running = [crawl.source for crawl in self.crawls.values() if not crawl.outcome]
        return sum(min(self.count_pending(source), self.budget(source)) for source in running)

    def count_pending(self, source: Source) -> int:
        return links.count_pending(self.archive, source.id)

    def pending(self, source: Source, limit: int) -> list[Link]:
        """What waits to be fetched, newest first."""
        return [_link(link) for link in links.pending(self.archive, source.id, limit=limit)]

    def revisits(self, source: Source, limit: int) -> list[Link]:
        """Kept articles whose pages are to be looked at again."""
        due = revisits.due(self.archive, source.id, now=datetime.now(UTC), limit=limit)
        return [Link(url=link.url, via="revisit") for link in due]

    def unchanged(self, source: Source, page: Page) -> None:
        """An article's page answered 304."""
        record = PageRecord(
            url=page.url,
            requested=page.requested,
            source=source.id,
            outcome="unchanged",
            status=page.status,
            etag=page.headers.get("etag", ""),
            last_modified=page.headers.get("last-modified", ""),
            insecure=UNVERIFIED in page.headers,
        )
        pages.record(self.archive, record, now=datetime.now(UTC))

    def day(self, link: Link) -> date | None:
        """The day that a link's hint states, None when there is none or it cannot be read."""
        return day_of(link.date, datetime.now(UTC))

    def gap(self, source: Source, reason: str) -> None:
        """Between the last successful crawl and now something may be missing that nobody lists any more."""
        crawl = self.crawls[source.id]
        if crawl.last_success is not None:
            gaps.note(self.archive, source.id, since=crawl.last_success, until=crawl.began, reason=reason, now=datetime.now(UTC))

    def caught_up(self, source: Source) -> None:
        """A search for history has read a way back to its day: what was missing since then is known now."""
        assert self.since is not None
        gaps.close(self.archive, source.id, since=self.since, now=datetime.now(UTC))

    # what became of a page

    def tried(self, source: Source) -> None:
        """One more article page of the budget."""
        self.crawls[source.id].tried += 1

    def refused(self, source: Source, link: Link, error: FetchError, *, article: bool = True) -> None:
        """A page that could not be had: a row with the reason; `failed` and `blocked` stay in the frontier."""
        record = PageRecord(url=link.url, source=source.id, outcome=error.outcome, reason=error.reason, title=link.title)
        with self.counting(source) as count:
            try:
                pages.record(self.archive, record, now=datetime.now(UTC))
            except ValueError:  # no http address: it cannot be a key, and was never queued
                print(f"{source.id}: {link.url[:200]!r}: {error.reason}", file=sys.stderr)
            count("failed" if article and error.outcome in RETRIED else "")
        if error.wait:
            polling.leave_alone(self.archive, source.id, datetime.now(UTC) + timedelta(seconds=min(error.wait, LONGEST_WAIT)))

    def out_of_reach(self, source: Source) -> list[tuple[Link, str, str]]:
        """The pages that wait after they were tried in vain, and were found after any that could be had; outcome and reason."""
        return [(_link(link), outcome, reason) for link, outcome, reason in links.out_of_reach(self.archive, source.id)]

    def robots(self, site: str) -> robots.Robots | None:
        return robots.get(self.archive, site, now=datetime.now(UTC))

    def keep_robots(self, site: str, status: int, text: str) -> None:
        robots.keep(self.archive, site, status=status, text=text, now=datetime.now(UTC))


def _link(record: LinkRecord) -> Link:
    return Link(**{name: getattr(record, name) for name in _OF_LINKS})
