"""A ministry on the portal platform whose lists answer JSON.

Imitates: every `{x}.tatarstan.ru`: `/index.htm/news?format=json&limit=15&page=N` -> `items[].title,lead,url,news_date,text`,
articles at `/index.htm/news/{id}.htm` (as read by two public collectors). Relative `url`, text as HTML with entities, unknown
keys between.
"""

from __future__ import annotations

from html import escape
from typing import Any

from crawler.simulator.bylines import byline
from crawler.simulator.messages import Request, Response, html, json_answer
from crawler.simulator.press import Piece
from crawler.simulator.sites.base import Site, page_number, paragraphs_html, portion


class Tatarstan(Site):
    """A JSON list and HTML articles; the list carries the text as well, but our entry does not take it from there."""

    key = "tatarstan"
    name = "Министерство промышленности Прикамского края"
    region = "RU-TA"
    kind = "ministry"
    robots = "User-agent: *\nDisallow: /rus/search\nDisallow: /*?tag=\nAllow: /index.htm/\n"
    sections = (("/index.htm/news", "Новости"), ("/about.htm", "О министерстве"))
    routes = (("/index.htm/news", "listing"), (r"/index\.htm/news/(\d+)\.htm", "article"))

    def address(self, piece: Piece) -> str:
        return f"/index.htm/news/{piece.number}.htm"

    def entry(self) -> dict[str, Any]:
        api = {
            "url": f"{self.base}index.htm/news?format=json&limit=15&page={{page}}",
            "items": "items",
            "link": "url",
            "title": "title",
            "date": "news_date",
            "summary": "lead",
        }
        return {"api": api, "article": r"/index\.htm/news/\d+\.htm$"}

    def listing(self, request: Request) -> Response:
        limit = int(request.query.get("limit", "15") or "15")
        pieces = self.press.published(self.key)
        items: list[dict[str, Any]] = [
            {
                "id": piece.number,
                "title": piece.title,
                "lead": piece.lead[:160],
                "url": self.address(piece),
                "news_date": f"{self.press.when(piece):%Y-%m-%d %H:%M:%S}",
                "text": paragraphs_html(piece).replace("«", "&laquo;").replace("»", "&raquo;"),
                "tags": [],
                "photo": None,
            }
            for piece in portion(pieces, page_number(request), limit)
        ]
        return json_answer({"total": len(pieces), "page": page_number(request), "items": items})

    def article(self, request: Request, number: str) -> Response | None:
        piece = self.find(number)
        if piece is None:
            return None
        when = self.press.when(piece)
        page = f"""<!DOCTYPE html><html lang="ru"><head><meta charset="utf-8">
<title>{escape(piece.title)} — новости, {self.name}</title>
<meta property="og:title" content="{escape(piece.title)}"><meta property="og:type" content="article">
<meta property="og:url" content="{self.url(piece)}"></head><body>
<header><a href="/">{self.name}</a><nav><a href="/index.htm/news">Новости</a> <a href="/about.htm">О министерстве</a>
</nav></header>
<main><div class="detail"><div class="detail__date">{byline(piece.byline or "full", when, self.press.today)}</div>
<h1 class="detail__title">{escape(piece.title)}</h1>
<div class="detail__text">{paragraphs_html(piece)}</div>
<div class="detail__rubric">Рубрика: <a href="/index.htm/news?tag=1">Промышленность</a></div></div></main>
<footer>© {self.name}, 2012–{self.press.today.year}. Все материалы
сайта доступны по лицензии Creative Commons.</footer></body></html>"""
        return html(page)
