"""A federal fund with a full-text Atom feed.

Imitates: frprf.ru's press room (Bitrix, filter by date, address with a word as identity) and the Atom shape of RFC 4287
section 4.1.3 with `content type="html"`; ids as `tag:` URIs, `published` apart from `updated`; article pages that say their
date only in the address and the list.
"""

from __future__ import annotations

from html import escape
from typing import Any

from crawler.simulator.bylines import byline
from crawler.simulator.messages import Request, Response, html, xml
from crawler.simulator.press import Piece
from crawler.simulator.sites.base import Site, paragraphs_html, slug


class Fund(Site):
    """One Atom feed with everything in it."""

    key = "fund"
    name = "Фонд промышленного роста"
    region = "RU"
    kind = "fund"
    sections = (("/zaymy/", "Займы"), ("/press-tsentr/", "Пресс-центр"))
    routes = (("/press-tsentr/atom.xml", "feed"), (r"/press-tsentr/novosti/(\d{4}-\d\d-\d\d)-(\d+)-[a-z0-9-]+", "article"))

    def address(self, piece: Piece) -> str:
        return f"/press-tsentr/novosti/{self.press.when(piece):%Y-%m-%d}-{piece.number}-{slug(piece.title, 5)}"

    def entry(self) -> dict[str, Any]:
        return {"feeds": [f"{self.base}press-tsentr/atom.xml"], "article": r"/press-tsentr/novosti/\d{4}-\d\d-\d\d-"}

    def feed(self, request: Request) -> Response:
        pieces = self.press.published(self.key)
        entries = "\n".join(
            f"""<entry><title type="html">{escape(escape(piece.title, quote=False))}</title>
<link rel="alternate" type="text/html" href="{self.url(piece)}"/><id>tag:fond.invalid,2015:{piece.number}</id>
<published>{self.press.when(piece).isoformat()}</published><updated>{self.press.when(piece).isoformat()}</updated>
<author><name>Пресс-служба</name></author><summary>{escape(piece.lead[:120])}</summary>
<content type="html">{escape(paragraphs_html(piece))}</content></entry>"""
            for piece in pieces
        )
        updated = self.press.when(pieces[0]) if pieces else None
        text = f"""<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ru">
<title>{self.name}</title><link href="{self.base}"/><link rel="self" href="{self.base}press-tsentr/atom.xml"/>
<id>tag:fond.invalid,2015:feed</id><updated>{updated.isoformat() if updated else "1970-01-01T00:00:00Z"}</updated>
{entries}</feed>"""
        return xml(text, kind="application/atom+xml", validators=True, modified=updated)

    def article(self, request: Request, day: str, number: str) -> Response | None:
        piece = self.find(number)
        if piece is None:
            return None
        when = byline(piece.byline or "year", self.press.when(piece), self.press.today)
        return html(f"""<!DOCTYPE html><html lang="ru"><head><meta charset="utf-8">
<title>{escape(piece.title)} | {self.name}</title>
<script src="/local/templates/fond/app.js"></script></head><body><nav><a href="/zaymy/">Займы</a>
<a href="/press-tsentr/">Пресс-центр</a></nav>
<main><div class="news-page"><div class="news-page__date">{when}</div><h1>{escape(piece.title)}</h1>
<div class="news-page__text">{paragraphs_html(piece)}</div></div></main>
<footer><p>Фонд основан 1 августа 2014 года. © 2014–{self.press.today.year}</p></footer></body></html>""")
