"""The handle by which tests and `demo` hold a running world."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crawler.sources import Api, Source

_ROOT = Path(__file__).resolve().parents[2]


class World:
    """A running simulator. `sites` are addresses by site, `sources` catalogue entries by id, `config` an avtoklaster.toml."""

    def __init__(self, announced: Mapping[str, Any]) -> None:
        self.sites: dict[str, str] = announced["sites"]
        self.config: str = announced["config"]
        self.sources: dict[str, Source] = {name: _source(name, entry) for name, entry in announced["sources"].items()}
        parts = urlsplit(announced["control"])
        self._host, self._port = str(parts.hostname), int(parts.port or 0)

    def _ask(self, verb: str, **told: Any) -> Any:
        connection = HTTPConnection(self._host, self._port, timeout=60)
        try:
            connection.request("POST", f"/{verb}", json.dumps(told), {"Content-Type": "application/json"})
            answer = connection.getresponse()
            value = json.loads(answer.read())
        finally:
            connection.close()
        if answer.status != 200:
            raise ValueError(value["error"])
        return value

    def fault(self, path: str, kind: str, /, *, site: str = "", times: int | None = None, **how: Any) -> None:
        """Switches a fault on for a full address, or for a path (`*` is any run of characters) of `site` or of all sites.

        `times` heals it after so many requests. Kinds and options: `crawler.simulator.faults` and `.wire`. Raises ValueError.
        """
        self._ask("fault", path=path, kind=kind, how=how, site=site, times=times)

    def heal(self) -> None:
        """Switches every fault off."""
        self._ask("heal")

    @property
    def log(self) -> list[dict[str, Any]]:
        """Every request to a site so far: `site, method, target, headers, at (seconds), status, bytes, faults`."""
        found: list[dict[str, Any]] = self._ask("log", clear=False)
        return found

    def take_log(self) -> list[dict[str, Any]]:
        """The log, which begins anew after this."""
        found: list[dict[str, Any]] = self._ask("log", clear=True)
        return found

    def advance(self, days: int = 1) -> date:
        """Lets days pass: what is dated later appears. Returns the world's new day. Minus one holds today's news back."""
        return date.fromisoformat(self._ask("advance", days=days)["today"])

    def edit(self, key: str, *, was: str = "", becomes: str = "") -> str:
        """The newsroom silently changes a piece: some words, or all to its other wording. Returns its address.

        Raises ValueError for a piece without these words, or without another wording.
        """
        return str(self._ask("edit", key=key, was=was, becomes=becomes)["url"])

    @property
    def truth(self) -> list[dict[str, Any]]:
        """What is published: `key, site, url, title, text, published, copy, relevant, story, author` of every piece."""
        found: list[dict[str, Any]] = self._ask("truth")["pieces"]
        return found

    def mirror(self, number: int) -> dict[str, str]:
        """Address -> title of every article of a mirror, newest first; numbers begin with 1."""
        return dict(self._ask("mirror", number=number))

    @property
    def expected(self) -> dict[str, list[str]]:
        """Addresses that are no articles -> outcomes that are right for them."""
        found: dict[str, list[str]] = self._ask("truth")["expected"]
        return found

    @property
    def today(self) -> date:
        """The world's day."""
        return date.fromisoformat(self._ask("truth")["today"])


def _source(name: str, entry: Mapping[str, Any]) -> Source:
    fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
    if "api" in fields:
        fields["api"] = Api(**fields["api"])
    return Source(id=name, origin="the simulator", **fields)


@contextmanager
def start(*, today: date | None = None, port: int = 0, mirrors: int = 0, articles: int = 4) -> Iterator[World]:
    """Runs a world in a process of its own and stops it afterwards. Raises RuntimeError when it does not come up.

    `mirrors` adds so many plain sites with `articles` generated articles each: `crawler.simulator.sites.mirror`.
    """
    command = [
        sys.executable,
        "-m",
        "crawler.simulator",
        "--port",
        str(port),
        "--mirrors",
        str(mirrors),
        "--articles",
        str(articles),
    ]
    command += ["--today", today.isoformat()] if today else []
    paths = [str(_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
    assert process.stdin and process.stdout
    try:
        line = process.stdout.readline()
        if not line:
            raise RuntimeError("the simulated press world did not start")
        yield World(json.loads(line))
    finally:
        process.stdin.close()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
