"""What became of a batch of sources whose child has ended, however it did."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from crawler.operating import due, journal
from crawler.operating.children import Ended
from crawler.sources import Source
from storage import crawls, sources
from storage.connection import Archive
from storage.errors import ArchiveError


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
    a failed or killed crawl, unless the daemon is `stopping`. What was killed in company stays due: it is crawled alone next.
    Raises ArchiveError at the end if it was the archive that ended the child.
    """
    crawls.close_killed(archive, now=now)
    killed = [] if stopping else _killed(archive, batch, before)
    if len(killed) == 1:
        how = f"signal {-ended.status}" if ended.status < 0 else f"status {ended.status}"
        crawls.blame(archive, killed[0]["id"], f"its process ended with {how} while it crawled nothing else")
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
    in_company = {crawl["source"] for crawl in killed} if len(killed) > 1 else set()
    overdue = set(sources.due(archive, now)) - in_company
    for id in batch:
        if id in overdue and id in catalogue:
            due.after_crawl(archive, catalogue[id], now=now)
    if ended.status == ArchiveError.exit_code:
        raise ArchiveError(f"{archive.path}: a crawl ended since it could not be read or written; its message says why")


def _killed(archive: Archive, batch: Sequence[str], before: int) -> list[dict[str, Any]]:
    """The crawls of the batch that had begun and were not through when their process ended."""
    newest = [crawls.latest(archive, id) for id in batch]
    return [crawl for crawl in newest if crawl and crawl["id"] > before and crawl["outcome"] == "killed"]
