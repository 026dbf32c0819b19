"""Where pages are read: in a thread while there are few, in worker processes when they queue up.

A quiet crawl starts no process. Once pages have waited for each other long enough that starting pays, they go to as many workers
as there are processors; at once when so many are to come that it will: the libraries of reading, 60 MB, then are in the workers
only. Pages so large that reading them could hold up the event loop go to a worker always. Whatever a page
does to its reader, too long, too much memory, a crash, ends in `ReadingFailed` for this page, and the next one is read.

There is no queue: a source waits for its page before it delivers the next one, so there are never more pages here than sources.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import resource
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from crawler.errors import ReadingFailed
from crawler.items import Hints
from crawler.processing import Processed, process_gated
from crawler.workers import LIMIT, birth, too_long

LARGE = 300_000
"""Bytes above which a page is not read in the process of the event loop."""

_WORTH = 16
"""Pages read in the thread before workers are started for a backlog: starting two of them costs a second."""

_PAGES = 90
_MEMORY = 256 << 20
"""A worker ends after so many pages, or when it holds so many bytes: it grows by 12 MB in its first hundred pages, and the next
one is born in milliseconds, but has to meet the words again: half a second in all."""

_MOST_MEMORY = 2 << 30
"""Bytes of address space at which reading a page fails, instead of the machine; a worker has 0.4 GB from birth."""

_MOST_WORKERS = 4

_NICE = 5
"""By how much readers stand back where all processors are busy: everything waits for the one process that fetches and stores."""

_PATIENCE = 5
"""Seconds to wait for what was killed."""

Read = Callable[[bytes, str, Hints, str], Processed]
_Job = tuple[bytes, str, Hints, str]
_Answer = Processed | ReadingFailed


class Readers:
    """Reads pages off the event loop; `close` ends the workers. `most` workers are used, by default one a processor.

    `many` says whether more pages are to come than one thread should read. `read` and `limit` (seconds a page) are for tests.
    With one processor only large pages go to a worker.
    """

    def __init__(
        self,
        most: int | None = None,
        *,
        many: Callable[[], bool] = lambda: False,
        read: Read = process_gated,
        limit: int = LIMIT,
    ) -> None:
        self._most = most or min(_MOST_WORKERS, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1)
        self._many = many
        self._read = read
        self._limit = limit
        self._in_thread = 0
        self._thread = asyncio.Lock()
        self._waiting = 0
        self._pooled = False
        self._jobs: SimpleQueue[tuple[_Job, Callable[[_Answer], None]] | None] = SimpleQueue()
        self._asked = 0
        self._minders: list[threading.Thread] = []
        self._closed = False
        self.workers: set[_Worker] = set()
        """Those alive."""

    async def read(self, body: bytes, url: str, hints: Hints, topic: str) -> Processed:
        """What `processing.process` makes of a page. Raises ReadingFailed when it cannot be read to the end."""
        job = (body, url, hints, topic)
        if len(body) <= LARGE:
            self._waiting += 1
            async with self._thread:
                self._waiting -= 1
                self._pooled = self._pooled or self._backlog()
                if not self._pooled:
                    return await self._by_thread(job)
        return await self._by_worker(job)

    def _backlog(self) -> bool:
        return self._most > 1 and ((self._waiting > 0 and self._in_thread >= _WORTH) or self._many())

    async def _by_thread(self, job: _Job) -> Processed:
        done, answered = _awaited()
        self._in_thread += 1
        # a daemon: a page that never ends must not keep the process from ending
        threading.Thread(target=lambda: answered(_answer(self._read, job)), name="reader", daemon=True).start()
        try:
            answer = await asyncio.wait_for(done, self._limit)
        except TimeoutError:
            self._pooled = True  # the thread cannot be ended: it is left alone
            raise ReadingFailed(too_long(self._limit)) from None
        return _result(answer)

    async def _by_worker(self, job: _Job) -> Processed:
        done, answered = _awaited()
        self._asked += 1
        if len(self._minders) < min(self._asked, self._most):
            self._begin_minding()
        self._jobs.put((job, answered))
        try:
            return _result(await done)
        finally:
            self._asked -= 1

    def _begin_minding(self) -> None:
        if not self._minders:
            atexit.register(self.close)  # before multiprocessing's own, which would wait for them
        minder = threading.Thread(target=self._mind, name="minder", daemon=True)
        self._minders.append(minder)
        minder.start()

    def _mind(self) -> None:
        """The life of a thread that has one worker at a time, until `close`. Pages wait for it, not for the event loop: a worker
        that is done has its next page while the loop is still storing an article."""
        worker: _Worker | None = None
        while (wanted := self._jobs.get()) is not None and not self._closed:
            job, answered = wanted
            if worker is not None and not worker.waits:
                self._drop(worker)  # something ended it while it had nothing to do
                worker = None
            try:
                worker = worker or self._employ()
                answer, last = worker.ask(job)
            except ReadingFailed as error:
                answer, last = error, True
            except Exception as error:  # noqa: BLE001  # the edge of a thread: nobody else would hear of it
                answer, last = ReadingFailed(f"{type(error).__name__}: {error}"[:300]), True
            if last and worker is not None:
                self._drop(worker)
                worker = None
            answered(answer)
        if worker is not None:
            self._drop(worker)

    def _employ(self) -> _Worker:
        """A new worker. Raises ReadingFailed when none can be started."""
        worker = _Worker(self._read, self._limit)
        self.workers.add(worker)
        try:
            # the fork server answers when it has imported everything
            worker.start()
            if self._closed:
                raise EOFError
        except Exception as error:
            self._drop(worker)
            raise ReadingFailed(f"no worker process could be started: {type(error).__name__}") from error
        return worker

    def _drop(self, worker: _Worker) -> None:
        self.workers.discard(worker)
        worker.end()

    def close(self) -> None:
        """Ends all workers, those too that are at work."""
        atexit.unregister(self.close)
        self._closed = True
        for _ in self._minders:
            self._jobs.put(None)
        for worker in list(self.workers):
            worker.kill()
        for minder in self._minders:
            minder.join(_PATIENCE)


class _Worker:
    """One process that reads pages, one after the other."""

    def __init__(self, read: Read, limit: int) -> None:
        self._limit = limit
        context = birth()
        self._connection, self._theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(self._theirs, read, limit), daemon=True, name="reader")

    def start(self) -> None:
        """Returns when it is ready, the first one after a second. Raises EOFError or OSError when it did not start."""
        self._process.start()
        self._theirs.close()
        self._connection.recv()

    @property
    def waits(self) -> bool:
        """Is it alive and without work? What it would say unasked is that it has ended."""
        return not self._connection.poll()

    def ask(self, job: _Job) -> tuple[_Answer, bool]:
        """The answer, and whether it was the worker's last one. Raises ReadingFailed when the worker ends over it."""
        try:
            self._connection.send(job)
            answer: tuple[_Answer, bool] = self._connection.recv()
        except (EOFError, OSError):
            self._process.join(_PATIENCE)
            raise ReadingFailed(self._death()) from None
        return answer

    def _death(self) -> str:
        code = self._process.exitcode
        if code == -signal.SIGALRM:
            return too_long(self._limit)
        return f"the process that read it ended ({'signal' if code and code < 0 else 'exit'} {abs(code or 0)})"

    def kill(self) -> None:
        """If it is at work it does not finish: `ask` raises."""
        if self._process.pid is not None:
            self._process.kill()

    def end(self) -> None:
        """For the thread that asks it."""
        self._connection.close()
        self.kill()


def _awaited() -> tuple[asyncio.Future[_Answer], Callable[[_Answer], None]]:
    """What the event loop waits for, and what a thread gives its answer to."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[_Answer] = loop.create_future()

    def settle(answer: _Answer) -> None:
        if not done.done():
            done.set_result(answer)

    def answered(answer: _Answer) -> None:
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, answer)

    return done, answered


def _result(answer: _Answer) -> Processed:
    if isinstance(answer, ReadingFailed):
        raise answer
    return answer


def _answer(read: Read, job: _Job) -> _Answer:
    """What comes of a page, whatever it does to its reader."""
    try:
        return read(*job)
    except Exception as error:  # noqa: BLE001  # the edge of a process: a mistake of a library becomes the page's reason
        return ReadingFailed(f"{type(error).__name__}: {error}"[:300])


def _serve(connection: Connection, read: Read, limit: int) -> None:
    """The life of a worker. It ends when the other side has: Ctrl-C and SIGTERM, which a whole group may get, are not for it.

    A page that takes too long ends it by the kernel's clock, also when the crawl that wanted it is no more.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    os.nice(_NICE)
    with suppress(ValueError, OSError):  # a lower limit is set already
        resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    with suppress(EOFError, OSError):
        connection.send("ready")
        for served in count(1):
            job: Any = connection.recv()
            signal.alarm(limit)
            answer = _answer(read, job)
            signal.alarm(0)
            last = served >= _PAGES or _memory() > _MEMORY
            connection.send((answer, last))
            if last:
                return


def _memory() -> int:
    """Bytes that this process holds now; 0 where that cannot be told."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * resource.getpagesize()
    except OSError:
        return 0
