"""How the C library keeps the memory that a long crawl has freed: given back, instead of held for later."""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8  # malloc.h
_LARGE = 256 << 10


def give_back() -> None:
    """For a process that lives long and sees many pages: bodies go back to the system when they are done with.

    glibc would raise its own bounds with every large page that is freed, up to 32 MB, and keep a heap for every thread; what is
    kept falls to pieces between what stays, and a crawl of 5,000 pages holds 16 MB more. Other C libraries do nothing here.
    """
    if sys.platform != "linux":
        return
    with suppress(AttributeError, OSError):  # musl has no mallopt
        tune = ctypes.CDLL(None).mallopt
        for parameter, value in ((_ARENA_MAX, 1), (_MMAP_THRESHOLD, _LARGE), (_TRIM_THRESHOLD, _LARGE)):
            tune(parameter, value)
