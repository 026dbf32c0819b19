"""A ministry on the «presscenter» platform.

Imitates: `{ministry}.nobl.ru`, `.donland.ru`, `.bashkortostan.ru`: `/presscenter/news/` with `.list .list__item a`, articles
with `.detail__title`, `.detail__meta .meta__item > span`, `.detail__text p`; RSS at `/presscenter/news/rss/`, seen at
nobl.ru. Image classes are hashed and change; the newest dates are relative («Сегодня, 12:30»).
"""

from __future__ import annotations

from html import escape
from typing import Any

from crawler.simulator.bylines import byline, rfc822
from crawler.simulator.messages import Request, Response, html, xml
from crawler.simulator.press import Piece
from crawler.simulator.sites.base import Site, page_number, pages, paragraphs_html, portion

PER_PAGE = 8


class Presscenter(Site):
    """A feed of the newest ten and a listing of everything."""

    key = "presscenter"
    name = "Министерство промышленности Окского края"
    region = "RU-NIZ"
    kind = "ministry"
    robots = "User-agent: *\nDisallow: /admin\nDisallow: /search\nSitemap: {base}sitemap.xml\n"
    sections = (("/presscenter/news/", "Новости"), ("/documents/", "Документы"))
    routes = (("/presscenter/news/", "listing"), ("/presscenter/news/rss/", "feed"), (r"/presscenter/news/(\d+)/", "article"))

    def address(self, piece: Piece) -> str:
        return f"/presscenter/news/{piece.number}/"

    def entry(self) -> dict[str, Any]:
        news = f"{self.base}presscenter/news/"
        return {"feeds": [f"{news}rss/"], "listings": [news], "article": r"/presscenter/news/\d+/$", "next": "?page={page}"}

    def _when(self, piece: Piece) -> str:
        return byline(piece.byline or "relative", self.press.when(piece), self.press.today)

    def _frame(self, title: str, body: str) -> Response:
        return html(f"""<!DOCTYPE html><html lang="ru"><head><meta charset="utf-8"><title>{escape(title)} - {self.name}</title>
<link rel="alternate" type="application/rss+xml" href="/presscenter/news/rss/"></head><body>
<div class="header"><a class="header__logo" href="/">{self.name}</a><a href="/presscenter/">Пресс-центр</a></div>
{body}
<div class="footer"><div class="footer__copy">© 2009—{self.press.today.year}</div><a href="/sitemap">Карта сайта</a></div>
</body></html>""")

    def listing(self, request: Request) -> Response:
        pieces = self.press.published(self.key)
        number = page_number(request)
        items = "\n".join(
            f'<div class="list__item"><a href="{self.address(piece)}"><div class="img_{piece.number:x}"></div>'
            f'<div class="list__date">{self._when(piece)}</div><div class="list__title">{escape(piece.title)}</div></a></div>'
            for piece in portion(pieces, number, PER_PAGE)
        )
        following = number < pages(len(pieces), PER_PAGE)
        more = f'<a class="pager__next" rel="next" href="/presscenter/news/?page={number + 1}">Дальше</a>' if following else ""
        return self._frame("Новости", f'<h1>Новости</h1><div class="list">{items}</div><div class="pager">{more}</div>')

    def feed(self, request: Request) -> Response:
        items = "\n".join(
            f"<item><title>{escape(piece.title)}</title><link>{self.url(piece)}</link>"
            f"<guid isPermaLink='false'>{piece.number}</guid>"
            f"<description><![CDATA[{piece.lead}]]></description><pubDate>{rfc822(self.press.when(piece))}</pubDate></item>"
            for piece in self.press.published(self.key)[:10]
        )
        newest = max((self.press.when(piece) for piece in self.press.published(self.key)), default=None)
        text = f"""<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{self.name}</title>
<link>{self.base}</link><description>Новости</description>{items}</channel></rss>"""
        return xml(text, validators=True, modified=newest)

    def article(self, request: Request, number: str) -> Response | None:
        piece = self.find(number)
        if piece is None:
            return None
        body = f"""<div class="detail"><h1 class="detail__title">{escape(piece.title)}</h1>
<div class="detail__meta"><div class="meta__item"><span>{self._when(piece)}</span></div>
<div class="meta__item"><span>Просмотры: {piece.number % 400}</span></div></div>
<div class="img_{piece.number:x}"><img src="/media/{piece.number}.jpg" alt="Фото: пресс-служба"></div>
<div class="detail__text">{paragraphs_html(piece)}</div></div>
<div class="detail__more"><a href="/presscenter/news/">Все новости</a></div>"""
        return self._frame(piece.title, body)
