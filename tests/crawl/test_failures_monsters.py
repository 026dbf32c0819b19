"""Discovery documents without measure: bounded time and memory, and the crawl goes on."""

from collections.abc import Iterator
from typing import Any

import pytest

from crawler.simulator import World, start
from tests.crawl.impatient import Impatient

Shown = dict[str, Any]

# name -> (way, path, fault, options)
CASES: dict[str, tuple[str, str, str, Shown]] = {
    "a feed of 100,000 items": ("feed", "/rss.xml", "big_feed", {"count": 100_000, "path": "news"}),
    "a feed of nested entities that asks for a file": ("feed", "/rss.xml", "entities", {}),
    "a sitemap of 50,000 addresses": ("sitemap", "/sitemap.xml", "big_sitemap", {"count": 50_000, "path": "news"}),
    "a sitemap that includes itself": ("sitemap", "/sitemap.xml", "self_sitemap", {}),
    "a listing of 100,000 links": ("listing", "/news/", "many_links", {"count": 100_000}),
    "a feed that announces a gigabyte": ("feed", "/rss.xml", "endless_body", {"announced": True}),
    "a feed in one line of ten megabytes": ("feed", "/rss.xml", "one_line", {}),
    "a JSON answer of a million open brackets": ("api", "/api/*", "raw", {"text": "[" * 1_000_000}),
    "a JSON answer of a number with a million digits": ("api", "/api/*", "raw", {"text": '{"news": ' + "9" * 1_000_000 + "}"}),
}
BUDGET = 5


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    with start(mirrors=len(CASES) + 1, articles=3) as world:
        desk = Impatient(tmp_path_factory.mktemp("monsters"), world.config)
        desk.timeout = 20.0
        for number, (_, path, kind, how) in enumerate(CASES.values(), 1):
            world.fault(path, kind, site=f"mirror{number}", **how)
        sources = [f"mirror{number}-{way}" for number, (way, *_) in enumerate(CASES.values(), 1)]
        done = desk.crawl(*sources, f"mirror{len(CASES) + 1}-feed", "--limit", BUDGET)
        yield {
            "seconds": desk.seconds,
            "memory": desk.memory,
            "desk": desk,
            "text": done.out + done.err,
            "log": world.take_log(),
        }


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_it_is_read_within_bounds(seen: Shown, name: str) -> None:
    number = list(CASES).index(name) + 1
    rows = seen["desk"].rows("SELECT outcome, message FROM crawls WHERE source LIKE ?", f"mirror{number}-%")
    assert [outcome for outcome, _ in rows] in (["finished"], ["failed"], ["partial"]), rows
    asked = [entry["target"] for entry in seen["log"] if entry["site"] == f"mirror{number}" and "/robots" not in entry["target"]]
    assert len(asked) <= BUDGET + 4, asked


@pytest.mark.slow
def test_what_is_too_large_is_said_in_our_words_and_only_in_its_row(seen: Shown) -> None:
    assert "larger than allowed" in {row[0] for row in seen["desk"].rows("SELECT reason FROM pages WHERE outcome = 'failed'")}
    assert "scrapy" not in seen["text"]
    assert "download max size" not in seen["text"]


@pytest.mark.slow
def test_nobody_else_has_to_wait_and_memory_stays_bounded(seen: Shown) -> None:
    assert seen["desk"].rows("SELECT outcome, new + copies FROM crawls WHERE source = ?", f"mirror{len(CASES) + 1}-feed") == [
        ("finished", 3)
    ]
    assert seen["seconds"] < 45
    assert seen["memory"] < 700


@pytest.mark.slow
def test_nothing_of_this_machine_gets_in(seen: Shown) -> None:
    desk = seen["desk"]
    for table, columns in (("links", "url || title || summary || text"), ("pages", "url || title || lead || reason")):
        assert desk.one(f"SELECT count(*) FROM {table} WHERE {columns} LIKE '%root:%'") == 0


@pytest.mark.slow
def test_most_of_a_long_list_waits_for_later_crawls(seen: Shown) -> None:
    waiting = seen["desk"].one("SELECT count(*) FROM links WHERE source = 'mirror3-sitemap'")
    assert waiting <= 50_000


def _feed(*links: str) -> str:
    items = "".join(f"<item><title>Автокластер получит завод</title><link>{link}</link></item>" for link in links)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>a</title>{items}</channel></rss>'


def test_addresses_off_limits_are_never_asked(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Server-side request forgery through a feed: only the source's own host and port, and public addresses."""
    with start(mirrors=2, articles=3) as world:
        desk = Impatient(tmp_path_factory.mktemp("limits"), world.config)
        port = world.sites["mirror2"].rsplit(":", 1)[1].strip("/")
        evil = [
            *(f"{world.sites['mirror2']}news/2/", f"http://localhost:{port}/news/2/", f"http://127.0.0.1:{port}/news/1/"),
            *("http://169.254.169.254/latest/meta-data/", "http://10.0.0.1/news/1/", "http://[::ffff:127.0.0.1]/news/1/"),
            *("file:///etc/passwd", "ftp://example.org/news/1/", "javascript:alert(1)", "gopher://127.0.0.1/news/1/"),
            *("http://0x7f.1/news/1/", "http://017700000001/news/1/", "//[::1]/news/1/", "http://user:pw@127.0.0.1/news/1/"),
        ]
        own = f"{world.sites['mirror1']}news/2/"
        world.fault("/rss.xml", "raw", site="mirror1", text=_latin(_feed(*evil, own)), content_type="application/rss+xml")
        # without a pattern of its own a source takes what its feed lists
        config = desk.folder / "avtoklaster.toml"
        config.write_text(world.config.replace('article = "/news/\\\\d+/$"', 'article = ""'), encoding="utf-8")
        desk.crawl("mirror1-feed")
        assert not [entry for entry in world.take_log() if entry["site"] != "mirror1"]
        outcomes = dict(desk.rows("SELECT url, outcome FROM pages WHERE reason <> 'a way of the source'"))
        assert outcomes.pop(own) in ("stored", "copy")
        assert set(outcomes.values()) <= {"off_limits"}, outcomes
        assert len(outcomes) >= 5


def _latin(text: str) -> str:
    """UTF-8 as the simulator's `raw` takes it: a character a byte."""
    return text.encode().decode("latin-1")


def test_a_list_that_suddenly_lists_nothing_fails_and_says_so(tmp_path_factory: pytest.TempPathFactory) -> None:
    ways = ("feed", "sitemap", "listing", "api")
    with start(mirrors=8, articles=3) as world:
        desk = Impatient(tmp_path_factory.mktemp("silent"), world.config)
        names = [f"mirror{number}-{ways[(number - 1) % 4]}" for number in range(1, 9)]
        desk.crawl(*names)
        assert set(desk.rows("SELECT DISTINCT outcome FROM crawls")) == {("finished",)}
        for path in ("/rss.xml", "/sitemap.xml", "/news/", "/api/*"):  # one half is redesigned, the other emptied
            for number in range(1, 5):
                world.fault(path, "page", site=f"mirror{number}")
        _empty(world)
        done = desk.crawl(*names)
        last = dict(desk.rows("SELECT source, outcome FROM crawls WHERE id > 8"))
        assert last == dict.fromkeys(names, "failed"), desk.rows("SELECT source, outcome, message FROM crawls WHERE id > 8")
        assert done.code == 1
        assert desk.one("SELECT count(*) FROM articles") + desk.one("SELECT count(*) FROM copies") == 24


def _empty(world: World) -> None:
    sitemap = '<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"></urlset>'
    listing = "<html><head><title>List</title></head><body><h1>News</h1><ul></ul></body></html>"
    world.fault("/rss.xml", "raw", site="mirror5", text=_feed(), content_type="application/rss+xml")
    world.fault("/sitemap.xml", "raw", site="mirror6", text=sitemap, content_type="text/xml")
    world.fault("/news/", "raw", site="mirror7", text=listing)
    world.fault("/api/*", "raw", site="mirror8", text='{"news": []}', content_type="application/json")
