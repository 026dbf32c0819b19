"""Which process a row belongs to, and whether it still lives: pid alone is reused, so its start time and the boot go with it."""

from __future__ import annotations

import os
import uuid
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_PROC = Path("/proc")


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """`started` is in clock ticks since boot; `machine` tells pid namespaces (containers) of one machine apart too."""

    pid: int
    started: int
    boot: str
    machine: str


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""


@lru_cache(maxsize=1)
def _here() -> tuple[str, str]:
    boot = _read(_PROC / "sys/kernel/random/boot_id")
    machine = _read(Path("/etc/machine-id")) or f"{uuid.getnode():012x}"
    try:
        namespace = str((_PROC / "self/ns/pid").readlink())
    except OSError:
        namespace = ""
    return boot, f"{machine} {namespace}".strip()


def _started(pid: int) -> int | None:
    """Field 22 of /proc/PID/stat (proc(5)); a zombie counts as gone. None if there is no such process."""
    stat = _read(_PROC / str(pid) / "stat")
    if not stat:
        return None
    fields = stat.rpartition(")")[2].split()
    return None if fields[0] in "ZX" else int(fields[19])


def this_process() -> Process:
    """The identity of the calling process; where there is no /proc its start time is 0."""
    boot, machine = _here()
    return Process(pid=os.getpid(), started=_started(os.getpid()) or 0, boot=boot, machine=machine)


def is_gone(process: Process) -> bool | None:
    """True: it ended, False: it lives, None: it is of another machine and cannot be known."""
    boot, machine = _here()
    if process.machine != machine:
        return None
    if process.boot != boot:
        return True
    if not (_PROC / "self/stat").exists():
        return not _exists(process.pid)
    return _started(process.pid) != process.started


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
