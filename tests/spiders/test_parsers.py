"""Every way's parser: bytes as sites send them -> links with hints, or a ParseError that says what came instead."""

import gzip
import zlib

import pytest

from crawler.errors import ParseError
from crawler.sources import Api, Source
from spiders import api, feeds, listings, sitemaps
from spiders.found import decode
from tests.shared import shared

SOURCE = Source(id="gov39", name="gov39", home="https://gov39.ru/", article=r"/press/\d+/$")
LISTING = """<html><head><meta charset="windows-1251"></head><body><div class="news-list">
<p class="news-item"><span class="news-date-time">19.11.2026</span> <a href="/press/397805/"><b>Автотор открыл кластер</b></a></p>
<p class="news-item"><span class="news-date-time">18 ноября 2026, 12:30</span> <a href="397804/">Вторая новость</a></p></div>
<div class="pager"><b>1</b> <a href="/press/?PAGEN_1=2">2</a> <a href="/press/?PAGEN_1=3">3</a></div>
<a href="/press/397805/"><img src="x"></a><a href="/about/">О нас</a><a href="http://[">?</a></body></html>"""


def test_a_listing_gives_titles_dates_and_its_next_page() -> None:
    found = listings.parse(LISTING.encode("cp1251"), "https://gov39.ru/press/", SOURCE, content_type="text/html; charset=utf-8")
    assert [(link.url, link.title, link.date) for link in found.links] == [
        ("https://gov39.ru/press/397805/", "Автотор открыл кластер", "19.11.2026"),
        ("https://gov39.ru/press/397804/", "Вторая новость", "18 ноября 2026, 12:30"),
    ]
    assert found.next == "https://gov39.ru/press/?PAGEN_1=2"


def test_a_template_and_rel_next_say_how_a_listing_goes_on() -> None:
    templated = Source(id="a", name="a", article=r"/press/\d+/$", next="?page={page}")
    assert listings.parse(LISTING.encode(), "https://gov39.ru/press/", templated, page=4).next == "https://gov39.ru/press/?page=5"
    page = LISTING.replace("</head>", '<link rel="next" href="/press/page/2/"></head>')
    assert listings.parse(page.encode(), "https://gov39.ru/press/", SOURCE).next == "https://gov39.ru/press/page/2/"


def test_a_relative_template_is_below_the_first_page_however_far_it_was_read() -> None:
    below = Source(id="a", name="a", article=r"/press/\d+/$", next="page/{page}/")
    for number, here in ((1, "https://gov39.ru/press/"), (2, "https://gov39.ru/press/page/2/")):
        following = listings.parse(LISTING.encode(), here, below, page=number).next
        assert following == f"https://gov39.ru/press/page/{number + 1}/"


@pytest.mark.parametrize(
    ("pager", "page", "following"),
    [
        ('<a href="?page=0">1</a><a href="?page=1">2</a><a href="?page=2">3</a>', 1, "?page=1"),  # Drupal counts from nought
        ('<a href="?page=0">1</a><a href="?page=1">2</a><a href="?page=2">3</a>', 2, "?page=2"),
        ('<a href="?start=20">2</a><a href="?start=40">3</a>', 1, "?start=20"),  # Joomla counts articles
        ('<a href="?page=2"></a><a href="?page=3"></a>', 1, "?page=2"),
        ('<a href="?page=9">9</a>', 1, ""),
    ],
)
def test_a_pager_of_numbers_leads_to_the_page_that_it_calls_the_next(pager: str, page: int, following: str) -> None:
    body = LISTING.split('<div class="pager">')[0] + pager
    here = "https://gov39.ru/press/" + (f"?page={page - 1}" if page > 1 else "")
    found = listings.parse(body.encode("cp1251"), here, SOURCE, page=page)
    assert found.next == ("https://gov39.ru/press/" + following if following else "")


def test_a_pager_written_in_cyrillic_is_that_of_the_escaped_address_it_was_fetched_from() -> None:
    source = Source(id="a", name="a", article=r"/новости/\d+/$")
    body = '<a href="/новости/12/">Завод открыт</a><a href="/новости/?page=2">2</a>'
    found = listings.parse(body.encode(), "https://gov39.ru/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/", source)
    assert found.next == "https://gov39.ru/новости/?page=2"


def test_files_are_no_articles_whatever_the_pattern() -> None:
    wide = Source(id="a", name="a", article=r"/press/[^/]+$")
    body = '<a href="/press/otchet-za-god.pdf">Отчёт</a><a href="/press/zavod-otkryt">Завод открыт</a>'
    assert [link.url for link in listings.parse(body.encode(), "https://gov39.ru/press/", wide).links] == [
        "https://gov39.ru/press/zavod-otkryt"
    ]


def test_a_listing_without_articles_is_an_error_on_its_first_page_only() -> None:
    with pytest.raises(ParseError, match="no link of the listing"):
        listings.parse(b"<html><body><a href='/about/'>x</a></body></html>", "https://gov39.ru/press/", SOURCE)
    assert listings.parse(b"<html><body></body></html>", "https://gov39.ru/press/", SOURCE, page=2).links == ()
    with pytest.raises(ParseError):
        listings.parse(b"", "https://gov39.ru/press/", SOURCE)


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        ("https://kp40.ru/news/perekrestok/132608/", True),
        ("https://kp40.ru/news/zavod-otkryl-novuyu-liniyu/", True),
        ("https://www.kp40.ru/detail.php?ELEMENT_ID=5", True),
        ("https://kp40.ru/news/", False),
        ("https://kp40.ru/news/?PAGEN_1=2", False),
        ("https://kp40.ru/news/page/12/", False),
        ("https://kp40.ru/tags/avto-zavod-kaluga/", False),
        ("https://kp40.ru/upload/foto-2026-11-19.jpg", False),
        ("https://other.ru/news/132608/", False),
    ],
)
def test_without_a_pattern_an_address_is_judged_by_its_looks(address: str, is_one: bool) -> None:
    assert listings.looks_like_article(address, "https://kp40.ru/news/") is is_one


def test_ill_formed_feeds_are_read_as_far_as_they_go() -> None:
    feed = """<?xml version="1.0" encoding="windows-1251"?><rss version="2.0"><channel><title>x</title>
    <item><title>Авто &laquo;Лада&raquo; A & B</title><link>/news/1/?a=1&b=2</link><pubDate>19.11.2026 14:03 +0300</pubDate>
    <description><![CDATA[<p>Кратко</p>]]></description><yandex:full-text>Весь текст</yandex:full-text></item>
    <item><title>Второй</title><guid isPermaLink="true">http://x.ru/2</guid></item><item><title>Трет""".encode("cp1251")
    first, second, *_ = feeds.parse(feed, "http://x.ru/rss/").links
    assert (first.url, first.title) == ("http://x.ru/news/1/?a=1&b=2", "Авто «Лада» A & B")
    assert (first.date, first.summary, first.text) == ("19.11.2026 14:03 +0300", "Кратко", "Весь текст")
    assert second.url == "http://x.ru/2"


@pytest.mark.parametrize(
    "body", [b"", b"  ", b"<html><body>x</body></html>", b'{"a": 1}', b"<rss><channel></channel></rss>", b"\x89PNG"]
)
def test_what_is_no_feed_or_lists_nothing_is_an_error(body: bytes) -> None:
    with pytest.raises(ParseError):
        feeds.parse(body, "http://x.ru/rss/")


def test_no_feed_of_the_corpus_makes_the_parser_fail_otherwise() -> None:
    files = [path for path in sorted(shared("data", "feeds").rglob("*.xml")) if path.is_file()]
    listed = 0
    for path in files:
        try:
            listed += len(feeds.parse(path.read_bytes(), "http://x.ru/rss/").links)
        except ParseError as error:
            assert str(error)
    assert len(files) > 300
    assert listed >= 27, "most files of the corpus are one element without a link"


SITEMAP = b"""<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>http://x.ru/1</loc><lastmod>2026-01-01</lastmod></url>
<url><loc>/2</loc><news:news><news:publication_date>2026-01-03</news:publication_date>
<news:title>T &amp; U</news:title></news:news></url>"""


def test_a_sitemap_is_newest_first_packed_cut_or_plain() -> None:
    for body in (SITEMAP, gzip.compress(SITEMAP), gzip.compress(SITEMAP)[:-8]):
        links = sitemaps.parse(body, "http://x.ru/sitemap.xml").links
        assert [(link.url, link.title, link.date) for link in links] == [
            ("http://x.ru/2", "T & U", "2026-01-03"),
            ("http://x.ru/1", "", "2026-01-01"),
        ]
    assert [link.url for link in sitemaps.parse(b"http://x.ru/a\nhttp://x.ru/b\n", "http://x.ru/sitemap.txt").links] == [
        "http://x.ru/a",
        "http://x.ru/b",
    ]


def test_an_index_lists_its_parts_and_never_itself() -> None:
    index = b"""<sitemapindex><sitemap><loc>http://x.ru/i.xml</loc></sitemap><sitemap><loc>http://x.ru/a.xml</loc><lastmod>2026-01-01
    </lastmod></sitemap><sitemap><loc>http://x.ru/b.xml</loc><lastmod>2026-02-01</lastmod></sitemap></sitemapindex>"""
    assert [address for address, _ in sitemaps.parse(index, "http://x.ru/i.xml").parts] == [
        "http://x.ru/b.xml",
        "http://x.ru/a.xml",
    ]


def test_a_packed_bomb_and_a_page_are_no_sitemaps() -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(70)) + packer.flush()
    for body in (bomb, b"<html><body>x</body></html>", b"", b"\x1f\x8bnot gzip"):
        with pytest.raises(ParseError):
            sitemaps.parse(body, "http://x.ru/sitemap.xml")


def test_entities_of_a_sitemap_are_never_resolved() -> None:
    body = b"""<!DOCTYPE u [<!ENTITY f SYSTEM "file:///etc/passwd">]><urlset><url><loc>http://x.ru/&f;</loc></url></urlset>"""
    assert all("root:" not in link.url for link in sitemaps.parse(body, "http://x.ru/s.xml").links)


def test_an_api_is_read_by_its_expressions() -> None:
    entry = Api(url="https://t.ru/news?page={page}", items="items", link="url", title="title", date="at", text="text")
    body = (
        '{"items": [{"url": "/n/1.htm", "title": "<b>Первая</b>", "at": 1763553600, "text": "<p>а</p><p>б</p>"}, {"url": null}]}'
    )
    found = api.parse(body.encode(), "https://t.ru/news?page=1", entry)
    (link,) = found.links
    assert (link.url, link.title, link.date, link.text) == ("https://t.ru/n/1.htm", "Первая", "2025-11-19T12:00:00+00:00", "а\nб")
    assert found.next == "https://t.ru/news?page=2"
    for wrong in (b"<html>", b"{}", b'{"items": 5}', b'{"items": [{"id": 1}]}', b'{"items": []}'):
        with pytest.raises(ParseError):
            api.parse(wrong, "https://t.ru/", entry)


def test_text_is_decoded_as_it_is_and_not_as_it_says() -> None:
    assert decode("Завод".encode("cp1251"), "text/html; charset=utf-8") == "Завод"
    assert decode("Завод".encode(), "text/html; charset=windows-1251") == "Завод"
    assert decode(b"<meta charset=koi8-r>" + "Завод".encode("koi8-r")) == "<meta charset=koi8-r>Завод"
    assert decode("\ufeffЗавод".encode()) == "Завод"


def test_a_feed_says_how_often_it_wants_to_be_asked() -> None:
    item = b"<item><title>x</title><link>https://a.example/1</link></item>"
    said = b"<ttl> 60 </ttl><skipHours><hour>0</hour><hour> 23 </hour><hour>24</hour></skipHours>"
    said += b"<skipDays><day>Sunday</day></skipDays>"
    pace = feeds.parse(
        b"<rss version='2.0'><channel><title>x</title>" + said + item + b"</channel></rss>", "https://a.example/"
    ).pace
    assert (pace.ttl, pace.skip_hours, pace.skip_days) == (3600, {0, 23}, {6})
    nonsense = b"<ttl>soon</ttl><skipHours><hour>never</hour></skipHours><skipDays><day>Someday</day></skipDays>"
    pace = feeds.parse(
        b"<rss version='2.0'><channel><title>x</title>" + nonsense + item + b"</channel></rss>", "https://a.example/"
    ).pace
    assert (pace.ttl, pace.skip_hours, pace.skip_days) == (0, set(), set())
