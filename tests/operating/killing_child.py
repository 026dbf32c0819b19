"""Stands for `python -m crawler`: a crawl of the source `killer` kills its process with all that it has begun.

The crawls of a process begin together; those whose name begins with `quick` have ended before the process is killed.
"""

import os
import signal
import struct
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from storage import crawls, open_archive


def main() -> None:
    arguments = sys.argv[1:]
    place = arguments.index("--archive") + 1
    command, names = arguments[place + 1], [name for name in arguments[place + 2 :] if not name.startswith("-")]
    clock = os.environ["TIMELAPSE"]
    (shift,) = struct.unpack("d", Path(clock).read_bytes())
    now = datetime.fromtimestamp(time.monotonic() + shift, UTC)
    with Path(clock + ".commands").open("a", encoding="utf-8") as log:
        log.write(f"{now.isoformat(timespec='seconds')} {command} {' '.join(names)}\n")
    if command != "crawl":
        return
    with open_archive(Path(arguments[place])) as archive:
        begun = {name: crawls.start(archive, name, now=now) for name in names}
        for name in sorted(begun, key=lambda name: not name.startswith("quick")):
            if "killer" in begun and not name.startswith("quick"):
                os.kill(os.getpid(), signal.SIGKILL)
            crawls.finish(archive, begun[name], outcome="finished", now=now + timedelta(seconds=1))


main()
