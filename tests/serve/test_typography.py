"""Dates, numbers and headings as the pages write them."""

import pytest

from crawler.reporting.serve.typography import counted, glued, number, shortened, when


@pytest.mark.parametrize(
    ("value", "language", "shown"),
    [
        ("2026-11-22", "ru", "22 ноября 2026"),
        ("2026-11-22", "en", "22 November 2026"),
        ("2026-11-22T01:05:09+03:00", "ru", "22 ноября 2026, 01:05 (UTC+3)"),
        ("2026-11-22T01:05:09+05:30", "en", "22 November 2026, 01:05 (UTC+5:30)"),
        ("2026-11-22T01:05:09-03:30", "en", "22 November 2026, 01:05 (UTC-3:30)"),
        ("2026-11-22T01:05:09+00:00", "ru", "22 ноября 2026, 01:05 (UTC)"),
        ("2026-11-22T01:05", "ru", "22 ноября 2026, 01:05"),
        ("вчера, 12:30", "ru", "вчера, 12:30"),
        ("вчера", "ru", "вчера"),
        ("", "ru", ""),
    ],
)
def test_a_moment_is_written_as_people_write_it_and_what_is_none_stays(value: str, language: str, shown: str) -> None:
    assert when(value, language).replace("\u00a0", " ") == shown


@pytest.mark.parametrize(
    ("value", "form"),
    [
        (0, "сюжетов"),
        (1, "сюжет"),
        (2, "сюжета"),
        (5, "сюжетов"),
        (11, "сюжетов"),
        (12, "сюжетов"),
        (21, "сюжет"),
        (104, "сюжета"),
    ],
)
def test_a_number_takes_its_form(value: int, form: str) -> None:
    assert counted(value, "сюжет|сюжета|сюжетов") == form
    assert counted(value, "story|stories") == ("story" if value == 1 else "stories")


def test_large_numbers_are_grouped() -> None:
    assert [number(value) for value in (0, 9999, 10_000, 1_234_567)] == ["0", "9999", "10\u202f000", "1\u202f234\u202f567"]


def test_prepositions_do_not_hang() -> None:
    assert glued("Завод в Калуге и на Оке") == "Завод в\u00a0Калуге и\u00a0на\u00a0Оке"
    assert glued("Автопром-на выставке, Нива, она и") == "Автопром-на выставке, Нива, она и"


@pytest.mark.parametrize(
    ("text", "most", "shown"),
    [
        ("Завод открыт", 12, "Завод открыт"),
        ("Завод открыт сегодня", 12, "Завод открыт…"),
        ("Завод открыт сегодня", 14, "Завод открыт…"),
        ("Завод, открытый сегодня", 8, "Завод…"),
        ("Автокомпоненты", 5, "Авток…"),
    ],
)
def test_what_is_too_long_is_cut_between_words(text: str, most: int, shown: str) -> None:
    assert shortened(text, most) == shown
