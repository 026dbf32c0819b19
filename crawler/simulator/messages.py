"""HTTP requests and answers as plain records: what a site sees and gives, before any fault spoils it on the wire."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One request as it came: `target` is the raw request line's address, `path` decoded, header names in lower case."""

    site: str
    method: str
    target: str
    headers: dict[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        """The path alone, percent-decoded."""
        return unquote(urlsplit(self.target).path)

    @property
    def query(self) -> dict[str, str]:
        """The query's last value for each name."""
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))


@dataclass(slots=True, kw_only=True)
class Response:
    """One answer. With `validators` the server adds ETag and Last-Modified (`modified`, aware) and answers 304 where they
    match."""

    status: int = 200
    body: bytes = b""
    headers: list[tuple[str, str]] = field(default_factory=list)
    validators: bool = False
    modified: datetime | None = None


def html(text: str, *, status: int = 200, charset: str = "utf-8", encoding: str = "", **more: Any) -> Response:
    """An HTML answer, encoded in `encoding`, or in `charset`, which the header claims ("" leaves the claim out)."""
    claim = f"; charset={charset}" if charset else ""
    body = text.encode(encoding or charset or "utf-8", "xmlcharrefreplace")
    return Response(status=status, body=body, headers=[("Content-Type", f"text/html{claim}")], **more)


def xml(text: str, *, kind: str = "application/rss+xml", encoding: str = "utf-8", **more: Any) -> Response:
    """A feed or a sitemap."""
    return Response(body=text.encode(encoding, "replace"), headers=[("Content-Type", kind)], **more)


def json_answer(value: Any, *, status: int = 200) -> Response:
    """A JSON answer, Cyrillic left readable."""
    body = json.dumps(value, ensure_ascii=False).encode()
    return Response(status=status, body=body, headers=[("Content-Type", "application/json; charset=utf-8")])


def plain(text: str, *, status: int = 200) -> Response:
    """Plain text, as robots.txt is."""
    return Response(status=status, body=text.encode(), headers=[("Content-Type", "text/plain; charset=utf-8")])


def redirect(to: str, *, status: int = 302, cookies: tuple[str, ...] = ()) -> Response:
    """A redirect without a body."""
    return Response(status=status, headers=[("Location", to), *(("Set-Cookie", cookie) for cookie in cookies)])


def _reason(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def head(response: Response, *, length: int | None) -> bytes:
    """The status line and headers as bytes, ending with the empty line; `length` None leaves Content-Length out."""
    lines = [f"HTTP/1.1 {response.status} {_reason(response.status)}"]
    lines += [f"{name}: {value}" for name, value in response.headers]
    if length is not None:
        lines.append(f"Content-Length: {length}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8")
