"""`reread` on an archive that a crawl of the simulated press world has made, as one process after another would meet it."""

import os
import shutil
import signal
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import crawler.rereading
import storage.article_rows
import storage.fulltext
from crawler.simulator import World, start
from storage import kept, open_archive
from storage.compression import pack
from storage.corrections import correct
from tests.cli.conftest import Run
from tests.crawl.conftest import Desk

STAYS = "id, url, source, first_seen, last_seen, gone_since"
READ = (
    "id, title, text, author, published, published_utc, day, published_by, score, matched, regions, companies, text_hash, words"
)
SPOILED = (
    "UPDATE articles SET title = 'Меню', text = 'Поделиться', published = '2007-01-01',"
    " published_utc = '2006-12-31T21:00:00+00:00', day = '2007-01-01', published_by = 'footer', reader_version = 0"
)


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with start() as running:
        yield running


@pytest.fixture(scope="module")
def crawled(world: World, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """What a first crawl has kept, all pages with it; one article was edited, one taken down since."""
    desk = Desk(tmp_path_factory.mktemp("crawled"), world.config.replace("[crawl]\n", '[crawl]\nkeep_pages = "all"\n'))
    desk.crawl("bitrix", "telegram", "--limit", 6)
    with sqlite3.connect(desk.archive) as conn:
        conn.execute("UPDATE articles SET gone_since = last_seen WHERE id = 2")
    return desk


@pytest.fixture()
def desk(crawled: Desk, tmp_path: Path) -> Path:
    """A copy of the crawled archive and its configuration, where `run` runs."""
    for name in ("avtoklaster.db", "avtoklaster.toml"):
        shutil.copy(crawled.folder / name, tmp_path / name)
    return tmp_path / "avtoklaster.db"


def rows(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(path) as conn:
        return conn.execute(sql).fetchall()


def state(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that a rereading could disturb."""
    return {
        "stays": rows(path, f"SELECT {STAYS} FROM articles ORDER BY id"),
        "read": rows(path, f"SELECT {READ} FROM articles ORDER BY id"),
        "dates": rows(path, "SELECT article, witness, value, believed FROM dates ORDER BY 1, 2, 3, 4"),
        "copies": rows(path, "SELECT * FROM copies ORDER BY url"),
        "revisions": rows(path, "SELECT * FROM revisions ORDER BY id"),
        "corrections": rows(path, "SELECT * FROM corrections ORDER BY article"),
        "pages": rows(
            path, "SELECT url, outcome, reason, article, title, lead, published, score, last_fetched FROM pages ORDER BY 1"
        ),
        "stories": rows(path, "SELECT url, count(*) OVER (PARTITION BY story) FROM articles ORDER BY url"),
    }


def test_what_was_just_crawled_reads_the_same_again_and_nothing_is_touched(run: Run, desk: Path) -> None:
    assert run("reread", "--json").json()["pages"] == 0, "the crawl read it with this reader and topic"
    before = state(desk)
    report = run("reread", "--all", "--json").json()
    assert report["changes"] == []
    assert report["unchanged"] == len(before["stays"]) >= 5
    assert state(desk) == before


def test_what_an_older_reader_spoiled_is_restored_and_the_article_stays_who_it_was(run: Run, desk: Path) -> None:
    before = state(desk)
    with sqlite3.connect(desk) as conn:
        conn.execute(SPOILED)
    dry = run("reread", "--dry-run", "--json").json()
    assert rows(desk, "SELECT DISTINCT title FROM articles") == [("Меню",)]
    report = run("reread", "--json").json()
    assert report["titles"] == report["texts"] == len(before["stays"])
    assert report["dates"] == dry["dates"] >= len(before["stays"]) - 1
    assert [change["article"] for change in dry["changes"]] == [change["article"] for change in report["changes"]]
    assert state(desk) == before
    assert run("reread", "--json").json()["pages"] == 0
    word = rows(desk, "SELECT text FROM articles WHERE id = 1")[0][0].split()[0]
    assert run("search", word, "--json").json(), "the index follows the text"
    assert rows(desk, "SELECT count(*) FROM articles_fts WHERE articles_fts MATCH 'Меню'") == [(0,)]


def test_what_a_person_corrected_stays(run: Run, desk: Path) -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    with open_archive(desk) as archive:
        for number, name, value in ((1, "title", "Как решил человек"), (1, "date", "2026-01-15"), (3, "verdict", "irrelevant")):
            correct(archive, number, name, value, now=now)
    before = state(desk)
    with sqlite3.connect(desk) as conn:
        conn.execute("UPDATE articles SET text = 'Поделиться', reader_version = 0, author = 'никто'")
        conn.execute("UPDATE pages SET judged_by = 'older@1' WHERE article IS NOT NULL")
    assert "dates" not in {name for change in run("reread", "--dry-run", "--json").json()["changes"] for name in change["after"]}
    run("reread")
    assert state(desk)["corrections"] == before["corrections"]
    assert state(desk)["dates"] == before["dates"]
    assert (1, "person", "2026-01-15", 1) in before["dates"]
    assert state(desk)["read"] == before["read"]
    assert rows(desk, "SELECT title, published, published_by FROM articles WHERE id = 1") == [
        ("Как решил человек", "2026-01-15", "person")
    ]
    assert rows(desk, "SELECT score, judged_by FROM articles WHERE id = 3") == [(0.0, "person")]
    assert run("reread", "--json").json()["pages"] == 0


def test_killed_in_the_middle_of_an_article_it_goes_on_where_it_stopped(
    run: Run, desk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state(desk)
    with sqlite3.connect(desk) as conn:
        conn.execute(SPOILED)
    calls = []
    add = storage.fulltext.add

    def dies(*args: Any) -> None:
        calls.append(args)
        if len(calls) == 4:
            os.kill(os.getpid(), signal.SIGKILL)
        add(*args)

    with monkeypatch.context() as patched:
        patched.setattr(storage.fulltext, "add", dies)
        assert run("reread", code=None).code == -signal.SIGKILL
    left = rows(desk, "SELECT count(*) FROM articles WHERE reader_version = 0")[0][0]
    assert left == len(before["stays"]) - 3
    assert run("reread", "--json").json()["pages"] == left
    assert state(desk) == before
    assert rows(desk, "PRAGMA integrity_check") == [("ok",)]


@pytest.mark.slow
def test_many_pages_are_read_in_processes_with_the_same_result(run: Run, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = state(desk)
    with sqlite3.connect(desk) as conn:
        conn.execute(SPOILED)
    monkeypatch.setattr(crawler.rereading, "FEW", 3)
    monkeypatch.setattr(crawler.rereading, "WORKERS", 2)
    run("reread")
    assert state(desk) == before


def test_a_page_that_is_never_read_to_the_end_costs_only_itself(run: Run, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with sqlite3.connect(desk) as conn:
        conn.execute(SPOILED)
        (endless,) = conn.execute("SELECT url FROM articles WHERE id = 1").fetchone()
    process = crawler.rereading.process

    def hangs(body: bytes, url: str, *args: Any, **options: Any) -> Any:
        while url == endless:
            try:
                pass
            except Exception:  # noqa: BLE001  # as libraries do
                continue
        return process(body, url, *args, **options)

    monkeypatch.setattr(crawler.rereading, "process", hangs)
    monkeypatch.setattr(crawler.rereading, "LIMIT", 4)  # on a machine with much else to do
    report = run("reread", "--json").json()
    assert report["unreadable_pages"] == [{"url": endless, "reason": "reading it takes longer than 4 s"}]
    assert rows(desk, "SELECT id FROM articles WHERE title = 'Меню'") == [(1,)]


def test_only_one_source_or_only_pages_since_a_day(run: Run, desk: Path) -> None:
    with sqlite3.connect(desk) as conn:
        conn.execute(SPOILED)
    assert run("reread", "--since", "2200-01-01", "--json").json()["pages"] == 0
    run("reread", "--source", "bitrix")
    assert rows(desk, "SELECT DISTINCT source FROM articles WHERE title <> 'Меню'") == [("bitrix",)]
    assert rows(desk, "SELECT count(*) FROM articles WHERE source = 'bitrix' AND title = 'Меню'") == [(0,)]
    assert "bitrix" in run("reread", "--source", "bitriks", code=2).err


def test_what_another_topic_drops_is_marked_and_told_and_not_deleted(run: Run, desk: Path, tmp_path: Path) -> None:
    before = state(desk)
    config = tmp_path / "avtoklaster.toml"
    config.write_text('topic = "shipbuilding-clusters"\n' + config.read_text(encoding="utf-8"), encoding="utf-8")
    told = run("reread").out
    dropped = rows(desk, "SELECT id, title FROM articles WHERE score < 0.5 AND judged_by LIKE 'shipbuilding%' ORDER BY id")
    assert dropped
    assert f"{len(dropped)} verdicts" in told
    assert "irrelevant now" in told
    assert state(desk)["stays"] == before["stays"]
    assert run("reread", "--json").json()["pages"] == 0


def test_a_refused_page_that_is_relevant_now_becomes_an_article_of_the_day_it_was_fetched(run: Run, desk: Path) -> None:
    url, title, text = rows(desk, "SELECT url, title, text FROM articles WHERE id = 1")[0]
    with open_archive(desk) as archive, archive.write():  # as if an older topic had refused it
        storage.article_rows.remove(archive, 1)
        archive.conn.execute(
            "UPDATE pages SET article = NULL, outcome = 'irrelevant', judged_by = 'older@1' WHERE url = ?", (url,)
        )
    fetched = rows(desk, f"SELECT fetched FROM kept_pages WHERE url = '{url}'")[0][0]
    report = run("reread", "--json").json()
    assert report["recovered_pages"] == [{"url": url, "title": title}]
    assert rows(desk, f"SELECT text, first_seen FROM articles WHERE url = '{url}'") == [(text, fetched)]
    assert rows(desk, f"SELECT outcome FROM pages WHERE url = '{url}'") == [("stored",)]


def test_the_date_of_an_edited_article_is_that_of_its_first_wording(run: Run, desk: Path) -> None:
    before = state(desk)
    number, url = rows(desk, "SELECT id, url FROM articles WHERE source = 'bitrix' ORDER BY id")[0]
    with open_archive(desk) as archive, archive.write():  # the site moves its date with an edit
        page = next(page for page in kept.pages(archive) if page.url == url)
        shown = b"<html><head><meta property='article:published_time' content='2026-03-08T10:00:00+03:00'></head>"
        body = shown + page.body[page.body.lower().index(b"<body") :]
        archive.conn.execute(
            "INSERT INTO kept_pages (url, source, fetched, status, headers, size, digest, body)"
            " SELECT url, source, '2026-12-01T10:00:00+00:00', status, headers, ?, 'edited', ? FROM kept_pages WHERE url = ?",
            (len(body), pack(body), url),
        )
    run("reread", "--all")
    assert state(desk)["dates"] == before["dates"]
    with sqlite3.connect(desk) as conn:
        conn.execute("UPDATE articles SET reader_version = 0")
        conn.execute("DELETE FROM kept_pages WHERE url = ? AND digest <> 'edited'", (url,))
        conn.execute(
            "INSERT INTO revisions (article, seen, replaced, title, text)"
            " VALUES (?, '2026-11-22', '2026-12-01T10:00:00+00:00', '', '')",
            (number,),
        )
    run("reread")
    assert state(desk)["dates"] == before["dates"], "the page of the first wording is gone: its date stands"
    with sqlite3.connect(desk) as conn:
        conn.execute("UPDATE articles SET reader_version = 0")
        conn.execute("DELETE FROM revisions")
    run("reread")
    assert state(desk)["dates"] != before["dates"], "otherwise the page is believed"
