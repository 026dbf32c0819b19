"""The gate on real pages: `python -m tests.quality.gate_pages [--pages N]`.

Reads each page with trafilatura and metadata, judges what was read, and asks the gate about the bytes; interleaved, CPU time.
Prints pages that the gate would lose (there must be none), the share of what the verdict refuses that the gate refuses, and what
gate and verdict cost as a share of trafilatura on the same pages. Pages of sidebars full of titles, scripts and menus, most of
them not Russian: the sets that the reading is measured on.
"""

from __future__ import annotations

import argparse
import gzip
import time
from collections.abc import Iterator
from pathlib import Path

import trafilatura

from crawler.judging import gate, judge, load_topic
from tests.benchmarks.pages import site
from tests.shared import shared

SETS = ("altai-pages", "ru-pages", "fundus", "aeb", "wcxb", "htmldate", "listing-pages", "invented")
_NOT_PAGES = {".json", ".jsonl", ".md", ".txt", ".tsv", ".csv"}


def pages(folder: str) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of the pages of a set; "invented" are the pages that speed is measured on."""
    if folder == "invented":
        for number in range(4):
            yield from ((path, document.body) for path, document in site(number, 15, share=0.06).items())
        return
    for file in sorted(Path(shared("data", folder)).rglob("*")):
        if file.is_file() and file.suffix not in _NOT_PAGES:
            body = file.read_bytes()
            yield file.name, gzip.decompress(body) if file.suffix == ".gz" else body


def measure(folder: str, most: int) -> dict[str, float]:
    """Counts and shares of one set; `lost` must be 0."""
    topic = load_topic("automotive-clusters")
    for encoding in ("utf-8", "cp1251", "koi8-r", "cp866", "iso8859-5"):
        gate(("Новости дня, погода и спорт. " * 20).encode(encoding), topic)  # the automata are built once a process
    taken = {"gate": 0.0, "judge": 0.0, "read": 0.0}
    lost = kept = refused = gated = 0
    for number, (name, body) in enumerate(pages(folder)):
        if number == most:
            break
        begin = time.process_time()
        reason = gate(body, topic)
        taken["gate"] += time.process_time() - begin
        begin = time.process_time()
        read = trafilatura.bare_extraction(body, with_metadata=True)
        taken["read"] += time.process_time() - begin
        begin = time.process_time()
        title, text = (read.title or "", read.text or "") if read else ("", "")
        relevant = judge(title, text, topic).relevant
        taken["judge"] += time.process_time() - begin
        kept += relevant
        refused += not relevant
        gated += bool(reason) and not relevant
        if relevant and reason:
            lost += 1
            print(f"LOST {folder}/{name}: {title}")
    return {
        "pages": kept + refused,
        "kept": kept,
        "lost": lost,
        "gated": gated / max(refused, 1),
        "gate/read": taken["gate"] / taken["read"],
        "judge/read": taken["judge"] / taken["read"],
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", type=int, default=1000)
    most = parser.parse_args().pages
    for folder in SETS:
        print(f"{folder:12}", "  ".join(f"{name} {value:.4g}" for name, value in measure(folder, most).items()))
