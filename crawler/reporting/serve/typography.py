"""Dates, numbers and headings as a Russian or an English page writes them. Pure."""

from __future__ import annotations

import re
from datetime import date, datetime

_MONTHS = {
    "ru": ["января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}
_NBSP = "\u00a0"
_SHORT = re.compile(
    r"(?<![\w-])(в|к|с|у|о|и|а|я|на|но|не|ни|по|до|да|за|из|от|об|без|для|при|про|во|ко|со|над|под|№) ", re.IGNORECASE
)


def when(value: str, language: str) -> str:
    """A date, or a moment with the offset of its place, ISO 8601: «22 ноября 2026, 01:00 (UTC+3)». What is neither stays."""
    try:
        if len(value) <= 10:
            return _day(date.fromisoformat(value), language)
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    shown = f"{_day(moment.date(), language)}, {moment:%H:%M}"
    shift = moment.utcoffset()
    if shift is None:
        return shown
    total = int(shift.total_seconds()) // 60
    hours, minutes = divmod(abs(total), 60)
    zone = f"{'-' if total < 0 else '+'}{hours}{f':{minutes:02}' if minutes else ''}" if total else ""
    return f"{shown}{_NBSP}(UTC{zone})"


def _day(day: date, language: str) -> str:
    return f"{day.day}{_NBSP}{_MONTHS[language][day.month - 1]}{_NBSP}{day.year}"


def number(value: int) -> str:
    """With narrow spaces between thousands, from five figures on: 4444, 12 345."""
    return f"{value:,}".replace(",", "\u202f") if value > 9999 else str(value)


def counted(value: int, forms: str) -> str:
    """The form that goes with a number: "сюжет|сюжета|сюжетов" (1, 2 to 4, more), "story|stories" (1, more)."""
    words = forms.split("|")
    if len(words) < 3:
        return words[0] if value == 1 else words[-1]
    if value % 10 == 1 and value % 100 != 11:
        return words[0]
    return words[1] if value % 10 in (2, 3, 4) and value % 100 not in (12, 13, 14) else words[2]


def shortened(text: str, most: int) -> str:
    """At most so many characters, cut between words, with «…» where something is left out."""
    if len(text) <= most:
        return text
    return re.sub(r"[\s,;:(«–—-]+$", "", re.match(r".*(?=\s)|.*", text[: most + 1], re.DOTALL)[0][:most]) + "…"  # type: ignore[index]


def glued(title: str) -> str:
    """A heading whose prepositions and conjunctions do not hang at the end of a line."""
    return _SHORT.sub(lambda found: found[1] + _NBSP, title)
