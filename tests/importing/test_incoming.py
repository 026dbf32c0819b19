"""Files of articles: what a line must have, what is forgiven, and what is said of the rest."""

import gzip
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crawler import incoming, unpacking
from crawler.incoming import Incoming, Unreadable

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
URL = "https://example.ru/news/1/"


def _read(data: bytes | str) -> list[tuple[int, Incoming | Unreadable]]:
    return list(incoming.records(io.BytesIO(data.encode() if isinstance(data, str) else data)))


def _line(**fields: object) -> str:
    return json.dumps({"url": URL, "title": "Завод открыт", "text": "Текст новости."} | fields, ensure_ascii=False) + "\n"


def test_every_line_is_an_article_or_a_reason_with_its_number() -> None:
    data = (
        _line()
        + "{broken\n"
        + "\n"
        + "[1]\n"
        + _line(url="ftp://example.ru/")
        + _line(url=None)
        + _line(title="", text=" ")
        + _line(text={"a": 1})
        + "[" * 100_000
        + "\n"
        + _line(url="http://[")
    )
    found = _read(data)
    assert isinstance(found[0][1], Incoming)
    assert [(number, item.reason.split(":")[0]) for number, item in found[1:] if isinstance(item, Unreadable)] == [
        (2, "not JSON"),
        (4, "not an object but an array"),
        (5, "not an http address"),
        (6, "no url"),
        (7, "neither title nor text"),
        (8, "text is an object, not a text"),
        (9, "nested too deeply"),
        (10, "Invalid IPv6 URL"),
    ]


def test_bytes_that_are_not_utf_8_cost_one_line_only() -> None:
    found = _read(_line().encode("cp1251") + _line().encode())
    assert found[0][1] == Unreadable(line=1, reason="not UTF-8")
    assert isinstance(found[1][1], Incoming)


def test_a_byte_order_mark_windows_line_ends_and_control_characters_are_forgiven() -> None:
    text = _line(title="Завод\x00 \x1b[2Jоткрыт", text="Первый.\r\nВторой.\ud800")
    [(_, article)] = _read(
        b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode("utf-8", "surrogatepass").replace(b"\xed\xa0\x80", b"")
    )
    assert isinstance(article, Incoming)
    assert (article.title, article.text) == ("Завод [2Jоткрыт", "Первый.\nВторой.")


def test_addresses_are_canonical_and_a_title_is_taken_from_the_text() -> None:
    [(_, article)] = _read(
        _line(url="HTTPS://МинПромТорг.рф:443/press?utm_source=x&b=2&a=1#top", title="", text="Первая строка\nвторая")
    )
    assert isinstance(article, Incoming)
    assert article.url == "https://xn--c1ajlbegbfjdu.xn--p1ai/press?a=1&b=2"
    assert article.title == "Первая строка"


def test_a_line_that_never_ends_is_refused_without_being_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incoming, "MAX_LINE", 1000)
    found = _read(_line(text="а" * 5000) + _line())
    assert isinstance(found[0][1], Unreadable)
    assert found[0][1].reason.startswith("longer than")
    assert isinstance(found[1][1], Incoming)
    assert [number for number, _ in found] == [1, 2]


NEWS_PLEASE = {
    "authors": ["А. Иванова", "Б. Петров"],
    "date_download": "2026-11-20 10:00:00",
    "date_modify": None,
    "date_publish": "2026-11-19 14:03:00",
    "description": "Коротко",
    "filename": "x.json",
    "image_url": "https://example.ru/1.jpg",
    "language": "ru",
    "localpath": None,
    "maintext": "В Калуге запустили линию.",
    "source_domain": "example.ru",
    "title": "Линия запущена",
    "title_page": None,
    "title_rss": None,
    "url": URL,
}


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("many", [False, True])
def test_news_please_files_are_read_in_each_of_their_shapes(indent: int | None, many: bool) -> None:
    found = _read(json.dumps([NEWS_PLEASE, NEWS_PLEASE] if many else NEWS_PLEASE, indent=indent, ensure_ascii=False))
    assert [number for number, _ in found] == ([1, 2] if many else [1])
    assert found[0][1] == Incoming(
        url=URL,
        title="Линия запущена",
        text="В Калуге запустили линию.",
        source="example.ru",
        published="2026-11-19 14:03:00",
        author="А. Иванова, Б. Петров",
        image="https://example.ru/1.jpg",
        language="ru",
    )


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2026-11-19", "2026-11-19"),
        ("2026-11-19T14:03:00+03:00", "2026-11-19T14:03:00+03:00"),
        ("2026-11-19 14:03:00", "2026-11-19T14:03:00+02:00"),
        ("2026-11-19T11:03:00Z", "2026-11-19T11:03:00+00:00"),
        ("1795086180", "2026-11-19T11:03:00+00:00"),
        ("2026-11-23", "2026-11-23"),
        ("2026-11-24", None),
        ("2030-01-01T00:00:00Z", None),
        ("1970-01-01", None),
        ("30.01.2026", "2026-01-30"),
        ("5.1.2026 9:05:30", "2026-01-05T09:05:00+02:00"),
        ("30.02.2026", None),
        ("вчера", None),
        ("2026-02-30", None),
        ("", None),
    ],
)
def test_a_date_is_believed_only_when_it_can_be_one(raw: str, expected: str | None) -> None:
    assert incoming.published(raw, "Europe/Kaliningrad", NOW) == expected


def test_a_compressed_file_is_read_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(_line().encode()))
    with unpacking.open_file(str(path)) as stream:
        assert isinstance(next(incoming.records(stream))[1], Incoming)


TABLE = (
    "Ссылка;Заголовок;Текст;Дата\r\n"
    'https://kp40.ru/1;Завод «Восток» открыт;"Первая строка;\r\nвторая «строка»";30.01.2026 9:05\r\n'
    ";;;\r\n"
    "https://kp40.ru/2;'-5 % к выпуску;Выпуск автобусов снизился, сообщили на заводе.;30.01.2026\r\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "koi8-r", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", "\t", ","])
def test_a_table_is_read_whatever_a_spreadsheet_saved_it_as(encoding: str, delimiter: str) -> None:
    told: list[str] = []
    table = TABLE if delimiter == ";" else TABLE.replace(",", "").replace(";", delimiter)
    found = list(incoming.records(io.BytesIO(table.encode(encoding, "replace")), told.append))
    assert [number for number, _ in found] == [2, 5]
    one, two = (item for _, item in found)
    assert isinstance(one, Incoming)
    assert isinstance(two, Incoming)
    assert (one.url, one.published, two.title) == ("https://kp40.ru/1", "30.01.2026 9:05", "-5 % к выпуску")
    assert one.text.startswith(f"Первая строка{delimiter}\nвторая")
    assert told == {"cp1251": ["windows-1251"], "koi8-r": ["koi8-r"], "utf-16": ["utf-16"]}.get(encoding, [])


def test_lines_of_json_in_windows_1251_are_read_too() -> None:
    told: list[str] = []
    found = list(incoming.records(io.BytesIO((_line() + _line(url=URL + "2")).encode("cp1251")), told.append))
    assert [item.title for _, item in found if isinstance(item, Incoming)] == ["Завод открыт"] * 2
    assert told == ["windows-1251"]


@pytest.mark.parametrize(
    "text", ["Müller prüft größere Motoren für Österreich, schöne Grüße", "Café à la crème, déjà vu, façade, être, où"]
)
def test_no_other_alphabet_is_taken_for_russian(text: str) -> None:
    found = _read("".join(_line(title=text, text=text) for _ in range(20)).encode("latin-1"))
    assert {item.reason for _, item in found if isinstance(item, Unreadable)} == {"not UTF-8"}
    assert len(found) == 20


@pytest.mark.parametrize(
    ("body", "reasons"),
    [
        ("title;text\na;b\n", [(1, "a table without a column url: title, text")]),
        ("url;title\nhttps://a.ru/1;a;b\nhttps://a.ru/2;ok\n", [(2, "3 cells where the first line has 2")]),
        ('url;title\nhttps://a.ru/1;"a\nhttps://a.ru/2;b\n', [(2, "a quotation mark is not closed")]),
        ("url;title\n;нет адреса\n", [(2, "no url")]),
        ("url;title\nhttps://a.ru/1;ok\nhttps://a.ru/2;" + "x" * 2000, [(3, "longer than 0 MB; the table is not read further")]),
    ],
)
def test_what_is_wrong_in_a_table_is_said_with_its_line(
    body: str, reasons: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incoming, "MAX_LINE", 1000)
    assert [(number, item.reason) for number, item in _read(body) if isinstance(item, Unreadable)] == reasons


def test_bytes_that_are_not_utf_8_cost_one_row_of_a_table_only() -> None:
    found = _read("url;title\nhttps://a.ru/1;Завод\n".encode() + "https://a.ru/2;Цех\n".encode("cp1251"))
    assert isinstance(found[0][1], Incoming)
    assert found[1][1] == Unreadable(line=3, reason="not UTF-8")


def test_a_source_that_nobody_named_is_its_host() -> None:
    assert incoming.site("https://www.gov39.ru/press/1/") == incoming.site("https://m.gov39.ru/") == "gov39.ru"


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_the_line_that_tells_excel_the_delimiter_is_no_line_of_names(delimiter: str) -> None:
    rows = [["url", "заголовок", "содержание"], [URL, "Завод; открыт", "Текст, новости"], ["", "x", "y"]]
    text = f"sep={delimiter}\r\n" + "".join(delimiter.join(f'"{cell}"' for cell in row) + "\r\n" for row in rows)
    (number, read), (other, wrong) = _read("\ufeff" + text)
    assert isinstance(read, Incoming)
    assert (number, read.title, read.text) == (3, "Завод; открыт", "Текст, новости")
    assert (other, wrong) == (4, Unreadable(line=4, reason="no url"))


def test_a_table_whose_names_nobody_knows_is_not_called_broken_json() -> None:
    (_, first), *_ = _read("foo;bar\n1;2\n")
    assert isinstance(first, Unreadable)
    assert "names of a table's columns, as url, title" in first.reason
