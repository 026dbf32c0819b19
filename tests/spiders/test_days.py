"""Sitemaps of single days: whose day it is, an empty one, and what is none."""

from datetime import date
from pathlib import Path

import pytest

from crawler.errors import ParseError, SourceError
from crawler.sources import Source, load_catalogue, merge
from spiders import days

EMPTY = b'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"></urlset>'


def test_a_day_is_that_of_the_source_s_own_time_zone() -> None:
    by_name = Source(id="a", name="a", day_sitemap="https://a.ru/map.xml?from={YYYY}{MM}{DD}&to={YYYY}{MM}{DD}")
    assert days.address(by_name, date(2026, 3, 9)) == "https://a.ru/map.xml?from=20260309&to=20260309"
    by_second = Source(id="a", name="a", day_sitemap="https://a.ru/{begins}-{ends}.xml", timezone="Asia/Vladivostok")
    assert days.address(by_second, date(1970, 1, 3)) == f"https://a.ru/{48 * 3600 - 10 * 3600}-{72 * 3600 - 10 * 3600 - 1}.xml"


def test_a_day_without_news_lists_nothing_and_a_page_instead_of_it_is_an_error() -> None:
    assert days.parse(EMPTY, "https://a.ru/map.xml").links == ()
    with pytest.raises(ParseError):
        days.parse(b"<html><body>DDoS</body></html>", "https://a.ru/map.xml", "text/html")


@pytest.mark.parametrize(
    "value", ["https://a.ru/map.xml", "https://a.ru/{YYYY}{MM}.xml", "https://a.ru/{page}.xml", "/{begins}{ends}"]
)
def test_an_address_that_names_no_day_is_refused(value: str) -> None:
    with pytest.raises(SourceError, match="day_sitemap"):
        merge(
            {"a": {"name": "a", "feeds": ["https://a.ru/rss"], "day_sitemap": value}},
            file=Path("avtoklaster.toml"),
            shipped=False,
        )


def test_the_agencies_whose_archive_is_known_have_it() -> None:
    shipped = load_catalogue()
    with_days = {source.id for source in shipped.values() if source.day_sitemap}
    assert with_days == {"ria", "prime", "rg"}
    assert (
        days.address(shipped["ria"], date(2026, 3, 9))
        == "https://ria.ru/sitemap_article.xml?date_start=20260309&date_end=20260309"
    )
