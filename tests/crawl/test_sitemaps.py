"""Sitemaps that lead in circles, ever deeper, or to no article: bounded, and a crawl that finds nothing by them says so."""

from collections.abc import Iterator

import pytest

from crawler.simulator import World, start
from tests.crawl.conftest import Desk

_XMLNS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
NAMES = {
    1: "itself",
    2: "circle",
    3: "deep",
    4: "circle with pages",
    5: "rebuilt site",
    6: "news of a quiet day",
    7: "index with them",
}


def _index(*parts: str) -> str:
    rows = "".join(f"<sitemap><loc>{part}</loc></sitemap>" for part in parts)
    return f'<?xml version="1.0"?><sitemapindex {_XMLNS}>{rows}</sitemapindex>'


def _pages(*addresses: str) -> str:
    rows = "".join(f"<url><loc>{address}</loc></url>" for address in addresses)
    return f'<?xml version="1.0"?><urlset {_XMLNS}>{rows}</urlset>'


def _spoil(world: World) -> None:
    def put(site: int, path: str, text: str) -> None:
        world.fault(path, "raw", site=f"mirror{site}", text=text, content_type="text/xml")

    base = {number: world.sites[f"mirror{number}"] for number in NAMES}
    world.fault("/sitemap.xml", "self_sitemap", site="mirror1")
    put(2, "/sitemap.xml", _index("/other.xml"))
    put(2, "/other.xml", _index(f"{base[2]}sitemap.xml", f"{base[2]}other.xml"))
    put(3, "/sitemap.xml", _index("/1.xml"))
    for level in range(1, 9):
        put(3, f"/{level}.xml", _index(f"/{level + 1}.xml"))
    put(4, "/sitemap.xml", _index("/sitemap.xml", "/again.xml", "/pages.xml"))
    put(4, "/again.xml", _index("/sitemap.xml", "/pages.xml"))
    put(4, "/pages.xml", _pages("/o-nas/", "/news/2/", "/news/1/"))
    quiet = f'<urlset {_XMLNS} xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"></urlset>'
    put(6, "/sitemap.xml", quiet)
    put(7, "/sitemap.xml", _index("/news.xml"))
    put(7, "/news.xml", quiet)
    put(5, "/sitemap.xml", _pages(*(f"/novosti/{number}.html" for number in range(1, 30))))


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, World]]:
    with start(mirrors=len(NAMES), articles=2) as world:
        _spoil(world)
        desk = Desk(tmp_path_factory.mktemp("sitemaps"), world.config)
        desk.crawl(*(f"mirror{number}-sitemap" for number in NAMES), code=None)
        yield desk, world


def _came(desk: Desk, number: int) -> tuple[str, str]:
    ((outcome, message),) = desk.rows("SELECT outcome, message FROM crawls WHERE source = ?", f"mirror{number}-sitemap")
    return outcome, message


@pytest.mark.parametrize(
    ("number", "says"),
    [
        pytest.param(1, "leads to nothing but itself", id=NAMES[1]),
        pytest.param(2, "leads to no pages, only to other indexes", id=NAMES[2]),
        pytest.param(3, "leads to no pages, only to other indexes", id=NAMES[3]),
        pytest.param(5, "no address of the sitemap matches article = '/news/", id=NAMES[5]),
    ],
)
def test_a_sitemap_without_articles_is_a_failure_that_says_why(crawled: tuple[Desk, World], number: int, says: str) -> None:
    outcome, message = _came(crawled[0], number)
    assert (outcome, says in message) == ("failed", True), message


def test_a_circle_with_pages_in_it_brings_the_pages_once(crawled: tuple[Desk, World]) -> None:
    desk, _ = crawled
    assert _came(desk, 4) == ("finished", "")
    rows = desk.rows("SELECT outcome FROM pages WHERE source = 'mirror4-sitemap' AND reason <> 'a way of the source'")
    assert rows == [("stored",), ("stored",)]


def test_no_document_is_asked_for_twice_and_depth_has_an_end(crawled: tuple[Desk, World]) -> None:
    asked = [(entry["site"], entry["target"]) for entry in crawled[1].log]
    assert len(asked) == len(set(asked))
    assert [target for site, target in asked if site == "mirror3" and "robots" not in target] == [
        "/sitemap.xml",
        *("/1.xml", "/2.xml", "/3.xml"),
    ]


@pytest.mark.parametrize("number", [pytest.param(number, id=NAMES[number]) for number in (6, 7)])
def test_a_news_sitemap_is_empty_on_a_quiet_day(crawled: tuple[Desk, World], number: int) -> None:
    assert _came(crawled[0], number) == ("finished", "")
