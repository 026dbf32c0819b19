"""Worker processes for reading and judging much at once: how they are born, and a pool of them for work that is done in order.

They end with the process that started them, however that ends. A crawl has its own way to share them out (`crawler.readers`).
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from multiprocessing.context import ForkServerContext
from threading import Thread

from crawler.errors import ReadingFailed

WORKERS = min(4, os.cpu_count() or 1)

LIMIT = 60
"""Seconds a page may take: the largest real pages take 2 on a busy machine."""


def birth() -> ForkServerContext:
    """Children of a server that has read a page and does nothing else: a second for the first, milliseconds for the others, which
    share what it has loaded. They are not forked from this process: a child must not hold the archive's connection."""
    context = get_context("forkserver")
    context.set_forkserver_preload(["crawler.warm"])
    return context


def pool() -> ProcessPoolExecutor:
    """WORKERS processes."""
    return ProcessPoolExecutor(WORKERS, mp_context=birth(), initializer=_begin)


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the command, which then ends its children
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A worker waits for its next job on a pipe that its siblings keep open: of a parent's `kill -9` it would never hear."""
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


class _TooLong(BaseException):
    """Not an Exception: libraries catch those and go on."""


@contextmanager
def within(seconds: int) -> Iterator[None]:
    """Ends what takes longer, in a main thread, as soon as it runs a statement of Python. Raises ReadingFailed."""

    def end(*_: object) -> None:
        raise _TooLong

    before = signal.signal(signal.SIGALRM, end)
    signal.alarm(seconds)
    try:
        yield
    except _TooLong:
        raise ReadingFailed(too_long(seconds)) from None
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def too_long(seconds: int) -> str:
    """The reason of a page that took more than so many seconds."""
    return f"reading it takes longer than {seconds} s"
