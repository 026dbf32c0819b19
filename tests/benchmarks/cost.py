"""What a command costs: CPU time and memory of its whole tree of processes, also of those that outlive their parents."""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import psutil

_SUBREAPER = 36  # <linux/prctl.h>: orphans below us become our children, so that their CPU time is counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """`cpu` and `wall` in seconds; `peak` in MB, proportional set size (shared pages count in part) of all processes together."""

    cpu: float
    wall: float
    peak: float


def measure(
    command: list[str],
    *,
    folder: Path,
    environment: dict[str, str] | None = None,
    others: Iterable[int] = (),
    every: float = 0.25,
) -> Cost:
    """Runs a command in `folder` to its end. `others` are children of this process that do not belong to it.

    Raises RuntimeError with its last words if it fails.
    """
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
    spared = set(others)
    before, began, peak = _cpu_of_children(), time.monotonic(), 0.0
    with (folder / "said").open("w+b") as said:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=said
        )
        while process.poll() is None:
            peak = max(peak, sum(map(_pss, _tree(process.pid))))
            time.sleep(every)
        wall = time.monotonic() - began
        _wait_for_orphans(lambda: {child.pid for child in psutil.Process().children()} - spared)
        if process.returncode:
            said.seek(0)
            raise RuntimeError(f"{command}: {process.returncode}: {said.read().decode('utf-8', 'replace')[-2000:]}")
    return Cost(cpu=_cpu_of_children() - before, wall=wall, peak=peak / 1024)


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _wait_for_orphans(alive: Callable[[], set[int]]) -> None:
    deadline = time.monotonic() + 20
    while (left := alive()) and time.monotonic() < deadline:
        for pid in left:
            try:
                os.waitpid(pid, os.WNOHANG)
            except ChildProcessError:
                continue
        time.sleep(0.05)


def _tree(pid: int) -> list[int]:
    try:
        root = psutil.Process(pid)
        return [pid, *(child.pid for child in root.children(recursive=True))]
    except psutil.Error:
        return []


def _pss(pid: int) -> int:
    """Kilobytes; 0 of a process that has just ended."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
