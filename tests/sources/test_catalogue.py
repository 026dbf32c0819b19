"""The shipped catalogue: every entry is loaded with every check, fits its example and refuses listings and sections."""

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urljoin, urlsplit
from zoneinfo import ZoneInfo

import pytest

from crawler.sources import KINDS, SHIPPED, Source, fits, load_catalogue
from storage.address import canonical
from storage.regions import NAMES

CATALOGUE = load_catalogue(thorough=True)
BY_ID = pytest.mark.parametrize("source", CATALOGUE.values(), ids=CATALOGUE)

# the subjects with a car industry: at least one source of their government and one channel each
AUTOMOTIVE = {
    *("KGD", "KLU", "MOW", "MOS", "SAM", "TA", "NIZ", "ULY", "SPE", "LEN", "UD", "PRI", "LIP", "CHE", "KGN"),
    *("YAR", "VLA", "SMO", "TUL", "BA", "ROS", "VGG", "PNZ", "SAR", "PER", "SVE", "MO", "RYA", "BRY", "CU"),
}


def _pages(source: Source) -> Iterator[str]:
    """Addresses of the site that are no articles: its ways, their pages, the sections above them, and what every site has."""
    for listing in source.listings:
        below = listing if listing.endswith("/") else f"{listing}/"
        yield from (urljoin(below, name) for name in ("rss/", "feed/", "page/2/", "search/?q=автокластер"))
        yield from (urljoin(listing, query) for query in ("?page=2", "?PAGEN_1=3", "?tag=автопром"))
        if source.next:
            yield urljoin(listing, source.next.replace("{page}", "17"))
    for address in (*source.listings, *source.feeds, *source.sitemaps, source.home):
        yield address
        yield address.rstrip("/")
        steps = [step for step in urlsplit(address).path.split("/") if step]
        yield from (urljoin(address, "/" + "".join(f"{step}/" for step in steps[:count])) for count in range(len(steps)))
    for path in (
        "about/",
        "contacts/",
        "login/",
        "search/?q=x",
        "tags/avto/",
        "tag/avtoprom/",
        "author/ivanov/",
        "privacy-policy/",
    ):
        yield urljoin(source.home, path)


@BY_ID
def test_an_entry_is_whole(source: Source) -> None:
    assert source.name != source.id
    assert source.region in NAMES
    assert source.kind in KINDS
    assert source.home.startswith("http")
    assert source.home.isascii()
    assert source.certainty in ("high", "medium", "low")
    assert source.verified == "never", "only a live check writes a day, and into the user's file"
    assert (SHIPPED / source.origin).exists()
    ZoneInfo(source.timezone)


@BY_ID
def test_its_example_fits_or_the_note_says_that_the_pattern_is_a_guess(source: Source) -> None:
    if source.example:
        assert fits(source, canonical(source.example))
    elif source.listings and not source.feeds:
        assert "pattern is a guess" in source.note or not source.article


@BY_ID
def test_listings_and_sections_of_its_site_are_refused(source: Source) -> None:
    if source.article:
        taken = sorted({page for page in _pages(source) if fits(source, canonical(page))})
        assert not taken, f"{source.article} takes {taken}"


@BY_ID
def test_a_file_holds_one_kind_of_one_federal_district(source: Source) -> None:
    assert source.origin.endswith(f"-{source.kind}.toml")
    assert source.origin.startswith("federal-") == (source.region == "RU")


def test_two_sources_never_claim_the_same_way() -> None:
    ways = Counter(way for source in CATALOGUE.values() for way in (*source.feeds, *source.sitemaps, *source.listings))
    assert not [way for way, count in ways.items() if count > 1]


def test_every_automotive_region_has_its_government_its_industry_ministry_and_a_channel() -> None:
    for code in AUTOMOTIVE:
        own = [source for source in CATALOGUE.values() if source.region == f"RU-{code}"]
        assert any(source.kind == "government" for source in own), code
        assert any(source.kind in ("ministry", "agency") for source in own), code
        assert any(source.telegram for source in own) or code == "BRY", f"{code}: no channel is known for Bryansk only"


def test_the_catalogue_is_as_large_as_promised_and_in_one_order() -> None:
    kinds = Counter(source.kind for source in CATALOGUE.values())
    assert len(CATALOGUE) >= 262
    assert set(kinds) >= set(KINDS) - {"other"}
    assert list(CATALOGUE) == list(load_catalogue())


def test_a_platform_preset_makes_an_entry_short() -> None:
    ministry = CATALOGUE["tatarstan_mpt"]
    assert ministry.api is not None
    assert ministry.api.url == "https://mpt.tatarstan.ru/index.htm/news?format=json&limit=15&page={page}"
    assert fits(ministry, "https://mpt.tatarstan.ru/index.htm/news/2412345.htm")
    assert not fits(ministry, "https://mpt.tatarstan.ru/index.htm/news/tape")
    assert not fits(ministry, "https://mert.tatarstan.ru/index.htm/news/2412345.htm")


@pytest.mark.parametrize(
    ("id", "article"),
    [
        ("mos", "https://www.mos.ru/news/item/148345073/"),
        ("ru63", "https://63.ru/text/economics/2026/02/03/76243122/"),
        ("donland_minprom", "https://minprom.donland.ru/presscenter/news/5123/"),
        ("mosreg_mii", "https://mii.mosreg.ru/sobytiya/novosti-ministerstva/12-03-2025-14-05-33-v-podmoskove-otkryli-zavod"),
        ("kaluga_minek", "https://minek.admoblkaluga.ru/news/obyavlen-otbor/"),
        ("lenobl_econ", "https://econ.lenobl.ru/ru/about/news/51234/"),
        ("udmurt", "https://udmurt.ru/about/info/news/v-izhevske-nachali-vypusk/"),
        ("kaluga_aif", "https://kaluga.aif.ru/money/zavod_v_vorsino_nachal_sborku"),
        ("asroad", "https://asroad.org/news/v-kaluge-sozdan-avtoklaster/"),
        ("uralaz", "https://uralaz.ru/press-center/news/novyy-samosval-ural-dlya-severa/"),
        ("technomoscow", "https://technomoscow.ru/press-center/news/4312/"),
    ],
)
def test_addresses_as_the_platforms_make_them_fit(id: str, article: str) -> None:
    assert fits(CATALOGUE[id], canonical(article))


def test_an_address_with_a_cyrillic_host_fits_a_pattern_in_either_spelling() -> None:
    from crawler.sources import merge

    table = {"listings": ["https://липецкаяобласть.рф/новости/"], "preset": "section"}
    written = {"listings": ["https://липецкаяобласть.рф/новости/"], "article": r"^https?://липецкаяобласть\.рф/новости/\d+"}
    sources = merge({"a": table, "b": written}, file=Path("avtoklaster.toml"), shipped=False)
    for id in ("a", "b"):
        assert fits(sources[id], canonical("https://липецкаяобласть.рф/новости/4231/"))
        assert not fits(sources[id], canonical("https://липецкаяобласть.рф/новости/"))


def test_loading_is_quick() -> None:
    load_catalogue()
    from crawler import presets, sources

    best = 1.0
    for _ in range(3):
        sources._shipped.cache_clear()
        presets._presets.cache_clear()
        start = time.process_time()
        load_catalogue()
        best = min(best, time.process_time() - start)
    assert best < 0.2, f"the catalogue took {best * 1000:.0f} ms; 40 ms is usual, 50 is the aim on an idle machine"
