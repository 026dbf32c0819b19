"""The gate on real pages: `python -m tests.quality.gate_pages [--pages N]`.

Reads each page with trafilatura and metadata, judges what was read, and asks the gate about the bytes; interleaved, CPU time.
Prints pages that the gate would lose: those that are kept, and (there are few such) all that leave none of the topic's needs
open, which is all that the gate asks; there must be none of either. Then the share of what the verdict refuses that the gate
refuses, and costs as a share of trafilatura on the same pages: of the gate, of a refusal by it (the refused pages alone), of the
verdict. Pages of sidebars full of titles, scripts and menus, most of them not Russian: the sets that the reading is measured on.
"""

from __future__ import annotations

import argparse
import gzip
import time
from collections.abc import Iterator
from pathlib import Path

import trafilatura

from crawler.judging import gate, judge, load_topic
from crawler.judging.evidence import gather
from tests.benchmarks.pages import documents, written
from tests.shared import shared

SETS = ("altai-pages", "ru-pages", "fundus", "aeb", "wcxb", "htmldate", "listing-pages", "invented")
_NOT_PAGES = {".json", ".jsonl", ".md", ".txt", ".tsv", ".csv"}


def pages(folder: str) -> Iterator[tuple[str, bytes]]:
    """Names and bytes of the pages of a set; "invented" are the pages that speed is measured on."""
    if folder == "invented":
        for number, articles in enumerate(written(60, share=0.06)):
            yield from ((path, gzip.decompress(document.body)) for path, document in documents(number, articles).items())
        return
    for file in sorted(Path(shared("data", folder)).rglob("*")):
        if file.is_file() and file.suffix not in _NOT_PAGES:
            body = file.read_bytes()
            yield file.name, gzip.decompress(body) if file.suffix == ".gz" else body


def measure(folder: str, most: int) -> dict[str, float]:
    """Counts and shares of one set; `lost` must be 0."""
    topic = load_topic("automotive-clusters")
    for encoding in ("utf-8", "cp1251", "koi8-r", "cp866", "iso8859-5"):
        for text in ("Новости дня, погода и спорт. ", "Автомобили едут. "):  # the automata of both needs are built once a process
            gate((text * 20).encode(encoding), topic)
    taken = {"gate": 0.0, "judge": 0.0, "read": 0.0, "refusing": 0.0, "read of refused": 0.0}
    lost = kept = refused = gated = 0
    for number, (name, body) in enumerate(pages(folder)):
        if number == most:
            break
        page = bytes(bytearray(body))  # as one that has just arrived: in the processor's cache
        begin = time.process_time()
        reason = gate(page, topic)
        gating = time.process_time() - begin
        begin = time.process_time()
        read = trafilatura.bare_extraction(page, with_metadata=True)
        reading = time.process_time() - begin
        taken["gate"] += gating
        taken["read"] += reading
        if reason:
            taken["refusing"] += gating
            taken["read of refused"] += reading
        begin = time.process_time()
        title, text = (read.title or "", read.text or "") if read else ("", "")
        relevant = judge(title, text, topic).relevant
        taken["judge"] += time.process_time() - begin
        could_be = not gather(title, text, topic).missing and folder != "listing-pages"  # of lists of links nothing is text
        kept += relevant
        refused += not relevant
        gated += bool(reason) and not relevant
        if (relevant or could_be) and reason:
            lost += 1
            print(f"LOST {folder}/{name}: {title}")
    return {
        "pages": kept + refused,
        "kept": kept,
        "lost": lost,
        "gated": gated / max(refused, 1),
        "gate/read": taken["gate"] / taken["read"],
        "refusal/read": taken["refusing"] / max(taken["read of refused"], 1e-9),
        "judge/read": taken["judge"] / taken["read"],
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--pages", type=int, default=1000)
    most = parser.parse_args().pages
    for folder in SETS:
        print(f"{folder:12}", "  ".join(f"{name} {value:.4g}" for name, value in measure(folder, most).items()))
