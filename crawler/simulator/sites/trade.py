"""A trade outlet that rewrites and reprints, with an ill-formed feed.

Imitates: the feeds in feedparser's "illformed" corpus (bare ampersands, an undeclared prefix, unclosed tags, a byte that is
not of the declared encoding, markup in titles); addresses of 110km.ru (`/art/slug-id.html`) and of the feed's
`utm_source=rss` copies as at kp40.ru; the byline without a year beside «© 2007–…» of sample 003; «Новости по теме» and «Вход
на сайт» of sample 004; the feed's zone mislabelled as rg.ru's is (Moscow time marked UTC) is deliberately left out: nobody
could know.
"""

from __future__ import annotations

from html import escape
from typing import Any

from crawler.simulator.bylines import byline, rfc822
from crawler.simulator.messages import Request, Response, html, xml
from crawler.simulator.press import Piece
from crawler.simulator.sites.base import Site, page_number, paragraphs_html, portion, slug

PER_PAGE = 10


class Trade(Site):
    """One ill-formed RSS feed of the newest 25 and a listing at `/news/`; mobile copies under `?mobile=Y`."""

    key = "trade"
    name = "АвтоСборка"
    region = "RU"
    kind = "trade"
    robots = "# trade press\nUser-Agent: *\nDisallow: /cgi-bin/\nDisallow: /login\n\n\nUser-Agent: BadBot\nDisallow: /\n"
    sections = (("/news/", "Новости"), ("/login", "Войти"))
    routes = (("/rss.xml", "feed"), ("/news/", "listing"), (r"/art/[a-z0-9-]+-(\d+)\.html", "article"))

    def address(self, piece: Piece) -> str:
        return f"/art/{slug(piece.title, 6)}-{piece.number}.html"

    def entry(self) -> dict[str, Any]:
        return {
            "feeds": [f"{self.base}rss.xml"],
            "listings": [f"{self.base}news/"],
            "article": r"/art/[a-z0-9-]+-\d+\.html$",
        }

    def feed(self, request: Request) -> Response:
        items = "\n".join(
            f"<item><title>{piece.title}</title>\n<link>{self.url(piece)}?utm_source=rss&utm_medium=feed</link>\n"
            f"<description>{piece.lead[:120]} &nbsp; <br>Читать далее</description>\n"
            f"<yandex:genre>message</yandex:genre><pubDate>{rfc822(self.press.when(piece))}</pubDate></item>"
            for piece in self.press.published(self.key)[:25]
        )
        text = f"""\n<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0"><channel><title>{self.name} & компания</title><link>{self.base}</link>
<copyright>(c) 2007 АвтоСборка</copyright>\x0b
{items}
</channel>"""
        pieces = self.press.published(self.key)
        return xml(text, kind="text/xml", validators=True, modified=self.press.when(pieces[0]) if pieces else None)

    def listing(self, request: Request) -> Response:
        number = page_number(request, "p")
        rows = "".join(
            f'<tr><td class="date">{byline("two_digits", self.press.when(piece), self.press.today)}</td>'
            f'<td><a href="{self.address(piece)}">{escape(piece.title)}</a></td></tr>'
            for piece in portion(self.press.published(self.key), number, PER_PAGE)
        )
        more = f'<a href="/news/?p={number + 1}">Ранее</a>' if rows else "<p>Новостей больше нет</p>"
        return self._frame("Новости автопрома", f"<h1>Новости автопрома</h1><table>{rows}</table>{more}")

    def _frame(self, title: str, body: str) -> Response:
        return html(f"""<html><head><title>{escape(title)} :: {self.name} - портал об автопроме</title></head><body>
<table width=100%><tr><td class=logo><a href=/>{self.name}</a><td>Вход на сайт <a href=/login>Войти</a></table>
<div class=rates>USD 90.00 EUR 98.00</div>{body}
<div class=footer>© 2007–{self.press.today.year} «{self.name}». Рассылка. <a href="/about">О проекте</a></div></body></html>""")

    def article(self, request: Request, number: str) -> Response | None:
        """Reprints name their source in the last line, as trade sites do."""
        piece = self.find(number)
        if piece is None:
            return None
        when = byline(piece.byline or "two_digits", self.press.when(piece), self.press.today)
        source = '<p class="src">Источник: пресс-служба</p>' if piece.copy else ""
        related = "".join(
            f"<li><a href='{self.address(other)}'>{escape(other.title)}</a></li>" for other in self.press.published(self.key)[:5]
        )
        body = f"""<div class=article><h1>{escape(piece.title)}</h1><div class=date>{when}</div>
<div class=text>{paragraphs_html(piece)}{source}</div></div>
<div class=rel><b>Новости по теме</b><ul>{related}</ul></div><div class=cmt>Комментарии: 0/{piece.number % 900}</div>"""
        return self._frame(piece.title, body)
