"""Dates as people write them in bylines, Russian first: found in a text with their places, resolved against a day that is given.

dateparser knows more languages but takes two seconds and 40 MB at its first call, misreads «09/08/2021г» (dateparser#1229) and
ranges (dateparser#918), and reads day-month order by locale; here order is day first unless the page says otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from crawler.reading.moments import Moment, clock, make
from crawler.reading.months import month
from crawler.reading.zones import stated_zone

_DIGITS = (
    {ord("٠") + n: str(n) for n in range(10)}
    | {ord("۰") + n: str(n) for n in range(10)}
    | {ord("０") + n: str(n) for n in range(10)}
)
_SIGNS = (
    {ord(c): " " for c in "\u00a0\u2000\u2002\u2003\u2009\u200a\u202f\u3000\t\r\n"}
    | {ord(c): "-" for c in "–—−‑‐"}
    | {ord("ё"): "е"}
)
_FOLD = _DIGITS | _SIGNS | {ord("："): ":", ord("，"): ",", ord("／"): "/", ord("．"): "."}

_YEAR = r"(?:19|20)\d\d"
_YMD = re.compile(rf"(?<![\d/.-])({_YEAR})\s?([-/.]|年|년)\s?(\d{{1,2}})\s?(?:\2|月|월)\s?(\d{{1,2}})(?:日|일)?(?!\d)")
_NUMERIC = re.compile(rf"(?<![\d:+])(?<!\d[-/.])(\d{{1,2}})\s?([./-])\s?(\d{{1,2}})\s?\2\s?({_YEAR}|\d\d)(?!\d|[./-]\d)")
_WORDED = re.compile(
    r"(?<![\d.,:/-])(\d{1,2})(?:st|nd|rd|th|-?го|-?е|-?ое|º|er|a)?\.?\s*(?:-\s*\d{1,2}\.?\s*)?(?:de\s|of\s"
    r"|d['’]\s?|thg\s|ngày\s|-|/)?\s*"
    rf"([^\W\d_]{{3,14}})\.?(?:\s*[,/-]?\s*(?:de\s|del\s|of\s|năm\s)?\s*({_YEAR}|['’]?\d\d(?=\s*(?:г\b|года|г\."
    rf"|р\.|$|[,|])))(?!\d(?!\d?:\d\d)))?"
)
_AMERICAN = re.compile(rf"(?<![^\W\d_])([^\W\d_]{{3,12}})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?(?:\s*,\s*|\s+)({_YEAR})(?!\d)")
_VIETNAMESE = re.compile(rf"(\d{{1,2}})\s+tháng\s+(\d{{1,2}}),?\s*(?:năm\s*)?({_YEAR})")
_SHORT = re.compile(r"(?<![\d.,:/-])(\d{1,2})\.(\d{2})(?![\d.]|\s?%)")
_CLOCK = re.compile(
    r"(?<![\d.:])(\d{1,2})\s?(?::|h|ч\.?|時|시)\s?([0-5]\d)(?:[:分]([0-5]\d))?(?!\d)(?:分|분|min|м\b)?\s*(am\b|pm\b"
    r"|a\.\s?m\.|p\.\s?m\.)?"
    r"|(?:\bв|\bum|\bkl\.?|\bklo|\bat|\balle|\bo|,|\|)\s*(\d{1,2})[.](\d\d)(?![\d.])\s*(?:uhr)?"
)
_BETWEEN = re.compile(r"^(?:[\s,|/·•()\[\]«»;:-]*(?:г\.|р\.|uhr|[^\W\d_]{1,11}\.?)?){0,3}[\s,|/·•()\[\];:-]*$")

_WORDS_OF_DAY = {
    **dict.fromkeys(
        (
            "сегодня",
            "сьогодні",
            "сёння",
            "бүгін",
            "today",
            "heute",
            "aujourd'hui",
            "hoy",
            "oggi",
            "hoje",
            "dzisiaj",
            "dziś",
            "vandaag",
        ),
        0,
    ),
    **dict.fromkeys(
        ("вчера", "вчора", "учора", "кеше", "yesterday", "gestern", "hier", "ayer", "ieri", "ontem", "wczoraj", "gisteren"), 1
    ),
    **dict.fromkeys(("позавчера", "позавчора", "vorgestern", "anteayer"), 2),
}
_DAY_WORD = re.compile(
    r"(?<![^\W\d_])(" + "|".join(sorted(map(re.escape, _WORDS_OF_DAY), key=len, reverse=True)) + r")(?![^\W\d_])"
)
_NUMBERS = {
    "один": 1,
    "одну": 1,
    "одна": 1,
    "два": 2,
    "две": 2,
    "три": 3,
    "четыре": 4,
    "пять": 5,
    "шесть": 6,
    "семь": 7,
    "восемь": 8,
    "девять": 9,
    "десять": 10,
    "a": 1,
    "an": 1,
    "one": 1,
    "two": 2,
    "three": 3,
    "полтора": 1,
    "пару": 2,
}
_UNITS = (
    (re.compile(r"сек|second|sekund"), 1 / 60),
    (re.compile(r"мин|хв|minut"), 1.0),
    (re.compile(r"ч|годин|hour|stunde|heure|hora"), 60.0),
    (re.compile(r"дн|ден|дня|сут|day|tag|jour|día|dia"), 1440.0),
    (re.compile(r"нед|тиж|week|woche|semaine|semana"), 10080.0),
    (re.compile(r"мес|міс|month|monat|mois|mes"), 43200.0),
    (re.compile(r"год|лет|рок|рік|year|jahr|an"), 525600.0),
)
_AGO = re.compile(
    r"(?<![\w])(?:(?:vor|il y a|hace|há)\s+)?(\d{1,3}|[а-я]{3,8}|an?|one|two|three)?\s*"
    r"((?:сек|мин|хв|час|годин|дн|ден|сут|недел|тиж|месяц|міся|год|лет|рок)[а-яіь]*|ч|(?:second|minute|hour"
    r"|day|week|month|year)s?"
    r"|(?:minuten?|stunden?|tage?n?|wochen?|heures?|jours?|horas?|minutos?))\.?(?:\s+(назад|тому|ago)\b)?"
)
_HALF_HOUR = re.compile(r"\bполчаса\s+назад")
_JUST_NOW = re.compile(r"(?<!\w)только\s+что(?!\w)\s*(?:$|[|·•])")


@dataclass(frozen=True, slots=True)
class Spoken:
    """A date found in a text: what it means and where it stands (offsets in the folded text, which has the text's own length)."""

    moment: Moment
    start: int
    end: int
    relative: bool = False


def fold(text: str) -> str:
    """The text in which dates are looked for: lower case, one kind of space, dash and digit; as long as the text itself."""
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in text)
    return lowered.translate(_FOLD)


def find(text: str, base: datetime, *, language: str = "", month_first: bool = False) -> list[Spoken]:
    """Every date in a text, in order, not overlapping.

    `base` (local time of the place, with or without zone) is what «вчера» and dates without a year are counted from.
    `month_first` reads 03/04/2025 as 4 March. Ranges («с 12 января по 30 апреля») are no date.
    """
    folded = fold(text)
    found: list[Spoken] = []
    for search in (_numeric, _worded, _relative):
        for spoken in search(folded, base, language, month_first):
            if not any(spoken.start < other.end and other.start < spoken.end for other in found):
                found.append(spoken)
    if not found:
        found = list(_short(folded, base))
    found.sort(key=lambda spoken: spoken.start)
    return [_timed(spoken, folded, found) for spoken in found]


def parse_byline(text: str, base: datetime, *, language: str = "", month_first: bool = False) -> Moment | None:
    """The one date of a byline, None when it has none or several that differ."""
    found = find(text, base, language=language, month_first=month_first)
    days = {spoken.moment.day for spoken in found}
    if len(days) != 1:
        return None
    return max((spoken.moment for spoken in found), key=lambda moment: moment.time is not None)


def _numeric(text: str, base: datetime, language: str, month_first: bool) -> Iterator[Spoken]:
    for match in _YMD.finditer(text):
        moment = make(int(match[1]), int(match[3]), int(match[4]))
        if moment:
            yield Spoken(moment, match.start(), match.end())
    for match in _NUMERIC.finditer(text):
        first, second, year = int(match[1]), int(match[3]), _year(match[4], base)
        if match[2] == "-" and len(match[4]) == 2:
            continue
        # 14:35 03.02.25 and prices like 10.20.30: a two-digit year must be one of the last decades
        day, number = (second, first) if month_first and match[2] != "." else (first, second)
        guessed = (
            "day order" if match[2] == "/" and day <= 12 and number <= 12 and day != number and not _is_ours(language) else ""
        )
        moment = make(year, number, day, guessed=guessed) or make(year, day, number)
        if moment:
            yield Spoken(moment, match.start(), match.end())


def _is_ours(language: str) -> bool:
    """Languages that write the day first without exception."""
    return language[:2] in ("ru", "uk", "be", "kk", "de", "fr", "it", "es", "pt", "pl", "nl", "tr")


def _year(digits: str, base: datetime) -> int:
    digits = digits.lstrip("'’")
    if len(digits) == 4:
        return int(digits)
    year = 2000 + int(digits)
    return year if year <= base.year + 1 else year - 100


def _worded(text: str, base: datetime, language: str, month_first: bool) -> Iterator[Spoken]:
    for match in _AMERICAN.finditer(text):
        number = month(match[1], language)
        moment = make(int(match[3]), number, int(match[2])) if number else None
        if moment:
            yield Spoken(moment, match.start(), match.end())
    for match in _VIETNAMESE.finditer(text):
        moment = make(int(match[3]), int(match[2]), int(match[1]))
        if moment:
            yield Spoken(moment, match.start(), match.end())
    for match in _WORDED.finditer(text):
        number = month(match[2], language)
        if not number or _is_range(text, match):
            continue
        if match[3]:
            moment = make(_year(match[3], base), number, int(match[1]))
        else:
            moment = _yearless(number, int(match[1]), base)
        if moment:
            yield Spoken(moment, match.start(), match.end() if match[3] else match.end(2))


def _is_range(text: str, match: re.Match[str]) -> bool:
    """«с 12 января по 30 апреля», «до 1 марта», «к 9 мая»: when something lasts or is due, not when it was written."""
    before, after = text[max(0, match.start() - 4) : match.start()], text[match.end() : match.end() + 12]
    return bool(re.search(r"(?:^|\s)(?:с|со|по|до|к|ко|от)\s*$", before)) and (
        re.match(r"\s*(?:г\.?|года)?\s*(?:по|до|-)\s", after) is not None or not re.search(r"(?:^|\s)(?:с|от)\s*$", before)
    )


def _yearless(number: int, day: int, base: datetime) -> Moment | None:
    """The last such day that is not after tomorrow: sites leave out the year only of what is new."""
    for year in (base.year, base.year - 1):
        moment = make(year, number, day, guessed="year")
        if moment and moment.day <= base.date() + timedelta(days=1):
            return moment
    return None


def _short(text: str, base: datetime) -> Iterator[Spoken]:
    """«20.02, 20:45»: day and month in figures, only beside a time."""
    for match in _SHORT.finditer(text):
        near = text[max(0, match.start() - 9) : match.start()] + " | " + text[match.end() : match.end() + 12]
        if 1 <= int(match[2]) <= 12 and re.search(r"(?<!\d)\d{1,2}:\d\d(?!\d)", near):
            moment = _yearless(int(match[2]), int(match[1]), base)
            if moment:
                yield Spoken(moment, match.start(), match.end())


def _relative(text: str, base: datetime, language: str, month_first: bool) -> Iterator[Spoken]:
    for match in _DAY_WORD.finditer(text):
        day = base.date() - timedelta(days=_WORDS_OF_DAY[match[1]])
        yield Spoken(Moment(day), match.start(), match.end(), relative=True)
    for match in _HALF_HOUR.finditer(text):
        yield Spoken(_ago(base, 30.0, 1), match.start(), match.end(), relative=True)
    for match in _JUST_NOW.finditer(text):
        yield Spoken(_ago(base, 1.0, 0), match.start(), match.end(), relative=True)
    for match in _AGO.finditer(text):
        if not (match[3] or re.match(r"(?:vor|il y a|hace|há)\s", match[0])):
            continue
        number = int(match[1]) if (match[1] or "").isdigit() else _NUMBERS.get(match[1] or "", 0 if match[1] else 1)
        unit = next((minutes for pattern, minutes in _UNITS if pattern.match(match[2])), 0.0)
        if number and unit:
            yield Spoken(_ago(base, unit, number), match.start(), match.end(), relative=True)


def _ago(base: datetime, unit: float, number: int) -> Moment:
    """So long before `base`; its day is certain only if the next step back would still fall on it (sites round down)."""
    there = base - timedelta(minutes=unit * number)
    certain = there.date() == (base - timedelta(minutes=unit * (number + 1))).date()
    clock_time = time(there.hour, there.minute) if unit <= 60 else None
    return Moment(there.date(), clock_time, guessed="" if certain else "distance")


def _timed(spoken: Spoken, text: str, others: list[Spoken]) -> Spoken:
    """The date with the time that stands right beside it, after it or before it."""
    if spoken.moment.time is not None:
        return spoken
    after_end = min([other.start for other in others if other.start >= spoken.end] + [spoken.end + 40])
    after = _CLOCK.search(text, spoken.end, after_end)
    if after and _BETWEEN.match(text[spoken.end : after.start()]):
        return _with_clock(spoken, after, text)
    before_start = max([other.end for other in others if other.end <= spoken.start] + [spoken.start - 40, 0])
    before = next(iter([*_CLOCK.finditer(text, before_start, spoken.start)][-1:]), None)
    if before and _BETWEEN.match(text[before.end() : spoken.start]):
        return _with_clock(spoken, before, text)
    return spoken


def _with_clock(spoken: Spoken, match: re.Match[str], text: str) -> Spoken:
    hour, minute = int(match[1] or match[5]), int(match[2] or match[6])
    if match[4]:
        if not 1 <= hour <= 12:
            return spoken
        hour = hour % 12 + (12 if match[4][0] == "p" else 0)
    said = clock(hour, minute, int(match[3] or 0))
    if said is None:
        return spoken
    moment = replace(spoken.moment, time=said, offset=stated_zone(text, match.end()))
    return replace(spoken, moment=moment, start=min(spoken.start, match.start()), end=max(spoken.end, match.end()))
