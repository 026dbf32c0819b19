"""Worker processes for reading and judging much at once: how they are born, and a pool of them for work that is done in order.

They end with the process that started them, however that ends. A crawl has its own way to share them out (`crawler.readers`).
"""

from __future__ import annotations

import os
import signal
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from multiprocessing.context import ForkServerContext
from threading import Thread

WORKERS = min(4, os.cpu_count() or 1)


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
