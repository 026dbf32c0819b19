"""Lists made to be slow are read in bounded time: thousands of things that begin and never end."""

import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from crawler.errors import ParseError
from crawler.sources import Api, Source
from spiders import api, feeds, listings, telegram
from spiders.found import plain

URL = "https://press.example/news/"
SOURCE = Source(id="a", name="a", home="https://press.example/")
API = Api(url=URL, items="items", link="u", text="t")
POST = '<section class="tgme_channel_history"><div class="tgme_widget_message" data-post="abcde/5">'
POST += '<div class="tgme_widget_message_text">'


def _feed(description: str, head: str = "") -> bytes:
    item = f"<item><title>t</title><link>/1</link><description>{description}</description></item>"
    return f"<rss><channel>{head}{item}</channel></rss>".encode()


MADE: dict[str, Callable[[], object]] = {
    "comments in a text": lambda: plain("<!--" * 50_000),
    "scripts in a text": lambda: plain("<script>" * 50_000),
    "styles in a feed": lambda: feeds.parse(_feed(f"<![CDATA[{'<style>' * 50_000}]]>"), URL),
    "hours to skip": lambda: feeds.parse(_feed("", "<skipHours>" * 5_000), URL),
    "comments in an answer": lambda: api.parse(f'{{"items":[{{"u":"/1","t":"{"<!--" * 50_000}"}}]}}'.encode(), URL, API),
    "data of Next.js": lambda: api.parse(b'<script id="__NEXT_DATA__">{' * 20_000, URL, API),
    "scripts before an answer": lambda: api.parse(b"<script " * 60_000, URL, API),
    "anchors": lambda: listings.parse(b'<a href="/news/zavod-a-b-c-1">' * 20_000, URL, SOURCE),
    "dates": lambda: listings.parse(b'<a href="/news/a-b-c-1">' + "12 янв ".encode() * 50_000, URL, SOURCE),
    "a post of line breaks": lambda: telegram.parse((POST + "<br>" * 50_000).encode(), "https://t.me/s/abcde"),
}


@pytest.mark.parametrize("name", MADE)
def test_it_is_over_in_seconds(name: str) -> None:
    began = time.process_time()
    with suppress(ParseError):
        MADE[name]()
    assert time.process_time() - began < 4.0
