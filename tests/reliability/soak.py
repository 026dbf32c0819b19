"""Months of a daemon in minutes: `python -m tests.reliability.soak` runs it fully (2,000 crawls), `--record` keeps the result.

Forty sites (`soak_press`) publish by a clock that jumps to what is due next; the daemon, its children, archive and HTTP are real.
Half of the sites break and recover as planned. Afterwards the archive is held against the plan.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tests.operating.timelapse import VARIABLE, Clock, Timelapse
from tests.reliability import results
from tests.reliability.soak_judge import judge, told
from tests.reliability.soak_press import Press, Site, plan

TOGETHER = timedelta(minutes=5)


def run(folder: Path, *, count: int, days: float, learned: int = 0, seed: int = 1) -> dict[str, Any]:
    """Runs a soak in `folder` (empty) and gives what was measured, with `wrong`: what was not as it should be, in words.

    The last `learned` of the sites have no `every`: their rhythm is learned, and they are asked 24 times a day.
    """
    end = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    start = end - timedelta(days=days)
    sites = plan(count, start, end, seed)
    clock = Clock(folder / "clock", start)
    press = Press(sites, clock)
    (folder / "tmp").mkdir()
    try:
        (folder / "avtoklaster.toml").write_text(_config(sites, press, learned), encoding="utf-8")
        samples = list(_daemon(folder, end))
    finally:
        press.stop()
    return judge(folder, sites, samples, start=start, end=end, learned=learned)


def _config(sites: list[Site], press: Press, learned: int) -> str:
    lines = ["catalogue = false", 'contact = "soak@example.org"', "[crawl]", "delay = 0.0"]
    for site in sites:
        base = press.addresses[site.id]
        way = f'feeds = ["{base}rss.xml"]' if site.is_feed else f'listings = ["{base}news/"]'
        every = [] if site.number >= len(sites) - learned else ['every = "4h"']
        lines += [f"[sources.{site.id}]", f'name = "{site.id}"', way, r"article = '/news/\d+/$'", 'timezone = "UTC"', *every]
    return "\n".join(lines) + "\n"


def _daemon(folder: Path, end: datetime) -> Iterator[dict[str, Any]]:
    """What the daemon's process measured of itself whenever it was quiet."""
    environment = {**os.environ, VARIABLE: str(folder / "clock"), "TMPDIR": str(folder / "tmp")}
    command = [sys.executable, "-m", "tests.reliability.soak", "--daemon", str(folder), "--until", end.isoformat()]
    with (folder / "daemon.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, env=environment)
        assert process.stdout is not None
        for line in process.stdout:
            yield json.loads(line)
        if process.wait() != 0:
            raise RuntimeError(f"the daemon ended with {process.returncode}:\n{(folder / 'daemon.log').read_text()[-3000:]}")


def supervise(folder: Path, end: datetime) -> None:
    """The daemon of a soak, in a process of its own; prints a line of JSON whenever nothing is to be done."""
    import logging

    from scheduler import Rules

    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    archive = folder / "archive.db"
    program = (sys.executable, "-m", "tests.operating.timed_crawl")
    rules = Rules(tick=3600.0, children=1, batch=40)
    daemon = Timelapse(folder / "avtoklaster.toml", archive, Clock(folder / "clock"), rules=rules, program=program)

    async def story(daemon: Timelapse) -> None:
        await daemon.quiet()
        while daemon.clock() < end:
            # a little more than to the first of them, so that one child crawls all that are due at about the same time
            daemon.clock.set(max(daemon.clock(), min(daemon.upcoming() + TOGETHER, end)))
            await daemon.quiet()
            print(json.dumps(_sample(folder, daemon.clock())), flush=True)

    daemon.play(story)


def _sample(folder: Path, now: datetime) -> dict[str, Any]:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    wal = folder / "archive.db-wal"
    return {
        "at": now.isoformat(),
        "rss": pages * resource.getpagesize() / 1e6,
        "files": len(list(Path("/proc/self/fd").iterdir())),
        "wal": wal.stat().st_size / 1e6 if wal.exists() else 0.0,
        "left": len(list((folder / "tmp").iterdir())),
        "backups": len(list(folder.glob("archive-*.db"))),
    }


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sites", type=int, default=40)
    parser.add_argument("--days", type=float, default=8.4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--learned", type=int, default=0, help="so many of the sites have no `every`")
    parser.add_argument("--record", action="store_true", help="keep the result in RESULTS.md")
    parser.add_argument("--daemon", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--until", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.daemon:
        supervise(options.daemon, datetime.fromisoformat(options.until))
        return
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="avtoklaster-soak-") as folder:
        found = run(Path(folder), count=options.sites, days=options.days, learned=options.learned, seed=options.seed)
    said = told(found)
    print(said)
    if options.record:
        results.record("Soak", f"python -m tests.reliability.soak --seed {options.seed}", said, time.monotonic() - began)
    sys.exit(1 if found["wrong"] else 0)


if __name__ == "__main__":
    main()
