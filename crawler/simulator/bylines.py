"""Dates as Russian sites print them. Forms were seen on the pages named in the notes on each site."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

MONTHS = ["января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"]
SHORT = ["янв", "фев", "мар", "апр", "мая", "июн", "июл", "авг", "сен", "окт", "ноя", "дек"]
WEEKDAYS = ["понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье"]
RFC_DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
RFC_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def rfc822(moment: datetime) -> str:
    """RFC 822 with the place's own offset, in English whatever the locale: "Fri, 30 Jan 2026 14:35:00 +0300"."""
    return f"{RFC_DAYS[moment.weekday()]}, {moment.day:02} {RFC_MONTHS[moment.month - 1]} {moment:%Y %H:%M:%S %z}"


def full(moment: datetime, today: date) -> str:
    """30 января 2026, 14:35"""
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment:%Y, %H:%M}"


def year(moment: datetime, today: date) -> str:
    """30 января 2026 г."""
    return f"{moment.day} {MONTHS[moment.month - 1]} {moment.year} г."


def weekday(moment: datetime, today: date) -> str:
    """Пятница, 30 января 2026 года"""
    return f"{WEEKDAYS[moment.weekday()].capitalize()}, {moment.day} {MONTHS[moment.month - 1]} {moment.year} года"


def dotted(moment: datetime, today: date) -> str:
    """30.01.2026"""
    return f"{moment:%d.%m.%Y}"


def dotted_time(moment: datetime, today: date) -> str:
    """30.01.2026 14:35"""
    return f"{moment:%d.%m.%Y %H:%M}"


def two_digits(moment: datetime, today: date) -> str:
    """30.01.26 14:35"""
    return f"{moment:%d.%m.%y %H:%M}"


def short(moment: datetime, today: date) -> str:
    """30 янв 2026 14:35"""
    return f"{moment.day} {SHORT[moment.month - 1]} {moment:%Y %H:%M}"


def no_year(moment: datetime, today: date) -> str:
    """30 января, 14:35 (no year: the reader has to know which)"""
    return f"{moment.day} {MONTHS[moment.month - 1]}, {moment:%H:%M}"


def no_year_digits(moment: datetime, today: date) -> str:
    """30.01, 14:35, as on the page of sample 003, whose footer «© 2007–2025» an extractor took for its date"""
    return f"{moment:%d.%m, %H:%M}"


def relative(moment: datetime, today: date) -> str:
    """Сегодня, 14:35 / Вчера, 14:35; older ones in full"""
    if moment.date() == today:
        return f"Сегодня, {moment:%H:%M}"
    if moment.date() == today - timedelta(days=1):
        return f"Вчера, {moment:%H:%M}"
    return full(moment, today)


def time_first(moment: datetime, today: date) -> str:
    """14:35 30/01/2026"""
    return f"{moment:%H:%M %d/%m/%Y}"


FORMS: dict[str, Callable[[datetime, date], str]] = {
    form.__name__: form
    for form in (full, year, weekday, dotted, dotted_time, two_digits, short, no_year, no_year_digits, relative, time_first)
}


def byline(form: str, moment: datetime, today: date) -> str:
    """The moment in one of the named forms; `today` matters only to the relative one."""
    return FORMS[form](moment, today)
