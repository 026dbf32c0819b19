"""Rows as tables, CSV, JSON and JSON lines."""

import csv
import io
import json

import pytest

from crawler.cli import output


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _printed(columns: list[str], rows: list[list[object]], fmt: str = "table", terminal: bool = False) -> str:
    out = _Terminal() if terminal else io.StringIO()
    assert output.write_rows(columns, rows, fmt, out) == len(rows)
    return out.getvalue()


def test_a_table_aligns_cyrillic_wide_and_combining_letters() -> None:
    rows: list[list[object]] = [["Калуга", 5], ["汽车", 12], ["Кали\u0301нинград", 100]]
    lines = _printed(["место", "n"], rows).splitlines()
    assert {output.width(line) for line in lines} == {output.width("Калининград") + 2 + 3}
    assert lines[2] == "Калуга         5"


def test_a_table_on_a_terminal_fits_its_width_and_elsewhere_keeps_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    monkeypatch.setenv("NO_COLOR", "1")
    row: list[object] = [1, "Завод " * 40, "https://example.ru/" + "a" * 80]
    on_terminal = _printed(["id", "title", "url"], [row], terminal=True)
    assert max(output.width(line) for line in on_terminal.splitlines()) <= 60
    assert on_terminal.count("…") == 2
    assert str(row[2]) in _printed(["id", "title", "url"], [row])


def test_a_narrow_terminal_still_shows_every_column(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "10")
    printed = _printed(["a" * 20, "b" * 20], [["x" * 20, "y" * 20]], terminal=True)
    assert "xxxxxxx…  yyyyyyy…" in printed


def test_no_escape_sequence_or_direction_mark_reaches_a_table_or_csv() -> None:
    evil = "\x1b]0;owned\x07Завод\x1b[2J \x9b31m\u202eотк\u200bрыт\x7f\x00\nвчера"
    assert _printed(["title"], [[evil]]).splitlines()[-1] == "Завод 31mоткрыт вчера"
    assert not set(_printed(["title"], [[evil]], "csv")) & set("\x1b\x9b\x07\x7f\x00\u202e\u200b")


def test_json_escapes_controls_and_gives_the_value_back() -> None:
    evil = "\x1b[2JЗавод\x9b\u202e\u2028"
    for fmt in ("json", "nl"):
        printed = _printed(["title"], [[evil]], fmt)
        assert not set(printed) & set("\x1b\x9b\u202e\u2028")
        value = json.loads(printed)
        assert (value[0] if fmt == "json" else value) == {"title": evil}


def test_json_has_no_rows_no_numbers_that_are_none_and_bytes() -> None:
    assert json.loads(_printed(["a"], [], "json")) == []
    assert _printed(["a"], [], "nl") == ""
    assert json.loads(_printed(["a", "b"], [[float("inf"), b"\x00"]], "nl")) == {"a": None, "b": {"$base64": "AA=="}}


def test_columns_of_the_same_name_are_all_kept_in_json() -> None:
    assert json.loads(_printed(["id", "id", "id"], [[1, 2, 3]], "nl")) == {"id": 1, "id_2": 2, "id_3": 3}


@pytest.mark.parametrize("text", ["=cmd|'/c calc'!A1", "+7 (4012) 00-00-00", "-1+1", "@SUM(A1)", "\t=1", "\r=1"])
def test_csv_text_never_begins_a_formula(text: str) -> None:
    row = next(csv.reader(io.StringIO(_printed(["a"], [[text]], "csv").split("\n", 1)[1])))
    assert row[0].startswith("'")


@pytest.mark.parametrize("value", ["-5.2", "+20", -5, "Завод — 20 %", "", None])
def test_csv_leaves_numbers_and_other_text_as_they_are(value: object) -> None:
    rows = list(csv.reader(io.StringIO(_printed(["a", "b"], [[value, 1]], "csv"))))
    assert rows[1][0] == ("" if value is None else str(value))


def test_rows_are_printed_while_they_come() -> None:
    out = io.StringIO()

    def rows() -> object:
        for number in range(10_000):
            if number == 5_000:
                assert '"n": 4000' in out.getvalue()
            yield [number]

    assert output.write_rows(["n"], rows(), "nl", out) == 10_000  # type: ignore[arg-type]


def test_an_error_in_the_first_row_leaves_the_output_empty() -> None:
    out = io.StringIO()

    def rows() -> object:
        raise ValueError("no")
        yield []

    with pytest.raises(ValueError, match="no"):
        output.write_rows(["n"], rows(), "json", out)  # type: ignore[arg-type]
    assert out.getvalue() == ""
