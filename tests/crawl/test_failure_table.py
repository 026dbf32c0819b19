"""What a crawl writes down of pages with faults: outcome, reason, tries, what waits, and true counts.

The whole of DESIGN §6 is in tests.reliability.behaviours.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.simulator import World, start
from tests.crawl.conftest import Desk

# kind, options, pages.outcome, words of the reason, requests
Fault = tuple[str, dict[str, object], str, str, int]
PAGES: dict[str, Fault] = {
    "drop": ("drop", {}, "failed", "closed before", 3),
    "broken-chunks": ("broken_chunks", {}, "failed", "cut off", 3),
    "loop": ("loop", {}, "failed", "redirects", 9),
    "503-now": ("status", {"code": 503, "retry_after": "1"}, "failed", "HTTP 503", 3),
    "503-later": ("status", {"code": 503, "retry_after": "120"}, "failed", "HTTP 503", 1),
    "403": ("status", {"code": 403}, "blocked", "403", 1),
    "404": ("status", {"code": 404}, "gone", "404", 1),
    "ipv6": ("to", {"url": "http://[::ffff:10.0.0.1]/"}, "off_limits", "leads to", 1),
    "soft404": ("soft404", {}, "soft404", "", 1),
    "home": ("to", {"url": "/"}, "soft404", "home page", 2),
}
READ = ("chunked", "no_length", "bare_newlines", "header_bytes", "too_short")
"""Sloppy, but a page: it is read."""


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with start() as running:
        yield running


@pytest.fixture(scope="module")
def crawled(world: World, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """One crawl over a feed whose links have a fault each."""
    site = world.sites["fund"].rstrip("/")
    article = next(piece["url"] for piece in world.truth if piece["site"] == "fund" and piece["relevant"])
    names = [*PAGES, *READ, "good"]
    items = "".join(f"<item><title>{name}</title><link>{article}?v={name}</link></item>" for name in names)
    world.fault(
        "/press-tsentr/atom.xml", "raw", site="fund", text=f"<rss><channel>{items}</channel></rss>", content_type="text/xml"
    )
    world.fault("/", "page", site="fund")
    target = article.removeprefix(site)
    for name, (kind, how, *_) in PAGES.items():
        world.fault(f"{target}?v={name}", kind, site="fund", **how)
    for name in READ:
        world.fault(f"{target}?v={name}", name, site="fund")
    desk = Desk(Path(tmp_path_factory.mktemp("faults")), world.config)
    world.take_log()
    desk.crawl("fund", code=None)
    return desk


@pytest.fixture(scope="module")
def outcomes(crawled: Desk) -> dict[str, tuple[str, str]]:
    rows = crawled.rows("SELECT url, outcome, reason FROM pages WHERE url LIKE '%v=%'")
    return {url.rpartition("v=")[2]: (outcome, reason) for url, outcome, reason in rows}


@pytest.fixture(scope="module")
def requests(crawled: Desk, world: World) -> dict[str, int]:
    """How often each page was asked for, the steps of its redirects included."""
    counts: dict[str, int] = {}
    last = ""
    for entry in world.log:
        name = entry["target"].rpartition("v=")[2] if "v=" in entry["target"] else last
        last = name
        counts[name] = counts.get(name, 0) + 1
    return counts


@pytest.mark.parametrize("name", PAGES)
def test_a_page_with_a_fault_ends_in_its_outcome_with_a_reason(
    name: str, outcomes: dict[str, tuple[str, str]], requests: dict[str, int]
) -> None:
    _, _, outcome, words, tries = PAGES[name]
    assert outcomes[name][0] == outcome, outcomes[name]
    assert outcomes[name][1]
    assert words in outcomes[name][1]
    if name not in ("loop", "home"):
        assert requests[name] == tries


def test_the_rest_of_the_crawl_goes_on_and_sloppy_pages_are_read(outcomes: dict[str, tuple[str, str]], crawled: Desk) -> None:
    assert {name: outcomes[name][0] for name in (*READ, "good")}["good"] in ("stored", "copy")
    assert {outcomes[name][0] for name in READ} <= {"stored", "copy", "unchanged"}
    assert crawled.rows("SELECT count(DISTINCT text_hash) FROM articles") == [(1,)]


def test_what_failed_waits_for_a_later_crawl_and_nothing_else_does(crawled: Desk) -> None:
    waiting = {url.rpartition("v=")[2] for (url,) in crawled.rows("SELECT url FROM links")}
    assert waiting == {name for name, (_, _, outcome, _, _) in PAGES.items() if outcome in ("failed", "blocked")}


def test_the_counts_of_the_crawl_are_true(crawled: Desk, world: World) -> None:
    (counted,) = crawled.rows("SELECT requests, new + copies, failed FROM crawls")
    failed = sum(outcome in ("failed", "blocked") for _, _, outcome, _, _ in PAGES.values())
    assert counted[0] == len(world.log)
    assert counted[2] == failed
