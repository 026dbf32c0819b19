"""A page made of the full text that a list carried: a Telegram post, or an article whose own page is refused."""

from __future__ import annotations

from datetime import UTC, datetime

from crawler.items import INSTEAD, Link, Page
from crawler.sources import Source


def page_of(source: Source, link: Link, instead: str = "") -> Page:
    """The page of a link with text. `instead`: why the page itself was not read, said in its headers."""
    first, _, rest = link.text.partition("\n")
    text = rest.strip() if link.title and first.strip().endswith(link.title) and rest.strip() else link.text
    # the date is nowhere in the text: a rereading of the kept page has only these headers
    stated = {"x-avtoklaster-date": link.date, "x-avtoklaster-via": link.via} if link.date else {}
    return Page(
        url=link.url,
        requested=link.url,
        source=source.id,
        body=f"{link.title}\n\n{text}".encode(),
        status=200,
        headers={"content-type": "text/plain; charset=utf-8", INSTEAD: instead, **stated},
        fetched=datetime.now(UTC),
        link=link,
    )
