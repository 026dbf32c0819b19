"""What follows from an article's words comes along with it, or is worked out when it is stored: the archive is the same."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from storage import Archive, articles, open_archive
from storage.derived import derive
from storage.text import analyzer, lemma
from tests.storage.invariants import broken
from tests.storage.samples import CITY, NOW, PLANT, article, distinct, later, page

TEXTS = [PLANT, CITY, PLANT + "\nОб этом сообщает сайт соседей.", "Ёж с\u0306нега\x00  №\u00a07\nЗавод.", *map(distinct, "абв")]


def _fill(path: Path, *, ready: bool) -> list[str]:
    """Everything that an archive holds after some articles came, one of them in two wordings."""
    with open_archive(path) as archive:
        for number, text in enumerate([*TEXTS, PLANT.replace("осень", "зиму")]):
            record = article(url=f"https://gov39.ru/press/{number % len(TEXTS)}/", text=text)
            record = replace(record, derived=derive(record.title, record.text)) if ready else record
            articles.store(archive, record, page(record.url), now=later(hours=number))
        assert not broken(archive)
        return list(archive.conn.iterdump())


def test_an_article_that_comes_with_what_follows_from_its_words_is_stored_as_one_that_comes_without(tmp_path: Path) -> None:
    assert _fill(tmp_path / "ready.db", ready=True) == _fill(tmp_path / "bare.db", ready=False)


def test_nothing_is_worked_out_while_it_is_written(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    record = article()
    record = replace(record, derived=derive(record.title, record.text))
    for name in ("storage.text.analyzer", "storage.article_rows.derive", "storage.story_index.make", "storage.copies.prepare"):
        monkeypatch.setattr(name, lambda *_: pytest.fail(f"{name} was asked for"))  # noqa: B023
    assert articles.store(archive, record, page(), now=NOW).outcome == "stored"


def test_nor_when_an_earlier_address_of_the_same_words_takes_their_place(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    late, early = (
        article(url=f"https://{name}.ru/1/", source=name, published=day)
        for name, day in (("late", "2026-01-20"), ("early", "2026-01-19"))
    )
    derived = derive(late.title, late.text)
    articles.store(archive, replace(late, derived=derived), page(late.url, source="late"), now=NOW)
    for name in ("storage.text.analyzer", "storage.article_rows.derive", "storage.story_index.make"):
        monkeypatch.setattr(name, lambda *_: pytest.fail(f"{name} was asked for"))  # noqa: B023
    stored = articles.store(archive, replace(early, derived=derived), page(early.url, source="early"), now=NOW)
    assert stored.reason == f"comes before {late.url}"
    assert not broken(archive)


def test_what_follows_from_other_words_is_passed_over(archive: Archive) -> None:
    record = replace(article(), derived=derive("Другое", "Совсем другие слова о погоде."))
    articles.store(archive, record, page(), now=NOW)
    row = archive.one("SELECT words FROM articles")
    assert row is not None
    assert row["words"] == derive(record.title, record.text).words
    assert not broken(archive)
    with pytest.raises(sqlite3.IntegrityError):
        archive.conn.execute("INSERT INTO copy_sketches (article, version, hashes) VALUES (1, 1, x'')")


@pytest.mark.parametrize("word", ["стали", "завода", "автотора", "белджи", "семь", "рабочих", "моторостроение", "ввели", "уже"])
def test_a_lemma_is_that_of_the_likeliest_reading(word: str) -> None:
    assert lemma(word) == analyzer().parse(word)[0].normal_form.replace("ё", "е")
