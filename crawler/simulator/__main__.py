"""`python -m crawler.simulator`: serves the simulated press world until stdin closes or SIGTERM comes.

Prints one line of JSON first: `{"sites": {"bitrix": "http://127.0.0.1:PORT/", …}, "control": …, "config": …, "today": …}`;
`config` is an avtoklaster.toml for all its sources.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import sys
import threading
from contextlib import suppress
from datetime import date, datetime
from zoneinfo import ZoneInfo

from crawler.simulator.configuration import as_toml
from crawler.simulator.server import Simulator


def moscow_today() -> date:
    """Today, in the time zone of most of the sites."""
    return datetime.now(ZoneInfo("Europe/Moscow")).date()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m crawler.simulator", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="the first port; the sites take the following ones; 0: free ports")
    parser.add_argument("--today", type=date.fromisoformat, default=None, help="the world's day, YYYY-MM-DD; otherwise today")
    parser.add_argument("--mirrors", type=int, default=0, metavar="N", help="add N small sites on hosts of their own")
    parser.add_argument("--articles", type=int, default=4, metavar="N", help="articles of each of them (default 4)")
    return parser.parse_args()


def _watch_stdin(loop: asyncio.AbstractEventLoop, stopped: asyncio.Event) -> None:
    """Whoever started us holds our stdin: when it closes, also because they died, we go too."""
    with suppress(OSError, RuntimeError):  # RuntimeError: the loop has ended meanwhile
        while os.read(sys.stdin.fileno(), 4096):
            pass
        loop.call_soon_threadsafe(stopped.set)


async def serve(today: date, port: int, *, mirrors: int = 0, articles: int = 4) -> None:
    """Serves until told to stop."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    simulator = Simulator(today, mirrors=mirrors, articles=articles)
    await simulator.start(port)
    catalogue = simulator.catalogue()
    announcement = {"sites": simulator.addresses, "control": simulator.control, "today": today.isoformat()}
    print(json.dumps({**announcement, "sources": catalogue, "config": as_toml(catalogue)}, ensure_ascii=False), flush=True)
    threading.Thread(target=_watch_stdin, args=(loop, stopped), daemon=True).start()
    await stopped.wait()
    await simulator.stop()


def main() -> None:
    """The command line."""
    options = _options()
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    asyncio.run(serve(options.today or moscow_today(), options.port, mirrors=options.mirrors, articles=options.articles))


if __name__ == "__main__":
    main()
