"""Files in the making: they have another name until they are whole, and those of killed processes do not stay for ever."""

from __future__ import annotations

import os
import re
from pathlib import Path

_NAME = re.compile(r"\.(\d+)\.part(?:-\w+)?")


def begin(target: Path, archive: Path) -> Path:
    """The name under which to make `target`, a copy of `archive`; what processes that are no more began to copy is removed."""
    remove(target)
    for prefix in {target.name, archive.stem}:
        for file in target.parent.glob(f"{_literal(prefix)}*.part*"):
            owner = _NAME.search(file.name, len(prefix))
            if owner is not None and not _is_alive(int(owner[1])):
                file.unlink(missing_ok=True)
    return _partial(target)


def remove(target: Path) -> None:
    """Takes away what this process has made of `target` so far, SQLite's own files beside it too."""
    partial = _partial(target)
    for ending in ("", "-wal", "-shm", "-journal"):
        partial.with_name(partial.name + ending).unlink(missing_ok=True)


def _partial(target: Path) -> Path:
    return target.with_name(f"{target.name}.{os.getpid()}.part")


def _literal(text: str) -> str:
    """The text as a pattern that matches itself."""
    return re.sub(r"([*?\[])", r"[\1]", text)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:  # somebody else's process
        return True
    return True
