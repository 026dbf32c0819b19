"""`status`, `schema` and `correct`: is every source alive, what do the columns mean, and a person's word."""

import shutil
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from storage import alarms, crawls, migrations, open_archive
from storage.connection import APPLICATION_ID
from tests.cli.archives import NOW
from tests.cli.conftest import Run


@pytest.fixture()
def archive(filled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(filled, tmp_path / "avtoklaster.db"))


def test_a_source_whose_listing_went_empty_is_an_alarm_and_exit_1(run: Run, archive: Path) -> None:
    done = run("status", code=1)
    lines = done.out.splitlines()
    assert lines[2].startswith("paper")
    assert "the listing has no articles any more" in lines[2]
    assert "4 h ago" in lines[2]
    assert done.err == "1 of 2 crawled sources has an alarm.\n"
    assert "4 articles from 20" in done.out


@pytest.mark.parametrize("command", ["status", "new", "search завод"])
def test_an_archive_of_an_older_version_is_brought_up_to_date_by_who_reads_it(run: Run, tmp_path: Path, command: str) -> None:
    path = tmp_path / "avtoklaster.db"
    conn = sqlite3.connect(path, isolation_level=None)
    migrations.migrate(path, conn, APPLICATION_ID, target=1)
    conn.execute("INSERT INTO sources (id) VALUES ('gov39')")
    conn.close()
    run(*command.split())
    assert len(list(tmp_path.glob("*.v1-*.bak"))) == 1


def test_when_every_source_is_well_the_exit_code_is_0(run: Run, archive: Path) -> None:
    with open_archive(archive) as opened:
        crawl = crawls.start(opened, "paper", now=NOW)
        crawls.finish(opened, crawl, outcome="finished", now=NOW)
    assert run("status").err == ""


def test_a_silence_longer_than_ever_is_an_alarm_though_nobody_wrote_it_down(run: Run, archive: Path) -> None:
    with open_archive(archive) as opened:
        crawls.finish(opened, crawls.start(opened, "paper", now=NOW), outcome="finished", now=NOW)
        alarms.set_silence(opened, "gov39", until=NOW + timedelta(days=1), per_day=2)
        alarms.set_silence(opened, "samara", until=NOW - timedelta(days=1), per_day=2)
    found = run("status", "--json", code=1).json()
    assert {row["id"]: bool(row["alarm"]) for row in found["sources"]} == {
        "gov39": False,
        "kaluga": False,
        "paper": False,
        "samara": True,
    }


def test_a_source_that_is_turned_off_raises_no_alarm(run: Run, archive: Path) -> None:
    with open_archive(archive) as opened, opened.write():
        opened.conn.execute("UPDATE sources SET enabled = 0 WHERE id = 'paper'")
    assert "turned off" in run("status").out


def test_json_is_one_object_with_archive_alarms_and_sources(run: Run, archive: Path) -> None:
    found = run("status", "--json", code=1).json()
    assert list(found) == ["archive", "alarms", "undelivered", "sources"]
    assert found["archive"]["articles"] == 4
    parts = {part["part"]: part for part in found["archive"]["parts"]}
    assert parts["articles"]["rows"] == 4
    whole = archive.stat().st_size
    assert 0.9 * whole <= sum(part["size"] for part in parts.values()) <= whole
    assert [row["id"] for row in run("status", "--alarms", "--json", code=1).json()["sources"]] == ["paper"]


def test_an_archive_that_wants_regrouping_says_so(run: Run, archive: Path) -> None:
    assert "regroup" not in run("status", code=1).out
    with open_archive(archive) as opened:
        opened.conn.execute("UPDATE copy_sketches SET version = version - 1")
    assert "run `avtoklaster regroup` once" in run("status", code=1).out
    assert run("status", "--json", code=1).json()["archive"]["regroup_needed"] is True
    run("regroup")
    assert "regroup" not in run("status", code=1).out


def test_every_table_is_counted_to_some_part_of_the_archive(run: Run, archive: Path) -> None:
    parts = {part["part"] for part in run("status", "--json", code=1).json()["archive"]["parts"]}
    assert "everything else" not in parts


def test_an_archive_without_sources_has_a_status_and_none_is_exit_3(run: Run, tmp_path: Path) -> None:
    open_archive(tmp_path / "avtoklaster.db").close()
    assert "0 articles, 0 copies, 0 stories; no source crawled yet." in run("status").out
    assert "no such archive" in run("--archive", "other.db", "status", code=3).err


def test_the_schema_explains_all_tables_or_one(run: Run) -> None:
    whole = run("schema", "--json").json()
    assert whole["articles"]["day"]
    assert "lemma(words)" in run("schema").out
    out = run("schema", "copies").out
    assert "similarity" in out
    assert "published_utc" not in out
    assert "Did you mean 'articles'?" in run("schema", "artikles", code=2).err


@pytest.mark.parametrize(
    ("field", "value", "column", "kept"),
    [
        ("date", "2026-01-30", "published", "2026-01-30"),
        ("date", "none", "published", None),
        ("title", "Другой заголовок", "title", "Другой заголовок"),
        ("region", "Самара", "region", "RU-SAM"),
        ("verdict", "irrelevant", "score", 0.0),
    ],
)
def test_a_correction_is_applied_at_once_and_written_down(
    run: Run, archive: Path, field: str, value: str, column: str, kept: object
) -> None:
    run("correct", "https://gov39.ru/press/101/", field, value, "--who", "аналитик", "--note", "видно на снимке")
    assert sqlite3.connect(archive).execute(f"SELECT {column} FROM articles WHERE id = 1").fetchone() == (kept,)
    row = run("query", "SELECT field, who, note FROM corrections WHERE article = 1", "--json").json()
    assert row == [{"field": field, "who": "аналитик", "note": "видно на снимке"}]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["99", "title", "x"], "no article 99"),
        (["1", "titel", "x"], "did you mean title"),
        (["1", "date", "вчера"], "a date is YYYY-MM-DD"),
        (["1", "verdict", "maybe"], "relevant or irrelevant"),
        (["1", "story", "7"], "no story 7"),
        (["1", "copy", "1"], "copy of itself"),
    ],
)
def test_a_correction_that_cannot_be_is_one_line_and_changes_nothing(
    run: Run, archive: Path, arguments: list[str], said: str
) -> None:
    assert said in run("correct", *arguments, code=2).err
    assert run("query", "SELECT * FROM corrections WHERE article = 1", "--json").json() == []


def test_a_correction_that_is_taken_back_holds_no_longer_and_is_known_to_have_been_made(run: Run, archive: Path) -> None:
    before = run("query", "SELECT title, score, day, reason FROM articles WHERE id = 1", "--json").json()
    run("correct", "1", "title", "Другой заголовок", "--who", "Анна")
    out = run("correct", "1", "title", "--withdraw", "--who", "Пётр", "--note", "опечатка").out
    assert out == f"1 {before[0]['title']}: title is now {before[0]['title']}.\n"
    assert run("query", "SELECT title, score, day, reason FROM articles WHERE id = 1", "--json").json() == before
    assert [row["field"] for row in run("query", "@corrected", "--json").json() if row["article"] == 1] == []
    row = run("query", "@withdrawn", "--json").json()[0]
    assert (row["value"], row["who"], row["ended_by"], row["how"], row["ended_note"]) == (
        *("Другой заголовок", "Анна", "Пётр", "withdrawn", "опечатка"),
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["1", "title"], "give a VALUE, or --withdraw"),
        (["1", "title", "x", "--withdraw"], "give a VALUE, or --withdraw"),
        (["1", "title", "--withdraw"], "nobody has corrected the title of article 1"),
        (["1", "titel", "--withdraw"], "did you mean title"),
        (["99", "title", "--withdraw"], "no article 99"),
    ],
)
def test_what_cannot_be_taken_back_is_one_line(run: Run, archive: Path, arguments: list[str], said: str) -> None:
    err = run("correct", *arguments, code=2).err
    assert said in err
