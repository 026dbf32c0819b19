"""What a page costs from end to end, beside Scrapy alone, the naive design and other tools on the same pages.

`python -m tests.benchmarks.crawl` reads 2,000 pages of four sites (65-139 KB, 320 links, a third in windows-1251, 5.6 % on topic)
from a loopback server, in turn with each, and prints the table; `--share 1` makes every page relevant, `--peers` adds the tools
of others, each installed into a virtual environment of its own on first use, `--write` puts the table into RESULTS.md. `ours-1`
is ours on one processor, so without worker processes.

CPU is user + system of the whole tree of processes. The marginal cost is the slope between `--few` pages and all of them, so that
start-up is out of it. Ratios within one run are what counts: absolute times belong to the machine and to what else it does.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from tests.benchmarks import cost, peers
from tests.benchmarks.pages import SHARE, SITES, written
from tests.benchmarks.processors import together

ROOT = Path(__file__).resolve().parents[2]
OWN = ("empty", "ours", "naive")
_ONE_PROCESSOR = "import os, sys; os.sched_setaffinity(0, {0}); os.execv(sys.executable, [sys.executable, *sys.argv[1:]])"


@dataclass(slots=True)
class Row:
    """Of one contestant, by rounds: CPU ms a page, pages a second, peaks of memory in MB (few pages, all pages)."""

    marginal: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    speed: list[float] = field(default_factory=list)
    early: list[float] = field(default_factory=list)
    peak: list[float] = field(default_factory=list)


@contextmanager
def served(pages: int, share: float) -> Iterator[tuple[list[str], int]]:
    """A running server's addresses, and its process."""
    command = [sys.executable, "-m", "tests.benchmarks.server", str(pages), str(share)]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        assert server.stdout is not None
        yield json.loads(server.stdout.readline()), server.pid
    finally:
        server.communicate("")


def command_of(name: str, addresses: Sequence[str], pages: int, folder: Path) -> list[str]:
    """What to run in `folder`; ours leaves avtoklaster.db there, naive its naive.db."""
    if name not in ("ours", "ours-1"):
        return peers.command(name, addresses, pages)
    budget = pages // len(addresses)
    entries = "".join(
        f'[sources.s{n}]\nname = "s{n}"\nsitemaps = ["{address}/sitemap-{budget}.xml"]\narticle = "/news/"\nbudget = {budget}\n'
        for n, address in enumerate(addresses)
    )
    text = f'catalogue = false\ncontact = "bench@localhost"\n[crawl]\ndelay = 0.0\n{entries}'
    (folder / "avtoklaster.toml").write_text(text, encoding="utf-8")
    return [sys.executable, *(["-c", _ONE_PROCESSOR] if name == "ours-1" else []), "-m", "crawler", "crawl"]


def run(name: str, addresses: Sequence[str], pages: int, folder: Path, server: int) -> cost.Cost:
    """One run of one contestant in a fresh folder."""
    folder.mkdir(parents=True)
    command = command_of(name, addresses, pages, folder)
    environment = {key: value for key, value in os.environ.items() if not key.startswith("AVTOKLASTER_")}
    return cost.measure(command, folder=folder, environment=environment | {"PYTHONPATH": str(ROOT)}, others={server})


def measure(names: Sequence[str], few: int, pages: int, share: float, rounds: int, folder: Path) -> dict[str, Row]:
    """All contestants in turn, `rounds` times."""
    rows = {name: Row() for name in names}
    with served(pages, share) as (addresses, server):
        for turn in range(rounds):
            for name in names:
                small = run(name, addresses, few, folder / f"{name}-{turn}-few", server)
                large = run(name, addresses, pages, folder / f"{name}-{turn}", server)
                rows[name].marginal.append((large.cpu - small.cpu) / (pages - few) * 1000)
                rows[name].whole.append(large.cpu / pages * 1000)
                rows[name].speed.append((pages - few) / max(large.wall - small.wall, 0.001))
                rows[name].early.append(small.peak)
                rows[name].peak.append(large.peak)
                print(f"  {name:12} {rows[name].marginal[-1]:8.2f} ms a page", file=sys.stderr, flush=True)
    return rows


def table(rows: dict[str, Row]) -> str:
    """The medians with ratios to empty Scrapy and to ours, as Markdown."""
    lines = [
        "| contestant | CPU ms a page, marginal | x empty Scrapy | x ours | whole run | x ours | pages/s | peak MB (few) |",
        "|---|---|---|---|---|---|---|---|",
    ]
    middle = {
        name: [median(values) for values in (row.marginal, row.whole, row.speed, row.early, row.peak)]
        for name, row in rows.items()
    }
    for name, (marginal, whole, speed, early, peak) in middle.items():
        empty, ours = (f"{marginal / middle[to][0]:.2f}" if to in middle else "" for to in ("empty", "ours"))
        of_whole = f"{whole / middle['ours'][1]:.2f}" if "ours" in middle else ""
        lines.append(
            f"| {name} | {marginal:.2f} | {empty} | {ours} | {whole:.2f} | {of_whole} | {speed:.0f} | {peak:.0f} ({early:.0f}) |"
        )
    return "\n".join(lines)


def compared(folder: Path, pages: int, share: float) -> str:
    """What ours and naive found of the same pages: the relevant ones, their titles, their dates."""
    from crawler.processing import judge_texts

    with sqlite3.connect(folder / "naive-0" / "naive.db") as conn:
        naive = conn.execute("SELECT url, title, date, text FROM articles").fetchall()
    # its text begins with the title, which would count twice
    texts = [(title or "", (text or "").removeprefix(title or "")) for _, title, _, text in naive]
    verdicts = [verdict for verdict, _ in judge_texts(texts, "automotive-clusters")]
    relevant = {row[0]: row[1:3] for row, verdict in zip(naive, verdicts, strict=True) if verdict.relevant}
    with sqlite3.connect(folder / "ours-0" / "avtoklaster.db") as conn:
        kept = {url: (title, day) for url, title, day in conn.execute("SELECT url, title, published FROM articles")}
        found = set(kept) | {url for (url,) in conn.execute("SELECT url FROM copies")}
    truth = _truth(pages, share)
    ours_right, naive_right = _right(kept, truth), _right(relevant, truth)
    return (
        f"relevant pages: ours {len(found)}, naive {len(relevant)}, by both {len(found & set(relevant))}, "
        f"only ours {len(found - set(relevant))}, only naive {len(set(relevant) - found)}\n"
        f"titles right: ours {ours_right[0]:.2f}, naive {naive_right[0]:.2f}; dates right: ours {ours_right[1]:.2f}, "
        f"naive {naive_right[1]:.2f}"
    )


def _truth(pages: int, share: float) -> dict[str, tuple[str, str]]:
    """Title and day by site's number and path."""
    return {
        f"{site + 1}/news/{number}/": (one.title, one.day.isoformat())
        for site, articles in enumerate(written(pages, share))
        for number, one in enumerate(articles)
    }


def _right(found: dict[str, tuple[str | None, str | None]], truth: dict[str, tuple[str, str]]) -> tuple[float, float]:
    """Shares of titles and of days that are exactly right; sites are told by the last number of 127.0.0.N."""
    titles = days = 0
    for url, (title, day) in found.items():
        host, _, path = url.removeprefix("http://127.0.0.").partition("/")
        right = truth[f"{host.partition(':')[0]}/{path}"]
        titles += title == right[0]
        days += (day or "")[:10] == right[1]
    return titles / max(len(found), 1), days / max(len(found), 1)


def machine() -> str:
    """What measured, and how busy it was with other things."""
    load = os.getloadavg()
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}, load {load[0]:.1f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--few", type=int, default=200)
    parser.add_argument("--pages", type=int, default=2000)
    parser.add_argument("--share", type=float, default=SHARE, help="of the pages that are on topic")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", action="store_true", help="the tools of others too")
    parser.add_argument("--only", nargs="*", help="these contestants")
    parser.add_argument("--write", metavar="NAME", default="", help="put the table under this heading of RESULTS.md")
    given = parser.parse_args()
    assert given.few % SITES == given.pages % SITES == 0, f"pages are spread over {SITES} sites"
    names = given.only or [*OWN, *(peers.PEERS if given.peers else ())]
    names = [name for name in names if peers.installed(name)]
    with tempfile.TemporaryDirectory() as folder:
        rows = measure(names, given.few, given.pages, given.share, given.rounds, Path(folder))
        lines = [f"{given.few} to {given.pages} pages, {given.share:.1%} on topic, median of {given.rounds} rounds; {machine()}"]
        lines += ["", table(rows)]
        if {"ours", "naive"} <= set(names):
            lines += ["", compared(Path(folder), given.pages, given.share)]
        if {"ours", "ours-1"} <= set(names):
            one, two = (median(rows[name].speed) for name in ("ours-1", "ours"))
            lines += ["", f"Time with two readers: {one / two:.2f} of that of one process; two processes that only read pages do"]
            lines += [f"{together():.2f} x what one does on this machine"]
    text = "\n".join(lines)
    print(text)
    if given.write:
        write(given.write, text)


def write(heading: str, text: str) -> None:
    """Puts a text under its heading of RESULTS.md, instead of what stood there."""
    path = ROOT / "tests" / "benchmarks" / "RESULTS.md"
    before, *parts = path.read_text(encoding="utf-8").split("\n## ")
    kept = [part.strip("\n") for part in parts if part.partition("\n")[0] != heading]
    path.write_text("\n\n## ".join([before.strip("\n"), *kept, f"{heading}\n\n{text}"]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
