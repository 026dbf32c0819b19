"""Worker processes for reading and judging much at once. They end with the process that started them, however that ends."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from threading import Thread

WORKERS = min(4, os.cpu_count() or 1)


def pool() -> ProcessPoolExecutor:
    """WORKERS processes, started anew and not forked: a child must not hold the archive's connection. Costs a second."""
    return ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn"), initializer=_begin)


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the command, which then ends its children
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    """A worker waits for its next job on a pipe that its siblings keep open: of a parent's `kill -9` it would never hear."""
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
