"""What became of a batch of sources whose child has ended, however it did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from crawler.operating import due, journal
from crawler.operating.children import Ended
from crawler.sources import Source
from storage import crawls, sources
from storage.connection import Archive


def record(
    archive: Archive,
    catalogue: Mapping[str, Source],
    batch: Sequence[str],
    ended: Ended,
    before: int,
    *,
    now: datetime,
    stopping: bool,
) -> None:
    """Writes a line of the log for each source of `batch`, closes crawls of a killed child, puts off what is still due.

    `before` is the number of the newest crawl when the child was started: a source without a newer one was never begun, which is
    a failed or killed crawl, unless the daemon is `stopping`.
    """
    crawls.close_killed(archive, now=now)
    for id in batch:
        crawl = crawls.latest(archive, id)
        if crawl is None or crawl["id"] <= before:
            if stopping:
                continue
            why = f"its process ended with status {ended.status} before it began: {ended.last_line or 'the log says why'}"
            # by a signal: nothing that a site, or its entry, is to blame for
            outcome = "killed" if ended.status < 0 else "failed"
            crawls.finish(archive, crawls.start(archive, id, now=now), outcome=outcome, message=why, now=now)
            crawl = crawls.latest(archive, id)
        assert crawl is not None
        journal.crawl_ended(crawl, ended.status)
    overdue = set(sources.due(archive, now))
    for id in batch:
        if id in overdue and id in catalogue:
            due.after_crawl(archive, catalogue[id], now=now)
