"""The tools of others on the same pages, each in a virtual environment of its own: `python -m tests.benchmarks.peers NAME ...`.

Each fetches the pages as its documentation says for a list of addresses, extracts title, date and text where it can, and keeps
the rows in SQLite. Only the standard library is imported here unless a tool is asked for: this file runs in all the environments.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import subprocess
import sys
import venv
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

SCRAPY = ("empty", "naive")
PEERS: dict[str, tuple[str, ...]] = {
    "libcurl": ("pycurl==7.47.0",),
    "trafilatura": ("trafilatura==2.3.1", "lxml_html_clean"),
    "crawlee": ("crawlee[httpx]==1.11.0", "trafilatura==2.3.1", "lxml_html_clean"),
    # 0.16 of its HTTP client breaks its import
    "fundus": ("fundus==0.5.7", "curl_cffi==0.15.0"),
    "newspaper4k": ("newspaper4k==0.9.6", "lxml_html_clean"),
    "news-please": ("news-please==1.6.16", "lxml_html_clean"),
}
"""What is installed for each."""

Row = tuple[str, str | None, str | None, str | None]


def command(name: str, addresses: Sequence[str], pages: int) -> list[str]:
    """What runs a contestant other than ours over the first pages of each site."""
    module = "contestants" if name in SCRAPY else "peers"
    python = sys.executable if name in SCRAPY else str(_home(name) / "bin" / "python")
    return [python, "-m", f"tests.benchmarks.{module}", name, "--pages", str(pages), *addresses]


def installed(name: str) -> bool:
    """Is the contestant there? A tool of others is installed on first use; one that cannot be is named with the reason."""
    if name not in PEERS:
        return True
    home = _home(name)
    ready = home / "ready"
    if not ready.exists():
        venv.create(home, with_pip=True, clear=True)
        done = subprocess.run(
            [home / "bin" / "python", "-m", "pip", "install", "-q", *PEERS[name]], capture_output=True, text=True, check=False
        )
        if done.returncode:
            print(f"{name} is left out, it cannot be installed: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr)
            return False
        ready.touch()
    return True


def _home(name: str) -> Path:
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "avtoklaster-benchmarks" / name


def addresses_of(sites: Sequence[str], pages: int) -> list[str]:
    return [f"{site}/news/{number}/" for number in range(pages // len(sites)) for site in sites]


def keep(rows: Iterable[Row]) -> None:
    """The rows as one would write them by hand: one transaction a hundred."""
    conn = sqlite3.connect("peer.db")
    conn.execute("PRAGMA journal_mode = WAL")
    conn.execute("CREATE TABLE articles (url PRIMARY KEY, title, date, text)")
    for number, row in enumerate(rows, 1):
        conn.execute("INSERT OR REPLACE INTO articles VALUES (?, ?, ?, ?)", row)
        if number % 100 == 0:
            conn.commit()
    conn.commit()
    conn.close()


def libcurl(urls: list[str]) -> None:
    """Fetches and unpacks, nothing else: the floor."""
    import pycurl

    multi = pycurl.CurlMulti()
    free = []
    for _ in range(32):
        handle = pycurl.Curl()
        handle.setopt(pycurl.ENCODING, "gzip")
        handle.setopt(pycurl.WRITEFUNCTION, len)
        free.append(handle)
    waiting, running = iter(urls), 0
    while True:
        for url in _next(waiting, len(free)):
            handle = free.pop()
            handle.setopt(pycurl.URL, url)
            multi.add_handle(handle)
            running += 1
        if not running:
            return
        multi.perform()
        _, good, bad = multi.info_read()
        assert not bad, bad[0][2]
        for handle in good:
            multi.remove_handle(handle)
            free.append(handle)
            running -= 1
        multi.select(0.1)


def _next(items: Iterator[str], most: int) -> Iterator[str]:
    for _ in range(most):
        item = next(items, None)
        if item is None:
            return
        yield item


def trafilatura(urls: list[str]) -> None:
    """Its command line. By default it sleeps five seconds a host and refuses loopback: both are turned off."""
    import trafilatura as package

    shipped = Path(package.__file__).with_name("settings.cfg").read_text(encoding="utf-8")
    config = Path("trafilatura.cfg")
    config.write_text(
        shipped.replace("SLEEP_TIME = 5.0", "SLEEP_TIME = 0").replace("SSRF_PROTECTION = on", "SSRF_PROTECTION = off"),
        encoding="utf-8",
    )
    Path("urls.txt").write_text("\n".join(urls), encoding="utf-8")
    options = ["-i", "urls.txt", "--parallel", "2", "--json", "--with-metadata", "-o", "out", "--config-file", str(config)]
    subprocess.run([Path(sys.executable).with_name("trafilatura"), *options], check=True, stdout=subprocess.DEVNULL)
    written = sum(1 for _ in Path("out").rglob("*.json"))
    assert written >= len(urls) * 0.9, f"{written} files for {len(urls)} pages"


def crawlee(urls: list[str]) -> None:
    """Its HTTP crawler with trafilatura in the handler."""
    import asyncio

    from crawlee.crawlers import HttpCrawler, HttpCrawlingContext
    from trafilatura import bare_extraction

    rows: list[Row] = []

    async def main() -> None:
        crawler = HttpCrawler(configure_logging=False)

        @crawler.router.default_handler
        async def handle(context: HttpCrawlingContext) -> None:
            found = bare_extraction(await context.http_response.read(), url=context.request.url, with_metadata=True)
            if found is not None:
                rows.append((context.request.url, found.title, found.date, found.text))

        await crawler.run(urls)

    asyncio.run(main())
    assert len(rows) >= len(urls) * 0.9, f"{len(rows)} rows for {len(urls)} pages"
    keep(rows)


def fundus(urls: list[str]) -> None:
    """A parser with hand-written selectors for the sites, as its publishers have; fetched by its own HTTP client."""
    import datetime

    from curl_cffi import requests
    from fundus.parser import ArticleBody, BaseParser, ParserProxy, attribute
    from fundus.parser.utility import extract_article_body_with_selector, generic_date_parsing
    from lxml.cssselect import CSSSelector
    from lxml.etree import XPath

    class Proxy(ParserProxy):
        class V1(BaseParser):
            _paragraphs = CSSSelector("div.text > p")
            _dated = XPath("string(//time/@datetime | //div[@class='date'] | //span[@class='news-date'])")

            @attribute
            def body(self) -> ArticleBody | None:
                return extract_article_body_with_selector(self.precomputed.doc, paragraph_selector=self._paragraphs)

            @attribute
            def publishing_date(self) -> datetime.datetime | None:
                return generic_date_parsing(self.precomputed.ld.bf_search("datePublished") or self._dated(self.precomputed.doc))

            @attribute
            def title(self) -> str | None:
                return str(XPath("string(//h1)")(self.precomputed.doc))

    parser = Proxy()()

    def one(url: str) -> Row:
        answer = session.get(url)
        found = parser.parse(answer.text, "catch")
        texts = {name: None if isinstance(value, Exception) else value for name, value in found.items()}
        return (url, texts.get("title"), str(texts.get("publishing_date") or ""), str(texts.get("body") or ""))

    session = requests.Session()
    keep(map(one, urls))


def newspaper4k(urls: list[str]) -> None:
    """Ten threads, as its own pool has; pictures are not fetched."""
    import newspaper

    config = newspaper.Config()
    config.fetch_images = False
    config.memorize_articles = False

    def one(url: str) -> Row:
        article = newspaper.Article(url, config=config)
        article.download()
        article.parse()
        return (url, article.title, str(article.publish_date or ""), article.text)

    with ThreadPoolExecutor(10) as pool:
        keep(pool.map(one, urls))


def news_please(urls: list[str]) -> None:
    """`from_urls` in portions; without `request_args` it returns nothing at all (its own fault in 1.6.16)."""
    from newsplease import NewsPlease

    def rows() -> Iterator[Row]:
        for start in range(0, len(urls), 100):
            portion: dict[str, Any] = NewsPlease.from_urls(urls[start : start + 100], request_args={"timeout": 60})
            for url, found in portion.items():
                if found:
                    yield (url, found.title, str(found.date_publish or ""), found.maintext)

    keep(rows())


_RUN: dict[str, Callable[[list[str]], None]] = {
    "libcurl": libcurl,
    "trafilatura": trafilatura,
    "crawlee": crawlee,
    "fundus": fundus,
    "newspaper4k": newspaper4k,
    "news-please": news_please,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=sorted(_RUN))
    parser.add_argument("addresses", nargs="+")
    parser.add_argument("--pages", type=int, required=True)
    given = parser.parse_args()
    _RUN[given.name](addresses_of(given.addresses, given.pages))


if __name__ == "__main__":
    main()
