"""A listing that leads into traps only, and a site that is closed to us altogether. Used by the tests.

Imitates: every vendor of `crawler.simulator.challenges`; soft 404 and login pages as Bitrix shows them with status 200;
server-side request forgery through redirects and links (OWASP SSRF); JavaScript shells as at minpromtorg's list; pictures
sent as text/html.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from crawler.simulator.challenges import VENDORS, ddos_guard
from crawler.simulator.messages import Request, Response, html, redirect
from crawler.simulator.press import Piece
from crawler.simulator.sites.base import Site

_NOT_HERE = "<h1>Раздел не найден</h1><p>Возможно, страница была перемещена или удалена. Воспользуйтесь поиском.</p>"
_LOGIN = '<h1>Авторизация</h1><form method="post"><input name="USER_LOGIN"><input type="password" name="USER_PASSWORD"></form>'
_SHELL = '<div id="root"></div><script src="/static/js/main.3f2a.js"></script><noscript>You need to enable JavaScript</noscript>'
_PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40


def _page(title: str, body: str) -> Response:
    return html(f"<!DOCTYPE html><html><head><meta charset='utf-8'><title>{title}</title></head><body>{body}</body></html>")


def _picture() -> Response:
    return Response(body=_PNG, headers=[("Content-Type", "text/html; charset=utf-8")])


def _nested() -> Response:
    return _page("Глубоко", "<div>" * 100_000 + "текст" + "</div>" * 100_000)


TRAPS: dict[str, tuple[Callable[[], Response], list[str]]] = {
    **{vendor.replace("_", "-"): (maker, ["blocked"]) for vendor, maker in VENDORS.items()},
    "soft-404": (lambda: _page("Ошибка 404", _NOT_HERE), ["soft404", "not_article"]),
    "login": (lambda: _page("Авторизация", _LOGIN), ["not_article"]),
    "empty": (lambda: Response(headers=[("Content-Type", "text/html")]), ["not_article", "soft404", "failed"]),
    "blank": (lambda: _page("", ""), ["not_article", "soft404"]),
    "js-shell": (lambda: _page("Новости", _SHELL), ["not_article", "blocked"]),
    "picture": (_picture, ["not_article"]),
    "nested": (_nested, ["not_article", "failed"]),
    "gone-404": (lambda: html("<h1>404</h1>", status=404), ["gone"]),
    "gone-410": (lambda: html("<h1>410</h1>", status=410), ["gone"]),
    "to-metadata": (lambda: redirect("http://169.254.169.254/latest/meta-data/"), ["off_limits"]),
    "to-loopback": (lambda: redirect("http://127.0.0.1:9/", status=301), ["off_limits"]),
    "to-ipv6": (lambda: redirect("http://[::1]:9/", status=307), ["off_limits"]),
    "to-private": (lambda: redirect("http://10.1.2.3/"), ["off_limits"]),
    "to-file": (lambda: redirect("file:///etc/passwd"), ["off_limits", "failed"]),
    "to-data": (lambda: redirect("data:text/html,<p>текст</p>"), ["off_limits", "failed"]),
}
"""Name of the trap -> what it answers, and the outcomes that are right for it."""


class Traps(Site):
    """`/news/` lists every trap as if it were news."""

    key = "traps"
    name = "Ловушки"
    region = "RU"
    kind = "other"
    routes = (("/news/", "listing"), (r"/news/([a-z0-9-]+)/", "trap"))

    def address(self, piece: Piece) -> str:
        raise KeyError(piece.key)

    def entry(self) -> dict[str, Any]:
        return {"listings": [f"{self.base}news/"], "article": "/news/[a-z0-9-]+/$", "enabled": False}

    def expected(self) -> dict[str, list[str]]:
        return {f"{self.base}news/{name}/": outcomes for name, (_, outcomes) in TRAPS.items()}

    def listing(self, request: Request) -> Response:
        rows = "".join(f'<li><a href="/news/{name}/">Новость с подвохом: {name}, читайте целиком</a></li>' for name in TRAPS)
        return _page("Новости", f"<h1>Новости</h1><ul>{rows}</ul>")

    def trap(self, request: Request, name: str) -> Response | None:
        if name == "loop":
            return redirect(f"{self.base}news/loop/?again={request.query.get('again', '')}1")
        return TRAPS[name][0]() if name in TRAPS else None


class Closed(Site):
    """Every address is refused by DDoS-Guard, robots.txt too."""

    key = "closed"
    name = "Ведомости за стеной"
    region = "RU-MOW"
    kind = "media"

    def address(self, piece: Piece) -> str:
        raise KeyError(piece.key)

    def entry(self) -> dict[str, Any]:
        return {"feeds": [f"{self.base}rss"], "article": r"/\d+$"}

    def respond(self, request: Request) -> Response:
        return ddos_guard()
