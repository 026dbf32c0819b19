"""What this machine's processors do together: two that share a core's units, as hyperthreads do, are no two processors.

`python -m tests.benchmarks.processors` prints it. What two workers can gain is bounded by it.
"""

from __future__ import annotations

import gzip
import multiprocessing
import time
from datetime import UTC, datetime
from statistics import median

from crawler.items import Hints
from crawler.processing import process_gated
from tests.benchmarks.pages import documents, written

_PAGES = 30


def read_some(_: object = None) -> float:
    """Reads pages, all on topic; the seconds it takes by the clock."""
    bodies = [gzip.decompress(one.body) for one in documents(1, written(_PAGES * 4, 1.0)[1]).values()]
    began = time.monotonic()
    for body in bodies:
        process_gated(body, "https://site.example/1/", Hints(first_seen=datetime(2026, 11, 1, tzinfo=UTC)), "automotive-clusters")
    return time.monotonic() - began


def together(rounds: int = 3) -> float:
    """How many times what one process reads two read at once, 1 to 2; the median of some rounds in turn."""
    found = []
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        pool.map(read_some, range(2), chunksize=1)  # words and libraries are met
        for _ in range(rounds):
            alone = pool.apply(read_some)
            both = pool.map(read_some, range(2), chunksize=1)
            found.append(2 * alone / max(both))
    return median(found)


if __name__ == "__main__":
    print(f"two processes at once read {together():.2f} x what one reads")
