"""A person's word that is taken back: what the newest reading says holds again, and what was said is history."""

import pytest

from storage import Archive, articles, links
from storage.corrected import former
from storage.corrections import correct
from storage.records import DateRecord
from storage.withdrawing import withdraw
from tests.storage.invariants import broken
from tests.storage.samples import CITY, NOW, PLANT, count, found, later, put

DATES = (
    DateRecord(witness="meta", value="2007-01-01", believed=False, why="json-ld is trusted more"),
    DateRecord(witness="json-ld", value="2026-01-30T10:00:00", believed=True, why="is of the article"),
)
READ = {"published": "2026-01-30T10:00:00+02:00", "published_by": "json-ld", "dates": DATES, "reason": "kept", "judged_by": "t"}


@pytest.fixture(autouse=True)
def region(archive: Archive) -> None:
    archive.conn.execute("INSERT INTO sources (id, region, kind) VALUES ('gov39', 'RU-KGD', 'government'), ('f', 'RU', 'media')")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "Слово"),
        ("region", "RU-KLU"),
        ("date", "2026-01-15"),
        ("date", "none"),
        ("verdict", "irrelevant"),
        ("story", "new"),
    ],
)
def test_what_the_reading_said_holds_again_as_if_nobody_had_spoken(archive: Archive, field: str, value: str) -> None:
    put(archive, **READ)
    was, dates = articles.get(archive, 1), _dates(archive)
    correct(archive, 1, field, value, who="Анна", note="видно", now=NOW)
    assert articles.get(archive, 1) != was
    row = withdraw(archive, "https://gov39.ru/press/1/", field, who="Пётр", note="ошибка", now=later(days=1))
    assert {name: row[name] for name in row if name != "story"} == {name: was[name] for name in was if name != "story"}
    assert sorted(_dates(archive)) == sorted(dates)
    assert count(archive, "corrections") == 0
    (said,) = former(archive, 1)
    assert (said["field"], said["who"], said["note"], said["at"]) == (field, "Анна", "видно", "2026-02-02T09:00:00+00:00")
    assert (said["how"], said["ended_by"], said["ended_note"], said["ended"]) == (
        *("withdrawn", "Пётр", "ошибка"),
        "2026-02-03T09:00:00+00:00",
    )
    assert broken(archive) == []
    assert found(archive, "title: слово") == []


def test_it_is_the_newest_reading_that_holds_and_not_the_one_before_the_correction(archive: Archive) -> None:
    put(archive, **READ)
    correct(archive, 1, "title", "Слово человека", now=NOW)
    correct(archive, 1, "verdict", "irrelevant", now=NOW)
    correct(archive, 1, "date", "2020-02-02", now=NOW)
    again = {
        **READ,
        "published": "2026-01-31",
        "dates": (DateRecord(witness="meta", value="2026-01-31", believed=True, why="x"),),
    }
    text = "Новый заголовок\n" + PLANT.partition("\n")[2].replace("осень", "зиму")
    put(archive, text=text, score=0.7, reader_version=9, now=later(days=1), **again)
    for field in ("title", "verdict", "date"):
        row = withdraw(archive, 1, field, who="", now=later(days=2))
    assert (row["title"], row["score"], row["reason"], row["judged_by"]) == ("Новый заголовок", 0.7, "kept", "t")
    assert (row["published"], row["published_by"], row["day"]) == ("2026-01-31", "meta", "2026-01-31")
    assert _dates(archive) == [("meta", "2026-01-31", 1, "x")]
    put(archive, text=text.replace("Новый", "Новейший"), score=0.6, reader_version=10, now=later(days=3), **again)
    assert articles.get(archive, 1)["title"] == "Новейший заголовок", "reading has the last word again"


def test_an_edit_that_moved_the_date_of_the_page_does_not_move_that_of_the_article(archive: Archive) -> None:
    put(archive, **READ)
    correct(archive, 1, "date", "2020-02-02", now=NOW)
    put(archive, text=PLANT.replace("осень", "зиму"), now=later(days=9), **{**READ, "published": "2026-02-10"})
    assert withdraw(archive, 1, "date", who="", now=later(days=10))["day"] == "2026-01-30"


def test_a_federal_source_gets_the_region_of_its_text_again(archive: Archive) -> None:
    put(archive, source="f", region="RU", regions=("RU-SAM", "RU-KGD"))
    assert articles.get(archive, 1)["region"] == "RU-SAM"
    correct(archive, 1, "region", "RU-KLU", now=NOW)
    assert withdraw(archive, 1, "region", who="", now=NOW)["region"] == "RU-SAM"


def test_an_article_that_was_put_into_a_story_goes_where_it_belongs(archive: Archive) -> None:
    put(archive, published="2026-01-30")
    put(archive, url="https://klops.ru/1", source="klops", text=CITY, published="2026-01-30")
    correct(archive, 2, "story", "1", now=NOW)
    assert articles.get(archive, 2)["story"] == 1
    assert withdraw(archive, 2, "story", who="", now=NOW)["story"] != 1
    assert broken(archive) == []


def test_what_was_said_to_be_a_copy_is_read_again_and_what_was_said_to_be_none_may_be_one(archive: Archive) -> None:
    put(archive)
    put(archive, url="https://klops.ru/1", source="klops", text=CITY)
    correct(archive, 2, "copy", "1", now=NOW)
    withdraw(archive, "https://klops.ru/1", "copy", who="", now=NOW)
    assert [link.url for link in links.pending(archive, "klops", limit=9, now=NOW)] == ["https://klops.ru/1"]
    assert put(archive, url="https://klops.ru/1", source="klops", text=CITY, now=later(days=1)).outcome == "stored"
    put(archive, url="https://kp40.ru/1", source="kp40")
    correct(archive, "https://kp40.ru/1", "copy", "no", now=NOW)
    assert withdraw(archive, "https://kp40.ru/1", "copy", who="", now=NOW)["id"] == 1, "though that address is nobody's now"
    assert put(archive, url="https://kp40.ru/1", source="kp40", now=later(days=1)).outcome == "copy"


def test_another_word_ends_the_one_before_and_both_are_known(archive: Archive) -> None:
    put(archive)
    for value, who in (("Первый", "Анна"), ("Второй", "Пётр")):
        correct(archive, 1, "title", value, who=who, now=NOW)
    assert [(s["value"], s["how"], s["ended_by"]) for s in former(archive, 1)] == [("Первый", "overruled", "Пётр")]


def test_what_was_said_of_an_article_that_became_a_copy_stays_known(archive: Archive) -> None:
    put(archive)
    put(archive, url="https://klops.ru/1", source="klops", text=CITY)
    correct(archive, 2, "title", "Раз", who="Анна", now=NOW)
    correct(archive, 2, "title", "Два", who="Анна", now=NOW)
    correct(archive, 1, "title", "Три", who="Анна", now=NOW)
    correct(archive, 2, "copy", "1", now=NOW)
    assert [said["value"] for said in former(archive, 1)] == ["Раз", "Два"]


@pytest.mark.parametrize(
    ("article", "field", "error", "words"),
    [
        (7, "title", LookupError, "no article 7"),
        ("https://kp40.ru/9", "copy", LookupError, "no article https"),
        ("x", "copy", LookupError, "no article x"),
        (1, "copy", LookupError, "nobody has corrected the copy of article 1"),
        (1, "titel", ValueError, "did you mean title"),
        (1, "title", LookupError, "nobody has corrected the title of article 1"),
    ],
)
def test_what_nobody_said_cannot_be_taken_back(archive: Archive, article: int | str, field: str, error: type, words: str) -> None:
    put(archive)
    with pytest.raises(error, match=words):
        withdraw(archive, article, field, who="", now=NOW)


def _dates(archive: Archive) -> list[tuple[str, str, int, str]]:
    return [tuple(row) for row in archive.conn.execute("SELECT witness, value, believed, why FROM dates ORDER BY rowid")]
