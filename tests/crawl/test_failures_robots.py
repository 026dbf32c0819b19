"""robots.txt is obeyed, and no robots.txt however broken ends a crawl or is taken for a permission that it is not."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crawler.simulator import start
from tests.crawl.impatient import Impatient

Shown = dict[str, Any]

KEPT = {"stored", "copy"}
ALL = "all is fetched"
NONE = "nothing is fetched"
ONE = "all but one article is fetched"

# what the file does -> (fault, its options, what may be fetched)
CASES: dict[str, tuple[str, Shown, str]] = {
    "is cut off": ("drop_in_body", {"share": 0.5}, NONE),
    "fails": ("status", {"code": 500}, NONE),
    "is unavailable": ("status", {"code": 503, "retry_after": "7200"}, NONE),
    "is not there": ("status", {"code": 404}, ALL),
    "is forbidden": ("status", {"code": 403}, ALL),
    "wants a login": ("status", {"code": 401}, ALL),
    "is an HTML page": ("page", {}, ALL),
    "is empty": ("empty", {}, ALL),
    "has ten megabytes": ("big_robots", {}, ALL),
    "is a picture": ("raw", {"text": "\x89PNG\r\n\x1a\n" + "\x00\xff" * 2000}, ALL),
    "redirects to itself": ("loop", {}, ALL),
    "forbids everything": ("robots", {"text": "User-agent: *\nDisallow: /\n"}, NONE),
    "forbids us": ("robots", {"text": "User-agent: avtoklaster\nDisallow: /\n\nUser-agent: *\nDisallow:\n"}, NONE),
    "forbids others": ("robots", {"text": "User-agent: GPTBot\nDisallow: /\n"}, ALL),
    "forbids an article": ("robots", {"text": "User-agent: *\nDisallow: /news/2/\n"}, ONE),
    "forbids an article, with a BOM and CRs": ("robots", {"text": "\ufeffUser-agent: *\r\rDisallow: /news/2\r\n"}, ONE),
    "forbids an article by a pattern": ("robots", {"text": "User-Agent: *\nAllow: /\nDisallow: /*/2/$\n"}, ONE),
}


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    with start(mirrors=len(CASES), articles=3) as world:
        desk = Impatient(tmp_path_factory.mktemp("robots"), world.config.replace("[crawl]", "[crawl]\nconcurrency = 24"))
        desk.timeout = 20.0
        for number, (kind, how, _) in enumerate(CASES.values(), 1):
            world.fault("/robots.txt", kind, site=f"mirror{number}", **how)
        sources = [f"mirror{number}-feed" for number in range(1, len(CASES) + 1)]
        desk.crawl(*sources)
        found: Shown = {"memory": desk.memory}
        log = world.take_log()
        for number, name in enumerate(CASES, 1):
            targets = [
                entry["target"] for entry in log if entry["site"] == f"mirror{number}" and entry["target"] != "/robots.txt"
            ]
            (outcome, message), *_ = desk.rows("SELECT outcome, message FROM crawls WHERE source = ?", f"mirror{number}-feed")
            pages = desk.rows("SELECT url, outcome FROM pages WHERE source = ?", f"mirror{number}-feed")
            base = world.sites[f"mirror{number}"]
            found[name] = {
                "targets": targets,
                "outcome": outcome,
                "message": message,
                "pages": {url.removeprefix(base): became for url, became in pages},
            }
        yield found


@pytest.mark.parametrize("name", CASES)
def test_a_robots_txt_that(seen: Shown, name: str) -> None:
    shown, allowed = seen[name], CASES[name][2]
    articles = {f"news/{number}/" for number in (1, 2, 3)}
    if allowed == NONE:
        assert shown["targets"] == []
        assert shown["outcome"] == "failed"
        assert "robots" in shown["message"]
        return
    assert shown["outcome"] == "finished", shown["message"]
    kept = {url for url, became in shown["pages"].items() if became in KEPT}
    if allowed == ALL:
        assert kept == articles
    else:
        assert kept == articles - {"news/2/"}
        assert shown["pages"]["news/2/"] == "robots"
        assert "/news/2/" not in shown["targets"]


@pytest.mark.slow
@pytest.mark.long
def test_a_robots_txt_that_hangs(tmp_path: Path) -> None:
    with start(mirrors=1, articles=3) as world:
        desk = Impatient(tmp_path, world.config)
        desk.timeout = 3.0
        world.fault("/robots.txt", "hang")
        desk.crawl("mirror1-feed")
        assert {entry["target"] for entry in world.take_log()} == {"/robots.txt"}
        ((outcome, message),) = desk.rows("SELECT outcome, message FROM crawls")
        assert outcome == "failed"
        assert "robots" in message
        world.heal()
        desk.crawl("mirror1-feed")
        assert desk.rows("SELECT outcome FROM crawls WHERE id = 2") == [("finished",)]


def test_memory_stays_bounded(seen: Shown) -> None:
    assert seen["memory"] < 400
