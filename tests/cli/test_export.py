"""`export`: each format read back by a reader of its own."""

import csv
import shutil
import zipfile
from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree

import feedparser
import openpyxl
import pytest

from tests.cli.conftest import Run


@pytest.fixture()
def export(run: Run, filled: Path) -> Run:
    return lambda *args, **more: run("--archive", filled, "export", *args, **more)


def test_csv_and_json_lines_hold_all_articles(export: Run, tmp_path: Path) -> None:
    lines = export("--format", "jsonl").lines()
    assert [line["id"] for line in lines] == [1, 2, 3, 4]
    export("--format", "csv", "-o", "a.csv")
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        assert [row["title"] for row in csv.DictReader(file)] == [line["title"] for line in lines]
    assert not list(tmp_path.glob("*.part"))


def test_what_was_exported_can_be_imported_again(export: Run, run: Run, tmp_path: Path) -> None:
    export("--format", "jsonl", "-o", "a.jsonl")
    report = run("--archive", "other.db", "import", "a.jsonl", "--json").json()
    assert (report["lines"], report["unreadable"]) == (4, 0)


def test_the_name_of_the_file_says_the_format_where_nothing_else_does(export: Run, tmp_path: Path) -> None:
    export("-o", "a.jsonl", "--query", "SELECT 1 AS a")
    export("-o", "a.XLSX", "--query", "SELECT 1 AS a")
    export("-o", "a.dat", "--query", "SELECT 1 AS a")
    export("-o", "b.jsonl", "--format", "csv", "--query", "SELECT 1 AS a")
    assert (tmp_path / "a.jsonl").read_text() == '{"a": 1}\n'
    assert zipfile.is_zipfile(tmp_path / "a.XLSX")
    assert (tmp_path / "a.dat").read_text().split() == (tmp_path / "b.jsonl").read_text().split() == ["a", "1"]


def test_excel_gets_a_mark_and_semicolons_and_no_formula(export: Run, tmp_path: Path) -> None:
    export("--excel", "-o", "a.csv", "--query", "SELECT '=1+1' AS a, 2 AS b")
    assert (tmp_path / "a.csv").read_bytes() == "\ufeffa;b\r\n'=1+1;2\r\n".encode()


@pytest.mark.parametrize(
    ("late", "kind", "first"),
    [("0.5", "double", 1.0), ("'нет'", "string", "1"), ("NULL", "int64", 1), ("x'41'", "string", "1")],
)
def test_parquet_takes_types_that_come_late(export: Run, tmp_path: Path, late: str, kind: str, first: object) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    numbers = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 25000)"
    sql = f"{numbers} SELECT i, CASE WHEN i < 21000 THEN 1 ELSE {late} END AS a, CASE WHEN i > 15000 THEN i END AS b FROM n"
    export("--format", "parquet", "-o", "a.parquet", "--query", sql)
    table = parquet.read_table(tmp_path / "a.parquet")
    assert [str(field.type) for field in table.schema] == ["int64", kind, "int64"]
    assert table["i"].to_pylist() == list(range(1, 25_001))
    assert table["a"][0].as_py() == first
    assert table["a"][24_999].as_py() == {"0.5": 0.5, "'нет'": "нет", "NULL": None, "x'41'": "A"}[late]
    assert table["b"].to_pylist() == [None] * 15_000 + list(range(15_001, 25_001))
    assert [path.name for path in tmp_path.iterdir()] == ["a.parquet"]


def test_an_empty_query_is_a_file_without_rows(export: Run, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    export("--format", "parquet", "-o", "a.parquet", "--query", "SELECT id, title FROM articles WHERE id < 0")
    assert parquet.read_table(tmp_path / "a.parquet").column_names == ["id", "title"]


@pytest.mark.long
@pytest.mark.slow
def test_a_sheet_that_is_too_long_is_refused_and_leaves_nothing(export: Run, tmp_path: Path) -> None:
    numbers = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1048577) SELECT i FROM n"
    done = export("--format", "xlsx", "-o", "a.xlsx", "--query", numbers, code=2)
    assert "more rows than a sheet of Excel holds (1,048,576): export a part, or CSV." in done.err
    assert not list(tmp_path.iterdir())


def test_a_sheet_that_is_too_large_is_refused_and_leaves_nothing(
    export: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(zipfile, "ZIP64_LIMIT", 2000)
    done = export("--format", "xlsx", "-o", "a.xlsx", code=2)
    assert "more than a file of Excel holds (4 GB of a sheet): export a part, or CSV." in done.err
    assert not list(tmp_path.iterdir())


def test_an_atom_feed_has_what_rfc_4287_asks_for(export: Run) -> None:
    document = export("--format", "atom").out
    feed, said = ElementTree.fromstring(document.encode()), feedparser.parse(document)
    names = {"a": "http://www.w3.org/2005/Atom"}
    assert not said.bozo
    assert said.feed.id.startswith("urn:avtoklaster:")
    assert said.feed.author == "avtoklaster"
    entries = feed.findall("a:entry", names)
    assert len(entries) == len({entry.findtext("a:id", None, names) for entry in entries}) == 4
    assert feed.find("a:entry/a:link", names).get("href").startswith("https://")  # type: ignore[union-attr]
    for updated in feed.iterfind(".//a:updated", names):
        assert datetime.fromisoformat(updated.text or "").tzinfo is not None
    assert all(name.text for name in feed.iterfind(".//a:name", names))


def test_rows_of_a_query_are_a_feed_if_they_have_address_title_and_time(export: Run) -> None:
    rows = "SELECT 'https://завод.рф/a b?x=1&y=2' AS url, 'Линия' || char(7) AS title, '2026-01-30' AS updated, NULL AS source"
    (entry,) = feedparser.parse(export("--format", "atom", "--query", rows).out).entries
    assert (entry.title, entry.updated) == ("Линия", "2026-01-30T00:00:00+00:00")
    assert entry.id == entry.link == "https://%D0%B7%D0%B0%D0%B2%D0%BE%D0%B4.%D1%80%D1%84/a%20b?x=1&y=2"
    for updated, url in (("NULL", "'https://a.ru/'"), ("'вчера'", "'https://a.ru/'"), ("'2026-01-30'", "'нет'")):
        done = export(
            *("--format", "atom", "-o", "a.atom", "--query", f"SELECT {url} AS url, 'T' AS title, {updated} AS updated"), code=2
        )
        assert "a feed needs" in done.err


def test_a_named_query_is_exported_with_its_usual_or_given_values(export: Run, run: Run, filled: Path) -> None:
    usual, given = (export("--query", "@region", *more).out for more in ([], ["-p", "region=RU-SAM"]))
    assert usual != given
    assert given == run("--archive", filled, "query", "@region", "-p", "region=RU-SAM", "--csv").out
    assert "there is no named query @regon" in export("--query", "@regon", code=2).err


def test_what_a_person_called_irrelevant_is_exported_only_when_asked_for(run: Run, filled: Path, tmp_path: Path) -> None:
    archive = shutil.copy(filled, tmp_path / "a.db")
    run("--archive", archive, "correct", 2, "verdict", "irrelevant", "--who", "Анна")
    told = [run("--archive", archive, "export", "--format", "jsonl").lines(), run("--archive", archive, "new", "--json").json()]
    assert [sorted(row["id"] for row in rows) for rows in told] == [[1, 3, 4]] * 2
    assert run("--archive", archive, "export", "--format", "atom").out.count("<entry>") == 3
    asked = "SELECT id, judged_by FROM articles WHERE judged_by = 'person'"
    assert run("--archive", archive, "export", "--query", asked).out.splitlines() == ["id,judged_by", "2,person"]


def test_parquet_keeps_types(export: Run, tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    export("--format", "parquet", "-o", "a.parquet")
    table = parquet.read_table(tmp_path / "a.parquet")
    assert table.num_rows == 4
    assert str(table.schema.field("id").type) == "int64"
    assert str(table.schema.field("score").type) == "double"


def test_xlsx_cells_are_text_and_never_formulas(export: Run, tmp_path: Path) -> None:
    export("--format", "xlsx", "-o", "a.xlsx", "--query", "SELECT '=1+1' AS a, 2 AS b, NULL AS c, 'https://gov.ru/' AS d")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    header, row = [[(cell.value, cell.data_type) for cell in row] for row in sheet.rows]
    assert [value for value, _ in header] == ["a", "b", "c", "d"]
    assert row == [("=1+1", "s"), (2, "n"), (None, "n"), ("https://gov.ru/", "s")]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--format", "xlsx"], "xlsx is no text: name a file with --output."),
        (["--format", "parquet"], "parquet is no text: name a file with --output."),
        (["--format", "jsonl", "--excel"], "--excel is a kind of CSV."),
        (["--format", "atom", "--query", "SELECT 1"], "missing: title, updated, url."),
        (["-o", "nowhere/a.csv"], "nowhere/a.csv: No such file or directory."),
        (["-o", "nowhere/a.xlsx", "--format", "xlsx"], "nowhere/a.xlsx: No such file or directory."),
        (["--query", "DELETE FROM pages"], "a query may only read; not allowed: DELETE pages"),
        (["--query", "SELECT * FROM nothing"], "nothing"),
    ],
)
def test_what_cannot_be_exported_is_one_line(export: Run, tmp_path: Path, arguments: list[str], said: str) -> None:
    done = export(*arguments, code=None)
    assert done.code == 2
    assert done.err.count("\n") == 1
    assert done.err.startswith("Error: ")
    assert said in done.err
    assert "Traceback" not in done.err
    assert not list(tmp_path.rglob("*.part"))
