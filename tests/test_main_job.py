"""The main job end to end: the simulated press is crawled by the real command, and the archive must hold the truth about it."""

import html
import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crawler.simulator import World, start
from tests.crawl.conftest import Desk

Truth = dict[str, dict[str, Any]]


class Crawled:
    """The archive after one crawl of everything, and what is true."""

    def __init__(self, world: World, desk: Desk) -> None:
        self.desk = desk
        self.truth: Truth = {piece["url"]: piece for piece in world.truth}
        self.expected = world.expected
        self.sites = world.sites
        desk.crawl()
        desk.crawl("traps")
        self.articles = {row[0]: row for row in desk.rows("SELECT url, title, text, published, day, story, author FROM articles")}
        self.copies = dict(desk.rows("SELECT c.url, a.url FROM copies c JOIN articles a ON a.id = c.article"))
        self.pages = {url: (outcome, reason) for url, outcome, reason in desk.rows("SELECT url, outcome, reason FROM pages")}


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    with start() as world:
        yield Crawled(world, Desk(tmp_path_factory.mktemp("job"), world.config))


def test_everything_relevant_is_kept_and_nothing_else(crawled: Crawled) -> None:
    kept = set(crawled.articles) | set(crawled.copies)
    relevant = {url for url, piece in crawled.truth.items() if piece["relevant"]}
    assert {url: crawled.pages.get(url) for url in relevant - kept} == {}
    assert {url: crawled.pages.get(url) for url in kept - relevant if url in crawled.truth} == {}
    assert not set(crawled.articles) & set(crawled.copies)


def test_no_address_is_kept_that_is_not_one_of_the_press(crawled: Crawled) -> None:
    assert (set(crawled.articles) | set(crawled.copies)) <= set(crawled.truth)


def test_titles_are_exact(crawled: Crawled) -> None:
    wrong = {url: row[1] for url, row in crawled.articles.items() if row[1] != crawled.truth[url]["title"]}
    assert wrong == {}


def test_days_are_exact(crawled: Crawled) -> None:
    wrong = {
        url: (row[3], crawled.truth[url]["published"])
        for url, row in crawled.articles.items()
        if row[4] != crawled.truth[url]["published"][:10]
    }
    assert wrong == {}


def test_times_are_exact_where_they_are_told(crawled: Crawled) -> None:
    """Either a bare date or the true moment; never a time that was made up."""
    for url, row in crawled.articles.items():
        if row[3] and len(row[3]) > 10:
            assert row[3][:16] == crawled.truth[url]["published"][:16], url


def test_texts_are_whole_and_hold_little_else(crawled: Crawled) -> None:
    pages = {url: row for url, row in crawled.articles.items() if crawled.truth[url]["site"] != "telegram"}
    scores = {url: _f1(row[2], crawled.truth[url]["text"]) for url, row in pages.items()}
    assert sum(scores.values()) / len(scores) > 0.97
    assert {url: round(score, 2) for url, score in scores.items() if score < 0.9} == {}


def _f1(got: str, wanted: str) -> float:
    ours, theirs = (Counter(re.findall(r"\w+", html.unescape(text).lower())) for text in (got, wanted))
    both = sum((ours & theirs).values())
    return 2 * both / (sum(ours.values()) + sum(theirs.values()))


def test_reprints_are_copies_and_retellings_are_not(crawled: Crawled) -> None:
    groups = {url: crawled.copies.get(url, url) for url in (*crawled.articles, *crawled.copies)}
    by_key = {piece["key"]: url for url, piece in crawled.truth.items()}
    for url, piece in crawled.truth.items():
        if piece["copy"]:
            assert groups[url] == groups[by_key[piece["copy"]]], piece["key"]
    true_copies = {piece["key"] for piece in crawled.truth.values() if piece["copy"]}
    origins = {piece["copy"] for piece in crawled.truth.values() if piece["copy"]}
    assert {crawled.truth[url]["key"] for url in crawled.copies} <= true_copies | origins


def test_the_most_official_of_several_copies_is_the_article(crawled: Crawled) -> None:
    keys = {crawled.truth[copy]["key"]: crawled.truth[article]["key"] for copy, article in crawled.copies.items()}
    assert keys["trade-seats"] == "gov-seats"
    assert keys["trade-brakes"] == "oka-brakes"
    assert keys["portal-copy"] == "fund-programme"


def test_what_is_no_article_has_its_outcome(crawled: Crawled) -> None:
    wrong = {
        url: (crawled.pages.get(url), right)
        for url, right in crawled.expected.items()
        if crawled.pages.get(url, ("",))[0] not in right
    }
    assert wrong == {}


def test_the_never_ending_listing_is_read_within_its_bounds(crawled: Crawled) -> None:
    (requests, outcome) = crawled.desk.rows("SELECT requests, outcome FROM crawls WHERE source = 'nasty'")[0]
    assert outcome == "finished"
    assert requests < 60
    addresses = [url for url in crawled.pages if url.startswith(crawled.sites["nasty"])]
    assert not [url for url in addresses if "PHPSESSID" in url or "sid=" in url or "calendar" in url]


def test_a_site_that_refuses_is_blocked_and_nothing_of_it_is_kept(crawled: Crawled) -> None:
    assert crawled.desk.rows("SELECT outcome FROM crawls WHERE source = 'closed'") == [("blocked",)]
    assert not [url for url in crawled.articles if url.startswith(crawled.sites["closed"])]


def test_one_event_of_several_sites_is_one_story(crawled: Crawled) -> None:
    stories: dict[str, set[int]] = {}
    for url, row in crawled.articles.items():
        if crawled.truth[url]["story"]:
            stories.setdefault(crawled.truth[url]["story"], set()).add(row[5])
    assert {name: len(ids) for name, ids in stories.items() if len(ids) > 1} == {}
    assert len({tuple(ids) for ids in stories.values()}) == len(stories)


def test_the_archive_is_whole(crawled: Crawled) -> None:
    desk = crawled.desk
    assert desk.one("PRAGMA integrity_check") == "ok"
    assert desk.rows("PRAGMA foreign_key_check") == []
    assert desk.rows("SELECT url FROM articles WHERE url NOT IN (SELECT url FROM pages)") == []
    assert desk.rows("SELECT article FROM copies WHERE article NOT IN (SELECT id FROM articles)") == []
    assert desk.rows("SELECT url, outcome FROM pages WHERE reason = '' AND outcome <> 'unchanged'") == []
    assert desk.one("SELECT count(*) FROM articles_fts") == len(crawled.articles)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("query", "SELECT count(*) AS n FROM articles", "--json"), None),
        (("search", "автомобильных сидений", "--json"), "«Янтарьавтоком»"),
        (("search", "сиденье", "--json"), "сидений"),
    ],
    ids=["query", "search for a phrase", "search by another form"],
)
def test_the_archive_answers(crawled: Crawled, arguments: tuple[str, ...], expected: str | None) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "crawler", "--archive", str(crawled.desk.archive), *arguments],
        cwd=Path(__file__).resolve().parent.parent,
        capture_output=True,
        check=True,
    )
    rows = json.loads(done.stdout)
    assert rows
    if expected is None:
        assert rows == [{"n": len(crawled.articles)}]
    else:
        assert any(expected in f"{row['title']} {row['snippet']}" for row in rows)
