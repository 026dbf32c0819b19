"""Pages of the measuring data served as the sites they came from, on loopback, with a feed, a sitemap and a paged listing.

Each host of the data is a site on a port of its own, each page is at its own path. Feed, sitemap and listing state addresses
only: no title and no date that was taken from the gold, so that what is read is read from the page.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from html import escape
from typing import Any
from urllib.parse import urlsplit

from tests.discovery.serving import Pages, path_of, serve
from tests.shared import shared

PER_PAGE = 20
WAYS = {"feed": "feeds", "sitemap": "sitemaps", "listing": "listings"}
_ENTRY = {"feed": "lenta.xml", "sitemap": "sitemap.xml", "listing": "vse-novosti/"}

ARTICLE = {
    "www.zvezdaaltaya.ru": r"/\d{4}/\d\d/[^/]+/$",
    "zaxid.net": r"objectId=\d+",
    "tass.ru": r"/moskva/\d+$",
    "www.mk.ru": r"/\d{4}/\d\d/\d\d/",
    "oren.mk.ru": r"/\d{4}/\d\d/\d\d/",
    "rzn.mk.ru": r"/\d{4}/\d\d/\d\d/",
    "www.actualno.com": r"/haskovo/",
    "football.ua": r"/germany/\d+-",
    "gto-normativy.ru": r"/skajrim-",
    "aptsvet.livejournal.com": r"^https?://[^/]+/$",
}
"""Host -> what a person who adds the site would write as `article`; for the blog that is its front page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One page of the data: its gold (`title`, `date`, `text` where there is one) and its bytes."""

    gold: Mapping[str, Any]
    body: bytes

    @property
    def url(self) -> str:
        """Where the page was found, on its own site."""
        return str(self.gold["url"])

    @property
    def day(self) -> str | None:
        """The gold date as the page itself states it, where the two differ by a time zone."""
        return self.gold.get("date_local") or self.gold.get("date")


@dataclass(frozen=True, slots=True)
class Paper:
    """A running site. `asked` are the paths asked for, in order; `rows` its pages by path."""

    host: str
    base: str
    asked: list[str]
    rows: dict[str, Row] = field(repr=False)

    def entry(self, way: str) -> str:
        """The site as an entry of avtoklaster.toml that knows one way only."""
        return (
            f'[sources.{self.host.replace(".", "_")}]\nname = "{self.host}"\nkind = "media"\n'
            f"article = '{ARTICLE[self.host]}'\n{WAYS[way]} = [\"{self.base}{_ENTRY[way]}\"]\n"
        )


def load(name: str) -> list[Row]:
    """The pages of a set of the measuring data. Skips the test when it is not there."""
    folder = shared("data", name)
    golds = map(json.loads, (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines())
    return [Row(gold=gold, body=gzip.decompress((folder / gold["file"]).read_bytes())) for gold in golds]


@contextmanager
def served(rows: list[Row]) -> Iterator[list[Paper]]:
    """The sites of these pages, while they run."""
    hosts: dict[str, dict[str, Row]] = {}
    for row in rows:
        hosts.setdefault(urlsplit(row.url).netloc, {})[path_of(row.url)] = row
    with ExitStack() as running:
        papers = []
        for host, pages in hosts.items():
            base, asked = running.enter_context(serve(lambda base, pages=pages: _pages(base, pages)))  # type: ignore[misc]
            papers.append(Paper(host, base, asked, pages))
        yield papers


def _pages(base: str, rows: Mapping[str, Row]) -> Pages:
    site = base.rstrip("/")
    pages = {path: ("text/html", row.body) for path, row in rows.items()}
    paths = list(rows)
    items = "".join(f"<item><link>{escape(site + path)}</link></item>" for path in paths)
    pages["/lenta.xml"] = ("text/xml", f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>'.encode())
    portions = [paths[start : start + PER_PAGE] for start in range(0, len(paths), PER_PAGE)]
    parts = "".join(f"<sitemap><loc>{site}/karta-{number}.xml.gz</loc></sitemap>" for number in range(1, len(portions) + 1))
    pages["/sitemap.xml"] = ("text/xml", f'<?xml version="1.0"?><sitemapindex>{parts}</sitemapindex>'.encode())
    for number, portion in enumerate(portions, 1):
        urls = "".join(f"<url><loc>{escape(site + path)}</loc></url>" for path in portion)
        pages[f"/karta-{number}.xml.gz"] = (
            "application/x-gzip",
            gzip.compress(f'<?xml version="1.0"?><urlset>{urls}</urlset>'.encode()),
        )
        cards = "".join(f'<li><a href="{escape(path)}">Читать</a></li>' for path in portion)
        pager = "".join(f'<a href="?PAGEN_1={other}">{other}</a> ' for other in range(1, len(portions) + 1))
        body = f"<html><body><nav><a href='/'>Главная</a></nav><ul>{cards}</ul><div>{pager}</div></body></html>".encode()
        pages[f"/vse-novosti/?PAGEN_1={number}"] = ("text/html; charset=utf-8", body)
    pages["/vse-novosti/"] = pages["/vse-novosti/?PAGEN_1=1"]
    return pages
