"""`python -m crawler` under the clock of a test: whatever reads the time in this process reads the test's (see `timelapse`)."""

import datetime
import os
import struct
import time
from pathlib import Path


def _clock() -> datetime.datetime:
    return _REAL.fromtimestamp(time.monotonic() + _shift(), datetime.UTC)


def _shift() -> float:
    (shift,) = struct.unpack("d", Path(os.environ["TIMELAPSE"]).read_bytes())
    return float(shift)


_REAL = datetime.datetime


def main() -> None:
    """Before anything of the project is imported, so that all of it gets this clock."""
    from tests.operating.warping import warp

    datetime.datetime = warp(_clock)  # type: ignore[misc]
    from crawler.cli import main as command_line

    command_line()


if __name__ == "__main__":
    main()
