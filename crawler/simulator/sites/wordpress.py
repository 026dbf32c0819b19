"""A regional paper on WordPress with Yoast SEO.

Imitates: the pages in HTML and JSON-LD of a real Altai paper (WordPress 5, Yoast 15: `yoast-schema-graph`, title with the
site's name glued on, `article:published_time` in UTC, `/YYYY/MM/slug/`); `/feed/` with `content:encoded` left out;
`/sitemap_index.xml` -> `post-sitemap.xml`, `post-sitemap2.xml.gz`, `page-sitemap.xml`; conditional GET on the feed as
WordPress does it (ETag and Last-Modified).
"""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from html import escape
from typing import Any

from crawler.simulator.bylines import byline, rfc822
from crawler.simulator.messages import Request, Response, html, xml
from crawler.simulator.press import Piece
from crawler.simulator.sites.base import Site, paragraphs_html, slug

FEED_ITEMS = 10
IN_FIRST_SITEMAP = 8
NS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


class WordPress(Site):
    """A feed of the newest ten, and an index of sitemaps with everything."""

    key = "wordpress"
    name = "Окская газета"
    region = "RU-KLU"
    kind = "media"
    robots = "User-agent: *\nDisallow: /wp-admin/\nAllow: /wp-admin/admin-ajax.php\n\nSitemap: {base}sitemap_index.xml\n"
    routes = (
        ("/", "home"),
        ("/feed/", "feed"),
        ("/sitemap_index.xml", "sitemap_index"),
        (r"/post-sitemap(2?)\.xml(?:\.gz)?", "sitemap"),
        ("/page-sitemap.xml", "page_sitemap"),
        ("/(o-redakcii|reklama|kontakty)/", "page"),
        (r"/(\d{4}/\d\d/[a-z0-9-]+)/", "article"),
        (r"/tag/[a-z-]+/", "home"),
    )

    def address(self, piece: Piece) -> str:
        return f"/{self.press.when(piece):%Y/%m}/{slug(piece.title)}-{piece.number % 1000}/"

    def entry(self) -> dict[str, Any]:
        return {
            "feeds": [f"{self.base}feed/"],
            "sitemaps": [f"{self.base}sitemap_index.xml"],
            "article": r"/\d{4}/\d\d/[a-z0-9-]+/$",
        }

    def _all(self) -> list[Piece]:
        return self.press.published(self.key)

    def feed(self, request: Request) -> Response:
        pieces = self._all()[:FEED_ITEMS]
        items = "\n".join(
            f"""<item><title>{escape(piece.title)}</title><link>{self.url(piece)}</link>
<dc:creator><![CDATA[{piece.author or "Редакция"}]]></dc:creator><pubDate>{rfc822(self._utc(piece))}</pubDate>
<category><![CDATA[{piece.rubric or "Новости"}]]></category><guid isPermaLink="false">{self.base}?p={piece.number}</guid>
<description><![CDATA[<p>{piece.lead[:140]} [&#8230;]</p> <p>Сообщение <a
rel="nofollow" href="{self.url(piece)}">{piece.title}</a>
появились сначала на <a rel="nofollow" href="{self.base}">{self.name}</a>.</p>]]></description></item>"""
            for piece in pieces
        )
        text = f"""<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>{self.name}</title><link>{self.base}</link>
<atom:link href="{self.base}feed/" rel="self" type="application/rss+xml"/><description>Газета</description>
<language>ru-RU</language><generator>https://wordpress.org/?v=5.6.2</generator>{items}</channel></rss>"""
        return xml(text, validators=True, modified=self._utc(pieces[0]) if pieces else None)

    def _utc(self, piece: Piece) -> datetime:
        return self.press.when(piece).astimezone(UTC)

    def sitemap_index(self, request: Request) -> Response:
        names = ["post-sitemap.xml", "post-sitemap2.xml.gz", "page-sitemap.xml"]
        rows = "".join(f"<sitemap><loc>{self.base}{name}</loc></sitemap>" for name in names)
        return xml(f'<?xml version="1.0"?><sitemapindex {NS}>{rows}</sitemapindex>', kind="text/xml", validators=True)

    def sitemap(self, request: Request, second: str) -> Response:
        """The oldest eight in the first file, the rest in the second, which is gzip by name and by bytes."""
        oldest_first = self._all()[::-1]
        pieces = oldest_first[IN_FIRST_SITEMAP:] if second else oldest_first[:IN_FIRST_SITEMAP]
        rows = "".join(
            f"<url><loc>{self.url(piece)}</loc><lastmod>{self._utc(piece).isoformat()}</lastmod></url>" for piece in pieces
        )
        answer = xml(f'<?xml version="1.0"?><urlset {NS}>{rows}</urlset>', kind="text/xml", validators=True)
        if second:
            answer.body = gzip.compress(answer.body, mtime=0)
            answer.headers = [("Content-Type", "application/x-gzip")]
        return answer

    def page_sitemap(self, request: Request) -> Response:
        rows = "".join(f"<url><loc>{self.base}{name}/</loc></url>" for name in ("o-redakcii", "reklama", "kontakty"))
        return xml(f'<?xml version="1.0"?><urlset {NS}>{rows}</urlset>', kind="text/xml", validators=True)

    def home(self, request: Request) -> Response:
        posts = "\n".join(
            f'<article class="post"><h2 class="entry-title"><a href="{self.url(piece)}">{escape(piece.title)}</a></h2>'
            f"<p>{escape(piece.lead[:100])}</p></article>"
            for piece in self._all()[:8]
        )
        return html(f"<!DOCTYPE html><html lang='ru-RU'><head><title>{self.name}</title></head><body>{posts}</body></html>")

    def page(self, request: Request, name: str) -> Response:
        text = "<p>Газета выходит по средам и пятницам. Письма читателей мы печатаем без сокращений.</p>"
        return html(
            f"<!DOCTYPE html><html lang='ru-RU'><head><title>{name}</title></head><body><h1>{name}</h1>{text}</body></html>"
        )

    def _schema(self, piece: Piece) -> str:
        published = self._utc(piece).isoformat()
        author = {"@type": "Person", "@id": f"{self.base}#/schema/person/1", "name": piece.author or "Редакция"}
        page: dict[str, object] = {
            "@type": "WebPage",
            "@id": f"{self.url(piece)}#webpage",
            "url": self.url(piece),
            "name": f"{piece.title} - {self.name}",
        }
        page |= {"datePublished": published, "dateModified": published, "author": {"@id": author["@id"]}}
        site = {"@type": "WebSite", "@id": f"{self.base}#website", "url": self.base, "name": self.name}
        return json.dumps({"@context": "https://schema.org", "@graph": [site, page, author]})

    def article(self, request: Request, path: str) -> Response | None:
        piece = next((piece for piece in self._all() if self.address(piece) == f"/{path}/"), None)
        if piece is None:
            return None
        published = self._utc(piece).isoformat()
        news = "\n".join(f'<li><a href="{self.url(other)}">{escape(other.title)}</a></li>' for other in self._all()[:6])
        page = f"""<!DOCTYPE html><html lang="ru-RU"><head><meta charset="UTF-8">
<title>{escape(piece.title)} - {self.name}</title><link rel="canonical" href="{self.url(piece)}">
<meta property="og:type" content="article"><meta property="og:title" content="{escape(piece.title)} - {self.name}">
<meta property="og:site_name" content="{self.name}"><meta property="article:published_time" content="{published}">
<meta property="article:modified_time" content="{published}">
<script type="application/ld+json" class="yoast-schema-graph">{self._schema(piece)}</script>
<link rel="alternate" type="application/rss+xml" title="{self.name} &raquo; Лента" href="{self.base}feed/">
</head><body class="post-template-default single single-post">
<header><a href="{self.base}">{self.name}</a><nav><a href="/tag/ekonomika/">Экономика</a>
<a href="/kontakty/">Контакты</a></nav></header>
<div id="content"><article class="post type-post"><h1 class="entry-title">{escape(piece.title)}</h1>
<div class="entry-meta"><span class="author">{piece.author or "Редакция"}</span> <time class="entry-date"
datetime="{published}">{byline(piece.byline or "full", self.press.when(piece), self.press.today)}</time></div>
<div class="entry-content">{paragraphs_html(piece)}
<p><strong>Читайте также:</strong> <a href="/tag/ekonomika/">другие новости экономики</a></p></div></article>
<div id="comments"><h3>Добавить комментарий</h3><p>Ваш адрес email не будет опубликован.</p></div></div>
<aside><h3>Свежие записи</h3><ul>{news}</ul></aside><footer>© 2011–{self.press.today.year} {self.name}. 12+</footer>
</body></html>"""
        return html(page, validators=True, modified=self.press.when(piece))
