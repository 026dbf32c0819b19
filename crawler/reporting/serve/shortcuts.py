"""What the browser asks of Datasette, made ready: questions with their usual values, large tables without being counted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from typing import Any
from urllib.parse import urlencode

Application = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


class Shortcuts:
    """An ASGI application in front of Datasette's, for the paths of one database.

    The page of the database itself is ours (`home`): Datasette's counts each table. A named question without values is asked with
    its usual ones. `uncounted`: tables whose rows are not counted, which takes Datasette seconds where there are a million.
    """

    def __init__(
        self,
        inner: Application,
        database: str,
        home: str,
        usual: Mapping[str, Mapping[str, str | int | float]],
        uncounted: Collection[str],
    ) -> None:
        self._inner = inner
        self._base = f"/{database}"
        self._home = home
        self._usual = usual
        self._uncounted = uncounted

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "http":
            scope = self._ready(scope)
        await self._inner(scope, receive, send)

    def _ready(self, scope: dict[str, Any]) -> dict[str, Any]:
        path, query = scope["path"], scope.get("query_string", b"")
        name = path.removeprefix(f"{self._base}/").partition(".")[0] if path.startswith(f"{self._base}/") else ""
        if path == self._base and not query:
            return {**scope, "path": self._home, "raw_path": self._home.encode()}
        if self._usual.get(name) and not query:
            return {**scope, "query_string": urlencode(self._usual[name]).encode()}
        if name in self._uncounted and b"_nocount" not in query:
            return {**scope, "query_string": b"&".join(filter(None, (query, b"_nocount=1")))}
        return scope
