"""Crawls as rows: begun, counted, ended, and closed by the next one when their process was killed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from storage import leases, sources
from storage.connection import Archive
from storage.processes import Process, is_gone, this_process
from storage.records import COUNTS, CRAWL_OUTCOMES
from storage.times import stamp


def start(archive: Archive, source: str, *, now: datetime) -> int:
    """Begins a crawl of a source by this process; its id."""
    me = this_process()
    with archive.write():
        sources.ensure(archive, source)
        cursor = archive.conn.execute(
            "INSERT INTO crawls (source, started, alive, pid, pid_started, boot, machine) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (source, stamp(now), stamp(now), me.pid, me.started, me.boot, me.machine),
        )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def progress(archive: Archive, crawl: int, counts: Mapping[str, int], *, now: datetime) -> None:
    """Writes the counts so far (keys of COUNTS, absolute values), says that the crawl lives, and renews its leases."""
    with archive.write():
        count(archive, crawl, counts)
        archive.conn.execute("UPDATE crawls SET alive = ? WHERE id = ?", (stamp(now), crawl))
        row = archive.one("SELECT source FROM crawls WHERE id = ?", (crawl,))
        if row is not None:
            leases.renew(archive, source=row["source"])


def finish(
    archive: Archive, crawl: int, *, outcome: str, counts: Mapping[str, int] | None = None, message: str = "", now: datetime
) -> None:
    """Ends a crawl and notes on its source how it went. `outcome` is one of CRAWL_OUTCOMES; raises ValueError otherwise."""
    if outcome not in CRAWL_OUTCOMES:
        raise ValueError(f"not an outcome of a crawl: {outcome!r}")
    with archive.write():
        count(archive, crawl, counts or {})
        archive.conn.execute(
            "UPDATE crawls SET finished = ?, alive = ?, outcome = ?, message = ? WHERE id = ?",
            (stamp(now), stamp(now), outcome, message, crawl),
        )
        _note_on_source(archive, crawl, outcome, stamp(now))
        _note_day(archive, crawl)


def _note_on_source(archive: Archive, crawl: int, outcome: str, ended: str) -> None:
    archive.conn.execute(
        "UPDATE sources SET"
        " last_success = CASE WHEN :outcome IN ('finished', 'partial') THEN :ended ELSE last_success END,"
        " last_new = CASE WHEN c.new > 0 THEN :ended ELSE last_new END,"
        " failures = CASE WHEN :outcome IN ('finished', 'partial') THEN 0"
        " WHEN :outcome IN ('failed', 'blocked') THEN failures + 1 ELSE failures END"
        " FROM crawls AS c WHERE c.id = :crawl AND sources.id = c.source",
        {"outcome": outcome, "ended": ended, "crawl": crawl},
    )


def count(archive: Archive, crawl: int, counts: Mapping[str, int]) -> None:
    """Writes counts (as `progress` does); inside the caller's transaction, so that they and what they count are true together."""
    unknown = set(counts) - set(COUNTS)
    if unknown:
        raise ValueError(f"a crawl does not count {', '.join(sorted(unknown))}")
    if counts:
        archive.conn.execute(
            f"UPDATE crawls SET {', '.join(f'{name} = :{name}' for name in counts)} WHERE id = :crawl", {**counts, "crawl": crawl}
        )


def _note_day(archive: Archive, crawl: int) -> None:
    """Adds an ended crawl to what its day knows of its source: what `coverage` is made of."""
    archive.conn.execute(
        "INSERT INTO source_days (source, day, checks, failures, new)"
        " SELECT source, substr(finished, 1, 10), outcome IN ('finished', 'partial'),"
        " outcome IN ('failed', 'blocked', 'killed'), new FROM crawls WHERE id = ?"
        " ON CONFLICT (source, day) DO UPDATE SET checks = checks + excluded.checks, failures = failures + excluded.failures,"
        " new = new + excluded.new",
        (crawl,),
    )


def get(archive: Archive, crawl: int) -> dict[str, Any] | None:
    row = archive.one("SELECT * FROM crawls WHERE id = ?", (crawl,))
    return dict(row) if row else None


def latest(archive: Archive, source: str) -> dict[str, Any] | None:
    """The newest crawl of a source."""
    row = archive.one("SELECT * FROM crawls WHERE source = ? ORDER BY id DESC LIMIT 1", (source,))
    return dict(row) if row else None


def killed_last(archive: Archive, sources: Iterable[str]) -> set[str]:
    """Those of `sources` whose newest crawl was killed."""
    newest = {source: latest(archive, source) for source in sources}
    return {source for source, crawl in newest.items() if crawl is not None and crawl["outcome"] == "killed"}


def blame(archive: Archive, crawl: int, message: str) -> None:
    """Notes of a killed crawl that its process did nothing else when it was killed, and how that ended."""
    with archive.write():
        archive.conn.execute("UPDATE crawls SET alone = 1, message = ? WHERE id = ?", (message, crawl))


def last_number(archive: Archive) -> int:
    """The number of the newest crawl, 0 if there is none: what begins later has a higher one."""
    row = archive.one("SELECT max(id) FROM crawls")
    return int(row[0] or 0) if row else 0


def close_killed(archive: Archive, *, now: datetime) -> list[int]:
    """Ends the crawls whose process is gone (outcome `killed`), and frees their hosts; the ids of those crawls.

    A crawl of another machine is given up when it was not heard of for as long as a lease lasts.
    """
    rows = archive.conn.execute("SELECT * FROM crawls WHERE finished IS NULL").fetchall()
    silent = stamp(now - leases.EXPIRY)
    gone_ids = []
    for row in rows:
        owner = Process(pid=row["pid"], started=row["pid_started"], boot=row["boot"], machine=row["machine"])
        gone = is_gone(owner)
        if gone or (gone is None and row["alive"] < silent):
            gone_ids.append(row["id"])
    if not gone_ids:
        return []
    with archive.write():
        return [crawl for crawl in gone_ids if _close_killed(archive, crawl, now)]


def _close_killed(archive: Archive, crawl: int, now: datetime) -> bool:
    cursor = archive.conn.execute(
        "UPDATE crawls SET finished = ?, outcome = 'killed', message = 'its process ended without saying so'"
        " WHERE id = ? AND finished IS NULL",  # somebody else may have closed it since
        (stamp(now), crawl),
    )
    if cursor.rowcount == 1:
        row = archive.one("SELECT coalesce(alive, started) FROM crawls WHERE id = ?", (crawl,))
        assert row is not None
        _note_on_source(archive, crawl, "killed", row[0])  # what it brought, it brought while it lived
        _note_day(archive, crawl)
    return cursor.rowcount == 1
