"""`mark`, `new` and `diff`: a person's hand on what was kept."""

import shutil
from pathlib import Path

import pytest

from storage import open_archive
from tests.cli.archives import record
from tests.cli.conftest import Run


@pytest.fixture()
def archive(run: Run, filled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(filled, tmp_path / "avtoklaster.db"))


def _texts(run: Run, article: object) -> list[tuple[str, str, str]]:
    return [(mark["kind"], mark["scope"], mark["text"]) for mark in run("mark", article, "--json").json()]


def test_tags_and_notes_are_put_on_shown_and_taken_off(run: Run, archive: Path) -> None:
    run("mark", 1, "--tag", " важно  очень ", "--tag", "спорно", "--note", "Спросить\nминистерство", "--who", "И. Петрова")
    run("mark", "https://GOV39.ru/press/101/?utm_source=x", "--tag", "спорно")
    assert _texts(run, 1) == [
        ("note", "article", "Спросить\nминистерство"),
        ("tag", "article", "важно очень"),
        ("tag", "article", "спорно"),
    ]
    marks = run("mark", 1, "--untag", "спорно", "--json").json()
    assert [mark["who"] for mark in marks] == ["И. Петрова", "И. Петрова"]
    run("mark", 1, "--drop-note", next(mark["id"] for mark in marks if mark["kind"] == "note"))
    assert _texts(run, 1) == [("tag", "article", "важно очень")]


def test_a_mark_on_a_story_is_seen_from_each_of_its_articles_and_follows_the_event(run: Run, archive: Path) -> None:
    run("mark", 3, "--story", "--tag", "поставки")
    assert _texts(run, 1) == _texts(run, 3) == [("tag", "story", "поставки")]
    assert _texts(run, 2) == []
    with open_archive(archive) as opened, opened.write():  # as regrouping may do
        opened.conn.execute("INSERT INTO stories (id) VALUES (200)")
        opened.conn.execute("UPDATE articles SET story = 200 WHERE id IN (2, 3)")
    assert _texts(run, 2) == [("tag", "story", "поставки")]
    assert _texts(run, 1) == []
    run("mark", 2, "--story", "--untag", "поставки")
    assert _texts(run, 3) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["99"], "no article with the id 99"),
        (["https://nowhere.ru/"], "no article with the address"),
        (["не адрес"], "no article with the address"),
        (["1", "--tag", "  "], "a tag needs a word"),
        (["1", "--note", ""], "a note needs words"),
        (["1", "--untag", "нет"], "no such tag"),
        (["1", "--drop-note", "7"], "no note 7"),
    ],
)
def test_a_mark_that_cannot_be_changes_nothing(run: Run, archive: Path, arguments: list[str], said: str) -> None:
    assert said in run("mark", *arguments, "--tag", "x", code=2).err
    assert _texts(run, 1) == []


def test_each_morning_begins_with_what_is_new_for_that_person(run: Run, archive: Path) -> None:
    assert [row["id"] for row in run("new", "--who", "a", "--nl").lines()] == [1, 2, 3, 4]
    assert len(run("new", "--who", "a", "--seen", "--nl").lines()) == 4
    assert run("new", "--who", "a", "--json").json() == []
    assert len(run("new", "--who", "b", "--nl").lines()) == 4
    from storage import articles
    from storage.records import PageRecord
    from tests.cli.archives import NOW

    with open_archive(archive) as opened:
        for url, more in (
            ("https://samara.ru/news/3/", "\nНовый срок: январь."),
            ("https://samara.ru/news/4/", "\nДругое." * 40),
        ):
            article = record(url, text_of="https://samara.ru/news/3/", source="samara", more=more)
            articles.store(opened, article, PageRecord(url=url, source="samara", status=200), now=NOW)
    rows = run("new", "--who", "a", "--seen", "--nl").lines()
    assert {(row["what"], row["url"][-2]) for row in rows} >= {("edited", "3")}
    assert run("new", "--who", "a").err.startswith("0 new or edited since 20")


def test_an_edit_is_shown_by_its_words(run: Run, archive: Path) -> None:
    [change] = run("diff", 4, "--json").lines()
    assert change["added"] == ["Позже завод уточнил: договоры подпишут в декабре."]
    assert (change["removed"], change["title"]) == ([], None)
    assert "  + Позже завод уточнил" in run("diff", "https://samara.ru/news/3/").out
    assert "has not changed" in run("diff", 1).out
    assert "no article with the id 99" in run("diff", 99, code=2).err


def test_within_a_sentence_only_the_words_that_differ_are_marked(run: Run, archive: Path) -> None:
    with open_archive(archive) as opened, opened.write():
        opened.conn.execute(
            "UPDATE articles SET text = replace(text, 'в декабре', 'в январе'), title = 'АВТОВАЗ увеличит закупки' WHERE id = 4"
        )
        opened.conn.execute(
            "INSERT INTO revisions (article, seen, replaced, title, text) SELECT 4, first_seen, '2026-12-01T00:00:00+00:00',"
            " 'АВТОВАЗ утроит закупки', replace(text, 'в январе', 'в декабре') FROM articles WHERE id = 4"
        )
    out = run("diff", 4).out
    assert "± Позже завод уточнил: договоры подпишут в [-декабре.-] {+январе.+}" in out
    assert "title: АВТОВАЗ [-утроит-] {+увеличит+} закупки" in out
    assert "Тольяттинский завод" not in out
    assert "Тольяттинский завод" in run("diff", 4, "--full").out


@pytest.mark.parametrize("arguments", [("search", "завод", "--story"), ("mark", "1", "--drop-note"), ("mark",), ("diff",)])
def test_a_number_beyond_all_numbers_is_one_line(run: Run, archive: Path, arguments: tuple[str, ...]) -> None:
    assert "9" * 30 in run(*arguments, "9" * 30, code=2).err
