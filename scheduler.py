"""The daemon: when is which source due; starts crawls in child processes; keeps no state of its own.

It imports neither Scrapy nor trafilatura: what is due stands in the archive, what crawls is `python -m crawler crawl SOURCE…`.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from crawler.config import Config, load_config
from crawler.errors import ConfigError
from crawler.operating import children, due, metrics
from crawler.operating.children import Child, Ended
from crawler.operating.systemd import Notifier, watchdog_seconds
from crawler.reporting import health
from storage import crawls, sources
from storage.connection import Archive, open_archive
from storage.errors import ArchiveError

log = logging.getLogger("avtoklaster.daemon")

GRACE_SECONDS = 8.0
"""SIGTERM ends the daemon within 10 s: this long for the children, the rest for SIGKILL and the archive."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How the daemon works: seconds between two looks at what is due, children at a time, sources in one child, and how long
    a child may run (wall clock)."""

    tick: float = 5.0
    children: int = 2
    batch: int = 10
    limit: float = 3600.0


class Daemon:
    """The supervisor of one archive. `clock` gives the time (aware, UTC)."""

    def __init__(
        self,
        config_file: Path | None,
        archive: Path | None,
        rules: Rules | None = None,
        *,
        listen: tuple[str, int] | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._config_file = config_file
        self._archive_option = archive
        self._rules = rules or Rules()
        self._clock = clock
        self._listen = listen
        self._config = self._read_config()
        self._running: dict[str, Child] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._stop = asyncio.Event()
        self._telling = asyncio.Lock()
        self._last_tick = clock()
        self._notifier = Notifier()
        self._scheduler = AsyncIOScheduler(
            timezone=UTC,
            # a late job is run late, once, and never dropped (by default APScheduler drops what is a second late)
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def _read_config(self) -> Config:
        config = load_config(self._config_file)
        return replace(config, archive=self._archive_option) if self._archive_option else config

    async def run(self) -> None:
        """Works until SIGTERM or SIGINT; SIGHUP reads the configuration again.

        Raises ArchiveError if the archive cannot be used.
        """
        with self._open() as archive:
            crawls.close_killed(archive, now=self._clock())
            sources.sync(archive, self._config.sources.values())
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        loop.add_signal_handler(signal.SIGHUP, self._reload)
        server = await metrics.serve(*self._listen, self._open) if self._listen else None
        self._start_jobs()
        self._notifier.send(ready="1", status="watching")
        log.info("event=started archive=%s sources=%d", self._config.archive, len(self._enabled()))
        try:
            await self._stop.wait()
        finally:
            if server is not None:
                server.close()
            await self._shut_down()

    def _start_jobs(self) -> None:
        def every(job: Callable[[], Awaitable[None]], **when: float) -> None:
            self._scheduler.add_job(self._guarded, "interval", [job], id=job.__name__, next_run_time=datetime.now(UTC), **when)

        def daily(job: Callable[[], Awaitable[None]], **when: str | int) -> None:
            self._scheduler.add_job(self._guarded, "cron", [job], id=job.__name__, timezone=UTC, **when)

        every(self._look, seconds=self._rules.tick)
        every(self._tidy, minutes=10)
        daily(self._back_up, hour=0, minute=20)
        daily(self._check_sources, day_of_week="sun", hour=1, minute=10)
        feeding = watchdog_seconds()
        if feeding:
            every(self._feed_watchdog, seconds=feeding)
        self._scheduler.start()

    async def _guarded(self, job: Callable[[], Awaitable[None]]) -> None:
        """One of the edges: whatever a job raises is recorded, and the clock goes on."""
        try:
            await job()
        except Exception:
            log.exception("event=job-failed job=%s", job.__name__)

    def _open(self) -> Archive:
        return open_archive(self._config.archive)

    def _enabled(self) -> set[str]:
        return {source.id for source in self._config.sources.values() if source.enabled}

    async def _look(self) -> None:
        """Starts children for what is due; a clock that was set back moves everything that is due with it."""
        now = self._clock()
        back = self._last_tick - now
        self._last_tick = now
        with self._open() as archive:
            if back > timedelta(minutes=1):
                log.warning("event=clock-set-back seconds=%d", back.total_seconds())
                sources.shift_due(archive, -back)
            waiting = [id for id in sources.due(archive, now) if id not in self._running and id in self._enabled()]
        for batch in self._batches(waiting):
            if len(set(map(id, self._running.values()))) >= self._rules.children or self._stop.is_set():
                return
            await self._crawl(batch)

    def _batches(self, waiting: list[str]) -> list[list[str]]:
        size = self._rules.batch
        return [waiting[start : start + size] for start in range(0, len(waiting), size)]

    def _arguments(self, *command: str) -> list[str]:
        config = ["--config", str(self._config_file)] if self._config_file else []
        return [*config, "--archive", str(self._config.archive), *command]

    async def _crawl(self, batch: list[str]) -> None:
        child = await children.start(self._arguments("crawl", *batch), what=",".join(batch))
        self._running.update(dict.fromkeys(batch, child))
        self._follow(self._crawled(child, batch))

    def _follow(self, ending: Awaitable[None]) -> None:
        async def followed() -> None:
            await ending

        task = asyncio.create_task(followed())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _crawled(self, child: Child, batch: list[str]) -> None:
        try:
            ended = await child.wait(self._rules.limit)
            self._record(batch, ended)
        except Exception:
            log.exception("event=child-lost sources=%s", child.what)
        finally:
            for id in batch:
                self._running.pop(id, None)
        if self._config.alerts and not self._stop.is_set():
            await self._tell()

    async def _tell(self) -> None:
        """Alerts go out in a child too: Apprise and its services would stay in our memory."""
        async with self._telling:
            await self._job("alerts")

    def _record(self, batch: list[str], ended: Ended) -> None:
        """One line a crawl. Crawls of a child that was killed are closed; what is still due is put off."""
        now = self._clock()
        with self._open() as archive:
            crawls.close_killed(archive, now=now)
            overdue = set(sources.due(archive, now))
            for id in batch:
                crawl = crawls.latest(archive, id) or {}
                counts = " ".join(
                    f"{key}={crawl.get(key, 0)}" for key in ("requests", "new", "revised", "copies", "irrelevant", "failed")
                )
                log.info(
                    "event=crawl source=%s outcome=%s %s seconds=%.1f status=%d",
                    id,
                    crawl.get("outcome"),
                    counts,
                    ended.seconds,
                    ended.status,
                )
                if id in overdue and id in self._config.sources:
                    due.after_crawl(archive, self._config.sources[id], now=now)

    async def _tidy(self) -> None:
        """What somebody else's crash left behind, silences that have become too long, and what keeps queries quick."""
        with self._open() as archive:
            crawls.close_killed(archive, now=self._clock())
            for source, kind in health.sweep(archive, self._config.sources.values(), now=self._clock()):
                log.warning("event=alarm source=%s kind=%r", source, kind)
            archive.optimize()

    async def _job(self, *command: str) -> None:
        child = await children.start(self._arguments(*command), what=" ".join(command))
        ended = await child.wait(self._rules.limit)
        log.info("event=job job=%s status=%d seconds=%.1f", "-".join(command[:2]), ended.status, ended.seconds)

    async def _back_up(self) -> None:
        await self._job("backup", "--keep", "7")

    async def _check_sources(self) -> None:
        await self._job("sources", "check", "--save")

    async def _feed_watchdog(self) -> None:
        """Fed only while the archive answers; that this job runs says that the clock ticks."""
        with self._open() as archive:
            archive.conn.execute("SELECT count(*) FROM sources").fetchone()
        self._notifier.send(watchdog="1", status=f"{len(self._running)} sources being crawled")

    def _reload(self) -> None:
        self._notifier.send(reloading="1")
        try:
            self._config = self._read_config()
            with self._open() as archive:
                sources.sync(archive, self._config.sources.values())
            log.info("event=reloaded sources=%d", len(self._enabled()))
        except (ConfigError, ArchiveError) as error:
            log.error("event=reload-refused message=%r (the old configuration stays)", str(error))
        self._notifier.send(ready="1")

    async def _shut_down(self) -> None:
        # pause first: shutdown() cancels running jobs, which would leave children unwatched
        self._scheduler.pause()
        self._notifier.send(stopping="1")
        alive = {id(child): child for child in self._running.values()}.values()
        await asyncio.gather(*(child.stop(GRACE_SECONDS) for child in alive))
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=1.0)
        self._scheduler.shutdown(wait=False)
        log.info("event=stopped")
