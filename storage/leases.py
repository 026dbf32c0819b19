"""Leases: never two crawls of one host at a time, whoever starts them.

A lease names its process; when that is gone on this machine it is taken over at once. Expiry is only for other machines, which
renew theirs with every `crawls.progress`.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from storage.connection import Archive
from storage.processes import Process, is_gone, this_process
from storage.times import stamp

EXPIRY = timedelta(minutes=10)
_POLL_SECONDS = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who holds a host: the source it crawls, its pid, since when (ISO 8601, UTC)."""

    host: str
    source: str
    pid: int
    acquired: str


@dataclass(frozen=True, slots=True)
class Lease:
    """True if all hosts were got; otherwise `holder` is the one in the way."""

    holder: Holder | None = None

    def __bool__(self) -> bool:
        return self.holder is None


def acquire(archive: Archive, hosts: Iterable[str], *, source: str, wait_seconds: float = 30.0) -> Lease:
    """Takes all `hosts` (A-labels) for a crawl of `source`, or none; waits up to `wait_seconds` for a living holder.

    Blocks the calling thread while it waits. What this process holds for the same source is simply renewed.
    """
    wanted = sorted(set(hosts))
    deadline = time.monotonic() + wait_seconds
    while True:
        holder = _try(archive, wanted, source)
        if holder is None or time.monotonic() >= deadline:
            return Lease(holder)
        time.sleep(_POLL_SECONDS)


def _try(archive: Archive, hosts: list[str], source: str) -> Holder | None:
    me, now = this_process(), datetime.now(UTC)
    with archive.write():
        for host in hosts:
            row = archive.one("SELECT * FROM leases WHERE host = ?", (host,))
            if row is None:
                continue
            owner = Process(pid=row["pid"], started=row["pid_started"], boot=row["boot"], machine=row["machine"])
            mine = owner == me and row["source"] == source
            gone = is_gone(owner)
            if not mine and not (gone or (gone is None and row["expires"] < stamp(now))):
                return Holder(host=host, source=row["source"], pid=row["pid"], acquired=row["acquired"])
        archive.conn.executemany(
            "INSERT OR REPLACE INTO leases (host, source, pid, pid_started, boot, machine, acquired, expires)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [(h, source, me.pid, me.started, me.boot, me.machine, stamp(now), stamp(now + EXPIRY)) for h in hosts],
        )
    return None


def renew(archive: Archive, *, source: str) -> None:
    """Moves the expiry of what this process holds for `source`."""
    me = this_process()
    with archive.write():
        archive.conn.execute(
            "UPDATE leases SET expires = ? WHERE source = ? AND pid = ? AND pid_started = ? AND boot = ? AND machine = ?",
            (stamp(datetime.now(UTC) + EXPIRY), source, me.pid, me.started, me.boot, me.machine),
        )


def release(archive: Archive, *, source: str) -> None:
    """Gives back what this process holds for `source`; what somebody took over meanwhile stays theirs."""
    me = this_process()
    with archive.write():
        archive.conn.execute(
            "DELETE FROM leases WHERE source = ? AND pid = ? AND pid_started = ? AND boot = ? AND machine = ?",
            (source, me.pid, me.started, me.boot, me.machine),
        )
