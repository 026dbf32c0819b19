"""A site that does everything wrong and still has news.

Imitates: a listing that never ends (Bitrix repeats, calendars with "next month" for ever), session ids in every address
(PHPSESSID, as on old PHP sites), the same article under several addresses (`?id=`, `utm_*`, `#comments`), and charsets where
header, meta and body disagree, as counted in research on cp1251 sites (asi.ru 2018, interfax.ru): header utf-8 over a cp1251
body, no claim at all over koi8-r, a BOM under a header that says windows-1251.
"""

from __future__ import annotations

import hashlib
from html import escape
from typing import Any

from crawler.simulator.bylines import byline
from crawler.simulator.messages import Request, Response, html
from crawler.simulator.press import Piece
from crawler.simulator.sites.base import Site, page_number, pages, paragraphs_html, portion

PER_PAGE = 5

CHARSETS = (
    # charset in the header, in the meta, of the body
    ("utf-8", "windows-1251", "cp1251"),
    ("", "", "koi8-r"),
    ("windows-1251", "utf-8", "utf-8-sig"),
    ("", "utf-8", "cp1251"),
    ("utf-8", "utf-8", "utf-8"),
)


class Nasty(Site):
    """`/news/?page=N` for ever, with a fresh session id in each link."""

    key = "nasty"
    name = "Портал «Всё подряд»"
    region = "RU-SAM"
    kind = "media"
    timezone = "Europe/Samara"
    robots = "<html><head><title>Портал</title></head><body><h1>Добро пожаловать</h1></body></html>"
    routes = (
        ("/news/", "listing"),
        (r"/news/(\d+)", "article"),
        ("/index.php", "by_query"),
        (r"/calendar/(\d+)/(\d+)/", "calendar"),
        ("/login", "login"),
        (r"/news/net-takoj-\d+", "soft404"),
    )

    def address(self, piece: Piece) -> str:
        return f"/news/{piece.number}"

    def entry(self) -> dict[str, Any]:
        pattern = r"/(news/\d+|news/net-takoj-\d+|index\.php\?id=\d+|login)$"
        return {"listings": [f"{self.base}news/"], "article": pattern, "next": "?page={page}", "budget": 60}

    def expected(self) -> dict[str, list[str]]:
        root = self.base.rstrip("/")
        return {f"{root}/news/net-takoj-7": ["soft404", "not_article"], f"{root}/login": ["not_article"]}

    def _session(self, request: Request) -> str:
        return hashlib.md5(request.target.encode(), usedforsecurity=False).hexdigest()

    def listing(self, request: Request) -> Response:
        """Past the last page the pages begin anew, under new session ids."""
        pieces = self.press.published(self.key)
        number = page_number(request)
        session = self._session(request)
        turns = (number - 1) % pages(len(pieces), PER_PAGE) + 1
        rows = "\n".join(
            f'<div class="n"><a href="/news/{piece.number}?PHPSESSID={session}">{escape(piece.title)}</a> '
            f'<a href="/news/{piece.number}?utm_source=main&amp;from=list#comments">обсудить</a> '
            f'<a href="/index.php?id={piece.number}&amp;sid={session[:8]}">полная версия</a></div>'
            for piece in portion(pieces, turns, PER_PAGE)
        )
        today = self.press.today
        traps = f"""<a href="/calendar/{today.year}/{today.month}/">Календарь</a>
<a href="/login?back_url=/news/">Вход для авторов</a>
<a href="/news/net-takoj-7">Самая читаемая новость недели прямо сейчас</a>
<a href="mailto:news@portal.invalid">Прислать новость</a>
<a href="javascript:void(0)">Показать ещё новости портала</a>"""
        more = f'<a rel="next" href="/news/?page={number + 1}&amp;PHPSESSID={session}">Ещё новости</a>'
        return self._frame("Новости", f"<h1>Новости</h1>{rows}<p>{traps}</p>{more}")

    def _frame(self, title: str, body: str, meta: str = "utf-8") -> Response:
        claim = f'<meta charset="{meta}">' if meta else ""
        return html(f"""<html><head>{claim}<title>{escape(title)} | {self.name}</title></head><body>
<div><a href="/">{self.name}</a> <a href="/news/">Новости</a></div>{body}<div>© 2001 - {self.press.today.year}</div>
</body></html>""")

    def article(self, request: Request, number: str) -> Response | None:
        """Each piece in another disagreement of charsets."""
        piece = self.find(number)
        if piece is None:
            return None
        header, meta, body = CHARSETS[piece.number % len(CHARSETS)]
        when = byline(piece.byline or "time_first", self.press.when(piece), self.press.today)
        text = f"""<h1>{escape(piece.title)}</h1><div class="info">{when}</div><div class="body">{paragraphs_html(piece)}</div>"""
        answer = self._frame(piece.title, text, meta)
        claim = f"; charset={header}" if header else ""
        answer.headers = [("Content-Type", f"text/html{claim}")]
        answer.body = answer.body.decode().encode(body, "xmlcharrefreplace")
        return answer

    def by_query(self, request: Request) -> Response | None:
        return self.article(request, request.query.get("id", ""))

    def calendar(self, request: Request, year: str, month: str) -> Response:
        """Every month links to the next one."""
        following = (int(year) * 12 + int(month)) % 120_000
        link = f"/calendar/{following // 12}/{following % 12 + 1}/"
        days = "".join(f'<td><a href="/calendar/{year}/{month}/?day={day}">{day}</a></td>' for day in range(1, 29))
        return self._frame("Календарь", f'<table><tr>{days}</tr></table><a href="{link}">следующий месяц</a>')

    def login(self, request: Request) -> Response:
        form = '<form method="post"><input name="login"><input type="password" name="password"><button>Войти</button></form>'
        return self._frame("Вход", f"<h1>Вход для авторов</h1>{form}<p>Забыли пароль? Обратитесь к администратору портала.</p>")

    def soft404(self, request: Request) -> Response:
        text = """<h1>Страница не найдена</h1>
<p>К сожалению, запрошенная страница не существует или была удалена. Начните с главной.</p>"""
        return self._frame("Ошибка 404", text)
