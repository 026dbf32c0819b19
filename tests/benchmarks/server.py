"""Serves the benchmark's sites from memory on loopback: `python -m tests.benchmarks.server PAGES SHARE`.

Prints the addresses as one line of JSON and ends with its standard input. Small on purpose: its CPU is not the measured one's.
`/sitemap-N.xml` lists the first N articles of a site, so that one server serves runs of any length.
Validators are honoured: a second visit gets 304.
"""

import asyncio
import json
import sys

from tests.benchmarks.pages import SITES, Document, documents, sitemap, written


async def main(pages: int, share: float) -> None:
    servers, addresses = [], []
    for number, articles in enumerate(written(pages, share)):
        answers = documents(number, articles)
        server = await asyncio.start_server(lambda r, w, d=answers: _serve(r, w, d), f"127.0.0.{number + 1}", 0)
        host, port = server.sockets[0].getsockname()
        servers.append(server)
        addresses.append(f"http://{host}:{port}")
    assert len(addresses) == SITES
    print(json.dumps(addresses), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    for server in servers:
        server.close()


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answers: dict[str, Document]) -> None:
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            writer.write(_answer(head, answers))
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


def _answer(head: bytes, answers: dict[str, Document]) -> bytes:
    path = head.split(b" ", 2)[1].decode()
    fields = dict(line.split(b": ", 1) for line in head.lower().split(b"\r\n") if b": " in line)
    document = answers.get(path)
    if document is None and path.startswith("/sitemap-"):
        address = f"http://{fields[b'host'].decode()}"
        document = answers[path] = sitemap(address, int(path.removeprefix("/sitemap-").removesuffix(".xml")))
    if document is None:
        return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    tag = f"ETag: {document.etag}\r\n"
    if fields.get(b"if-none-match", b"").decode() == document.etag:
        return f"HTTP/1.1 304 Not Modified\r\n{tag}\r\n".encode()
    packed = "Content-Encoding: gzip\r\n" if document.packed else ""
    lines = (
        f"HTTP/1.1 200 OK\r\nContent-Type: {document.content_type}\r\n{packed}{tag}Content-Length: {len(document.body)}\r\n\r\n"
    )
    return lines.encode() + document.body


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2])))
