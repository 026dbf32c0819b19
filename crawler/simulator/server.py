"""The servers: one port a site and one for control, on asyncio streams so that every byte is ours."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import json
import time
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, date
from typing import Any
from urllib.parse import urlsplit

from crawler.simulator.bylines import rfc822
from crawler.simulator.faults import SHAPES, Fault
from crawler.simulator.messages import Request, Response, head, json_answer
from crawler.simulator.press import Press
from crawler.simulator.sites import SITES, Mirror, Site, Surroundings
from crawler.simulator.wire import WIRES

_TOO_BIG = 1 << 20


class Simulator:
    """All sites, their faults and the log of requests."""

    def __init__(self, today: date, *, mirrors: int = 0, articles: int = 4) -> None:
        self._bases: dict[str, str] = {}
        self.sites: dict[str, Site] = {}
        self.press = Press(today, {site.key: site.timezone for site in SITES})
        surroundings = Surroundings(press=self.press, bases=self._bases, sites=self.sites)
        self.sites.update((site.key, site(surroundings)) for site in SITES)
        self.mirrors = [Mirror(surroundings, number=number, articles=articles) for number in range(1, mirrors + 1)]
        self.sites.update((mirror.key, mirror) for mirror in self.mirrors)
        self.faults: list[Fault] = []
        self.log: list[dict[str, Any]] = []
        self.control = ""
        self._servers: list[asyncio.Server] = []

    @property
    def addresses(self) -> dict[str, str]:
        """Site -> its address, with a slash at the end."""
        return dict(self._bases)

    async def start(self, first_port: int = 0) -> None:
        """Listens: each site on its own loopback host where the system has more than one, else all on 127.0.0.1.

        Own hosts keep one site's pace from slowing another. `first_port` 0 takes free ports. Raises OSError.
        """
        for number, key in enumerate([*self.sites, ""]):
            port = first_port and first_port + number
            try:
                server = await self._listen(key, f"127.0.{number // 250}.{number % 250 + 1}", port)
            except OSError as error:
                if error.errno != errno.EADDRNOTAVAIL:  # macOS has 127.0.0.1 only
                    raise
                server = await self._listen(key, "127.0.0.1", port)
            host, taken = server.sockets[0].getsockname()[:2]
            address = f"http://{host}:{taken}/"
            if key:
                self._bases[key] = address
            else:
                self.control = address
            self._servers.append(server)

    async def _listen(self, key: str, host: str, port: int) -> asyncio.Server:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await self._talk(key, reader, writer)

        return await asyncio.start_server(talk, host, port, limit=_TOO_BIG)

    async def stop(self) -> None:
        """Stops listening; open connections are dropped with the process."""
        for server in self._servers:
            server.close()

    async def _talk(self, key: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection: requests one after another until either side has enough."""
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
            while request := await _read(key, reader):
                if not await self._answer(request, writer):
                    break
        with suppress(OSError):
            writer.close()

    async def _answer(self, request: Request, writer: asyncio.StreamWriter) -> bool:
        """Writes the answer; False when the connection is to be closed."""
        if not request.site:
            answer = self._control(request)
            writer.write(head(answer, length=len(answer.body)) + answer.body)
            await writer.drain()
            return True
        faults = [fault for fault in self.faults if fault.hits(request)]
        answer, wire = self._prepare(request, faults)
        seen = {"site": request.site, "method": request.method, "target": request.target, "headers": request.headers}
        self.log.append(
            {
                **seen,
                "at": time.monotonic(),
                "status": answer.status,
                "bytes": len(answer.body),
                "faults": [fault.kind for fault in faults],
            }
        )
        if wire:
            await WIRES[wire.kind](writer, answer, **wire.how)
            return False
        body = b"" if request.method == "HEAD" or answer.status == 304 else answer.body
        writer.write(head(answer, length=len(answer.body)) + body)
        await writer.drain()
        return True

    def _prepare(self, request: Request, faults: list[Fault]) -> tuple[Response, Fault | None]:
        answer = self.sites[request.site].respond(request)
        wire = None
        base = self._bases[request.site]
        for fault in faults:
            if fault.left is not None:
                fault.left -= 1
            if fault.kind in SHAPES:
                answer = SHAPES[fault.kind](request, answer, base, **fault.how)
            else:
                wire = fault
        return _conditional(request, answer), wire

    def _control(self, request: Request) -> Response:
        """The control endpoint: one verb a path, JSON in and out."""
        told = json.loads(request.body or b"{}")
        try:
            return json_answer(getattr(self, f"_do_{request.path.strip('/')}")(**told))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            return json_answer({"error": f"{type(error).__name__}: {error}"}, status=400)

    def _do_fault(self, *, path: str, kind: str, how: dict[str, Any], site: str, times: int | None) -> dict[str, Any]:
        if kind not in SHAPES and kind not in WIRES:
            raise ValueError(f"no fault is called {kind!r}; there are {', '.join(sorted([*SHAPES, *WIRES]))}")
        if path.startswith("http"):
            parts = urlsplit(path)
            site = next(key for key, base in self._bases.items() if urlsplit(base).netloc == parts.netloc)
            path = parts.path + (f"?{parts.query}" if parts.query else "")
        if site and site not in self.sites:
            raise ValueError(f"no site is called {site!r}")
        fault = Fault(site=site, path=path, kind=kind, how=how, left=times)
        self.faults.append(fault)
        return asdict(fault)

    def _do_heal(self) -> dict[str, Any]:
        self.faults.clear()
        return {}

    def _do_log(self, *, clear: bool) -> list[dict[str, Any]]:
        log = list(self.log)
        if clear:
            self.log.clear()
        return log

    def _do_advance(self, *, days: int) -> dict[str, Any]:
        self.press.advanced += days
        return {"today": self.press.today.isoformat()}

    def _do_edit(self, *, key: str, was: str, becomes: str) -> dict[str, Any]:
        self.press.edit(key, was=was, becomes=becomes)
        return {"url": self.sites[self.press.get(key).site].elsewhere(self.press.get(key))}

    def _do_mirror(self, *, number: int) -> list[tuple[str, str]]:
        return list(self.mirrors[number - 1].truth())

    def _do_truth(self) -> dict[str, Any]:
        pieces = [
            asdict(piece) | {"url": self.sites[piece.site].url(piece), "published": self.press.when(piece).isoformat()}
            for piece in self.press.all()
        ]
        for piece in pieces:
            piece["text"] = "\n".join(piece["paragraphs"])
            piece["at"] = str(piece["at"])
        expected: dict[str, list[str]] = {}
        for site in self.sites.values():
            expected |= site.expected()
        return {"today": self.press.today.isoformat(), "pieces": pieces, "expected": expected}

    def catalogue(self) -> dict[str, dict[str, Any]]:
        """The sources of all sites, by id, as fields of the catalogue."""
        return {name: entry for site in self.sites.values() for name, entry in site.catalogue().items()}


async def _read(key: str, reader: asyncio.StreamReader) -> Request | None:
    """The next request of a connection, None at its end."""
    try:
        top = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *rest = top.decode("latin-1").rstrip("\r\n").split("\r\n")
    method, target, _ = first.split(" ", 2)
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in rest)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(site=key, method=method, target=target, headers=headers, body=body)


def _conditional(request: Request, answer: Response) -> Response:
    """Adds validators and answers 304 where they match (RFC 9110 section 13.2.2: If-None-Match comes first)."""
    if not answer.validators or answer.status != 200:
        return answer
    given = {name.lower(): value for name, value in answer.headers}  # a fault may have set its own
    tag = given.get("etag") or f'"{hashlib.sha1(answer.body, usedforsecurity=False).hexdigest()[:16]}"'
    modified = given.get("last-modified") or (rfc822(answer.modified.astimezone(UTC)) if answer.modified else "")
    modified = modified.replace("+0000", "GMT")
    asked = request.headers.get("if-none-match")
    fresh = asked == tag if asked else bool(modified) and request.headers.get("if-modified-since") == modified
    others = [(name, value) for name, value in answer.headers if name.lower() not in ("etag", "last-modified")]
    answer.headers = [*others, ("ETag", tag), *([("Last-Modified", modified)] if modified else [])]
    return Response(status=304, headers=answer.headers) if fresh else answer
