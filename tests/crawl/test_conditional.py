"""What a second crawl asks of a site whose answers have validators: one conditional request a document, and no page."""

from pathlib import Path

import pytest

from tests.crawl.conftest import Desk
from tests.crawl.pages import Site, article, site

HEAD = 'catalogue = false\ncontact = "test@localhost"\n[crawl]\ndelay = 0.0\n'
ENTRY = '[sources.plant]\nname = "Завод"\nkind = "company"\narticle = \'/news/\\d+/$\'\n{way} = ["{base}{first}"]\n'


def feed(numbers: range) -> tuple[str, str]:
    items = "".join(f"<item><title>Линия {n}</title><link>{{base}}news/{n}/</link></item>" for n in numbers)
    return "application/rss+xml", f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>'


def urls(numbers: range) -> tuple[str, str]:
    return "text/xml", "<urlset>" + "".join(f"<url><loc>{{base}}news/{n}/</loc></url>" for n in numbers) + "</urlset>"


def index(lastmod: str = "") -> tuple[str, str]:
    parts = "".join(f"<sitemap><loc>{{base}}part-{n}.xml</loc>{lastmod}</sitemap>" for n in (1, 2))
    return "text/xml", f"<sitemapindex>{parts}</sitemapindex>"


def listing(numbers: range, following: str = "") -> tuple[str, str]:
    cards = "".join(f'<li><a href="/news/{n}/">Завод автокомпонентов запустил линию номер {n}</a></li>' for n in numbers)
    more = f'<a rel="next" href="{following}">Дальше</a>' if following else ""
    return "text/html; charset=utf-8", f"<html><body><h1>Новости</h1><ul>{cards}</ul>{more}</body></html>"


ARTICLES = {f"/news/{number}/": article(number) for number in range(1, 21)}
DATED = "<lastmod>2026-01-30</lastmod>"
SITES = {
    "feed": ("feeds", {"/rss.xml": feed(range(1, 21))}, {"/rss.xml"}),
    "sitemap": ("sitemaps", {"/sitemap.xml": urls(range(1, 21))}, {"/sitemap.xml"}),
    "dated index": (
        "sitemaps",
        {"/sitemap.xml": index(DATED), "/part-1.xml": urls(range(1, 11)), "/part-2.xml": urls(range(11, 21))},
        {"/sitemap.xml"},
    ),
    "listing with pager": (
        "listings",
        {"/news/": listing(range(1, 11), "/news/?PAGEN_1=2"), "/news/?PAGEN_1=2": listing(range(11, 21))},
        {"/news/"},
    ),
}


def desk_for(folder: Path, running: Site, way: str) -> Desk:
    first = next(iter(running.pages)).lstrip("/")
    return Desk(folder, HEAD + ENTRY.format(way=way, base=running.base, first=first))


@pytest.mark.parametrize(
    "name", [name if name == "listing with pager" else pytest.param(name, marks=pytest.mark.long) for name in SITES]
)
def test_a_second_crawl_makes_one_conditional_request_and_stores_nothing(tmp_path: Path, name: str) -> None:
    way, documents, asked_again = SITES[name]
    with site(documents | ARTICLES) as running:
        desk = desk_for(tmp_path, running, way)
        desk.crawl("plant")
        assert sorted(path for _, path, _, _ in running.take()) == sorted(documents.keys() | ARTICLES.keys())
        assert desk.one("SELECT count(*) FROM articles") + desk.one("SELECT count(*) FROM copies") == 20
        before = desk.contents()
        desk.crawl("plant")
        assert {(path, status, conditional) for _, path, status, conditional in running.take()} == {
            (path, 304, True) for path in asked_again
        }
        assert desk.contents() == before


def test_an_index_that_dates_nothing_does_not_hide_what_its_parts_bring(tmp_path: Path) -> None:
    documents = {"/sitemap.xml": index(), "/part-1.xml": urls(range(1, 11)), "/part-2.xml": urls(range(11, 16))}
    with site(documents | ARTICLES) as running:
        desk = desk_for(tmp_path, running, "sitemaps")
        desk.crawl("plant")
        running.take()
        running.pages["/part-2.xml"] = urls(range(11, 17))
        desk.crawl("plant")
        assert sorted((path, status, conditional) for _, path, status, conditional in running.take()) == [
            ("/news/16/", 200, False),
            ("/part-1.xml", 304, True),
            ("/part-2.xml", 200, True),
            ("/sitemap.xml", 304, True),
        ]
