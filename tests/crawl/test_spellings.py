"""One article each, however its address is spelled: a .рф host in both spellings, Cyrillic paths, queries in windows-1251."""

from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest

from crawler.simulator.generated import release
from tests.crawl.conftest import Desk
from tests.discovery.serving import Pages, serve
from tests.fetching.proxying import forward

UNICODE, ASCII = "липецкаяобласть.рф", "xn--80aacoonefzg3am8b1fsb.xn--p1ai"
NEWS, PLANT, SECTION = "новости", "завод", "раздел"
OLD = {word: quote(word.encode("cp1251")) for word in (NEWS, PLANT, SECTION)}
NEW = {word: quote(word) for word in (NEWS, PLANT, SECTION)}
SPELLED = {
    1: (
        f"http://{UNICODE}/{NEWS}/{PLANT}-1/",
        f"http://{ASCII}/{NEW[NEWS]}/{NEW[PLANT]}-1/",
        f"http://{UNICODE.upper()}/{NEW[NEWS].lower()}/{PLANT}-1/",
        f"/{NEWS}/{PLANT}-1/",
        f"/{OLD[NEWS]}/{OLD[PLANT]}-1/",
    ),
    2: (
        f"/{NEWS}/?{SECTION}={PLANT}&ID=2",
        f"/{NEW[NEWS]}/?{NEW[SECTION]}={NEW[PLANT]}&ID=2",
        f"/{NEW[NEWS]}/?{OLD[SECTION]}={OLD[PLANT]}&ID=2",
        f"http://{ASCII}/{NEWS}/?ID=2&{SECTION}={PLANT}#top",
    ),
}


def _article(number: int) -> tuple[str, bytes]:
    title, paragraphs = release(9000 + number)
    body = f"<h1>{title}</h1>" + "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    page = f'<html><head><meta charset="windows-1251"><title>{title}</title></head><body>{body}</body></html>'
    return "text/html", page.encode("cp1251", "xmlcharrefreplace")


def _site(_: str) -> Pages:
    """A listing in windows-1251 that spells each address in every way; the site answers under each of them."""
    rows = "".join(f'<li><a href="{url}">Завод {number}</a></li>' for number, urls in SPELLED.items() for url in urls)
    page = f'<html><head><meta charset="windows-1251"></head><body><ul>{rows}</ul></body></html>'
    pages = {f"/{NEW[NEWS]}/": ("text/html; charset=windows-1251", page.encode("cp1251"))}
    for number, urls in SPELLED.items():
        for url in urls:
            parts = urlsplit(url)
            for path in (parts.path, quote(parts.path, safe="/%")):
                pages[f"{path}?{quote(parts.query, safe='=&%')}" if parts.query else path] = _article(number)
    return pages


@pytest.mark.slow
def test_an_article_that_is_spelled_in_many_ways_is_fetched_and_kept_once(tmp_path: Path) -> None:
    with forward() as proxy, serve(_site) as (base, _):
        proxy.hosts[ASCII] = urlsplit(base).port or 0
        entry = f'[sources.one]\nproxy = "http://{proxy.address}"\narticle = "/{NEWS}/({PLANT}-\\\\d+/$|.*ID=\\\\d+)"\n'
        desk = Desk(tmp_path, f'catalogue = false\n[crawl]\ndelay = 0.0\n{entry}listings = ["http://{UNICODE}/{NEWS}/"]\n')
        desk.crawl()
        desk.crawl()
    first = f"http://{ASCII}/{NEW[NEWS]}/"
    kept = {url for (url,) in desk.rows("SELECT url FROM articles")}
    assert kept == {f"{first}{NEW[PLANT]}-1/", f"{first}?{NEW[SECTION]}={NEW[PLANT]}&ID=2"}
    articles = [line for line in proxy.asked if "-1/" in line or "ID=2" in line]
    assert len(articles) == len(SPELLED), articles
    assert desk.one("SELECT count(*) FROM copies") == 0
