"""The daemon: when is which source due; starts crawls in child processes; keeps no state of its own.

It imports neither Scrapy nor trafilatura: what is due stands in the archive, what crawls is `python -m crawler crawl SOURCE…`.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from crawler.config import Config
from crawler.errors import ConfigError
from crawler.operating import children, due, journal, metrics, outcomes
from crawler.operating.children import Child
from crawler.operating.orders import Orders, identity
from crawler.operating.systemd import Notifier, watchdog_seconds
from crawler.reporting import health
from storage import crawls, sources
from storage.connection import Archive, open_archive
from storage.errors import ArchiveBusy, ArchiveError
from storage.locking import alone

log = journal.log

GRACE_SECONDS = 8.0  # SIGTERM ends the daemon within 10 s: so long for the children, the rest for SIGKILL and the archive
REST_SECONDS = 60.0  # after a crawl whose end could not be written, as on a full disk: the next one could not write either
_BACKLOG_SECONDS = 1800.0  # of crawls that are overdue: so long what they bring may wait to be told
_LATE = timedelta(minutes=5)  # a job that has not begun so long after its time will not begin: their clock has stopped


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How the daemon works: seconds between two looks at what is due, children at a time, sources in one child, and how long
    a child may run (wall clock)."""

    tick: float = 5.0
    children: int = 2
    batch: int = 10
    limit: float = 3600.0


class Daemon:
    """The supervisor of one archive. `clock` gives the time (aware, UTC); `program` is what the children run."""

    def __init__(
        self,
        config_file: Path | None,
        archive: Path | None,
        rules: Rules | None = None,
        *,
        listen: tuple[str, int] | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        program: Sequence[str] = children.PROGRAM,
    ) -> None:
        self._orders = Orders(config_file, archive, program)
        self._rules = rules or Rules()
        self._clock = clock
        self._program = program
        self._listen = listen
        self._file: tuple[int, int] | None = None
        self._config = self._read_config()
        self._running: dict[str, Child] = {}
        self._working: set[Child] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._stop = asyncio.Event()
        self._awake = asyncio.Event()
        self._telling = asyncio.Lock()
        self._since = self._last_beat = clock()
        self._rest_until = self._told = 0.0
        self._backlog = False
        self._complaints = journal.Complaints()
        self._notifier = Notifier()
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            # a late job is run late, once, and never dropped (by default APScheduler drops what is a second late);
            # all are cron jobs: after a month asleep, one every five seconds would be run through half a million times
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def _read_config(self) -> Config:
        config, text = self._orders.read()
        if self._file and config.archive != self._config.archive:
            raise ConfigError(f"{config.file}: archive: is another one now; that takes a restart")
        self._config_text = text
        return config

    async def run(self) -> None:
        """Works until SIGTERM or SIGINT; SIGHUP reads the configuration again.

        Raises ArchiveError if the archive cannot be used, or is being watched by another daemon.
        """
        if not self._config.archive.exists():
            log.warning("event=new-archive archive=%s (there was none)", self._config.archive)
        open_archive(self._config.archive).close()
        with alone(self._config.archive, "daemon") as nobody_else:
            if not nobody_else:
                raise ArchiveBusy(f"{self._config.archive}: another daemon watches its sources already")
            await self._watch()

    async def _watch(self) -> None:
        self._take_up_sources()
        loop = asyncio.get_running_loop()
        self._told = loop.time()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop)
        loop.add_signal_handler(signal.SIGHUP, self._reload)
        server = await metrics.serve(*self._listen, self._open, self._complaints.of_archive) if self._listen else None
        self._start_jobs()
        self._notifier.send(ready="1", status="watching")
        log.info("event=started archive=%s sources=%d", self._config.archive, len(self._enabled()))
        try:
            await self._beat()
        finally:
            if server is not None:
                server.close()
            await self._shut_down()

    def stop(self) -> None:
        """Ends `run`, with all children, within ten seconds."""
        self._stop.set()
        self._awake.set()

    def _start_jobs(self) -> None:
        def cron(job: Callable[[], Awaitable[None]], **when: str | int) -> None:
            self._scheduler.add_job(self._guarded, "cron", [job], id=job.__name__, timezone=UTC, **when)

        cron(self._tidy, minute="*/10")
        cron(self._back_up, hour=0, minute=20)
        cron(self._check_sources, day_of_week="sun", hour=1, minute=10)
        self._scheduler.start()

    async def _beat(self) -> None:
        """The heart: looks what is due, wakes the clock of the jobs, feeds the watchdog. By time that only goes forward: a timer
        that waits for a wall clock would wait for months when that is set back, and for hours after the machine slept."""
        feeding = watchdog_seconds()
        while not self._stop.is_set():
            await self._guarded(self._follow_clock)
            await self._guarded(self._look)
            self._scheduler.wakeup()
            if feeding:
                await self._guarded(self._feed_watchdog)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._awake.wait(), min(self._rules.tick, feeding or self._rules.tick))
            self._awake.clear()

    async def _follow_clock(self) -> None:
        """A clock that was set back takes with it everything that is due, and the jobs."""
        now = self._clock()
        back = self._last_beat - now
        self._last_beat = now
        if back <= timedelta(minutes=1):
            return
        log.warning("event=clock-set-back seconds=%d", back.total_seconds())
        with self._open() as archive:
            sources.shift_due(archive, -back)
        for job in self._scheduler.get_jobs():
            job.modify(next_run_time=job.trigger.get_next_fire_time(None, now))

    async def _guarded(self, job: Callable[[], Awaitable[None]]) -> bool:
        """One of the edges: whatever a job raises is recorded, and the clock goes on. Whether it went well."""
        try:
            await job()
        except Exception as error:
            if self._complaints.is_news(job.__name__, error):  # of the archive a line says all, of our own faults the traceback
                ours = not isinstance(error, ArchiveError)
                log.exception("event=job-failed job=%s message=%r", job.__name__, str(error), exc_info=ours)
            return False
        if self._complaints.well(job.__name__):
            log.info("event=job-well-again job=%s", job.__name__)
        return True

    def _take_up_sources(self) -> None:
        with self._open() as archive:
            due.take_up(archive, self._config.sources.values(), now=self._clock())
        self._file = identity(self._config.archive)

    def _open(self) -> Archive:
        """The archive, which is there: one that was moved away is not made anew, and empty, behind everybody's back."""
        return open_archive(self._config.archive, create=False)

    def _enabled(self) -> set[str]:
        return {source.id for source in self._config.sources.values() if source.enabled}

    async def _look(self) -> None:
        """Starts children for what is due."""
        now = self._clock()
        if asyncio.get_running_loop().time() < self._rest_until:
            return
        with self._open() as archive:
            if self._file != identity(self._config.archive):
                log.warning("event=archive-replaced archive=%s", self._config.archive)
                self._take_up_sources()
            waiting = [id for id in sources.due(archive, now) if id not in self._running and id in self._enabled()]
            batches = due.batches(archive, waiting, self._rules.batch)
        self._backlog = len(batches) > self._rules.children
        for batch in batches:
            if len(set(self._running.values())) >= self._rules.children or self._stop.is_set():
                return
            await self._crawl(batch)

    async def _start(self, *command: str, what: str) -> Child:
        return await children.start(self._program, self._orders.arguments(self._config, *command), what, said=self._config_text)

    async def _crawl(self, batch: list[str]) -> None:
        with self._open() as archive:
            before = crawls.last_number(archive)
        child = await self._start("crawl", "--quiet", *batch, what=",".join(batch))
        self._running.update(dict.fromkeys(batch, child))
        task = asyncio.create_task(self._crawled(child, batch, before))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _crawled(self, child: Child, batch: list[str], before: int) -> None:
        async def recorded() -> None:
            ended = await child.wait(self._rules.limit)
            with self._open() as archive:
                outcomes.record(
                    archive, self._config.sources, batch, ended, before, now=self._clock(), stopping=self._stop.is_set()
                )

        if await self._guarded(recorded):
            self._awake.set()  # its place is free for what else is due
        else:
            self._rest_until = asyncio.get_running_loop().time() + REST_SECONDS
        for id in batch:
            self._running.pop(id, None)
        now = asyncio.get_running_loop().time()
        # after a week off a batch ends every minute: one message when they are through, or in half an hour, not one each
        if self._config.alerts and not self._stop.is_set() and not (self._backlog and now < self._told + _BACKLOG_SECONDS):
            self._told = now
            await self._tell()

    async def _tell(self) -> None:
        """Alerts go out in a child too: Apprise and its services would stay in our memory."""
        async with self._telling:
            await self._job("alerts")

    async def _tidy(self) -> None:
        """What somebody else's crash left behind, silences that have become too long, and what keeps queries quick."""
        with self._open() as archive:
            crawls.close_killed(archive, now=self._clock())
            for source, kind in health.sweep(
                archive, self._config.sources.values(), now=self._clock(), watching_since=self._since
            ):
                log.warning("event=alarm source=%s kind=%r", source, kind)
            archive.optimize()

    async def _job(self, *command: str) -> None:
        child = await self._start(*command, what=" ".join(command))
        self._working.add(child)
        try:
            ended = await child.wait(self._rules.limit)
        finally:
            self._working.discard(child)
        log.info("event=job job=%s status=%d seconds=%.1f", "-".join(command[:2]), ended.status, ended.seconds)

    async def _back_up(self) -> None:
        await self._job("backup", "--keep", "7")

    async def _check_sources(self) -> None:
        # without --save: the user's file is the user's; what does not work is in the log, a line a source
        await self._job("sources", "check")

    async def _feed_watchdog(self) -> None:
        """Fed only while the archive answers and the clock ticks: no job is late."""
        late = self._clock() - min(job.next_run_time for job in self._scheduler.get_jobs())
        if late > _LATE:
            log.error("event=clock-stopped late=%d", late.total_seconds())
            return
        with self._open() as archive:
            archive.conn.execute("SELECT count(*) FROM sources").fetchone()
        self._notifier.send(watchdog="1", status=f"{len(self._running)} sources being crawled")

    def _reload(self) -> None:
        self._notifier.send(reloading="1")
        try:
            self._config = self._read_config()
            self._take_up_sources()
            log.info("event=reloaded sources=%d", len(self._enabled()))
        except (ConfigError, ArchiveError) as error:
            log.error("event=reload-refused message=%r (the old configuration stays)", str(error))
        self._notifier.send(ready="1")

    async def _shut_down(self) -> None:
        # pause first: shutdown() cancels running jobs, which would leave children unwatched
        self._scheduler.pause()
        self._notifier.send(stopping="1")
        await asyncio.gather(*(child.stop(GRACE_SECONDS) for child in {*self._running.values(), *self._working}))
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=1.0)
        self._scheduler.shutdown(wait=False)
        log.info("event=stopped")
