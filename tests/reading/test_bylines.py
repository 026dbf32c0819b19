"""Bylines as Russians write them, in every combination of their parts; those of real pages are in tests/quality/reading.py."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.reading.bylines import parse_byline

BASE = datetime(2026, 2, 21, 21, 0)
MONTHS = (
    ("января", "январь", "янв"),
    ("февраля", "февраль", "фев", "февр"),
    ("марта", "март", "мар"),
    ("апреля", "апрель", "апр"),
    ("мая", "май"),
    ("июня", "июнь", "июн"),
    ("июля", "июль", "июл"),
    ("августа", "август", "авг"),
    ("сентября", "сентябрь", "сен", "сент"),
    ("октября", "октябрь", "окт"),
    ("ноября", "ноябрь", "ноя", "нояб"),
    ("декабря", "декабрь", "дек"),
)
WEEKDAYS = (
    *(("понедельник", "пн"), ("вторник", "вт"), ("среда", "ср"), ("четверг", "чт")),
    *(("пятница", "пт"), ("суббота", "сб"), ("воскресенье", "вс")),
)
LABELS = (
    *("", "Опубликовано: ", "Опубликовано ", "Дата публикации: ", "Размещено ", "Создано: ", "Новости | ", "Добавлено: "),
    *("Пресс-релиз, ", "Калуга, ", "Дата: "),
)
ZONES = {
    "": None,
    " МСК": 180,
    " (МСК)": 180,
    " мск": 180,
    " (мск)": 180,
    " (МСК+2)": 300,
    " МСК+1": 240,
    " по московскому времени": 180,
    " (по Москве)": 180,
    " UTC+5": 300,
    " (UTC+3)": 180,
    " GMT+7": 420,
    " +03:00": 180,
    " по самарскому времени": 240,
    " (по Екатеринбургу)": 300,
    " мск.": 180,
    " (время московское)": 180,
    " (GMT+3)": 180,
    " MSK": 180,
    " (UTC +5)": 300,
    " +0500": 300,
}
cases = st.sampled_from((str.lower, str.upper, str.capitalize))
days = st.dates(date(2001, 1, 2), date(2026, 2, 20))
clocks = st.times(time(0, 1), time(23, 59)).map(lambda at: at.replace(second=0, microsecond=0))


@st.composite
def worded(draw: st.DrawFn) -> tuple[str, date]:
    """«30 января 2026 г.», «ПТ, 30 ЯНВ 2026»."""
    day = draw(days)
    form = draw(st.sampled_from(MONTHS[day.month - 1]))
    stop = draw(st.sampled_from(("", "."))) if len(form) <= 4 and form not in ("мая", "май", "март", "июнь", "июль") else ""
    number = f"{day.day:02}" if draw(st.booleans()) else str(day.day)
    end = draw(st.sampled_from(("", " г.", " года", "г.", " г", " год")))
    comma = draw(st.sampled_from((" ", " ", ", ")))
    weekday = draw(st.sampled_from(("", *WEEKDAYS[day.weekday()])))
    prefix = draw(st.sampled_from((", ", " ", "., "))) if weekday else ""
    return f"{weekday}{prefix}{number} {form}{stop}{comma}{day.year}{end}", day


@st.composite
def numeric(draw: st.DrawFn) -> tuple[str, date]:
    """«30.01.2026», «30.01.26», «2026-01-30»."""
    day = draw(days)
    forms = ("%d.%m.%Y", "%d.%m.%y", "%d.%m.%Yг.", "%d.%m.%Y г.", "%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y", "%Y.%m.%d")
    return day.strftime(draw(st.sampled_from(forms))), day


@st.composite
def bylines(draw: st.DrawFn) -> tuple[str, str]:
    """A byline and what it says, ISO 8601."""
    said, day = draw(st.one_of(worded(), numeric()))
    label, iso = draw(st.sampled_from(LABELS)), day.isoformat()
    if draw(st.booleans()):
        at, (zone, offset) = draw(clocks), draw(st.sampled_from(sorted(ZONES.items(), key=str)))
        shown = f"{at:%H:%M}" if draw(st.booleans()) else f"{at.hour}:{at.minute:02}"
        if draw(st.integers(0, 3)) == 0:
            said, offset = f"{shown}{draw(st.sampled_from((' ', ', ', ' | ')))}{said}", None
        else:
            between = draw(st.sampled_from((", ", " ", " в ", " - ", " | ", " / ", ", в ", " – ", " • ")))
            said = f"{said}{between}{shown}{zone}"
        sign = "" if offset is None else f"+{offset // 60:02}:{offset % 60:02}"
        iso = f"{iso}T{at:%H:%M}:00{sign}"
    text = draw(cases)(label + said)
    return text.replace(" ", "\u00a0") if draw(st.booleans()) else text, iso


@given(bylines())
@settings(max_examples=400, deadline=None, derandomize=True)
def test_a_byline_says_the_same_in_any_spelling(byline: tuple[str, str]) -> None:
    text, wanted = byline
    moment = parse_byline(text, BASE, language="ru")
    assert moment is not None, text
    assert moment.iso() == wanted, text


@given(st.integers(0, 300), st.dates(date(2020, 12, 25), date(2026, 1, 10)), st.booleans(), clocks, cases)
@settings(max_examples=150, deadline=None, derandomize=True)
def test_a_day_without_its_year_is_the_last_such_day(ago: int, today: date, figures: bool, at: time, case: object) -> None:
    day = today - timedelta(days=ago)
    said = f"{day:%d.%m}" if figures else f"{day.day} {MONTHS[day.month - 1][0]}"
    if (day.month, day.day) == (2, 29):
        return
    text = f"{said}, {at:%H:%M}"
    moment = parse_byline(case(text), datetime.combine(today, time(23, 59)), language="ru")  # type: ignore[operator]
    assert moment is not None, text
    assert moment.iso() == f"{day}T{at:%H:%M}:00", text
    assert moment.guessed == "year"


RELATIVE = {
    "сегодня, 12:30": "2026-02-21T12:30:00",
    "Сегодня в 12:30": "2026-02-21T12:30:00",
    "СЕГОДНЯ 12:30": "2026-02-21T12:30:00",
    "12:30, сегодня": "2026-02-21T12:30:00",
    "вчера": "2026-02-20",
    "Вчера, в 23:15": "2026-02-20T23:15:00",
    "вчера в 23:15 (МСК)": "2026-02-20T23:15:00+03:00",
    "позавчера, 8:05": "2026-02-19T08:05:00",
    "два часа назад": "2026-02-21T19:00:00",
    "2 часа назад": "2026-02-21T19:00:00",
    "час назад": "2026-02-21T20:00:00",
    "полчаса назад": "2026-02-21T20:30:00",
    "15 минут назад": "2026-02-21T20:45:00",
    "5 мин. назад": "2026-02-21T20:55:00",
    "минуту назад": "2026-02-21T20:59:00",
    "только что": "2026-02-21T21:00:00",
    "день назад": "2026-02-20",
    "3 дня назад": "2026-02-18",
    "пять дней назад": "2026-02-16",
    "неделю назад": "2026-02-14",
    "Опубликовано: 3 часа назад": "2026-02-21T18:00:00",
}


@pytest.mark.parametrize("text", RELATIVE)
@pytest.mark.parametrize("space", [" ", "\u00a0"])
def test_a_relative_byline_is_counted_from_the_moment_of_sight(text: str, space: str) -> None:
    moment = parse_byline(text.replace(" ", space), BASE, language="ru")
    assert moment is not None
    assert moment.iso() == RELATIVE[text]


@pytest.mark.parametrize(
    "text",
    [
        *("", "новости", "12:30", "Тел. 8 (4842) 12-02-20", "цена 10.20.30", "31 февраля 2026", "с 12 января по 30 апреля"),
        *("до 1 марта", "версия 3.12.1", "№ 14-2026", "30 машин", "5 мая и 7 мая 2025", "45.13.2026", "00.00.0000"),
    ],
)
def test_what_is_no_byline_has_no_date(text: str) -> None:
    assert parse_byline(text, BASE, language="ru") is None
