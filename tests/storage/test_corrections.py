"""A person's word: applied at once, and stronger than what comes later."""

import pytest

from storage import Archive, articles, links, pages
from storage.corrections import correct
from storage.records import DateRecord
from tests.storage.samples import CITY, NOW, PLANT, count, found, later, page, put

OTHER = "Совсем другой заголовок\n" + CITY.partition("\n")[2].replace("моста", "дороги")


def say(archive: Archive, article, field: str, value: str, **more):
    return correct(archive, article, field, value, now=NOW, **more)


@pytest.mark.parametrize(
    ("field", "value", "kept", "columns"),
    [
        ("title", " Верный  заголовок ", "Верный заголовок", {"title": "Верный заголовок"}),
        ("region", "RU-KLU", "RU-KLU", {"region": "RU-KLU"}),
        ("region", "калужская область", "RU-KLU", {"region": "RU-KLU"}),
        ("date", "2026-01-29", "2026-01-29", {"published": "2026-01-29", "day": "2026-01-29", "published_by": "person"}),
        ("date", "2026-01-29T23:00:00+02:00", "2026-01-29T23:00:00+02:00", {"published_utc": "2026-01-29T21:00:00+00:00"}),
        ("date", "29.1.2026", "2026-01-29", {"published": "2026-01-29", "published_by": "person"}),
        ("date", "none", "", {"published": None, "day": None, "published_by": ""}),
        ("verdict", "irrelevant", "irrelevant", {"score": 0.0, "judged_by": "person"}),
    ],
)
def test_a_word_is_kept_applied_and_outlives_a_new_reading(archive: Archive, field, value, kept, columns) -> None:
    put(archive, published="2026-01-30")
    row = say(archive, "https://gov39.ru/press/1/", field, value, who="Анна", note="проверено")
    assert {name: row[name] for name in columns} == columns
    assert tuple(archive.one("SELECT article, field, value, who, at, note FROM corrections")) == (
        *(1, field, kept, "Анна", "2026-02-02T09:00:00+00:00", "проверено"),
    )
    changed = "Новый заголовок\n" + PLANT.partition("\n")[2].replace("осень", "зиму")
    put(archive, text=changed, published="2026-02-01", region="RU-MOW", score=0.7, reader_version=9, now=later(days=1))
    row = articles.get(archive, 1)
    assert {name: row[name] for name in columns} == columns
    assert "зиму" in row["text"]
    put(archive, url="https://government.ru/1", source="klops", text=changed, published="2020-01-01")
    row = articles.get(archive, 1)
    assert {name: row[name] for name in columns} == columns, "not even a better address changes it"


def test_the_newest_word_counts(archive: Archive) -> None:
    put(archive)
    say(archive, 1, "title", "Первый")
    say(archive, "1", "title", "Второй")
    assert articles.get(archive, 1)["title"] == "Второй"
    assert count(archive, "corrections") == 1
    assert found(archive, "title: второй") == [1]
    assert found(archive, "title: первый") == []


@pytest.mark.parametrize(
    ("article", "field", "value", "error", "words"),
    [
        (7, "title", "x", LookupError, "no article 7"),
        ("https://gov39.ru/nothing", "title", "x", LookupError, "no article"),
        (1, "titel", "x", ValueError, "did you mean title"),
        (1, "colour", "x", ValueError, "allowed: verdict"),
        (1, "title", " ", ValueError, "needs a word"),
        (1, "region", "Калужска область", ValueError, "Калужская область"),
        (1, "region", "XX", ValueError, "ISO 3166-2"),
        (1, "date", "вчера", ValueError, "YYYY-MM-DD"),
        (1, "date", "30.02.2026", ValueError, "YYYY-MM-DD"),
        (1, "date", "2062-01-30", ValueError, "in the future"),
        (1, "date", "0026-01-30", ValueError, "too early"),
        ("9" * 30, "title", "x", LookupError, "no article 999"),
        (1, "story", "9" * 30, LookupError, "no story 999"),
        (1, "copy", "9" * 30, LookupError, "no article 999"),
        (1, "verdict", "maybe", ValueError, "relevant or irrelevant"),
        (1, "story", "17", LookupError, "no story 17"),
        (1, "story", "x", ValueError, "number"),
        (1, "copy", "1", ValueError, "copy of itself"),
        (1, "copy", "9", LookupError, "no article 9"),
        (1, "copy", "no", ValueError, "name the address"),
        (1, "copy", "x", ValueError, "number of the article"),
    ],
)
def test_a_wrong_word_changes_nothing_and_says_what_is_allowed(archive: Archive, article, field, value, error, words) -> None:
    put(archive)
    before = articles.get(archive, 1)
    with pytest.raises(error, match=words):
        say(archive, article, field, value)
    assert articles.get(archive, 1) == before
    assert count(archive, "corrections") == 0


def test_two_articles_are_made_one_by_a_persons_word(archive: Archive) -> None:
    archive.conn.execute("INSERT INTO sources (id, kind) VALUES ('gov39', 'government')")
    put(archive, published="2026-01-30")
    put(archive, url="https://klops.ru/1", source="klops", text=OTHER, published="2026-01-29", now=later(days=-1))
    put(archive, url="https://kp40.ru/1", source="kp40", text=OTHER, published="2026-01-31")
    put(archive, url="https://klops.ru/1", source="klops", text=OTHER.replace("ноябрю", "маю"), now=later(days=1))
    row = say(archive, 2, "copy", "1", who="Анна")
    assert (row["id"], row["url"], row["first_seen"][:10]) == (1, "https://gov39.ru/press/1/", "2026-02-01")
    assert count(archive, "articles") == 1
    assert dict(archive.conn.execute("SELECT url, article FROM copies").fetchall()) == {
        "https://klops.ru/1": 1,
        "https://kp40.ru/1": 1,
    }
    assert archive.one("SELECT article FROM revisions")[0] == 1
    assert pages.get(archive, "https://klops.ru/1")["outcome"] == "copy"
    assert found(archive, "text: совещание") == []
    changed = put(archive, url="https://klops.ru/1", source="klops", text=CITY, now=later(days=2))
    assert (changed.outcome, changed.article) == ("copy", 1), "whatever its text is now"


@pytest.mark.parametrize("kind", ["government", "media"])
def test_what_was_said_of_a_copy_holds_for_what_it_is_a_copy_of(archive: Archive, kind: str) -> None:
    archive.conn.execute("INSERT INTO sources (id, kind) VALUES ('gov39', 'company'), ('klops', ?)", (kind,))
    put(archive, published="2026-01-30")
    put(archive, url="https://klops.ru/1", source="klops", text=OTHER, published="2026-01-31")
    say(archive, 1, "region", "RU-KLU")
    for field, value in (("date", "2026-01-15"), ("region", "RU-MOW"), ("verdict", "irrelevant")):
        say(archive, 2, field, value, who="Анна")
    row = say(archive, 2, "copy", "1")
    assert (row["id"], row["published"], row["day"], row["region"]) == (1, "2026-01-15", "2026-01-15", "RU-KLU")
    assert (row["score"], row["judged_by"]) == (0.0, "person")
    assert [date[:3] for date in _dates(archive)][:1] == [("person", "2026-01-15", 1)]


def test_of_two_made_one_the_more_official_address_stands(archive: Archive) -> None:
    archive.conn.execute("INSERT INTO sources (id, kind) VALUES ('gov39', 'government')")
    put(archive, url="https://klops.ru/1", source="klops", text=OTHER)
    put(archive)
    row = say(archive, 2, "copy", "1")
    assert (row["id"], row["url"], row["title"]) == (1, "https://gov39.ru/press/1/", PLANT.partition("\n")[0])
    assert [copy[0] for copy in archive.conn.execute("SELECT url FROM copies")] == ["https://klops.ru/1"]
    assert found(archive, "автокомпонент") == [1]


def test_what_is_said_to_be_no_copy_is_fetched_again_and_stays_apart(archive: Archive) -> None:
    put(archive)
    put(archive, url="https://klops.ru/1", source="klops")
    say(archive, "https://klops.ru/1", "copy", "no")
    assert count(archive, "copies") == 0
    assert [link.url for link in links.pending(archive, "klops", limit=9, now=NOW)] == ["https://klops.ru/1"]
    stored = put(archive, url="https://klops.ru/1", source="klops")
    assert (stored.outcome, stored.article) == ("stored", 2)
    assert put(archive, url="https://kp40.ru/1", source="kp40").outcome == "copy"
    say(archive, 2, "copy", "1")
    assert count(archive, "articles") == 1, "a person may think again"
    assert pages.get(archive, "https://klops.ru/1")["article"] == 1
    pages.record(archive, page("https://klops.ru/1", source="klops", outcome="failed"), now=NOW)
    assert articles.get(archive, "https://klops.ru/1")["id"] == 1


def test_an_article_moves_to_another_story(archive: Archive) -> None:
    put(archive)
    row = say(archive, 1, "story", "new")
    assert archive.one("SELECT title FROM stories WHERE id = ?", (row["story"],))[0] == row["title"]
    archive.conn.execute("INSERT INTO stories (id) VALUES (40)")
    assert say(archive, 1, "story", "40")["story"] == 40


def _dates(archive: Archive) -> list[tuple[str, str, int, str]]:
    return [tuple(row) for row in archive.conn.execute("SELECT witness, value, believed, why FROM dates ORDER BY rowid")]


def test_a_date_set_by_a_person_is_a_witness_before_all_and_the_one_it_overruled_says_so(archive: Archive) -> None:
    dates = (
        DateRecord(witness="meta", value="2007-01-01", believed=False, why="json-ld is trusted more"),
        DateRecord(witness="json-ld", value="2026-01-30", believed=True, why="is of the article"),
    )
    put(archive, published="2026-01-30", published_by="json-ld", dates=dates)
    say(archive, 1, "date", "2026-01-28", who="Анна")
    say(archive, 1, "date", "2026-01-29", who="Анна", note="по бумаге")
    others = [
        ("json-ld", "2026-01-30", 0, "believed until a person said otherwise; is of the article"),
        ("meta", "2007-01-01", 0, "json-ld is trusted more"),
    ]
    assert _dates(archive) == [("person", "2026-01-29", 1, "said by Анна: по бумаге"), *others]
    put(archive, published="2026-01-30", dates=dates, reader_version=9, now=later(days=1))
    assert sorted(_dates(archive)) == sorted([*others, ("person", "2026-01-29", 1, "said by Анна: по бумаге")])
    say(archive, 1, "date", "none")
    assert _dates(archive)[0] == ("person", "none", 1, "said by a person")
    assert articles.get(archive, 1)["published"] is None


def test_a_title_that_a_person_gave_leaves_the_dates_alone(archive: Archive) -> None:
    put(archive, dates=(DateRecord(witness="meta", value="2026-01-30", believed=True, why="x"),))
    say(archive, 1, "title", "Верный")
    assert _dates(archive) == [("meta", "2026-01-30", 1, "x")]
