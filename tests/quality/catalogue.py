"""What the ways of sources meet, measured: `python -m tests.quality.catalogue`.

Ill-formed feeds, several hundred real robots.txt and index pages: parsed without exception in bounded time, entries found; and
what the shipped catalogue knows of itself. An entry without any address cannot lead anywhere and is not counted as one. Which
feeds have entries says feedparser, asked in its widest mode. Floors: `floors.toml`, section [catalogue].
"""

from __future__ import annotations

import gzip
import io
import re
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import feedparser
from protego import Protego

from crawler.discovery.clues import look, sitemaps
from crawler.errors import ParseError
from crawler.sources import Source, fits, load_catalogue
from spiders import feeds, listings
from storage.address import canonical
from tests.shared import shared

Row = dict[str, float]


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    start = time.perf_counter()
    return work(), time.perf_counter() - start


def _files(*parts: str) -> list[Path]:
    return sorted(path for path in shared("data", *parts).rglob("*") if path.is_file())


def of_feeds() -> Row:
    """Share of the feeds with entries of which ours finds links; anything but ParseError ends the measurement."""
    have = found = other = 0
    slowest = 0.0
    files = _files("feeds")
    for file in files:
        body = file.read_bytes()

        def links(body: bytes = body) -> int:
            try:
                return len(feeds.parse(body, "http://press.example/feed.xml").links)
            except ParseError:
                return 0

        count, seconds = _timed(links)
        slowest = max(slowest, seconds)
        plain = feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
        if any(entry.get("link") or str(entry.get("id", "")).startswith("http") for entry in plain.entries):
            have += 1
            found += count > 0
        else:
            other += count > 0
    return {
        "files": len(files),
        "with_entries": have,
        "found": found / have,
        "found_elsewhere": other,
        "slowest_seconds": slowest,
    }


def of_robots() -> Row:
    """Real robots.txt: rules asked for an article and the front page, sitemaps read."""
    slowest, refuse, named = 0.0, 0, 0
    files = _files("robots")
    for file in files:
        text = file.read_bytes().decode("utf-8", "replace")

        def ask(text: str = text, name: str = file.name) -> tuple[bool, list[str]]:
            rules = Protego.parse(text)
            rules.crawl_delay("avtoklaster")
            return rules.can_fetch(f"https://{name}/news/1.html", "avtoklaster"), sitemaps(text)

        (allowed, maps), seconds = _timed(ask)
        slowest = max(slowest, seconds)
        refuse += not allowed
        named += bool(maps)
    return {"files": len(files), "refuse_articles": refuse, "name_sitemaps": named, "slowest_seconds": slowest}


def of_listings() -> Row:
    """Index pages of large sites: links found by looks alone."""
    slowest, least = 0.0, 10**9
    files = _files("listing-pages")
    for file in files:
        body = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        home = f"https://{file.name.split('_')[0]}/"
        found, seconds = _timed(lambda body=body, home=home: listings.parse(body, home, Source(id="x", name="x", home=home)))
        clues, more = _timed(lambda body=body, home=home: look(body, home))
        assert clues.links
        slowest = max(slowest, seconds, more)
        least = min(least, len(found.links))
    return {"files": len(files), "least_links": least, "slowest_seconds": slowest}


def of_catalogue() -> tuple[Row, dict[str, Counter[str]]]:
    """The shipped entries: how many, how sure, and how many of them could be held against an address that was really seen."""
    sources = load_catalogue(thorough=True).values()
    examples = [source for source in sources if source.example]
    fitting = [source for source in examples if fits(source, canonical(source.example))]
    guesses = [source for source in sources if re.search("is a guess", source.note)]
    row: Row = {
        "sources": len(sources),
        "regions": len({source.region for source in sources}),
        "with_a_feed_or_api": sum(bool(source.feeds or source.api) for source in sources),
        "with_a_second_way": sum(_kinds_of_way(source) > 1 for source in sources),
        "with_an_example": len(examples),
        "examples_that_fit": len(fitting) / len(examples),
        "say_that_something_is_a_guess": len(guesses),
        "verified": sum(source.verified != "never" for source in sources),
    }
    return row, {
        "kind": Counter(source.kind for source in sources),
        "certainty": Counter(source.certainty for source in sources),
    }


def _kinds_of_way(source: Source) -> int:
    return sum(map(bool, (source.feeds, source.sitemaps, source.listings, source.api, source.telegram)))


def main() -> None:
    """Prints the table."""
    own, counted = of_catalogue()
    for name, row in {"feeds": of_feeds(), "robots": of_robots(), "listing pages": of_listings(), "catalogue": own}.items():
        print(name)
        for key, value in row.items():
            print(f"  {key:<30} {value:.4g}")
    for name, counts in counted.items():
        print(f"  {name:<10}" + ", ".join(f"{key} {count}" for key, count in counts.most_common()))


if __name__ == "__main__":
    main()
