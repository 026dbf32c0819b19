"""Stands for `python -m crawler`: writes the crawl rows that a crawl would, at the time of the test's clock, and ends.

Run with `python -I -S`: it needs 20 ms, where a crawl needs a second.
"""

import os
import sqlite3
import struct
import sys
import time
from pathlib import Path

_COLUMNS = "source, started, finished, alive, outcome, pid, pid_started, boot, machine"


def main() -> None:
    arguments = sys.argv[1:]
    archive = arguments[arguments.index("--archive") + 1]
    command = arguments[arguments.index("--archive") + 2 :]
    (shift,) = struct.unpack("d", Path(os.environ["TIMELAPSE"]).read_bytes())
    now = time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime(time.monotonic() + shift))
    with Path(os.environ["TIMELAPSE"] + ".commands").open("a", encoding="utf-8") as log:
        log.write(f"{now} {' '.join(command)}\n")
    if command[0] == "crawl":
        connection = sqlite3.connect(archive, timeout=30, isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        for source in command[1:]:
            row = (source, now, now, now, "finished", os.getpid(), 0, "", "")
            connection.execute(f"INSERT INTO crawls ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        connection.execute("COMMIT")


main()
