"""Every fault does on the wire what its name says."""

import tracemalloc
import zlib
from collections.abc import Iterator

import pytest

from crawler.simulator import World, bombs
from crawler.simulator.faults import SHAPES
from crawler.simulator.wire import WIRES
from tests.simulator.raw import exchange, split

MEBI = 1 << 20


@pytest.fixture
def page(world: World) -> Iterator[str]:
    """An address without faults; whatever the test switches on is off afterwards."""
    yield world.sites["presscenter"] + "presscenter/news/"
    world.heal()


@pytest.fixture
def whole(page: str) -> bytes:
    return exchange(page)


def test_an_unknown_fault_is_refused(world: World, page: str) -> None:
    with pytest.raises(ValueError, match="drop_in_body"):
        world.fault(page, "drop_in_bodies")


def test_a_fault_applies_to_its_address_alone_and_so_many_times(world: World, page: str) -> None:
    world.fault(page, "status", code=503, retry_after="7", times=2)
    answers = [split(exchange(page)) for _ in range(3)]
    assert [answer[0] for answer in answers] == [503, 503, 200]
    assert answers[0][1]["retry-after"] == "7"
    assert split(exchange(page + "rss/"))[0] == 200


def test_a_pattern_applies_to_all_that_match(world: World, page: str) -> None:
    world.fault("/presscenter/*", "status", code=500, site="presscenter")
    assert split(exchange(page + "rss/"))[0] == 500
    assert split(exchange(world.sites["trade"] + "rss.xml"))[0] == 200


def test_the_log_knows_requests_and_their_faults(world: World, page: str) -> None:
    world.fault(page, "status", code=404)
    world.take_log()
    exchange(page, headers="User-Agent: test\r\n")
    (seen,) = world.log
    assert (seen["site"], seen["target"], seen["status"]) == ("presscenter", "/presscenter/news/", 404)
    assert seen["faults"] == ["status"] and seen["headers"]["user-agent"] == "test"


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 0.75])
def test_a_body_is_dropped_at_each_quarter(world: World, page: str, whole: bytes, share: float) -> None:
    world.fault(page, "drop_in_body", share=share)
    _, headers, body = split(exchange(page))
    assert len(body) == int(int(headers["content-length"]) * share)
    assert whole.endswith(body) or whole.partition(b"\r\n\r\n")[2].startswith(body)


def test_a_connection_is_closed_before_and_within_the_headers(world: World, page: str) -> None:
    world.fault(page, "drop", times=1)
    assert exchange(page) == b""
    world.fault(page, "drop_in_headers", times=1)
    got = exchange(page)
    assert got and b"\r\n\r\n" not in got
    world.fault(page, "reset", times=1)
    assert exchange(page) == b"<reset>"


@pytest.mark.parametrize(("kind", "sign"), [("too_long", 1), ("too_short", -1)])
def test_the_length_is_a_lie(world: World, page: str, kind: str, sign: int) -> None:
    world.fault(page, kind)
    _, headers, body = split(exchange(page, seconds=1))
    assert (int(headers["content-length"]) - len(body)) * sign > 0


@pytest.mark.parametrize("kind", ["chunked", "broken_chunks", "unfinished_chunks"])
def test_chunks_are_what_they_are_called(world: World, page: str, kind: str) -> None:
    world.fault(page, kind)
    _, headers, body = split(exchange(page))
    assert headers["transfer-encoding"] == "chunked" and "content-length" not in headers
    assert (b"\r\nzz\r\n" in body) == (kind == "broken_chunks")
    assert body.endswith(b"0\r\n\r\n") == (kind != "unfinished_chunks")


def test_headers_and_bodies_without_end_go_on(world: World, page: str) -> None:
    world.fault(page, "endless_headers", times=1)
    got = exchange(page, limit=MEBI)
    assert len(got) >= MEBI and b"\r\n\r\n" not in got
    world.fault(page, "endless_body", announced=True, times=1)
    _, headers, body = split(exchange(page, limit=2 * MEBI))
    assert int(headers["content-length"]) == 1 << 30 and len(body) > MEBI


def test_a_drip_and_a_hang_are_slow(world: World, page: str, whole: bytes) -> None:
    world.fault(page, "drip", size=10, seconds=0.01, times=1)
    assert exchange(page).partition(b"\r\n\r\n")[2] == whole.partition(b"\r\n\r\n")[2]
    world.fault(page, "hang", times=1)
    assert exchange(page, seconds=0.3) == b""


@pytest.mark.parametrize("coding", ["gzip", "deflate", "zstd", "br"])
def test_a_bomb_is_small_and_opens_to_its_size(coding: str) -> None:
    size = 16 * MEBI
    packed = bombs.bomb(coding, size)
    assert len(packed) < size / 500
    assert _opened(coding, packed) == size


def _opened(coding: str, packed: bytes) -> int:
    import brotli
    from scrapy.utils._compression import zstd  # the one that Scrapy itself uses on this Python

    if coding in ("gzip", "deflate"):
        return len(zlib.decompress(packed, 47))
    if coding == "br":
        return len(brotli.decompress(packed))
    return len(zstd.ZstdDecompressor().decompress(packed))


def test_building_the_largest_bomb_needs_little_memory() -> None:
    tracemalloc.start()
    bombs.gzip_bomb(1 << 30)
    bombs.zstd_bomb(1 << 30)
    assert tracemalloc.get_traced_memory()[1] < 20 * MEBI
    tracemalloc.stop()


def test_monsters_have_the_sizes_they_are_known_for(world: World, page: str) -> None:
    world.fault(page, "big_sitemap")
    assert split(exchange(page))[2].count(b"<loc>") == 50_000
    world.heal()
    world.fault(page, "big_feed", count=1000)
    assert split(exchange(page))[2].count(b"<item>") == 1000
    world.heal()
    world.fault(page, "self_sitemap")
    assert page.encode() in split(exchange(page))[2]
    world.heal()
    world.fault("/robots.txt", "big_robots")
    assert len(split(exchange(world.sites["trade"] + "robots.txt"))[2]) > 9 * MEBI


def test_304_can_lie_and_last_modified_can_be_in_2041(world: World, page: str) -> None:
    world.fault(page + "rss/", "not_modified", times=1)
    assert split(exchange(page + "rss/"))[0] == 304
    world.fault(page + "rss/", "header", name="Last-Modified", value="Sat, 05 Jan 2041 10:00:00 GMT")
    assert split(exchange(page + "rss/"))[1]["last-modified"].startswith("Sat, 05 Jan 2041")


def test_every_kind_can_be_switched_on_and_the_server_lives(world: World, page: str) -> None:
    options = {
        "status": {"code": 500},
        "challenge": {"vendor": "qrator"},
        "to": {"url": "file:///etc/passwd"},
        "raw": {"text": "<p>"},
        "content_type": {"value": "image/png"},
        "header": {"name": "X-A", "value": "b"},
        "robots": {"text": "User-agent: *\nDisallow: /\n"},
        "delay": {"seconds": 0.01},
        "bomb": {"size": MEBI},
        "big_robots": {"size": 1000},
        "big_feed": {"count": 10},
        "big_sitemap": {"count": 10},
        "many_links": {"count": 10},
        "one_line": {"size": 1000},
        "nested": {"depth": 100},
        "endless_headers": {"megabytes": 1},
        "endless_body": {"megabytes": 1},
        "drip": {"size": 4000, "seconds": 0.0},
        "hang": {"seconds": 0.01},
        "hang_in_body": {"seconds": 0.01},
    }
    for kind in [*SHAPES, *WIRES]:
        world.heal()
        world.fault(page, kind, **options.get(kind, {}))
        exchange(page, seconds=2)
    world.heal()
    assert split(exchange(page))[0] == 200
