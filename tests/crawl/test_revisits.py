"""Kept articles are looked at again: silent edits, take-downs and returns are seen, and nothing else."""

import sqlite3

import pytest

from crawler.simulator import World
from tests.crawl.conftest import Desk

EARLIER = "strftime('%Y-%m-%dT%H:%M:%S+00:00', {}, '-{} hours')"


def hours_pass(desk: Desk, hours: int) -> None:
    """As if everything had been seen so much earlier."""
    with sqlite3.connect(desk.archive) as conn:
        for table, column in (
            ("articles", "first_seen"),
            ("articles", "last_seen"),
            ("pages", "last_fetched"),
            ("pages", "first_seen"),
        ):
            conn.execute(f"UPDATE {table} SET {column} = {EARLIER.format(column, hours)}")


def test_an_edit_and_a_take_down_are_seen_by_looking_again_and_the_rest_is_asked_conditionally(desk: Desk, world: World) -> None:
    desk.crawl("bitrix")
    kept = {url for (url,) in desk.rows("SELECT url FROM articles WHERE source = 'bitrix'")}
    edited = world.edit("gov-seats")
    assert edited in kept
    gone = min(kept - {edited})
    world.fault(gone, "status", code=404)

    world.take_log()
    desk.crawl("bitrix")
    assert not {world.sites["bitrix"] + entry["target"].lstrip("/") for entry in world.take_log()} & kept, "too early"

    hours_pass(desk, 3)
    desk.crawl("bitrix")
    assert desk.rows("SELECT a.url FROM revisions AS v JOIN articles AS a ON a.id = v.article") == [(edited,)]
    assert desk.rows("SELECT url FROM articles WHERE gone_since IS NOT NULL") == [(gone,)]
    assert desk.one("SELECT outcome FROM pages WHERE url = ?", gone) == "gone"
    assert desk.rows("SELECT new, revised, failed, outcome FROM crawls ORDER BY id DESC LIMIT 1") == [(0, 1, 0, "finished")]
    asked = {world.sites["bitrix"] + e["target"].lstrip("/"): e["status"] for e in world.take_log()}
    assert kept <= set(asked)
    assert desk.one("SELECT count(*) FROM articles") == len(kept), "marked, never deleted"

    world.heal()
    hours_pass(desk, 24)
    desk.crawl("bitrix")
    assert desk.rows("SELECT url FROM articles WHERE gone_since IS NOT NULL") == []
    assert desk.one("SELECT count(*) FROM revisions") == 1


@pytest.mark.slow
def test_a_typo_that_is_put_right_is_a_revision_and_a_counter_that_moves_is_none(desk: Desk, world: World) -> None:
    pieces = [piece for piece in world.truth if piece["site"] == "bitrix" and piece["relevant"] and not piece["copy"]]
    piece = next(piece for piece in pieces if piece["key"] != "gov-seats")  # the test above has edited that one
    key, opening, end = piece["key"], piece["text"].splitlines()[0][:30], piece["text"].splitlines()[-1][-30:]
    world.edit(key, was=end, becomes=f"{end}\nПросмотров: 17")
    world.edit(key, was=opening, becomes=f"Опечатко {opening}")
    desk.crawl("bitrix")

    hours_pass(desk, 3)
    address = world.edit(key, was="Просмотров: 17", becomes="Просмотров: 2 046")
    desk.crawl("bitrix")
    assert desk.one("SELECT count(*) FROM revisions") == 0

    hours_pass(desk, 24)
    world.edit(key, was="Опечатко", becomes="Опечатка")
    desk.crawl("bitrix")
    assert desk.one("SELECT count(*) FROM revisions") == 1
    assert "Опечатко" in desk.one(
        "SELECT v.text FROM revisions AS v JOIN articles AS a ON a.id = v.article WHERE a.url = ?", address
    )
    assert "Опечатка" in desk.one("SELECT text FROM articles WHERE url = ?", address)
    assert desk.one("SELECT count(*) FROM edits WHERE url = ?", address) == 1
    world.edit(key, was="Опечатка ", becomes="")
    world.edit(key, was="\nПросмотров: 2 046", becomes="")
