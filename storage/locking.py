"""One process at a time for what must not be done twice at once: telling the recipients, watching the sources."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def alone(archive: Path, what: str) -> Iterator[bool]:
    """False while another process does `what` (a word) with this archive.

    The lock is on a file beside the archive, since the archive's own locks are SQLite's; a killed process leaves it free.
    """
    with archive.with_name(f"{archive.name}.{what}-lock").open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
