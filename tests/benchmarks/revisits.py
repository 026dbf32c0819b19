"""What it costs to find nothing new: `python -m tests.benchmarks.revisits [--sources 300]`.

That many sources on loopback, each with a feed, are crawled twice; between the two nothing changes. The second crawl is measured
against a Scrapy that asks the same addresses (tuned, empty callback), both with their start and as the slope from a tenth of the
sources. Then one page is asked for again and again, by Scrapy, with and without its validator: 304 against a full answer.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks import cost
from tests.benchmarks.crawl import ROOT, machine, write
from tests.benchmarks.words import article

_ENTRY = "<item><title>{title}</title><link>{address}/news/{n}/</link><pubDate>Mon, 02 Nov 2026 10:0{n}:00 +0300</pubDate></item>"


async def serve() -> None:
    """One port on every address of loopback; a feed of two articles on each, a large page at /page, validators for all."""
    import random

    rng = random.Random(1)
    large = gzip.compress("".join(f"<p>{p}</p>" for _ in range(60) for p in article(rng)[1]).encode(), 4)

    def answer(head: bytes) -> bytes:
        path = head.split(b" ", 2)[1].decode()
        fields = dict(line.split(b": ", 1) for line in head.lower().split(b"\r\n") if b": " in line)
        address = f"http://{fields[b'host'].decode()}"
        if path == "/robots.txt":
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        tag = f'"{path}"'
        if fields.get(b"if-none-match", b"").decode() == tag:
            return f"HTTP/1.1 304 Not Modified\r\nETag: {tag}\r\n\r\n".encode()
        more, kind = "", "text/html; charset=utf-8"
        if path == "/feed":
            items = "".join(_ENTRY.format(title=f"Новость {n}", address=address, n=n) for n in range(2))
            body = f"<rss version='2.0'><channel><title>Новости</title>{items}</channel></rss>".encode()
            kind = "application/rss+xml"
        elif path == "/page":
            body, more = large, "Content-Encoding: gzip\r\n"
        else:
            title, paragraphs = article(random.Random(address + path))
            body = f"<title>{title}</title><h1>{title}</h1>{''.join(f'<p>{p}</p>' for p in paragraphs)}".encode()
        return (
            f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n{more}ETag: {tag}\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
        )

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                writer.write(answer(await reader.readuntil(b"\r\n\r\n")))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(talk, "0.0.0.0", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    server.close()


def _ours(port: int, sources: int, folder: Path, server: int) -> tuple[cost.Cost, int]:
    """The second crawl of so many sources, and its requests."""
    folder.mkdir()
    entries = "".join(
        f'[sources.s{n}]\nname = "s{n}"\nfeeds = ["http://{host}:{port}/feed"]\narticle = "/news/"\n'
        for n, host in enumerate(_hosts(sources))
    )
    text = f'catalogue = false\ncontact = "bench@localhost"\n[crawl]\ndelay = 0.0\n{entries}'
    (folder / "avtoklaster.toml").write_text(text, encoding="utf-8")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("AVTOKLASTER_")}
    command = [sys.executable, "-m", "crawler", "crawl"]
    found = [
        cost.measure(command, folder=folder, environment=environment | {"PYTHONPATH": str(ROOT)}, others={server})
        for _ in range(2)
    ]
    with sqlite3.connect(folder / "avtoklaster.db") as conn:
        (requests,) = conn.execute("SELECT sum(requests) FROM crawls WHERE id > ?", (sources,)).fetchone()
    return found[1], requests


def _hosts(count: int) -> list[str]:
    return [f"127.0.{1 + n // 200}.{1 + n % 200}" for n in range(count)]


def _scrapy(urls: list[str], folder: Path, server: int, *, tag: str = "") -> cost.Cost:
    folder.mkdir()
    (folder / "urls.txt").write_text("\n".join(urls), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "tests.benchmarks.contestants",
        "listed",
        "--pages",
        "0",
        "urls.txt",
        *([tag] if tag else []),
    ]
    return cost.measure(command, folder=folder, environment=os.environ | {"PYTHONPATH": str(ROOT)}, others={server})


def measure(sources: int, folder: Path) -> str:
    command = [sys.executable, "-m", "tests.benchmarks.revisits", "--serve"]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        assert server.stdout is not None
        port, few = int(server.stdout.readline()), sources // 10
        feeds = [f"http://{host}:{port}/feed" for host in _hosts(sources)]
        small, _ = _ours(port, few, folder / "few", server.pid)
        alone_small = _scrapy(feeds[:few], folder / "scrapy-few", server.pid)
        large, requests = _ours(port, sources, folder / "all", server.pid)
        alone = _scrapy(feeds, folder / "scrapy", server.pid)
        page = f"http://127.0.0.1:{port}/page"
        start = _scrapy([page], folder / "one", server.pid)
        full = _scrapy([page] * 500, folder / "full", server.pid)
        again = _scrapy([page] * 500, folder / "again", server.pid, tag='"/page"')
    finally:
        server.communicate("")
    slopes = [(many.cpu - less.cpu) / (sources - few) * 1000 for many, less in ((large, small), (alone, alone_small))]
    return (
        f"{machine()}\n\n"
        f"Second crawl of {sources} sources: {requests} requests for {sources} ways; {large.cpu:.2f} s CPU, Scrapy alone "
        f"{alone.cpu:.2f} s: x {large.cpu / alone.cpu:.2f}; a source more: {slopes[0]:.2f} ms, {slopes[1]:.2f} ms.\n"
        f"304 against a full answer: x {(again.cpu - start.cpu) / (full.cpu - start.cpu):.2f} "
        f"({(again.cpu - start.cpu) * 2:.2f} ms, {(full.cpu - start.cpu) * 2:.2f} ms)."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=int, default=300)
    parser.add_argument("--write", metavar="NAME", default="", help="put the figures under this heading of RESULTS.md")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        asyncio.run(serve())
        return
    with tempfile.TemporaryDirectory() as folder:
        text = measure(given.sources, Path(folder))
    print(text)
    if given.write:
        write(given.write, text)


if __name__ == "__main__":
    main()
