"""One crawl of a source as it goes, and how long a search for history may still take. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from crawler.sources import Source


@dataclass(slots=True)
class Crawl:
    """One crawl over one source. `began` is aware, UTC; `outcome` is "" while it runs.

    In a search for history `since` is the day to go back to, `back_to` the day that the lists were read back to so far, `waiting`
    how many addresses are still to be fetched, `left` how many pages the budget allows, `more` whether its lists go on.
    """

    id: int
    source: Source
    began: datetime
    last_success: str | None
    counts: dict[str, int] = field(default_factory=dict)
    tried: int = 0
    outcome: str = ""
    message: str = ""
    written: float = 0.0
    since: date | None = None
    back_to: date | None = None
    waiting: int = 0
    left: int = 0
    more: bool = False

    def read_back(self, days: Sequence[date]) -> None:
        """Notes the days that one page of a list states: the middle one counts, since pinned news stand on old pages too."""
        if self.since and days:
            middle = sorted(days)[len(days) // 2]
            self.back_to = min(self.back_to or middle, middle)


def remaining(crawl: Crawl, now: datetime) -> timedelta | None:
    """How long a search for history will still take at its pace so far; None when it is too early to say, or none is made.

    What waits and what the rest of the days will probably bring, at the requests so far a page, within the budget.
    """
    if crawl.since is None or not crawl.tried:
        return None
    elapsed = (now - crawl.began).total_seconds()
    pages: float = crawl.waiting
    if crawl.back_to is not None:
        gone = (now.date() - crawl.back_to).days
        ahead = max(0, (crawl.back_to - crawl.since).days)
        if ahead and gone < 1:
            return None
        pages += (crawl.tried + crawl.waiting) * ahead / max(gone, 1)
    return timedelta(seconds=round(min(pages, crawl.left) * elapsed / crawl.tried))


def unfinished(crawl: Crawl) -> str:
    """What a search for history has left for the next one, in words; "" when nothing."""
    if not (crawl.waiting or crawl.more):
        return ""
    back = f"went back to {crawl.back_to}; " if crawl.back_to and crawl.more else ""
    return f"{back}{crawl.waiting} addresses wait: the same command goes on from here"
