"""DESIGN §6 as one crawl over a page each, and one over a way each: every fault ends in a row, a type and a reason."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.simulator import World, start
from tests.crawl.conftest import Desk

# kind, options, pages.outcome, words of the reason, requests
Fault = tuple[str, dict[str, object], str, str, int]
PAGES: dict[str, Fault] = {
    "drop": ("drop", {}, "failed", "closed before", 3),
    "drop-headers": ("drop_in_headers", {}, "failed", "closed before", 3),
    "drop-body": ("drop_in_body", {}, "failed", "cut off", 3),
    "reset": ("reset", {}, "failed", "closed before", 3),
    "too-long": ("too_long", {}, "failed", "cut off", 3),
    "broken-chunks": ("broken_chunks", {}, "failed", "cut off", 3),
    "unfinished-chunks": ("unfinished_chunks", {}, "failed", "cut off", 3),
    "bad-status-line": ("bad_status_line", {}, "failed", "not HTTP", 3),
    "no-status-line": ("no_status_line", {}, "failed", "not HTTP", 3),
    "two-lengths": ("two_lengths", {}, "failed", "not HTTP", 3),
    "endless-headers": ("endless_headers", {}, "failed", "headers", 3),
    "hang": ("hang", {}, "failed", "in time", 3),
    "hang-body": ("hang_in_body", {}, "failed", "in time", 3),
    "drip": ("drip", {}, "failed", "in time", 3),
    "endless": ("endless_body", {}, "failed", "larger", 1),
    "bomb": ("bomb", {}, "failed", "larger", 1),
    "loop": ("loop", {}, "failed", "redirects", 9),
    "chain": ("chain", {"length": 30}, "failed", "redirects", 9),
    "cookies": ("cookie_loop", {}, "blocked", "cookie", 1),
    "500": ("status", {"code": 500}, "failed", "HTTP 500", 3),
    "503-now": ("status", {"code": 503, "retry_after": "1"}, "failed", "HTTP 503", 3),
    "503-later": ("status", {"code": 503, "retry_after": "120"}, "failed", "HTTP 503", 1),
    "401": ("status", {"code": 401}, "blocked", "401", 1),
    "403": ("status", {"code": 403}, "blocked", "403", 1),
    "429": ("status", {"code": 429}, "blocked", "429", 1),
    "404": ("status", {"code": 404}, "gone", "404", 1),
    "410": ("status", {"code": 410}, "gone", "410", 1),
    "304": ("not_modified", {}, "failed", "304", 1),
    "418": ("status", {"code": 418}, "failed", "HTTP 418", 1),
    **{
        name: ("challenge", {"vendor": name}, "blocked", "", 1)
        for name in ("ddos_guard", "qrator", "servicepipe", "cloudflare", "beget")
    },
    "loopback": ("to", {"url": "http://127.0.0.1:9/"}, "off_limits", "127.0.0.1", 1),
    "localhost": ("to", {"url": "http://localhost:9/"}, "off_limits", "127.0.0.1", 1),
    "decimal": ("to", {"url": "http://2130706433:9/"}, "off_limits", "127.0.0.1", 1),
    "ipv6": ("to", {"url": "http://[::ffff:10.0.0.1]/"}, "off_limits", "leads to", 1),
    "private": ("to", {"url": "http://192.168.1.1/"}, "off_limits", "192.168.1.1", 1),
    "metadata": ("to", {"url": "http://169.254.169.254/latest/"}, "off_limits", "169.254", 1),
    "file": ("to", {"url": "file:///etc/passwd"}, "off_limits", "file:", 1),
    "soft404": ("soft404", {}, "soft404", "", 1),
    "empty": ("empty", {}, "not_article", "", 1),
    "nested": ("nested", {}, "not_article", "", 1),
    "home": ("to", {"url": "/"}, "soft404", "home page", 2),
}
READ = ("chunked", "no_length", "bare_newlines", "header_bytes", "too_short")
"""Sloppy, but a page: it is read."""

PATH = "/press-tsentr/novosti/2026-01-30-"


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
        if kind == "chain":
            world.fault(f"{target}?step=*", kind, site="fund", **how)
    for name in READ:
        world.fault(f"{target}?v={name}", name, site="fund")
    desk = Desk(Path(tmp_path_factory.mktemp("faults")), world.config.replace("[crawl]", "[crawl]\ntimeout = 1.5"))
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
    if name not in ("loop", "chain", "home"):
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
