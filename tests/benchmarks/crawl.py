"""What a page costs from end to end: `python -m tests.benchmarks.crawl [--pages 1000] [--share 0.05] [--rounds 3]`.

Ours, naive and empty Scrapy read the same pages from one loopback server, in turn; CPU is user + system of the whole process. The
marginal cost is the slope between a fifth of the pages and all of them, so that start-up is out of it. Ratios within one run
are what counts: the absolute times belong to the machine.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

NAMES = ("empty", "ours", "naive")


def cpu_of(command: list[str]) -> tuple[float, float]:
    """(CPU seconds, peak memory in MB) of a command and its children that it waited for. Raises if it fails."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{command}: {process.returncode}: {said.decode()[-2000:]}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def command_of(name: str, addresses: list[str], pages: int, folder: Path) -> list[str]:
    if name != "ours":
        return [sys.executable, "-m", "tests.benchmarks.contestants", name, *addresses, "--pages", str(pages)]
    config = folder / "avtoklaster.toml"
    budget = pages // len(addresses)
    entries = "".join(
        f'[sources.s{n}]\nname = "s{n}"\nsitemaps = ["{address}/sitemap-{budget}.xml"]\narticle = "/news/"\nbudget = {budget}\n'
        for n, address in enumerate(addresses)
    )
    config.write_text(f'catalogue = false\ncontact = "bench@localhost"\n[crawl]\ndelay = 0.0\n{entries}', encoding="utf-8")
    archive = folder / f"ours-{os.urandom(4).hex()}.db"
    return [sys.executable, "-m", "crawler", "--config", str(config), "--archive", str(archive), "crawl"]


def measure(pages: int, share: float, rounds: int) -> dict[str, dict[str, float]]:
    """Per contestant: CPU milliseconds a page, marginal and whole, and peak memory in MB; medians of the rounds."""
    few = pages // 5
    found: dict[str, dict[str, list[float]]] = {name: {"marginal": [], "whole": [], "peak": []} for name in NAMES}
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.benchmarks.server", str(pages), str(share)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        addresses = json.loads(server.stdout.readline())
        with tempfile.TemporaryDirectory() as folder:
            for _ in range(rounds):
                for name in NAMES:
                    small, _ = cpu_of(command_of(name, addresses, few, Path(folder)))
                    large, peak = cpu_of(command_of(name, addresses, pages, Path(folder)))
                    found[name]["marginal"].append((large - small) / (pages - few) * 1000)
                    found[name]["whole"].append(large / pages * 1000)
                    found[name]["peak"].append(peak)
    finally:
        server.communicate("")
    return {name: {what: median(values) for what, values in rows.items()} for name, rows in found.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=1000)
    parser.add_argument("--share", type=float, default=0.05, help="of the pages that are on topic")
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    rows = measure(given.pages, given.share, given.rounds)
    print(f"{given.pages} pages, {given.share:.0%} on topic, median of {given.rounds} rounds; CPU ms a page")
    print(f"{'':8} marginal  x empty  x ours   whole  peak MB")
    for name in NAMES:
        row = rows[name]
        print(
            f"{name:8} {row['marginal']:8.2f} {row['marginal'] / rows['empty']['marginal']:8.2f}"
            f" {row['marginal'] / rows['ours']['marginal']:7.2f} {row['whole']:7.2f} {row['peak']:8.0f}"
        )


if __name__ == "__main__":
    main()
