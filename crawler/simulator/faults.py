"""What can be wrong with an answer, switched on by address: kinds that change the answer itself (SHAPES).

Kinds that break it on the wire are in `crawler.simulator.wire`. Every kind takes its options by name; unknown ones are an
error, so that a test cannot ask for something that does not happen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from crawler.simulator import bombs
from crawler.simulator.challenges import VENDORS
from crawler.simulator.messages import Request, Response, html, plain, redirect, xml

Shape = Callable[..., Response]


@dataclass(slots=True, kw_only=True)
class Fault:
    """One switched-on fault. `path` is a path, a path with query, or a pattern with `*`; `left` counts down, None for ever."""

    site: str
    path: str
    kind: str
    how: dict[str, Any] = field(default_factory=dict)
    left: int | None = None

    def hits(self, request: Request) -> bool:
        """Does it apply to this request?"""
        if self.left == 0 or self.site not in ("", request.site):
            return False
        return any(fnmatchcase(spelled, self.path) for spelled in (request.target, request.path))


def status(request: Request, answer: Response, base: str, *, code: int, retry_after: str = "", text: str = "") -> Response:
    """An error status with a page; `retry_after` in seconds or as a date."""
    failed = html(text or f"<html><body><h1>{code}</h1></body></html>", status=code)
    if retry_after:
        failed.headers.append(("Retry-After", retry_after))
    return failed


def challenge(request: Request, answer: Response, base: str, *, vendor: str) -> Response:
    """The page of a vendor of `challenges.VENDORS`."""
    return VENDORS[vendor]()


def to(request: Request, answer: Response, base: str, *, url: str, code: int = 302) -> Response:
    """A redirect to anywhere: another scheme, loopback, a private range."""
    return redirect(url, status=code)


def loop(request: Request, answer: Response, base: str) -> Response:
    """A redirect to the same address."""
    return redirect(request.target)


def cookie_loop(request: Request, answer: Response, base: str) -> Response:
    """Redirects until a cookie comes back, and the cookie is never the right one."""
    seen = request.headers.get("cookie", "")
    return redirect(request.target, cookies=(f"visit={len(seen)}; path=/",))


def chain(request: Request, answer: Response, base: str, *, length: int = 1000) -> Response:
    """A redirect to a new address each time."""
    step = int(request.query.get("step", "0")) + 1
    return redirect(f"{request.path}?step={step}") if step <= length else answer


def empty(request: Request, answer: Response, base: str) -> Response:
    """The same status and headers, no body."""
    return Response(status=answer.status, headers=answer.headers)


def page(request: Request, answer: Response, base: str, *, text: str = "") -> Response:
    """HTML in place of whatever was asked for, a feed for instance."""
    return html(text or "<!DOCTYPE html><html><head><title>Сайт обновлён</title></head><body><p>Мы переехали.</p></body></html>")


def soft404(request: Request, answer: Response, base: str) -> Response:
    """«Not found» with status 200."""
    return html("<html><head><title>Ошибка 404</title></head><body><h1>Страница не найдена</h1></body></html>")


def raw(request: Request, answer: Response, base: str, *, text: str, content_type: str = "text/html") -> Response:
    """Exactly this text (latin-1 stands for bytes) with this content type."""
    return Response(body=text.encode("latin-1"), headers=[("Content-Type", content_type)])


def cut(request: Request, answer: Response, base: str, *, share: float = 0.5) -> Response:
    """A document that ends in the middle while the length is true: the site itself was cut short."""
    answer.body = answer.body[: int(len(answer.body) * share)]
    return answer


def content_type(request: Request, answer: Response, base: str, *, value: str) -> Response:
    """Another Content-Type, the body as it was."""
    answer.headers = [(name, text) for name, text in answer.headers if name.lower() != "content-type"]
    answer.headers.append(("Content-Type", value))
    return answer


def header(request: Request, answer: Response, base: str, *, name: str, value: str) -> Response:
    """One more header, Last-Modified in 2041 for instance (FreshRSS#1020); it replaces ours of that name."""
    answer.headers = [(known, text) for known, text in answer.headers if known.lower() != name.lower()] + [(name, value)]
    return answer


def not_modified(request: Request, answer: Response, base: str) -> Response:
    """304, whether or not the request brought validators."""
    return Response(status=304)


def lying(request: Request, answer: Response, base: str) -> Response:
    """304 to everybody who brings validators, whatever has changed (FreshRSS#1020)."""
    conditional = {"if-none-match", "if-modified-since"} & set(request.headers)
    return Response(status=304) if conditional else answer


def no_validators(request: Request, answer: Response, base: str) -> Response:
    """Neither ETag nor Last-Modified, and none believed."""
    answer.validators = False
    return answer


def bomb(request: Request, answer: Response, base: str, *, coding: str = "gzip", size: int = 256 * bombs.MEBI) -> Response:
    """A compressed body that opens to `size` bytes."""
    headers = [*answer.headers, ("Content-Encoding", coding)]
    return Response(body=bombs.bomb(coding, size), headers=headers)


def coding(request: Request, answer: Response, base: str, *, value: str = "gzip") -> Response:
    """A Content-Encoding that the body does not have."""
    answer.headers.append(("Content-Encoding", value))
    return answer


def one_line(request: Request, answer: Response, base: str, *, size: int = 10 * bombs.MEBI, text: str = "a") -> Response:
    """HTML of `size` characters without a line break."""
    return html(f"<html><body><p>{text * (size // len(text))}</p></body></html>")


def nuls(request: Request, answer: Response, base: str) -> Response:
    """A NUL after every hundredth byte."""
    answer.body = b"\0".join(answer.body[start : start + 100] for start in range(0, len(answer.body), 100))
    return answer


def nested(request: Request, answer: Response, base: str, *, depth: int = 1_000_000) -> Response:
    """Tags in tags."""
    return Response(body=b"<html><body>" + b"<div>" * depth + b"text", headers=[("Content-Type", "text/html")])


def many_links(request: Request, answer: Response, base: str, *, count: int = 100_000) -> Response:
    """A listing of `count` links that look like news."""
    return html("<html><body>" + "".join(f'<a href="/news/{n}/">Новость номер {n}</a>' for n in range(count)) + "</body></html>")


def entities(request: Request, answer: Response, base: str) -> Response:
    """A feed of nested entities."""
    return Response(body=bombs.entity_feed(), headers=[("Content-Type", "application/rss+xml")])


def big_feed(request: Request, answer: Response, base: str, *, count: int = 100_000, path: str = "many") -> Response:
    """A feed of `count` items at `/{path}/{n}/`."""
    return Response(body=bombs.big_feed(base, count, path), headers=[("Content-Type", "application/rss+xml")])


def big_sitemap(request: Request, answer: Response, base: str, *, count: int = 50_000, path: str = "many") -> Response:
    """A sitemap of `count` addresses at `/{path}/{n}/`."""
    return Response(body=bombs.big_sitemap(base, count, path), headers=[("Content-Type", "text/xml")])


def self_sitemap(request: Request, answer: Response, base: str) -> Response:
    """A sitemap index that includes itself."""
    return xml(bombs.self_sitemap(base.rstrip("/") + request.target).decode(), kind="text/xml")


def big_robots(request: Request, answer: Response, base: str, *, size: int = 10 * bombs.MEBI) -> Response:
    """robots.txt of `size` bytes."""
    return plain(bombs.big_robots(size).decode())


def robots(request: Request, answer: Response, base: str, *, text: str) -> Response:
    """robots.txt that says `text`."""
    return plain(text)


SHAPES: dict[str, Shape] = {
    shape.__name__: shape
    for shape in (
        *(
            status,
            challenge,
            to,
            loop,
            cookie_loop,
            chain,
            empty,
            page,
            soft404,
            raw,
            cut,
            content_type,
            header,
            not_modified,
            lying,
        ),
        *(no_validators, bomb, coding, one_line, nuls, nested, many_links, entities, big_feed, big_sitemap, self_sitemap),
        *(big_robots, robots, lying),
    )
}
"""Kind -> what it makes of the answer. Options are keyword arguments."""
