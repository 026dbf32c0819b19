"""`query`: SQL from everywhere, every output, nothing written, help for typos; and the cookbook, each question answered."""

import csv
import io
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from storage import cookbook, open_archive
from storage.query import run as run_query
from tests.cli.conftest import Run


@pytest.fixture()
def query(run: Run, filled: Path) -> Run:
    return lambda *args, **more: run("--archive", filled, "query", *args, **more)


SQL = "SELECT id, title FROM articles ORDER BY id LIMIT 2"
TITLES = ["В Калининграде запустили сборку электромобилей «Амберавто»", "В калужском автокластере откроют завод тормозных систем"]


def test_the_four_outputs_hold_the_same_rows(query: Run) -> None:
    expected = [{"id": 1, "title": TITLES[0]}, {"id": 2, "title": TITLES[1]}]
    assert query(SQL, "--json").json() == expected
    assert query(SQL, "--nl").lines() == expected
    assert list(csv.DictReader(io.StringIO(query(SQL, "--csv").out))) == [{**row, "id": str(row["id"])} for row in expected]
    table = query(SQL, "--table").out
    assert table == query(SQL).out
    assert table.splitlines()[2] == f" 1  {TITLES[0]}"


def test_sql_comes_from_an_argument_a_file_or_stdin(query: Run, tmp_path: Path) -> None:
    (tmp_path / "q.sql").write_text("\ufeff-- вопрос\n" + SQL + ";\n", encoding="utf-8")
    assert query(SQL).out == query("--file", "q.sql").out == query("-", stdin=SQL).out


@pytest.mark.parametrize("arguments", [[], ["--file", "missing.sql"], [SQL, "--file", "q.sql"], ["-"], [""], ["-- nothing"]])
def test_no_sql_or_twice_is_wrong_use(query: Run, arguments: list[str]) -> None:
    assert query(*arguments, code=2).out == ""


def test_parameters_are_numbers_when_they_look_like_it_and_text_otherwise(query: Run) -> None:
    sql = "SELECT typeof(:a) AS a, typeof(:b) AS b, typeof(:c) AS c, :d AS d, ':e' AS e -- :f"
    found = query(sql, "--json", "-p", "a=5", "-p", "b=-1.5", "-p", "c=007", "--param", "d=a=b").json()
    assert found == [{"a": "integer", "b": "real", "c": "text", "d": "a=b", "e": ":e"}]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["SELECT :day"], "--param day=VALUE"),
        (["SELECT :day", "-p", "dya=1", "-p", "day=1"], "Did you mean 'day'?"),
        (["SELECT 1", "-p", "x"], "NAME=VALUE"),
        (["@week", "-p", "days=many"], "a number is wanted"),
        (["@wek"], "Did you mean 'week'?"),
        (["SELECT titel FROM articles"], "did you mean title"),
        (["SELECT * FROM artikles"], "did you mean articles"),
        (["SELECT leema('a')"], "did you mean lemma"),
        (["SELECT 1; SELECT 2"], "one statement"),
        (["SELEKT 1"], "syntax error"),
        (["SELECT 1", "--timeout", "0"], "--timeout"),
    ],
)
def test_a_mistake_is_one_helpful_line_and_exit_2(query: Run, arguments: list[str], said: str) -> None:
    done = query(*arguments, "--json", code=2)
    assert said in done.err
    assert done.out == ""


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM articles",
        "WITH x AS (SELECT 1) INSERT INTO sources (id) SELECT 'x'",
        "ATTACH 'other.db' AS other",
        "VACUUM INTO 'other.db'",
        "PRAGMA query_only = OFF",
        "SELECT load_extension('x')",
    ],
)
def test_nothing_is_written_whatever_is_tried(query: Run, filled: Path, tmp_path: Path, sql: str) -> None:
    before = sqlite3.connect(filled).execute("SELECT group_concat(title) FROM articles").fetchone()
    query(sql, code=2)
    assert sqlite3.connect(filled).execute("SELECT group_concat(title) FROM articles").fetchone() == before
    assert not list(tmp_path.glob("*.db"))


def test_an_endless_query_is_ended_in_time_and_leaves_no_output(query: Run) -> None:
    done = query(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n", "--timeout", "0.3", code=2
    )
    assert "took more than 0.3 s" in done.err
    assert done.out == ""


def test_russian_is_understood(query: Run) -> None:
    sql = (
        "SELECT articles_fts.title FROM articles_fts WHERE articles_fts MATCH lemma('Автокомпонентам') UNION ALL "
        "SELECT title FROM articles WHERE text LIKE '%ЁЛКИ%' UNION ALL "
        "SELECT region_name('RU-KGD') || upper(' область') || lower('АВТОТОР')"
    )
    assert [row["title"] for row in query(sql, "--nl").lines()] == [*TITLES, "Калининградская область ОБЛАСТЬавтотор"]


def test_json_functions_and_the_schema_can_be_asked(query: Run) -> None:
    assert query("SELECT DISTINCT value ->> 'term' AS term FROM articles, json_each(matched)", "--nl").lines() == [
        {"term": "кластер"}
    ]
    assert query("SELECT name FROM pragma_table_info('corrections') LIMIT 1", "--nl").lines() == [{"name": "article"}]


def test_an_archive_that_is_missing_foreign_or_a_folder_is_exit_3(run: Run, tmp_path: Path) -> None:
    (tmp_path / "text.db").write_text("Это не архив, а текст. " * 100)
    for name in ("missing.db", "text.db", ".", "nowhere/a.db"):
        assert name in run("--archive", name, "query", "SELECT 1", code=3).err
    assert not (tmp_path / "missing.db").exists()


def test_a_configuration_that_is_wrong_is_exit_2(run: Run, tmp_path: Path) -> None:
    (tmp_path / "avtoklaster.toml").write_text("arhive = 'a.db'")
    assert "avtoklaster.toml" in run("query", "SELECT 1", code=2).err


RECIPES = cookbook.load()


def test_the_cookbook_has_twenty_questions_and_says_what_each_answers() -> None:
    assert len(RECIPES) >= 20
    for recipe in RECIPES.values():
        assert recipe.title.endswith("?")
        assert recipe.answer.startswith("One ")
        assert recipe.answer.endswith(".")
        assert recipe.russian["title"].endswith("?")
        assert recipe.russian["answer"].endswith(".")


@pytest.mark.parametrize("name", RECIPES)
def test_every_question_of_the_cookbook_has_an_answer(filled: Path, name: str) -> None:
    params = dict(RECIPES[name].params) | ({"story": 100} if name == "story" else {})
    columns, rows = run_query(filled, RECIPES[name].sql, params=params)
    assert len(set(columns)) == len(columns)
    assert list(rows), f"@{name} found nothing in an archive that has something of everything"


def test_what_is_asked_of_a_recipe_can_be_changed(query: Run) -> None:
    assert len(query("@week", "--json").json()) == 4
    assert len(query("@week", "--json", "-p", "days=3").json()) == 2
    assert query("@company", "--json", "-p", "company=КАМАЗ").json() == []


def test_a_region_is_asked_for_by_its_name_too(query: Run) -> None:
    by_code = query("@region", "--param", "region=RU-KLU", "--csv").out
    assert by_code.count("\n") > 1
    assert query("@region", "--param", "region=калужская", "--csv").out == by_code
    assert "is no region" in query("@region", "--param", "region=Атлантида", code=2).err


def test_the_cookbook_is_listed_for_people_and_programs_and_shown(query: Run) -> None:
    out = query("--list").out
    assert "@week --param days=7\n" in out
    assert [row["name"] for row in query("--list", "--nl").lines()] == list(RECIPES)
    assert query("@stories", "--show").out == RECIPES["stories"].sql.strip() + "\n"


def test_a_story_begins_on_the_day_that_it_was_where_it_was_told(run: Run, filled: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(filled, tmp_path / "a.db"))
    with open_archive(path) as archive:
        today = datetime.now(UTC).date()
        # half an hour after midnight in Kaliningrad is the day before in UTC
        archive.conn.execute(
            "UPDATE articles SET published = ?, published_utc = ?, day = ? WHERE story = 100",
            (f"{today}T00:30:00+02:00", f"{today - timedelta(days=1)}T22:30:00+00:00", str(today)),
        )
        archive.conn.execute(
            "UPDATE stories SET first_published = ?1, last_published = ?1", (f"{today - timedelta(days=1)}T22:30:00+00:00",)
        )
    [story] = [row for row in run("--archive", path, "query", "@stories", "--json").json() if row["story"] == 100]
    assert (story["first"], story["last"]) == (str(today), str(today))
