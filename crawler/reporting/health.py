"""Is a source still alive? Alarms with a reason, raised once and cleared once, from what the archive knows of its past.

Querido-diario and changedetection.io watch for days without documents; here the silence that is normal is learned per source, so
that a ministry's weekend is no alarm and a news agency's empty afternoon is one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from crawler.fetching.addresses import ways
from crawler.reporting.habit import Habit, habit_of
from crawler.sources import Source
from storage import alarms, certificates, history
from storage.connection import Archive

KINDS = {
    "blocked": "the site refuses us",
    "failing": "its crawls fail",
    "way": "one of its feeds, listings or sitemaps fails, while others work",
    "certificate": "its certificate is about to expire",
    "silent": "it published nothing for longer than it ever does",
    "undated": "its articles suddenly have no dates",
    "untitled": "its articles suddenly have no titles",
    "flood": "it brings far more than it ever did",
    "not crawled": "it has not been crawled, though it is enabled",
}
"""Kinds of alarm (`alarms.kind`) and what each says."""

_DAYS_TO_KNOW = 7
"""Days on which a source was watched before a day's volume can be judged."""

_FAILURES_IN_A_ROW = 2

KILLS_IN_A_ROW = 3
"""Crawls of one source alone whose process was killed: fewer may be chance, as when the machine has no memory left."""

_IN_VAIN = timedelta(days=1)
"""A source that is due for so long while we watch is not merely waiting for its turn."""

_EXPIRING = timedelta(days=14)

_ODDS = 0.001
"""A run of empty fields that comes by chance more rarely than this is no chance."""


def check(
    archive: Archive,
    source: Source,
    *,
    now: datetime,
    habit: Habit | None = None,
    waited_since: datetime | None = None,
) -> tuple[list[str], list[str]]:
    """Judges a source after a crawl: learns its silence, raises and clears its alarms; the kinds raised and the kinds cleared.

    `habit` is what `habit_of` gave, if it was asked already; `waited_since` says that it is due since then and is not crawled.
    """
    habit = habit or habit_of(archive, source, now=now)
    last, until = habit.last, habit.quiet_until
    alarms.set_silence(archive, source.id, until=until, per_day=habit.per_day)
    lately = history.last_crawls(archive, source.id, limit=KILLS_IN_A_ROW)
    crawls = lately[:_FAILURES_IN_A_ROW]
    found = {
        **_failures(crawls),
        **_kills(lately),
        **_ways(source, crawls),
        **_certificates(archive, source, now),
        **_fields(archive, source),
        **_flood(archive, source, habit, now),
    }
    if waited_since is not None:
        found["not crawled"] = f"due since {waited_since:%Y-%m-%d %H:%M} UTC, and no crawl of it has begun"
    if not (found.keys() - {"certificate"}) and last is not None and until is not None and now > until:
        found["silent"] = (
            f"nothing new since {last:%Y-%m-%d %H:%M} UTC; by its rhythm something was due by {until:%Y-%m-%d %H:%M}"
        )
    return alarms.update(archive, source.id, found, now=now)


def sweep(archive: Archive, sources: Iterable[Source], *, now: datetime, watching_since: datetime) -> list[tuple[str, str]]:
    """Judges the sources that have no alarm yet and whose normal silence has passed, or that wait in vain for their crawl.

    (source, kind) of what was raised. `watching_since`: before that nobody was there to crawl them.
    """
    raised = []
    alarmed = {row["source"] for row in alarms.standing(archive)}
    for source in sources:
        if source.id in alarmed or not source.enabled:
            continue
        waited = history.due_since(archive, source.id)
        waited = waited if waited and now - max(waited, watching_since) > _IN_VAIN else None
        until = alarms.silence(archive, source.id)
        if waited or (until is not None and datetime.fromisoformat(until) < now):
            habit = habit_of(archive, source, now=now, news=False)  # noted by its last crawl: the daemon itself never learns
            raised += [(source.id, kind) for kind in check(archive, source, now=now, habit=habit, waited_since=waited)[0]]
    return raised


def _failures(crawls: list[dict[str, object]]) -> dict[str, str]:
    """Two crawls in a row without success: by the newest, blocked or failing."""
    bad = [crawl for crawl in crawls if crawl["outcome"] in ("failed", "blocked")]
    if len(bad) < _FAILURES_IN_A_ROW:
        return {}
    kind = "blocked" if crawls[0]["outcome"] == "blocked" else "failing"
    return {kind: str(crawls[0]["message"]) or KINDS[kind]}


def _kills(crawls: list[dict[str, object]]) -> dict[str, str]:
    """Its crawls kill their process: a page that takes all memory, a fault of ours that only its pages meet."""
    killed = len(crawls) == KILLS_IN_A_ROW and all(crawl["outcome"] == "killed" and crawl["alone"] for crawl in crawls)
    return {"failing": str(crawls[0]["message"])} if killed else {}


def _ways(source: Source, crawls: list[dict[str, object]]) -> dict[str, str]:
    """A way that failed in two crawls in a row which other ways saved: a feed that is an HTML page now, behind a good listing."""
    if len(crawls) < _FAILURES_IN_A_ROW or any(crawl["outcome"] != "partial" for crawl in crawls):
        return {}
    broken = [way for way in ways(source) if all(f"{way}: " in str(crawl["message"]) for crawl in crawls)]
    return {"way": str(crawls[0]["message"])} if broken else {}


def _certificates(archive: Archive, source: Source, now: datetime) -> dict[str, str]:
    """What its hosts showed to its last crawls, two weeks before it is too late."""
    soon = certificates.expiring(archive, source.id, now=now, within=_EXPIRING)
    told = [f"the certificate of {host}, signed by {issuer}, expires on {last:%Y-%m-%d}" for host, issuer, last in soon]
    return {"certificate": "; ".join(told)} if told else {}


def _fields(archive: Archive, source: Source) -> dict[str, str]:
    """A field that was there and is suddenly always empty: the site was rebuilt, or its reader broke.

    Looked for among all its pages, most of which may have only what the list said of them, and among those that were read.
    """
    everything = history.newest(archive, source.id, limit=300)
    found: dict[str, str] = {}
    for pages in (everything, [page for page in everything if page[0]]):
        for kind, field, has in (
            ("undated", "date", [page[1] for page in pages]),
            ("untitled", "title", [page[2] for page in pages]),
        ):
            run = has.index(True) if True in has else 0
            before = has[run : run + 60]
            share = sum(before) / (len(before) + 1)
            if len(before) >= 10 and run >= 2 and (1 - share) ** run <= _ODDS:
                found[kind] = (
                    f"none of its newest {run} articles has a {field}; of the {len(before)} before, {sum(before)} had one"
                )
    return found


def _flood(archive: Archive, source: Source, habit: Habit, now: datetime) -> dict[str, str]:
    """A day far off its history: a listing that now shows the whole site, or addresses that change with every visit."""
    if habit.observed < 30:
        return {}
    day = history.seen_between(archive, source.id, since=now - timedelta(days=1), until=now + timedelta(days=1))
    before = history.seen_between(archive, source.id, since=now - timedelta(days=31), until=now - timedelta(days=1))
    days = history.days_watched(archive, source.id, since=now - timedelta(days=31), until=now - timedelta(days=1))
    if before >= 30 and days >= _DAYS_TO_KNOW and day > 20 + 10 * before / days:
        return {"flood": f"{day} new pages within a day; {before / days:.1f} a day before"}
    return {}
