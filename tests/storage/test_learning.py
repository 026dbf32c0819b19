"""What was learned of a source is kept: the newest pages, counts, and what it means for articles kept before."""

from datetime import UTC, datetime, timedelta

from storage import forgetting, learning, rereading
from storage.connection import Archive
from storage.learning import LessonRecord, remember, remembered
from tests.storage.samples import PLANT, count, later, put

LINE = "Материал подготовлен редакцией портала области"
TAIL = " :: Главное"
NOW = datetime(2026, 2, 1, tzinfo=UTC)


def teach(archive: Archive, number: int, **more: object) -> None:
    lesson = LessonRecord(title=f"{number:016x}", tails=(TAIL,), lines={"ab" * 8: 40})
    now = NOW + timedelta(minutes=number)
    remember(archive, "gov40", f"https://gov40.example.ru/{number}/", lesson, now=now, **more)  # type: ignore[arg-type]


def test_only_the_newest_pages_are_remembered_and_what_was_learned_stays(archive: Archive) -> None:
    teach(archive, 0, news=[("line", LINE, 5), ("tail", TAIL, 6)])
    for number in range(1, 30):
        teach(archive, number, again=[("line", LINE)])
    found = remembered(archive, "gov40")
    assert list(found.lessons) == [f"https://gov40.example.ru/{number}/" for number in range(10, 30)]
    assert found.lessons["https://gov40.example.ru/29/"] == LessonRecord(title=f"{29:016x}", tails=(TAIL,), lines={"ab" * 8: 40})
    assert found.learned == {"line": {LINE: 34}, "tail": {TAIL: 6}}
    assert remembered(archive, "gov39").learned == {"line": {}, "tail": {}}


def test_an_article_that_became_cleaner_was_not_edited_and_is_stored_clean(archive: Archive) -> None:
    put(archive, title="Завод открыт" + TAIL, text=f"{PLANT}\n{LINE}")
    source = archive.conn.execute("SELECT source FROM articles").fetchone()[0]
    lesson = LessonRecord(title="", tails=(), lines={})
    remember(archive, source, "https://a.example.ru/", lesson, news=[("line", LINE, 5), ("tail", TAIL, 5)], now=NOW)
    waiting = rereading.waiting(archive, 1, "", source=source)
    assert waiting == [], "its page was not kept"
    assert put(archive, title="Завод открыт", text=PLANT, now=later(days=1)).outcome == "unchanged"
    assert count(archive, "revisions") == 0
    title, text = archive.conn.execute("SELECT title, text FROM articles").fetchone()
    assert title == "Завод открыт"
    assert LINE not in text
    edited = PLANT.replace("осень", "зиму")
    assert put(archive, title="Завод открыт", text=edited, now=later(days=2)).outcome == "revised"


def test_nothing_is_left_of_a_forgotten_address_or_source(archive: Archive) -> None:
    put(archive)
    url, source = archive.conn.execute("SELECT url, source FROM articles").fetchone()
    remember(archive, source, url, LessonRecord(title="", tails=(), lines={}), news=[("line", LINE, 5)], now=NOW)
    forgetting.forget_address(archive, url, why="", now=NOW)
    assert count(archive, "lessons") == 0
    assert learning.remembered(archive, source).learned["line"] == {LINE: 5}
    forgetting.forget_source(archive, source, now=NOW)
    assert count(archive, "learned") == 0
