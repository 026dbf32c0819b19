"""A regional government on 1C-Bitrix, served in windows-1251.

Imitates: the default templates `news.list` and `news.detail` of 1C-Bitrix (markers, classes, 20 a page and `d.m.Y` as
documented on dev.1c-bitrix.ru and read in the press rooms of frprf.ru and gov39.ru); paging by `?PAGEN_1=N` where a number
past the end repeats the last page; print version under `?print=Y`; the windows-1251 of admobl.kaluga.ru's old site.
"""

from __future__ import annotations

from html import escape
from typing import Any

from crawler.simulator.bylines import byline
from crawler.simulator.messages import Request, Response, html
from crawler.simulator.press import Piece
from crawler.simulator.sites.base import Site, page_number, pages, paragraphs_html, portion

PER_PAGE = 6


class Bitrix(Site):
    """`/press/` -> `/press/{id}/`; no feed, no sitemap."""

    key = "bitrix"
    name = "Правительство Янтарной области"
    region = "RU-KGD"
    kind = "government"
    timezone = "Europe/Kaliningrad"
    charset = "windows-1251"
    robots = (
        "User-agent: *\nDisallow: /bitrix/\nDisallow: /auth/\nDisallow: /search/\nDisallow: /*?print=\nDisallow: /*&print=\n"
        "Disallow: /*PAGEN_1=1$\n\nUser-Agent: Yandex\nDisallow: /bitrix/\nHost: {base}\n"
    )
    routes = (("/", "home"), ("/press/", "listing"), (r"/press/(\d+)/", "article"), ("/search/", "search"), ("/auth/", "login"))

    def address(self, piece: Piece) -> str:
        return f"/press/{piece.number}/"

    def entry(self) -> dict[str, Any]:
        return {"listings": [f"{self.base}press/"], "article": r"/press/\d+/$", "next": "?PAGEN_1={page}"}

    def _frame(self, title: str, body: str, **how: Any) -> Response:
        page = f"""<!DOCTYPE html>
<html lang="ru"><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1251">
<title>{escape(title)} | {self.name}</title>
<link href="/bitrix/cache/css/s1/gov/template_1.css" type="text/css" rel="stylesheet">
<script>if(!window.BX)window.BX={{}};BX.message({{'LANGUAGE_ID':'ru','FORMAT_DATE':'DD.MM.YYYY','SERVER_TZ_OFFSET':'7200'}});</script>
</head><body>
<div id="panel"></div>
<div class="header"><a href="/">{self.name}</a><ul class="menu"><li><a href="/gov/">Правительство</a></li>
<li><a href="/press/">Пресс-центр</a></li><li><a href="/docs/">Документы</a></li><li><a href="/auth/">Вход</a></li></ul>
<form action="/search/"><input name="q"><input type="submit" value="Поиск"></form></div>
{body}
<div class="footer"><p>© 2003&ndash;{self.press.today.year} {self.name}. При использовании материалов ссылка обязательна.</p>
<p>Телефон справочной: 8 (000) 000-00-00</p></div>
</body></html>"""
        answer = html(page, charset=self.charset, **how)
        answer.headers += [
            ("X-Powered-CMS", "Bitrix Site Manager (0000000000000000)"),
            ("Set-Cookie", "BITRIX_SM_GUEST_ID=1; path=/; HttpOnly"),
        ]
        return answer

    def home(self, request: Request) -> Response:
        return self._frame("Главная", f'<div class="news-list">{self._items(self.press.published(self.key)[:3])}</div>')

    def _items(self, pieces: Any) -> str:
        return "\n".join(
            f'<p class="news-item" id="bx_3218110189_{piece.number}">'
            f'<span class="news-date-time">{byline("dotted", self.press.when(piece), self.press.today)}</span> '
            f'<a href="{self.address(piece)}"><b>{escape(piece.title, quote=False)}</b></a><br>{escape(piece.lead[:90])}...</p>'
            for piece in pieces
        )

    def listing(self, request: Request) -> Response:
        """Past the last page Bitrix shows the last page again: «no new links» is the only sign of the end."""
        pieces = self.press.published(self.key)
        last = pages(len(pieces), PER_PAGE)
        number = min(page_number(request, "PAGEN_1"), last)
        pager = " ".join(f'<a href="/press/?PAGEN_1={page}">{page}</a>' for page in range(1, last + 1) if page != number)
        more = f'<a href="/press/?PAGEN_1={min(number + 1, last)}">След.</a>'
        body = f"""<h1>Новости</h1><div class="news-list">
{self._items(portion(pieces, number, PER_PAGE))}
<font class="text">Новости {(number - 1) * PER_PAGE + 1} - {min(number * PER_PAGE, len(pieces))} из {len(pieces)}<br>
<a href="/press/?PAGEN_1=1">Начало</a> | {pager} {more} | <a href="/press/?SHOWALL_1=1">Все</a></font></div>"""
        return self._frame("Новости", body)

    def article(self, request: Request, number: str) -> Response | None:
        piece = self.find(number)
        if piece is None:
            return None
        when = byline(piece.byline or "full", self.press.when(piece), self.press.today)
        others = [other for other in self.press.published(self.key) if other.number != piece.number][:3]
        body = f"""<div class="breadcrumb"><a href="/">Главная</a> / <a href="/press/">Пресс-центр</a></div>
<div class="news-detail"><img class="detail_picture" src="/upload/iblock/0a1/{piece.number}.jpg" alt="">
<span class="news-date-time">{when}</span>
<h1>{escape(piece.title, quote=False)}</h1>
{paragraphs_html(piece)}
<div style="clear:both"></div><br>
<div class="share">Поделиться: ВКонтакте Одноклассники Телеграм</div></div>
<p><a href="/press/">Возврат к списку</a> <a href="/press/{piece.number}/?print=Y">Версия для печати</a></p>
<div class="other"><h3>Другие новости</h3>{self._items(others)}</div>"""
        return self._frame(piece.title, body)

    def search(self, request: Request) -> Response:
        return self._frame("Поиск", "<h1>Поиск</h1><p>Задан пустой поисковый запрос.</p>")

    def login(self, request: Request) -> Response:
        body = (
            '<h1>Авторизация</h1><form method="post"><input name="USER_LOGIN"><input type="password" name="USER_PASSWORD"></form>'
        )
        return self._frame("Авторизация", body)
