"""Small sites by the dozen, each on a host of its own, with every way of discovery. For fault matrices and load; not part
of the demo.

Imitates nobody: these are the plainest well-formed shapes (RSS 2.0, sitemaps.org, a list of links, a JSON list), so that
whatever goes wrong in a test is the fault that the test has switched on.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from crawler.simulator.bylines import full, rfc822
from crawler.simulator.generated import release
from crawler.simulator.messages import Request, Response, html, json_answer, xml
from crawler.simulator.press import Piece
from crawler.simulator.sites.base import Site, Surroundings, page_number, portion

PER_PAGE = 10


class Mirror(Site):
    """`mirror7`: a site of `articles` generated articles, `/news/{n}/`, found by any of four ways."""

    region = "RU"
    kind = "media"
    routes = (
        *(("/news/", "listing"), ("/rss.xml", "feed"), ("/sitemap.xml", "sitemap"), ("/api/news", "api")),
        (r"/news/(\d+)/", "article"),
    )

    def __init__(self, surroundings: Surroundings, *, number: int, articles: int) -> None:
        super().__init__(surroundings)
        self.key = f"mirror{number}"
        self.name = f"Зеркало {number}"
        self.number = number
        self.articles = articles

    @property
    def _ids(self) -> range:
        """Newest first."""
        return range(self.articles, 0, -1)

    def address(self, piece: Piece) -> str:
        raise KeyError(piece.key)

    def title(self, article: int) -> str:
        return release(self.number * 1_000_003 + article)[0]

    def _when(self, article: int) -> datetime:
        midnight = datetime.combine(self.press.today, time.min, ZoneInfo(self.timezone))
        return midnight - timedelta(hours=1 + 6 * (self.articles - article))

    def entry(self) -> dict[str, Any]:
        api = {"url": f"{self.base}api/news?page={{page}}", "items": "news", "link": "link", "title": "title", "date": "date"}
        return {
            "feeds": [f"{self.base}rss.xml"],
            "sitemaps": [f"{self.base}sitemap.xml"],
            "listings": [f"{self.base}news/"],
            "api": api,
            "article": r"/news/\d+/$",
            "next": "?page={page}",
        }

    def catalogue(self) -> dict[str, dict[str, Any]]:
        """One source a way: `mirror7-feed`, `mirror7-sitemap`, `mirror7-listing`, `mirror7-api`."""
        whole = super().catalogue()[self.key]
        ways = {"feed": "feeds", "sitemap": "sitemaps", "listing": "listings", "api": "api"}
        return {
            f"{self.key}-{name}": {key: value for key, value in whole.items() if key == way or key not in ways.values()}
            for name, way in ways.items()
        }

    def truth(self) -> Iterator[tuple[str, str]]:
        """Address and title of every article."""
        for article in self._ids:
            yield f"{self.base}news/{article}/", self.title(article)

    def listing(self, request: Request) -> Response:
        rows = "".join(
            f'<li><a href="/news/{article}/">{escape(self.title(article))}</a> {full(self._when(article), self.press.today)}</li>'
            for article in portion(self._ids, page_number(request), PER_PAGE)
        )
        answer = html(f"<html><head><title>Новости</title></head><body><h1>Новости</h1><ul>{rows}</ul></body></html>")
        answer.validators = True
        return answer

    def feed(self, request: Request) -> Response:
        items = "".join(
            f"<item><title>{escape(self.title(article))}</title><link>{self.base}news/{article}/</link>"
            f"<pubDate>{rfc822(self._when(article))}</pubDate></item>"
            for article in self._ids[:50]
        )
        text = (
            f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>{self.name}</title>{items}</channel></rss>'
        )
        return xml(text, validators=True, modified=self._when(self.articles))

    def sitemap(self, request: Request) -> Response:
        rows = "".join(
            f"<url><loc>{self.base}news/{article}/</loc><lastmod>{self._when(article).date()}</lastmod></url>"
            for article in self._ids
        )
        text = f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'
        return xml(text, kind="text/xml", validators=True)

    def api(self, request: Request) -> Response:
        items = [
            {"link": f"{self.base}news/{article}/", "title": self.title(article), "date": self._when(article).isoformat()}
            for article in portion(self._ids, page_number(request), PER_PAGE)
        ]
        return json_answer({"news": items})

    def article(self, request: Request, number: str) -> Response | None:
        if int(number) not in self._ids:
            return None
        title, paragraphs = release(self.number * 1_000_003 + int(number))
        body = "".join(f"<p>{escape(paragraph, quote=False)}</p>" for paragraph in paragraphs)
        published = self._when(int(number)).isoformat()
        return html(f"""<!DOCTYPE html><html lang="ru"><head><meta charset="utf-8"><title>{escape(title)}</title>
<meta property="article:published_time" content="{published}"></head><body><article><h1>{escape(title)}</h1>
<time datetime="{published}">{full(self._when(int(number)), self.press.today)}</time>{body}</article></body></html>""")
