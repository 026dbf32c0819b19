"""Serves the benchmark's sites from memory on loopback, one port a site: `python -m tests.benchmarks.server PAGES SHARE`.

Prints the addresses as one line of JSON and ends with its standard input. Small on purpose: its CPU is not the measured one's.
"""

import asyncio
import json
import sys

from tests.benchmarks.pages import Document, site, sitemap

SITES = 4


async def main(pages: int, share: float) -> None:
    servers, addresses = [], []
    for number in range(SITES):
        documents = site(number, pages // SITES, share)
        server = await asyncio.start_server(lambda r, w, d=documents: _serve(r, w, d), f"127.0.0.{number + 1}", 0)
        host, port = server.sockets[0].getsockname()
        address = f"http://{host}:{port}"
        body = sitemap(address, pages // SITES)
        documents["/sitemap.xml"] = Document(body, "application/xml", b"")
        servers.append(server)
        addresses.append(address)
    print(json.dumps(addresses), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    for server in servers:
        server.close()


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, documents: dict[str, Document]) -> None:
    try:
        while True:
            head = await reader.readuntil(b"\r\n\r\n")
            path = head.split(b" ", 2)[1].decode()
            document = documents.get(path)
            if document is None:
                writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
            else:
                packed = document.gzipped and b"gzip" in head.lower()
                body = document.gzipped if packed else document.body
                encoding = "Content-Encoding: gzip\r\n" if packed else ""
                lines = (
                    f"HTTP/1.1 200 OK\r\nContent-Type: {document.content_type}\r\n{encoding}Content-Length: {len(body)}\r\n\r\n"
                )
                writer.write(lines.encode() + body)
            await writer.drain()
    except (asyncio.IncompleteReadError, ConnectionError):
        pass
    finally:
        writer.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), float(sys.argv[2])))
