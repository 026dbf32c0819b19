"""What is measured beside us: `python -m tests.benchmarks.contestants NAME --pages N ADDRESS…`. Each reads the same pages.

`empty`: Scrapy, tuned, an empty callback: the floor inside Scrapy. `naive`: Scrapy, trafilatura with metadata in the callback,
a row through sqlite-utils for each page, the design one would begin with.
"""

import sys
from pathlib import Path
from typing import Any

import scrapy
from scrapy.crawler import CrawlerProcess

_TUNED = {
    "LOG_LEVEL": "WARNING",
    "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False,
    "COOKIES_ENABLED": False,
    "CONCURRENT_REQUESTS": 16,
    "CONCURRENT_REQUESTS_PER_DOMAIN": 4,
}


class Empty(scrapy.Spider):
    name = "empty"

    def __init__(self, addresses: list[str], pages: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.addresses, self.pages = addresses, pages

    async def start(self) -> Any:
        for number in range(self.pages // len(self.addresses)):
            for address in self.addresses:
                yield scrapy.Request(f"{address}/news/{number}/")

    def parse(self, response: Any) -> None:
        return None


class Naive(Empty):
    name = "naive"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        import sqlite_utils

        self.db = sqlite_utils.Database("naive.db")

    def parse(self, response: Any) -> None:
        import trafilatura

        found = trafilatura.bare_extraction(response.body, url=response.url, with_metadata=True)
        if found is not None:
            row = {"url": response.url, "title": found.title, "date": found.date, "text": found.text}
            self.db["articles"].upsert(row, pk="url")  # type: ignore[union-attr]


class Listed(scrapy.Spider):
    """Asks for the addresses of a file; `tag`: an ETag to ask with."""

    name = "listed"

    def __init__(self, file: str, tag: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.urls = Path(file).read_text(encoding="utf-8").split()
        self.headers = {"If-None-Match": tag} if tag else {}

    async def start(self) -> Any:
        for url in self.urls:
            meta = {"handle_httpstatus_list": [304]}
            yield scrapy.Request(url, headers=self.headers, meta=meta, dont_filter=True)

    def parse(self, response: Any) -> None:
        return None


def main() -> None:
    name, _, pages, *addresses = sys.argv[1:]
    process = CrawlerProcess(_TUNED if name != "naive" else {"LOG_LEVEL": "WARNING", "REMOTE_CONTROL_ENABLED": False})
    if name == "listed":
        process.crawl(Listed, file=addresses[0], tag=addresses[1] if len(addresses) > 1 else "")
    else:
        process.crawl({"empty": Empty, "naive": Naive}[name], addresses=addresses, pages=int(pages))
    process.start()


if __name__ == "__main__":
    main()
