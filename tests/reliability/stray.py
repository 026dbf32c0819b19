"""kill -9 of the daemon or of what it started, at random moments: `python -m tests.reliability.stray --kills 100 --record`.

The daemon is the command itself, its crawls are real, and the sites publish all the while. A killed daemon is started again at
once, as systemd would; a killed child is its daemon's business. At the end the archive must be what one undisturbed crawl makes.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil

from tests.reliability import results
from tests.reliability.soak_press import Press, Site

_SQL = {
    "articles": "SELECT url, source, title, text, published FROM articles ORDER BY url",
    "copies": "SELECT url, source FROM copies ORDER BY url",
    "pages": "SELECT url, source, outcome, article IS NOT NULL FROM pages WHERE url LIKE '%/news/_%' ORDER BY url",
    "waiting": "SELECT url FROM links ORDER BY url",
}


@dataclass
class Stray:
    """A daemon in `folder` that is killed again and again; `struck` counts who, and in what moment."""

    folder: Path
    rng: random.Random
    struck: Counter[str] = field(default_factory=Counter)
    daemon: psutil.Popen | None = None

    def start(self) -> None:
        """The command, with its log appended to a file."""
        log = (self.folder / "daemon.log").open("ab")
        command = [sys.executable, "-m", "crawler", "--archive", "archive.db", "daemon"]
        self.daemon = psutil.Popen(command, cwd=self.folder, stdout=subprocess.DEVNULL, stderr=log)
        log.close()

    def strike(self) -> None:
        """One kill -9: of the daemon, of one child with what that has started, or of all of them at once (power)."""
        assert self.daemon is not None
        whom = self.rng.choice(("daemon", "child", "child", "all"))
        children = self.daemon.children()
        if whom == "child" and not children:
            whom = "daemon"
        victims = [child for child in children if whom in ("child", "all")]
        busy = "crawling" if self._crawling() else "idle"
        for child in victims if whom == "all" else victims[:1]:
            with suppress(ProcessLookupError, psutil.NoSuchProcess):
                os.killpg(child.pid, signal.SIGKILL)  # a session of its own
        if whom != "child":
            self.daemon.kill()
            self.daemon.wait()
        self.struck[f"{whom}, {busy}"] += 1
        if whom != "child":
            self.start()

    def _crawling(self) -> bool:
        archive = self.folder / "archive.db"
        if not archive.exists():
            return False
        with suppress(sqlite3.Error):
            return bool(rows(archive, "SELECT count(*) FROM crawls WHERE finished IS NULL")[0][0])
        return False

    def end(self) -> None:
        """SIGTERM, and everything it started is gone."""
        assert self.daemon is not None
        children = self.daemon.children(recursive=True)
        self.daemon.terminate()
        if self.daemon.wait(30) not in (0, -signal.SIGTERM):  # it may have been just about to start
            raise RuntimeError((self.folder / "daemon.log").read_text(encoding="utf-8")[-2000:])
        psutil.wait_procs(children, timeout=5)


def rows(archive: Path, sql: str) -> list[tuple[Any, ...]]:
    """What plain sqlite3 gives."""
    with sqlite3.connect(f"file:{archive}?mode=ro", uri=True, timeout=30) as conn:
        return conn.execute(sql).fetchall()


def run(folder: Path, *, kills: int, seed: int, pause: tuple[float, float] = (0.3, 12.0), sites: int = 6) -> dict[str, Any]:
    """Kills so many times and compares; `wrong` holds what is not as it should be, in words."""
    rng = random.Random(seed)
    begin = datetime.now(UTC)
    longest = timedelta(seconds=kills * pause[1] + 60)
    news = [Site(n, _often(rng, begin, begin + longest), shown=100_000) for n in range(sites)]
    press = Press(news, lambda: min(datetime.now(UTC), frozen[0]))
    frozen = [begin + longest]
    config = _config(news, press)
    disturbed, calm = folder / "disturbed", folder / "calm"
    for place in (disturbed, calm):
        place.mkdir()
        (place / "avtoklaster.toml").write_text(config, encoding="utf-8")
    try:
        stray = Stray(disturbed, rng)
        stray.start()
        for _ in range(kills):
            time.sleep(rng.uniform(*pause))  # a random moment is what is tested
            stray.strike()
        frozen[0] = datetime.now(UTC)
        stray.end()
        codes = [_crawl(disturbed), _crawl(disturbed), _crawl(calm)]
    finally:
        press.stop()
    return {"kills": kills, "struck": dict(stray.struck), **_compare(disturbed / "archive.db", calm / "archive.db", codes)}


def _often(rng: random.Random, begin: datetime, end: datetime) -> list[datetime]:
    times = [begin - timedelta(hours=n) for n in range(12, 0, -1)]
    while times[-1] < end:
        times.append(max(times[-1], begin) + timedelta(seconds=rng.uniform(2, 12)))
    return times


def _config(sites: list[Site], press: Press) -> str:
    # with no delay a crawl is over in the twinkling of an eye, and every kill meets a program that is starting
    lines = ["catalogue = false", "[crawl]", "delay = 0.5"]
    for site in sites:
        base = press.addresses[site.id]
        way = f'feeds = ["{base}rss.xml"]' if site.is_feed else f'listings = ["{base}news/"]'
        lines += [f"[sources.{site.id}]", way, r"article = '/news/\d+/$'", 'every = "5s"', 'timezone = "UTC"']
    return "\n".join(lines) + "\n"


def _crawl(folder: Path) -> int:
    """A last one-off crawl, nothing disturbing it."""
    command = [sys.executable, "-m", "crawler", "--archive", "archive.db", "crawl"]
    return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode


def _compare(disturbed: Path, calm: Path, codes: list[int]) -> dict[str, Any]:
    wrong = [f"a last crawl ended with {code}" for code in codes if code]
    counted = {}
    for name, sql in _SQL.items():
        ours, theirs = rows(disturbed, sql), rows(calm, sql)
        counted[name] = len(ours)
        if ours != theirs:
            lost, more = set(theirs) - set(ours), set(ours) - set(theirs)
            wrong.append(f"{name}: {len(lost)} lost, {len(more)} more, for instance {[str(r)[:120] for r in [*lost, *more][:2]]}")
    if rows(disturbed, "PRAGMA integrity_check") != [("ok",)]:
        wrong.append("the archive is not whole")
    if held := rows(disturbed, "SELECT host, pid FROM leases"):
        wrong.append(f"leases are held: {held}")
    if open_crawls := rows(disturbed, "SELECT count(*) FROM crawls WHERE finished IS NULL")[0][0]:
        wrong.append(f"{open_crawls} crawls never ended")
    outcomes = dict(rows(disturbed, "SELECT outcome, count(*) FROM crawls GROUP BY 1"))
    return {"counted": counted, "outcomes": outcomes, "wrong": wrong}


def told(found: dict[str, Any]) -> str:
    """The result as Markdown."""
    struck = ", ".join(f"{who} {times}" for who, times in sorted(found["struck"].items()))
    counted = found["counted"]
    lines = [
        ("kill -9", f"{found['kills']} ({struck})"),
        ("crawls", ", ".join(f"{count} {name}" for name, count in sorted(found["outcomes"].items()))),
        ("against one undisturbed crawl", f"{counted['articles']} articles and {counted['pages']} pages compared"),
        ("lost, doubled, or otherwise wrong", "; ".join(found["wrong"]) or "nothing"),
    ]
    return "| | |\n|---|---|\n" + "\n".join(f"| {name} | {value} |" for name, value in lines)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pause", type=float, default=12.0, help="seconds between two kills at most; more on a busy machine")
    parser.add_argument("--record", action="store_true", help="keep the result in RESULTS.md")
    options = parser.parse_args()
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="avtoklaster-stray-") as folder:
        found = run(Path(folder), kills=options.kills, seed=options.seed, pause=(0.3, options.pause))
    print(told(found))
    if options.record:
        command = f"python -m tests.reliability.stray --kills {options.kills} --seed {options.seed} --pause {options.pause:g}"
        results.record("Daemon and children killed at random moments", command, told(found), time.monotonic() - began)
    sys.exit(1 if found["wrong"] else 0)


if __name__ == "__main__":
    main()
