"""What one page says of its site."""

import pytest

from crawler.discovery.clues import Clues, look, site, sitemaps

HOME = """<!DOCTYPE html><html><head><meta charset="windows-1251"><title>Главная — Правительство Заречной области</title>
<link rel="alternate" type="application/rss+xml" title="RSS" href="/news/rss/">
<link rel="alternate" type="application/rss+xml" title="Комментарии" href="/comments/feed/">
<link rel="alternate" hreflang="en" href="/en/"><link href="/bitrix/js/main/core.css" rel="stylesheet"></head><body>
<nav><a href="/">Главная</a><a href="/about/">О правительстве</a><a href="/press-center/">Пресс-центр</a>
<a href="/news/">Новости</a><a href="https://other.example/news/">Новости соседей</a><a href="#top">Наверх</a>
<a href="mailto:press@zarechye.example">Почта</a><a href="javascript:void(0)">Меню</a><a href="http://[">плохая</a></nav>
<a href="/news/1001/">Губернатор открыл цех</a><a href="/news/1002/?utm_source=main">Подписан контракт</a>
<a href="/upload/feedback.pdf">Обратная связь</a><a href="/rss.php">RSS</a>
<a href="https://t.me/share/url?url=x">Поделиться</a><a href="https://t.me/zarechye_gov">Телеграм</a></body></html>"""
URL = "https://www.zarechye.example/"


def _look(markup: str = HOME) -> Clues:
    return look(markup.encode("cp1251", "xmlcharrefreplace"), URL, "text/html")


def test_declared_feeds_come_before_linked_ones_and_comments_are_none() -> None:
    assert _look().feeds == ("https://www.zarechye.example/news/rss/", "https://www.zarechye.example/rss.php")


def test_the_section_that_is_called_news_comes_first() -> None:
    assert _look().sections == ("https://www.zarechye.example/news/", "https://www.zarechye.example/press-center/")


def test_links_of_the_same_site_are_canonical() -> None:
    assert "https://www.zarechye.example/news/1002/" in _look().links
    assert not [link for link in _look().links if "other.example" in link or link.startswith("mailto")]


def test_platform_channel_and_name_are_recognised() -> None:
    clues = _look()
    assert (clues.platform, clues.channel, clues.name) == ("bitrix", "zarechye_gov", "Правительство Заречной области")


@pytest.mark.parametrize(
    ("mark", "platform"),
    [
        ('<link rel="https://api.w.org/" href="/wp-json/">', "wordpress"),
        ('<img src="/wp-content/uploads/1.jpg">', "wordpress"),
        ('<a href="/index.htm/news/123.htm">x</a>', "tatarstan"),
        ('<a href="/presscenter/news/5/">x</a>', "presscenter"),
        ("<p>ничего</p>", ""),
    ],
)
def test_platforms(mark: str, platform: str) -> None:
    assert _look(f"<html><body>{mark}</body></html>").platform == platform


def test_og_site_name_is_the_name() -> None:
    assert _look('<html><head><meta property="og:site_name" content=" Клопс "><title>x - y</title></head></html>').name == "Клопс"


@pytest.mark.parametrize("body", [b"", b"\x00\x01\x02", b"<!-- -->", b"%PDF-1.4", b'{"a": 1}'])
def test_what_is_no_page_gives_no_clues(body: bytes) -> None:
    assert not look(body, URL).feeds + look(body, URL).sections


def test_sitemaps_of_a_robots_txt() -> None:
    text = "User-agent: *\r\nDisallow: /x\r\nSitemap: https://a.example/sitemap.xml\r\n sitemap:https://a.example/news.xml.gz "
    text += "\nSitemap: /relative"
    assert sitemaps(text) == ["https://a.example/sitemap.xml", "https://a.example/news.xml.gz"]


def test_a_site_is_a_host_with_its_port() -> None:
    assert site("https://www.Завод.рф/a") == site("http://m.xn--80aegj1b.xn--p1ai/") == "xn--80aegj1b.xn--p1ai"
    assert site("http://127.0.0.1:1/") != site("http://127.0.0.1:2/")
    assert site("http://[") == ""


def test_a_site_with_all_pages_at_one_path_has_sections_too() -> None:
    page = (
        '<a href="/index.php?route=information/news">Новости</a><a href="/index.php?route=product&path=20">Каталог новинок</a>'
        '<a href="/index.php?route=information/news/info&news_id=5">Завод начал выпуск жгутов</a>'
    )
    assert _look(f"<html><body>{page}</body></html>").sections == (
        "https://www.zarechye.example/index.php?route=information/news",
    )
