"""A new site's ways are found without help: on the simulated press world and on a real paper's pages served from loopback."""

import asyncio
import gzip
import json
import re
from collections.abc import Iterator

import pytest

from crawler.discovery.entry import entry_for, id_for
from crawler.discovery.finding import Discovered, discover
from crawler.errors import Blocked, FetchError
from crawler.simulator import World, start
from crawler.sources import fits, merge
from storage.address import canonical
from tests.discovery.serving import Pages, get, path_of, serve
from tests.shared import shared


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with start() as running:
        yield running


def _found(url: str) -> Discovered:
    return asyncio.run(discover(url, get))


@pytest.mark.parametrize("site", ["bitrix", "tatarstan", "presscenter", "wordpress", "trade", "fund", "nasty"])
def test_on_each_simulated_site_the_ways_and_the_pattern_are_those_it_has(world: World, site: str) -> None:
    described, found = world.sources[site], _found(world.sites[site])
    assert found.works, found.notes
    assert [way.url for way in found.feeds] == list(described.feeds)
    assert [way.url for way in found.sitemaps] == list(described.sitemaps)
    assert [way.url for way in found.listings] == list(described.listings)
    assert [way.url for way in found.apis] == ([described.api.url] if described.api else [])
    assert found.name == described.name or site == "nasty"
    articles = [canonical(piece["url"]) for piece in world.truth if piece["site"] == site]
    missed = [url for url in articles if not re.search(found.article, url)]
    assert articles
    assert not missed, f"{found.article} refuses {missed}"
    ways = [*described.feeds, *described.sitemaps, *described.listings, described.home, *world.expected]
    taken = [url for url in ways if re.search(found.article, canonical(url)) and "net-takoj" not in url]
    assert not taken, f"{found.article} takes {taken}"


def test_a_channel_is_found_by_its_preview_and_a_closed_one_is_refused(world: World) -> None:
    found = _found(world.sites["telegram"] + "s/promvestnik")
    assert found.works
    assert found.channel == world.sites["telegram"] + "s/promvestnik"
    with pytest.raises(Blocked, match="closed"):
        _found(world.sites["telegram"] + "s/zakryto")


def test_a_site_that_refuses_us_or_leads_into_traps_only_gives_nothing(world: World) -> None:
    assert not _found(world.sites["traps"]).works
    refused = _found(world.sites["closed"])
    assert not refused.works
    assert refused.notes


def test_a_site_that_does_not_answer_is_an_error() -> None:
    with pytest.raises(FetchError):
        _found("http://127.0.0.1:9/")


def test_few_requests_are_enough(world: World) -> None:
    for site in ("bitrix", "presscenter", "wordpress"):
        world.take_log()
        _found(world.sites[site])
        assert len(world.take_log()) <= 25


def test_the_entry_that_is_written_finds_the_same(world: World) -> None:
    from datetime import date
    from pathlib import Path

    found = _found(world.sites["presscenter"])
    entry = entry_for(found, region="RU-NIZ", kind="ministry", name="", today=date(2026, 10, 1))
    assert entry["verified"] == "2026-10-01"
    table = {key: list(value) if isinstance(value, tuple) else value for key, value in entry.items()}
    source = merge({"new": table}, file=Path("avtoklaster.toml"), shipped=False)["new"]
    assert fits(source, canonical(source.example))
    assert source.timezone == "Europe/Moscow"


@pytest.mark.parametrize(
    ("home", "id"),
    [
        ("https://klops.ru/", "klops"),
        ("https://minprom.nobl.ru/", "minprom_nobl"),
        ("https://www.липецкаяобласть.рф/", "lipetskayaoblast"),
        ("https://xn--80aegj1b.xn--p1ai/", "zavod"),
        ("http://127.0.0.1:8042/", "127_0_0_1_8042"),
        ("https://t.me/s/minpromtorg_ru", "tg_minpromtorg_ru"),
        ("https://gov39.ru/", "gov39_2"),
    ],
)
def test_a_source_is_named_after_its_host(home: str, id: str) -> None:
    assert id_for(home, {"gov39"}) == id


def _altai(base: str, *, declared: bool) -> Pages:
    """The pages of a paper at their own paths, with a front page, a paged listing, a feed, and a sitemap named in robots.txt."""
    folder = shared("data", "altai-pages")
    gold = [json.loads(line) for line in (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines()]
    gold.sort(key=lambda row: row["date"] or "", reverse=True)
    links = [(base.rstrip("/") + path_of(row["url"]), row["title"]) for row in gold]
    pages: dict[str, tuple[str, bytes]] = {
        path_of(row["url"]): ("text/html; charset=utf-8", gzip.decompress((folder / row["file"]).read_bytes())) for row in gold
    }
    menu = '<a href="/">Главная</a><a href="/o-redakcii/">О редакции</a><a href="/novosti/">Новости</a>'
    head = '<link rel="alternate" type="application/rss+xml" href="/lenta.xml">' if declared else ""

    def listing(part: list[tuple[str, str]], more: str = "") -> tuple[str, bytes]:
        rows = "".join(f'<div class="item"><h3><a href="{path_of(url)}">{title}</a></h3></div>' for url, title in part)
        page = f"<html><head><title>Газета</title>{head}</head><body><nav>{menu}</nav>{rows}{more}</body></html>"
        return "text/html; charset=utf-8", page.encode()

    items = "".join(f"<item><title>x</title><link>{url}</link></item>" for url, _ in links[:15])
    urls = "".join(
        f"<url><loc>{url}</loc></url>" for url in [f"{base}o-redakcii/", f"{base}kontakty/", *(url for url, _ in links)]
    )
    pages |= {
        "/": listing(links[:6]),
        "/novosti/": listing(links[:20], '<a rel="next" href="/novosti/page/2/">Дальше</a>'),
        "/novosti/page/2/": listing(links[20:40]),
        "/o-redakcii/": listing([]),
        "/sitemap-posts.xml": ("text/xml", f'<?xml version="1.0"?><urlset>{urls}</urlset>'.encode()),
        "/robots.txt": ("text/plain", f"User-agent: *\nDisallow: /wp-admin/\nSitemap: {base}sitemap-posts.xml\n".encode()),
    }
    if declared:
        pages["/lenta.xml"] = ("text/xml", f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>'.encode())
    return pages


@pytest.mark.parametrize("declared", [True, False], ids=["with a feed", "without a feed"])
def test_a_real_papers_feed_sitemap_and_pattern_are_found(declared: bool) -> None:
    with serve(lambda base: _altai(base, declared=declared)) as (base, asked):
        found = _found(base)
        assert [way.url for way in found.feeds] == ([f"{base}lenta.xml"] if declared else [])
        assert [way.url for way in found.sitemaps] == [f"{base}sitemap-posts.xml"]
        assert [way.url for way in found.listings] == [f"{base}novosti/"]
        assert found.listings[0].next == f"{base}novosti/page/2/"
        articles = [path for path in _altai(base, declared=declared) if re.match(r"/\d{4}/", path)]
        assert len(articles) > 60
        assert all(re.search(found.article, canonical(base.rstrip("/") + path)) for path in articles)
        assert not re.search(found.article, f"{base}o-redakcii/")
        assert found.works
        assert [reading for reading in found.read if reading.published], "dates were read too"
        assert len(asked) <= 30
