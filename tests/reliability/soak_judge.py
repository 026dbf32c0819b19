"""Holds the archive of a soak against the plan of what really happened: every miss is a sentence in `wrong`."""

from __future__ import annotations

import itertools
import re
import sqlite3
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from crawler.reporting.habit import habit_from
from tests.reliability.soak_press import STRUCTURAL, Site, Trouble

RSS, GROWTH, WAL = 60.0, 1.0, 80.0
"""Megabytes: of the daemon at most, more than after the warm-up at most, of the write-ahead log at most."""

SLACK = timedelta(minutes=10)
"""Between a moment at which something is due and its being done: the crawls of the others come first."""

Row = tuple[Any, ...]


def judge(
    folder: Path, sites: list[Site], samples: list[dict[str, Any]], *, start: datetime, end: datetime, learned: int
) -> dict[str, Any]:
    """The figures of a soak; `wrong` holds what is not as it should be."""
    with sqlite3.connect(f"file:{folder / 'archive.db'}?mode=ro", uri=True) as conn:
        archive = _Archive(conn)
        wrong = [*_machine(samples)]
        if archive.rows("PRAGMA integrity_check") != [("ok",)]:
            wrong.append("the archive is not whole")
        delays: dict[str, list[str]] = {"structural": [], "undated": [], "silent": []}
        for site in sites:
            wrong += _crawled(archive, site, end, every=site.number < len(sites) - learned)
            wrong += _alarmed(archive, site, end, delays)
            wrong += _covered(archive, site, start, end)
            wrong += _kept(archive, site, start, end)
        warm = samples[len(samples) // 4 :]
        return {
            "sites": len(sites),
            "days": (end - start).total_seconds() / 86400,
            "crawls": sum(archive.outcomes.values()),
            "outcomes": dict(archive.outcomes),
            "articles": archive.rows("SELECT count(*) FROM articles")[0][0],
            "pages": archive.rows("SELECT count(*) FROM pages")[0][0],
            "rss": max(sample["rss"] for sample in samples),
            "growth": samples[-1]["rss"] - warm[0]["rss"],
            "files": sorted({sample["files"] for sample in warm}),
            "wal": max(sample["wal"] for sample in samples),
            "backups": max(sample["backups"] for sample in samples),
            "delays": delays,
            "wrong": wrong,
        }


class _Archive:
    """The archive by plain SQL."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn
        self.outcomes = Counter(dict(self.rows("SELECT coalesce(outcome, 'running'), count(*) FROM crawls GROUP BY 1")))

    def rows(self, sql: str, *parameters: object) -> list[Row]:
        return self._conn.execute(sql, parameters).fetchall()

    def crawls(self, site: Site) -> list[tuple[datetime, datetime, str]]:
        """(begin, end, outcome), in order."""
        found = self.rows("SELECT started, finished, outcome FROM crawls WHERE source = ? ORDER BY id", site.id)
        return [(datetime.fromisoformat(a), datetime.fromisoformat(b), outcome) for a, b, outcome in found]

    def alarms(self, site: Site) -> list[tuple[str, datetime, datetime | None, str]]:
        """(kind, raised, cleared, message), in order."""
        found = self.rows("SELECT kind, raised, cleared, message FROM alarms WHERE source = ? ORDER BY id", site.id)
        return [(k, datetime.fromisoformat(r), datetime.fromisoformat(c) if c else None, m) for k, r, c, m in found]

    def quiet_until(self, site: Site, moment: datetime) -> datetime | None:
        """Until when a silence from then on is normal by the pages that were known; None when they are too few to tell."""
        found = self.rows(
            "SELECT coalesce(published, first_seen) FROM pages WHERE source = ? AND url LIKE '%/news/_%' AND first_seen < ?",
            *(site.id, moment.isoformat()),
        )
        times = sorted(datetime.fromisoformat(when).astimezone(UTC) for (when,) in found)
        return habit_from(times, "UTC", moment).quiet_until


def _machine(samples: list[dict[str, Any]]) -> list[str]:
    warm = samples[len(samples) // 4 :]
    wrong = []
    if max(sample["rss"] for sample in samples) > RSS:
        wrong.append(f"the daemon took {max(sample['rss'] for sample in samples):.1f} MB")
    if warm[-1]["rss"] - warm[0]["rss"] > GROWTH:
        wrong.append(f"the daemon grew by {warm[-1]['rss'] - warm[0]['rss']:.2f} MB after its warm-up")
    if len({sample["files"] for sample in warm}) > 1:
        wrong.append(f"open files vary: {sorted({sample['files'] for sample in warm})}")
    if max(sample["wal"] for sample in samples) > WAL:
        wrong.append("the write-ahead log grows without bound")
    if samples[-1]["left"] or max(sample["backups"] for sample in samples) > 7:
        wrong.append("temporary files or backups are left")
    return wrong


def _crawled(archive: _Archive, site: Site, end: datetime, *, every: bool) -> list[str]:
    """Never later than it was due: four hours, or the longest pause of a learned rhythm."""
    begun = [begin for begin, _, _ in archive.crawls(site)]
    longest = max((later - earlier for earlier, later in itertools.pairwise([*begun, end])), default=timedelta.max)
    allowed = (timedelta(hours=4) if every else timedelta(hours=12)) + SLACK
    return [f"{site.id} was not crawled for {longest}"] if longest > allowed else []


def _alarmed(archive: _Archive, site: Site, end: datetime, delays: dict[str, list[str]]) -> list[str]:
    alarms = archive.alarms(site)
    wrong = []
    for kind, raised, _, _ in alarms:
        # an alarm that is raised in the first crawl after a trouble would still be about it
        if not any(t.since <= raised <= t.until + timedelta(hours=4) + SLACK for t in site.troubles):
            wrong.append(f"{site.id}: {kind} raised at {raised} without any reason")
    for trouble in site.troubles:
        wrong += _trouble(archive, site, trouble, alarms, delays)
    open_ones = [kind for kind, _, cleared, _ in alarms if cleared is None]
    if open_ones and all(t.until + timedelta(hours=30) < end for t in site.troubles):
        wrong.append(f"{site.id}: {', '.join(open_ones)} never cleared")
    repeated = Counter((kind, raised) for kind, raised, _, _ in alarms).most_common(1)
    return [*wrong, *(f"{site.id}: raised twice" for _, times in repeated if times > 1)]


def _trouble(
    archive: _Archive,
    site: Site,
    trouble: Trouble,
    alarms: list[tuple[str, datetime, datetime | None, str]],
    delays: dict[str, list[str]],
) -> list[str]:
    """Was a trouble told of in time?"""
    raised = [alarm for alarm in alarms if trouble.since <= alarm[1] <= trouble.until + timedelta(hours=4)]
    if trouble.kind in STRUCTURAL:
        after = [end for begin, end, _ in archive.crawls(site) if trouble.since <= begin < trouble.until]
        if len(after) < 2:
            return []
        expected = {"blocked": {"blocked"}, "error": {"failing"}}.get(trouble.kind, {"failing"})
        times = [alarm[1] for alarm in raised if alarm[0] in expected]
        if not times or times[0] > after[1] + SLACK:
            return [f"{site.id}: {trouble.kind} since {trouble.since} was not told of by its second crawl"]
        delays["structural"].append(f"{sum(end <= times[0] for end in after) or 1} crawls")
        return []
    if trouble.kind == "undated":
        return _undated(archive, site, trouble, raised, delays)
    return _silent(archive, site, trouble, raised, delays)


def _undated(archive: _Archive, site: Site, trouble: Trouble, raised: list[Any], delays: dict[str, list[str]]) -> list[str]:
    """Three articles without a date at most; of a listing only those that are read, since it gives no dates itself."""
    read = "" if site.is_feed else " AND score IS NOT NULL"
    seen = archive.rows(
        f"SELECT first_seen FROM pages WHERE source = ? AND published IS NULL AND url LIKE '%/news/_%' {read} AND first_seen >= ?"
        " AND first_seen <= ? ORDER BY first_seen",
        *(site.id, trouble.since.isoformat(), trouble.until.isoformat()),
    )
    if len(seen) < 3:
        return []
    third = datetime.fromisoformat(seen[2][0])
    times = [alarm[1] for alarm in raised if alarm[0] == "undated"]
    if not times or times[0] > third + SLACK:
        return [f"{site.id}: articles without dates since {trouble.since} were not told of with the third, at {third}"]
    delays["undated"].append(f"{sum(datetime.fromisoformat(row[0]) <= times[0] for row in seen)} articles")
    return []


def _silent(archive: _Archive, site: Site, trouble: Trouble, raised: list[Any], delays: dict[str, list[str]]) -> list[str]:
    """Within twice the silence that was learned to be normal, which the alarm itself names; unless none was learned yet, or
    what was learned is longer than the trouble."""
    last = max(when for when in site.published if when < trouble.since)
    found = [alarm for alarm in raised if alarm[0] == "silent"]
    if not found:
        due = archive.quiet_until(site, trouble.since)
        if due is None or due > trouble.until:
            delays["silent"].append("none of it: by the little that was known it was not over")
            return []
        return [f"{site.id}: silent from {last} to {trouble.until} and nobody was told"]
    since, due = (datetime.fromisoformat(f"{text}+00:00") for text in re.findall(r"\d{4}-\d\d-\d\d \d\d:\d\d", found[0][3])[:2])
    ratio = (found[0][1] - since) / (due - since)
    delays["silent"].append(f"{ratio:.2f} of it")
    return [f"{site.id}: told of its silence after {ratio:.1f} times what is normal"] if ratio > 2 else []


def _covered(archive: _Archive, site: Site, start: datetime, end: datetime) -> list[str]:
    """`coverage` against what the crawls of each day were, and against the plan."""
    states = dict(archive.rows("SELECT day, state FROM coverage WHERE source = ? AND day < ?", site.id, end.date().isoformat()))
    wrong = []
    good = {e.date().isoformat() for _, e, outcome in archive.crawls(site) if outcome in ("finished", "partial")}
    day = start.date()
    while day < end.date():
        name, state = day.isoformat(), states.get(day.isoformat())
        # a source that failed for longer than its list reaches back has a gap, and that says more than that it failed
        right = ("covered", "gap") if name in good else ("failing", "gap")
        whole_day_broken = any(t.kind in STRUCTURAL and t.since.date() <= day <= t.until.date() for t in site.troubles)
        if state not in right or (state == "failing" and not whole_day_broken) or (state == "gap" and not site.troubles):
            wrong.append(f"{site.id}: coverage calls {name} {state}")
        day += timedelta(days=1)
    return wrong


def _kept(archive: _Archive, site: Site, start: datetime, end: datetime) -> list[str]:
    """Of a sound site every article that was published while it was watched is there, exactly once."""
    if site.troubles:
        return []
    seen = Counter(
        int(url.rstrip("/").rpartition("/")[2])
        for (url,) in archive.rows("SELECT url FROM pages WHERE source = ? AND url LIKE '%/news/_%'", site.id)
    )
    due = {n for n, when in enumerate(site.published) if start < when < end - timedelta(hours=13)}
    lost = due - seen.keys()
    doubled = [n for n, times in seen.items() if times > 1]
    relevant = archive.rows("SELECT count(*), count(DISTINCT url) FROM articles WHERE source = ?", site.id)[0]
    wrong = [f"{site.id}: {len(lost)} articles lost"] if lost else []
    if doubled or relevant[0] != relevant[1]:
        wrong.append(f"{site.id}: articles doubled")
    return wrong


def told(found: dict[str, Any]) -> str:
    """The result as Markdown."""
    outcomes = ", ".join(f"{count} {name}" for name, count in sorted(found["outcomes"].items()))
    rows = [
        ("crawls", f"{found['crawls']} of {found['sites']} sources over {found['days']:.1f} days of their time ({outcomes})"),
        ("articles", f"{found['articles']} kept of {found['pages']} pages, none of a sound source lost, none doubled"),
        ("daemon", f"{found['rss']:.1f} MB at most, {found['growth']:+.2f} MB after the warm-up, open files {found['files']}"),
        ("write-ahead log, backups", f"{found['wal']:.1f} MB at most, {found['backups']} at most"),
    ]
    for name, kind in (("breakages", "structural"), ("articles without dates", "undated"), ("silences", "silent")):
        counted = ", ".join(f"{times} × after {what}" for what, times in sorted(Counter(found["delays"][kind]).items()))
        rows.append((f"{name} told of", counted or "none happened"))
    rows.append(("wrong", "; ".join(found["wrong"]) or "nothing"))
    return "| | |\n|---|---|\n" + "\n".join(f"| {name} | {value} |" for name, value in rows)
