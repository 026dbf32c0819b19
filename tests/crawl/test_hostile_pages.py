"""A page that never lets its reader go, or kills it, gets its row and a reason, and the next page is stored."""

import asyncio
import os
import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler.config import load_config
from crawler.frontier import Frontier
from crawler.items import Hints, Link, Page
from crawler.pipelines import ArticlePipeline
from crawler.processing import Processed, process
from crawler.readers import LARGE, Readers
from storage import open_archive
from storage import sources as rows

CONFIG = """
catalogue = false
[sources.city]
name = "Администрация"
feeds = ["https://city.example/rss/"]
"""
TEXT = "<p>В автомобильном кластере открыли линию по выпуску автокомпонентов для электромобилей, локализация выросла.</p>" * 9


def reading(body: bytes, url: str, hints: Hints, topic: str) -> Processed:
    """A reader with the mistakes that its libraries may have."""
    if b"<!--endless-->" in body:
        while True:
            pass
    if b"<!--crash-->" in body:
        os.kill(os.getpid(), signal.SIGSEGV)
    return process(body, url, hints, topic, gated=True)


def _page(number: int, mark: str = "") -> Page:
    url = f"https://city.example/news/{number}/"
    markup = f"<title>Завод автокомпонентов открыл линию</title><h1>Завод автокомпонентов открыл линию</h1>{TEXT}{mark}"
    return Page(
        url=url,
        requested=url,
        source="city",
        body=(markup + (" " * LARGE if mark else "")).encode(),
        status=200,
        headers={"content-type": "text/html; charset=utf-8"},
        fetched=datetime.now(UTC),
        link=Link(url=url),
    )


@pytest.mark.parametrize(
    ("mark", "reason"),
    [
        ("<!--endless-->", "reading it failed: reading it takes longer than 15 s"),
        ("<!--crash-->", "reading it failed: the process that read it ended (signal 11)"),
    ],
)
def test_a_hostile_page_is_failed_with_a_reason_and_the_next_one_is_stored(tmp_path: Path, mark: str, reason: str) -> None:
    file = tmp_path / "avtoklaster.toml"
    file.write_text(CONFIG, encoding="utf-8")
    config = load_config(file)

    async def crawl(frontier: Frontier) -> None:
        pipeline = ArticlePipeline(frontier, Readers(read=reading, limit=15))
        assert await frontier.begin(config.sources["city"])
        for page in (_page(1, mark), _page(2)):
            await pipeline.process_item(page)
        pipeline.close_spider()
        assert frontier.crawls["city"].counts == {"failed": 1, "new": 1}

    with open_archive(tmp_path / "avtoklaster.db") as archive:
        rows.sync(archive, config.sources.values())
        asyncio.run(crawl(Frontier(archive, config)))
        found = archive.conn.execute("SELECT outcome, reason FROM pages ORDER BY url").fetchall()
        assert tuple(found[0]) == ("failed", reason)
        assert found[1]["outcome"] == "stored"
