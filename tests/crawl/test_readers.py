"""Pages are read off the event loop, by worker processes when they queue up, and no page takes the crawl with it."""

import asyncio
import gc
import gzip
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import psutil
import pytest

from crawler.errors import ReadingFailed
from crawler.items import Hints
from crawler.processing import Processed, process, process_gated
from crawler.readers import LARGE, Readers
from tests.benchmarks.pages import documents, written
from tests.crawl.conftest import ROOT

TOPIC = "automotive-clusters"
HINTS = Hints(first_seen=datetime(2026, 11, 1, tzinfo=UTC))


def hostile(body: bytes, url: str, hints: Hints, topic: str) -> Processed:
    """A reader that does what the page says."""
    if body == b"hang":
        while True:
            signal.pause() if os.getpid() != int(topic) else time.sleep(1)
    if body == b"die":
        os.kill(os.getpid(), signal.SIGKILL)
    if body == b"eat":
        bytearray(3 << 30)
    if body == b"raise":
        raise ValueError("no table fits")
    return Processed(refused=f"{os.getpid()}")


def _run(act: Callable[[Readers], Awaitable[None]], readers: Callable[[], Readers]) -> None:
    async def main() -> None:
        made = readers()
        try:
            await act(made)
        finally:
            made.close()
        assert not made.workers

    asyncio.run(main())


async def _ask(readers: Readers, body: bytes) -> str:
    try:
        return (await readers.read(body, "https://site.example/1/", HINTS, str(os.getpid()))).refused
    except ReadingFailed as error:
        return str(error)


async def _queue_up(readers: Readers) -> list[str]:
    """More pages at once than the thread should bear alone."""
    return await asyncio.gather(*(_ask(readers, b"") for _ in range(40)))


def _pages(count: int) -> list[bytes]:
    articles = written(count * 4, 1.0)[1]
    return [gzip.decompress(document.body) for document in documents(1, articles).values()]


def test_a_quiet_crawl_starts_no_process() -> None:
    async def act(readers: Readers) -> None:
        for _ in range(100):
            assert await _ask(readers, b"") == str(os.getpid())
        assert not readers.workers

    _run(act, lambda: Readers(2, read=hostile))


def test_pages_that_queue_up_go_to_as_many_workers_as_there_are_processors() -> None:
    async def act(readers: Readers) -> None:
        ways = await _queue_up(readers)
        assert len(readers.workers) == 2
        assert len(set(ways) - {str(os.getpid())}) == 2

    _run(act, lambda: Readers(2, read=hostile))


def test_when_many_are_to_come_nothing_is_read_in_the_process_of_the_crawl() -> None:
    async def act(readers: Readers) -> None:
        assert await _ask(readers, b"") != str(os.getpid())

    _run(act, lambda: Readers(2, many=lambda: True, read=hostile))


def test_with_one_processor_only_what_is_large_goes_to_a_worker() -> None:
    async def act(readers: Readers) -> None:
        assert set(await _queue_up(readers)) == {str(os.getpid())}
        assert await _ask(readers, b" " * (LARGE + 1)) != str(os.getpid())
        assert len(readers.workers) == 1

    _run(act, lambda: Readers(1, read=hostile))


def test_whatever_a_page_does_to_its_worker_the_next_one_is_read() -> None:
    async def act(readers: Readers) -> None:
        await _queue_up(readers)
        assert await _ask(readers, b"hang") == "reading it takes longer than 1 s"
        assert await _ask(readers, b"die") == "the process that read it ended (signal 9)"
        assert await _ask(readers, b"eat") == "MemoryError: "
        assert await _ask(readers, b"raise") == "ValueError: no table fits"
        assert (await _ask(readers, b"")).isdigit()

    _run(act, lambda: Readers(2, read=hostile, limit=1))


def test_a_page_that_hangs_in_the_thread_is_left_alone_and_others_go_to_a_worker() -> None:
    async def act(readers: Readers) -> None:
        assert await _ask(readers, b"hang") == "reading it takes longer than 1 s"
        assert await _ask(readers, b"") not in ("", str(os.getpid()))

    _run(act, lambda: Readers(1, read=hostile, limit=1))


def test_a_worker_that_was_killed_while_it_had_nothing_to_do_costs_no_page() -> None:
    async def act(readers: Readers) -> None:
        for pid in {int(way) for way in await _queue_up(readers)} - {os.getpid()}:
            os.kill(pid, signal.SIGKILL)
            psutil.wait_procs([psutil.Process(pid)] if psutil.pid_exists(pid) else [], timeout=10)
        assert all(way.isdigit() for way in await _queue_up(readers))

    _run(act, lambda: Readers(2, read=hostile))


def test_workers_read_as_the_crawl_itself_does() -> None:
    async def act(readers: Readers) -> None:
        pages = _pages(20)
        here = [process_gated(body, "https://site.example/1/", HINTS, TOPIC) for body in pages]
        there = await asyncio.gather(*(readers.read(body, "https://site.example/1/", HINTS, TOPIC) for body in pages))
        assert readers.workers
        assert there == here
        assert sum(bool(one.verdict and one.verdict.relevant) for one in here) >= 19  # the words around the facts are chance

    _run(act, lambda: Readers(2))


@pytest.mark.parametrize("processors", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_the_event_loop_is_never_held_up_by_reading(processors: int) -> None:
    """Between two beats our own process must not work for 50 ms; in its CPU time, as the machine may be busy with others."""
    gaps: list[float] = []

    async def beat() -> None:
        while True:
            before = time.process_time()
            await asyncio.sleep(0.005)
            gaps.append(time.process_time() - before)

    async def act(readers: Readers) -> None:
        pages = _pages(20)
        pages.append(pages[0].replace(b"</article>", b"<p>" + b"word " * 15_000 + b"</p></article>"))
        pages.append(pages[1].replace(b"</article>", b"<div>x</div>" * 15_000 + b"</article>"))
        pages.append(pages[2].replace(b"</article>", b"<p>" + b"word " * 100_000 + b"</p></article>"))
        process(pages[0], "https://site.example/1/", HINTS, TOPIC)
        gc.freeze()  # as a crawl does: pytest's own objects are not what is measured
        heart = asyncio.create_task(beat())
        for _ in range(processors):  # one after the other, and all at once
            await asyncio.gather(*(readers.read(body, "https://site.example/1/", HINTS, TOPIC) for body in pages))
        heart.cancel()
        gc.unfreeze()

    _run(act, lambda: Readers(processors))
    assert len(gaps) > 50
    assert max(gaps) < 0.05, sorted(gaps)[-5:]


_ORPHANS = """
import asyncio, os, sys
from tests.crawl.test_readers import HINTS, Readers, _queue_up, hostile
async def main():
    readers = Readers(2, read=hostile, limit=2)
    await _queue_up(readers)
    print(*(worker._process.pid for worker in readers.workers), flush=True)
    await readers.read(b"hang", "", HINTS, "0")
asyncio.run(main())
"""


def test_workers_end_when_the_crawl_is_killed_also_those_that_hang() -> None:
    process = subprocess.Popen([sys.executable, "-c", _ORPHANS], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    workers = [psutil.Process(int(pid)) for pid in process.stdout.readline().split()]
    assert len(workers) == 2
    process.kill()
    process.communicate()
    _, alive = psutil.wait_procs(workers, timeout=20)
    assert not alive
