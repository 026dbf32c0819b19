"""The column dictionary knows the schema, whole; the names that were promised are there; the views answer."""

import pytest

from storage import Archive, articles, crawls, pages
from storage.query import run, table_columns
from storage.schema import SCHEMA
from tests.storage.samples import CITY, NOW, PLANT, later, page, put

PROMISED = {
    "sources": "id, name, region, kind, home, enabled, next_due, last_success, last_new, failures",
    "crawls": "id, source, started, finished, outcome, requests, bytes, new, revised, copies, irrelevant, failed, message",
    "pages": "url, source, first_seen, last_fetched, status, etag, last_modified, outcome, reason, article, title, lead,"
    " published, score, matched, judged_by",
    "articles": "id, url, source, region, title, text, author, published, published_utc, day, published_by, first_seen,"
    " last_seen, gone_since, language, words, score, matched, story, reader_version",
    "corrections": "article, field, value, who, at, note",
    "dates": "article, witness, value, believed",
    "copies": "article, url, source, published, first_seen, similarity",
    "revisions": "article, seen, title, text",
    "stories": "id, title, first_published, last_published, articles, sources",
    "articles_fts": "title, text, title_lemmas, text_lemmas",
    **dict.fromkeys(("latest", "by_region", "story_sources", "edits", "refused", "source_health", "coverage"), ""),
}


def test_the_dictionary_has_every_table_and_column_and_no_other(archive: Archive) -> None:
    there = {table: set(columns) for table, columns in table_columns(archive.conn).items()}
    described = {table: set(columns) - {""} for table, columns in SCHEMA.items()}
    assert described == there


def test_every_meaning_is_a_sentence_or_points_to_one() -> None:
    for table, columns in SCHEMA.items():
        assert columns[""].endswith("."), table
        for column, meaning in columns.items():
            assert meaning, f"{table}.{column}"


@pytest.mark.parametrize("table", PROMISED)
def test_promised_names_are_there(archive: Archive, table: str) -> None:
    names = [name.strip() for name in PROMISED[table].split(",") if name.strip()]
    archive.conn.execute(f"SELECT {', '.join(names) or '*'} FROM {table}")


def rows(archive: Archive, sql: str) -> list[tuple]:
    return list(run(archive.path, sql)[1])


def test_latest_and_by_region(archive: Archive) -> None:
    put(archive, published="2026-01-30T10:00:00+02:00")
    put(archive, url="https://kp40.ru/1", source="kp40", region="RU", regions=("RU-KLU",), text=CITY, published="2026-01-31")
    put(archive, url="https://kp40.ru/2", source="kp40", region="RU", text="Без даты\nи без региона", published=None)
    assert rows(archive, "SELECT id, region_name FROM latest") == [
        (2, "Калужская область"),
        (1, "Калининградская область"),
        (3, "Россия"),
    ]
    assert rows(archive, "SELECT region, articles, newest FROM by_region WHERE region = 'RU-KLU'") == [
        ("RU-KLU", 1, "2026-01-31")
    ]
    archive.conn.execute("INSERT INTO corrections (article, field, value, at) VALUES (2, 'verdict', 'irrelevant', '')")
    assert rows(archive, "SELECT id FROM latest") == [(1,), (3,)]


def test_story_sources_says_who_was_first_and_who_copied_whom(archive: Archive) -> None:
    put(archive, published="2026-01-30T10:00:00+02:00")
    put(archive, url="https://klops.ru/1", source="klops", published="2026-01-30T13:30:00+02:00")
    put(archive, url="https://kp40.ru/1", source="kp40", text=CITY, published="2026-01-31T10:00:00+02:00")
    archive.conn.execute("INSERT INTO stories (id, title, first_published) VALUES (5, 'Корпус', '2026-01-30T08:00:00+00:00')")
    archive.conn.execute("UPDATE articles SET story = 5")
    assert rows(
        archive, "SELECT source, kind, hours_after_first, copied_from FROM story_sources WHERE story = 5 ORDER BY published_utc"
    ) == [
        ("gov39", "article", 0.0, None),
        ("klops", "copy", 3.5, "https://gov39.ru/press/1/"),
        ("kp40", "article", 24.0, None),
    ]


def test_edits_shows_each_wording_before_and_after(archive: Archive) -> None:
    for day, season in enumerate(("осень", "зиму", "весну")):
        put(archive, text=PLANT.replace("осень", season), now=later(days=day))
    found = rows(archive, "SELECT edited, text_before, text_after FROM edits")
    assert [(row[0][:10], row[1][-8:-1].split()[-1], row[2][-8:-1].split()[-1]) for row in found] == [
        ("2026-02-04", "зиму", "весну"),
        ("2026-02-03", "осень", "зиму"),
    ]


def test_refused_says_why(archive: Archive) -> None:
    pages.record(archive, page(outcome="irrelevant", title="О мосте", lead="Мост", score=0.2, reason="нет терминов"), now=NOW)
    pages.record(archive, page("https://gov39.ru/2", outcome="failed"), now=NOW)
    assert rows(archive, "SELECT title, lead, score, reason FROM refused") == [("О мосте", "Мост", 0.2, "нет терминов")]


def test_source_health_and_coverage(archive: Archive) -> None:
    from datetime import UTC, datetime, timedelta

    now = datetime.now(UTC)
    for days, outcome in ((5, "finished"), (5, "finished"), (4, "failed"), (2, "partial")):
        moment = now - timedelta(days=days)
        crawl = crawls.start(archive, "gov39", now=moment)
        crawls.finish(archive, crawl, outcome=outcome, counts={"new": 1}, message="", now=moment)
    day = [(now - timedelta(days=days)).date().isoformat() for days in range(7)]
    archive.conn.execute(
        "INSERT INTO gaps (source, noticed, since, until, reason) VALUES ('gov39', '', ?, ?, '')", (day[2], day[2])
    )
    assert rows(archive, "SELECT day, checks, failures, new, state FROM coverage WHERE source = 'gov39' ORDER BY day") == [
        (day[5], 2, 0, 2, "covered"),
        (day[4], 0, 1, 1, "failing"),
        (day[3], 0, 0, 0, "not checked"),
        (day[2], 1, 0, 1, "gap"),
        (day[1], 0, 0, 0, "not checked"),
        (day[0], 0, 0, 0, "not checked"),
    ]
    put(archive, published="2026-01-30")
    crawls.start(archive, "gov39", now=now)
    sql = "SELECT last_outcome, failures, pending, articles, newest_article, alarm FROM source_health"
    assert rows(archive, sql) == [("running", 0, 0, 1, "2026-01-30", None)]
    assert articles.get(archive, 1)["source"] == "gov39"


def test_plain_sqlite3_finds_any_form_through_the_table_of_words(archive: Archive) -> None:
    import sqlite3

    put(archive)
    plain = sqlite3.connect(archive.path)
    sql = (
        "SELECT a.title FROM articles_fts AS f JOIN articles AS a ON a.id = f.rowid WHERE articles_fts MATCH"
        " (SELECT group_concat(lemma, ' ') FROM words WHERE form IN ('автокомпонентов', 'губернатор'))"
    )
    assert plain.execute(sql).fetchall() == [("В Калининграде открыли новый корпус автомобильного кластера",)]
    assert plain.execute("SELECT rowid FROM articles_fts WHERE articles_fts MATCH 'АВТОКОМПОНЕНТ'").fetchall() == [(1,)]
    plain.close()
