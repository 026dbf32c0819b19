"""A clock that tests move, for the daemon in this process and for its children: months pass in seconds, nothing sleeps.

The time stands in a file, as a difference to the clock of the machine that only goes forward, so that every process of a test
reads the same time. `Timelapse` runs a whole daemon: whenever nothing runs and nothing is due, time jumps to what is next.
"""

from __future__ import annotations

import asyncio
import os
import struct
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from scheduler import Daemon
from storage import open_archive, sources
from tests.operating.warping import warp

VARIABLE = "TIMELAPSE"
"""Names the file to the children."""


class Clock:
    """The time (aware, UTC): what was set, and on from there second by second."""

    def __init__(self, file: Path, start: datetime | None = None) -> None:
        self._file = file
        if start is not None:
            self.set(start)
        self._handle = os.open(file, os.O_RDONLY | os.O_CLOEXEC)

    def __call__(self) -> datetime:
        (shift,) = struct.unpack("d", os.pread(self._handle, 8, 0))
        return datetime.fromtimestamp(time.monotonic() + shift, UTC)

    def set(self, moment: datetime) -> None:
        """It is `moment` now, for every process that reads this file."""
        new = self._file.with_suffix(".new")
        new.write_bytes(struct.pack("d", moment.timestamp() - time.monotonic()))
        if not self._file.exists():
            new.replace(self._file)
        else:  # in place: others hold it open
            with self._file.open("r+b") as file:
                file.write(new.read_bytes())

    def advance(self, delta: timedelta) -> None:
        """Time jumps; backwards if `delta` is negative."""
        self.set(self() + delta)


def drive_apscheduler(clock: Callable[[], datetime]) -> None:
    """APScheduler reads the time of `clock` from now on, in this process."""
    from apscheduler.schedulers import base

    base.datetime = warp(clock)


class Timelapse(Daemon):
    """A daemon whose time passes at once. `on_quiet` is called whenever nothing runs and nothing is due, before time jumps."""

    def __init__(self, config: Path, archive: Path, clock: Clock, **how: Any) -> None:
        drive_apscheduler(clock)
        super().__init__(config, archive, clock=clock, **how)
        self.clock = clock
        self._archive_file = archive
        self._beaten = asyncio.Event()

    async def _look(self) -> None:
        await super()._look()
        self._beaten.set()

    async def quiet(self) -> None:
        """Waits until the daemon has looked at this moment and everything it started has ended."""
        while True:
            self._beaten.clear()
            self._awake.set()
            await self._beaten.wait()
            await asyncio.sleep(0)  # jobs that APScheduler has just handed to the loop begin
            if self._tasks:
                await asyncio.wait(set(self._tasks))
            elif not self._running and not self._working and not self._overdue():
                return

    def _overdue(self) -> bool:
        with open_archive(self._archive_file, read_only=True) as archive:
            return bool(sources.due(archive, self.clock())) or min(self._jobs()) <= self.clock()

    def _jobs(self) -> list[datetime]:
        """When the jobs are due; tidying up every ten minutes is done whenever something else is."""
        return [job.next_run_time for job in self._scheduler.get_jobs() if job.id != "_tidy"]

    def upcoming(self) -> datetime:
        """When the next source or job is due."""
        with open_archive(self._archive_file, read_only=True) as archive:
            source = sources.next_due(archive)
        return min([*self._jobs(), *([datetime.fromisoformat(source)] if source else [])])

    async def pass_until(self, end: datetime) -> None:
        """Lets time pass, from one thing that is due to the next."""
        await self.quiet()
        while self.clock() < end:
            self.clock.set(max(self.clock(), min(self.upcoming(), end)))
            await self.quiet()

    def play(self, story: Callable[[Timelapse], Awaitable[None]]) -> None:
        """Runs the daemon from its start to its end, with `story` happening meanwhile."""

        async def both() -> None:
            running = asyncio.create_task(self.run())
            telling = asyncio.ensure_future(story(self))
            await asyncio.wait({running, telling}, return_when=asyncio.FIRST_COMPLETED)
            self.stop()
            await running
            await telling

        asyncio.run(both())
