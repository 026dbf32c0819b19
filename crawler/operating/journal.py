"""The log of the daemon: structured lines on stderr, one a crawl; what goes on failing is said once an hour."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from storage.errors import ArchiveError

log = logging.getLogger("avtoklaster.daemon")

_COUNTS = ("requests", "new", "revised", "copies", "irrelevant", "failed")
_AGAIN_SECONDS = 3600.0


def crawl_ended(crawl: Mapping[str, Any], status: int) -> None:
    """One line for a crawl (a row of `crawls`); `status` is that of the process that did it."""
    counts = " ".join(f"{name}={crawl[name]}" for name in _COUNTS)
    seconds = (datetime.fromisoformat(crawl["finished"] or crawl["started"]) - datetime.fromisoformat(crawl["started"])).seconds
    reason = f" message={crawl['message']!r}" if crawl["message"] else ""
    level = logging.INFO if crawl["outcome"] in ("finished", "partial", "interrupted") else logging.WARNING
    line = f"event=crawl source={crawl['source']} outcome={crawl['outcome']} {counts} seconds={seconds} status={status}{reason}"
    log.log(level, "%s", line)


class Complaints:
    """What fails again and again, as every five seconds on a full disk, is said once an hour, and that it is well again."""

    def __init__(self) -> None:
        self._told: dict[str, tuple[str, float]] = {}
        self._standing: dict[str, Exception] = {}

    def is_news(self, job: str, error: Exception) -> bool:
        """Whether to say that this job failed: not if it was just said."""
        self._standing[job] = error
        text, now = f"{type(error).__name__}: {error}", time.monotonic()
        before, when = self._told.get(job, ("", 0.0))
        if text == before and now - when < _AGAIN_SECONDS:
            return False
        self._told[job] = (text, now)
        return True

    def well(self, job: str) -> bool:
        """Whether it had failed before, now that it went well."""
        self._standing.pop(job, None)
        return self._told.pop(job, None) is not None

    def of_archive(self) -> ArchiveError | None:
        """What is amiss with the archive since a job failed for it: on a full disk it can be read all the same."""
        return next((error for error in self._standing.values() if isinstance(error, ArchiveError)), None)
