"""Child processes of the daemon: each crawls a batch of sources exactly as a person would, and can be killed without harm."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

PROGRAM = (sys.executable, "-m", "crawler")
"""What a child is: the command line itself."""

TERM_SECONDS = 10.0
"""Between SIGTERM (finish what is in flight) and SIGKILL."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a child ended: its exit status (negative: the signal), seconds it ran, whether it had to be stopped, its last line."""

    status: int
    seconds: float
    stopped: bool
    last_line: str


@dataclass(slots=True, eq=False)
class Child:
    """One running child; `what` is for messages: the sources it crawls, or the job it does."""

    what: str
    process: asyncio.subprocess.Process
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    _stopped: bool = False

    async def wait(self, limit_seconds: float) -> Ended:
        """Waits for the end; after `limit_seconds` of wall clock SIGTERM, then SIGKILL, to the whole process group."""
        clock = asyncio.get_running_loop().time
        begun = clock()
        reading = asyncio.create_task(_last_line(self.process.stdout))
        try:
            await asyncio.wait_for(self.process.wait(), limit_seconds)
        except TimeoutError:
            await self.stop()
        # a grandchild may keep the pipe open: what it says is no longer waited for
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(reading), 1.0)
        last = reading.result() if reading.done() else ""
        reading.cancel()
        assert self.process.returncode is not None
        return Ended(status=self.process.returncode, seconds=clock() - begun, stopped=self._stopped, last_line=last)

    async def stop(self, term_seconds: float = TERM_SECONDS) -> None:
        """SIGTERM, and SIGKILL to the group if it does not end in time. Also sweeps up what the child left behind."""
        self._stopped = True
        self._signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(self.process.wait(), term_seconds)
        except TimeoutError:
            self._signal(signal.SIGKILL)
            await self.process.wait()
        self._signal(signal.SIGKILL)

    def _signal(self, number: signal.Signals) -> None:
        # its own session, so the group has the child's pid; gone is as good as signalled
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, number)


async def start(program: Sequence[str], arguments: Sequence[str], what: str, said: bytes = b"") -> Child:
    """Starts `PROGRAM ARGUMENTS` in a session of its own; its log goes to our stderr, its last line is kept.

    `said` is what it reads from stdin.
    """
    process = await asyncio.create_subprocess_exec(
        *(*program, *arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    assert process.stdin is not None
    process.stdin.write(said)  # the loop brings it there; a child that ends before it has read it is no error
    process.stdin.close()
    return Child(what, process)


async def _last_line(stream: asyncio.StreamReader | None) -> str:
    """Reads to the end, so that the child never waits for us, and keeps the last line that says something."""
    last = b""
    rest = b""
    while stream is not None and (chunk := await stream.read(65536)):
        lines = (rest + chunk)[-65536:].split(b"\n")
        rest = lines.pop()
        last = next((line for line in reversed(lines) if line.strip()), last)
    return (rest.strip() or last.strip()).decode("utf-8", "replace")[:500]
