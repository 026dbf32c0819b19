"""Never two processes on one machine at a time: what a crawl, a check or a search for ways takes before it asks a site."""

from __future__ import annotations

import asyncio

from crawler.fetching.addresses import machine, ways
from crawler.sources import Source
from storage import Archive, leases

PATIENCE = 30.0
"""Seconds that a living holder is waited for."""

_POLL = 0.5


def machines(source: Source) -> frozenset[str]:
    """The machines that the source's ways are on."""
    return frozenset(machine(url) for url in ways(source))


async def take(archive: Archive, source: Source) -> str:
    """Takes the leases of the source's machines: "" when they are ours, else who has one of them, in words."""
    clock = asyncio.get_running_loop().time
    deadline = clock() + PATIENCE
    while (holder := leases.acquire(archive, machines(source), source=source.id, wait_seconds=0).holder) is not None:
        if clock() >= deadline:
            return f"{holder.host} is being crawled by process {holder.pid} for {holder.source}"
        await asyncio.sleep(_POLL)
    return ""


def give_back(archive: Archive, source: Source) -> None:
    """Ends what `take` began."""
    leases.release(archive, source=source.id)
