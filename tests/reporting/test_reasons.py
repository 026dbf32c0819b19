"""Reasons in Russian: whatever reading and judging can write down has its words, and what they cannot stays as it is."""

import ast
import inspect
import re
from pathlib import Path

import pytest

import spiders
from crawler import fetching
from crawler.fetching import obstacles
from crawler.fetching.obstacles import _REFUSALS
from crawler.fetching.tls import _REASONS
from crawler.judging import judge, load_topic
from crawler.reading import ladder, visible, witnesses
from crawler.reporting.health import KINDS
from crawler.reporting.reasons import TELLERS
from storage.corrected import FIELDS
from storage.records import CRAWL_OUTCOMES

RUSSIAN, ENGLISH = TELLERS["ru"], TELLERS["en"]
_REASON = re.compile(
    r"(is|has|stands|says|lies|cannot|ends|begins|belongs|opens|a first|no witness|the address|the source's|\{name\} is) "
)


def stated_reasons() -> set[str]:
    """Every reason that stands in the code of the dates, what is put into it made «NewsArticle»."""
    found = set()
    for module in (ladder, visible, witnesses):
        tree = ast.parse(inspect.getsource(module))
        inner = {part for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                parts = (part.value if isinstance(part, ast.Constant) else "NewsArticle" for part in node.values)
                found.add("".join(map(str, parts)))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in inner:
                found.add(node.value)
    return {text for text in found if _REASON.match(text) and len(text) < 80 and not text.endswith((":", ".", " "))}


def test_the_reasons_are_found_in_the_code() -> None:
    assert {"is of another item", "has a time", "lies after the last change", "is stated as NewsArticle"} <= stated_reasons()
    assert len(stated_reasons()) > 35


@pytest.mark.parametrize("why", sorted(stated_reasons()))
def test_every_reason_for_a_date_has_its_russian(why: str) -> None:
    told = RUSSIAN.of_date(why)
    assert re.search("[а-я]", told), told
    assert not re.search(r"[a-z]{2,}", told.replace("NewsArticle", "")), told


def test_several_reasons_are_told_one_by_one_and_a_witness_by_its_name() -> None:
    assert RUSSIAN.of_date("has a time, stands in a menu, a sidebar or the footer, year is not stated") == (
        "есть время, стоит в меню, сбоку или внизу страницы, год не указан"
    )
    assert RUSSIAN.of_date("json-ld is trusted more") == "разметка JSON-LD — надёжнее"
    assert RUSSIAN.of_date("своя причина") == "своя причина"
    assert ENGLISH.of_date("has a time") == "has a time"


_FAILURES = {"FetchError", "Blocked", "Unreachable", "OffLimits", "RobotsForbidden", "Gone", "NoBrowser", "ParseError"}
_SAME = {"robots.txt: Ю", "TLS: Ю", "JMESPath Ю: Ю", "more than Ю KB of headers", "not a feed but Ю"}
"""The same in Russian, or told in other words: those of the headers' own reason, and those of what it looks like."""

_FAILING = [
    *(Path(spiders.__file__).parent.glob("*.py")),
    *(Path(fetching.__file__).parent.glob("*.py")),
    Path(obstacles.__file__),
]


def _said(part: ast.expr) -> str:
    if isinstance(part, ast.Constant):
        return str(part.value)
    optional = isinstance(part, ast.FormattedValue) and isinstance(part.value, ast.Name) and part.value.id == "why"
    return "" if optional else "Ю"  # `why` brings its own semicolon, or nothing


def _words(node: ast.expr) -> list[str]:
    """What the text of an expression can be, what is put into it made «Ю»; nothing for one that only hands on."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.JoinedStr):
        return ["".join(_said(part) for part in node.values)]
    if isinstance(node, ast.IfExp):
        return [*_words(node.body), *_words(node.orelse)]
    return []


def stated_failures() -> set[str]:
    """What a page or a list could not be had for, by the code of the spiders and of fetching, and what refuses us by status."""
    found = {f"{words}{guard}" for words in _REFUSALS.values() for guard in ("", " (Ю)")} | set(_REASONS.values())
    for file in _FAILING:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _FAILURES
            if called or (isinstance(node, ast.FunctionDef) and node.name in ("_reason", "_handshake", "_looks_like", "_why")):
                values = (
                    node.args[:1]
                    if isinstance(node, ast.Call)
                    else [r.value for r in ast.walk(node) if isinstance(r, ast.Return)]
                )
                before = "not a feed but " if getattr(node, "name", "") == "_looks_like" else ""
                found |= {before + words for value in values if value is not None for words in _words(value)}
    return {words for words in found if re.search("[A-Za-z]{2}", words)} - _SAME


def test_the_failures_are_found_in_the_code() -> None:
    assert {
        "connection refused",
        "403 Forbidden (Ю)",
        "the feed lists nothing",
        "not a feed but JSON",
        "HTTP Ю",
    } <= stated_failures()
    assert len(stated_failures()) > 50


@pytest.mark.parametrize("why", sorted(stated_failures()))
def test_every_failure_has_its_russian(why: str) -> None:
    told = RUSSIAN.of_alarm(why)
    assert told != why
    assert re.search("[а-яё]", told.replace("Ю", "")), told
    assert ENGLISH.of_alarm(why) == why


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (
            "feed https://a.ru/rss/: 403 Forbidden (Qrator); listing https://a.ru/news/: no link of the listing looks like an"
            " article's (24 links); it is drawn by scripts: javascript = true shows it to a browser",
            "лента https://a.ru/rss/: доступ запрещён (403, Qrator); список https://a.ru/news/: ни один адрес списка не похож"
            " на статью (ссылок: 24); страницу рисуют сценарии: поможет javascript = true",
        ),
        (
            "nothing new since 2026-03-03 09:00 UTC; by its rhythm something was due by 2026-03-09 12:00",
            "ничего нового с 2026-03-03 09:00 UTC; по обычному ритму что-то должно было выйти до 2026-03-09 12:00",
        ),
        ("robots.txt: no complete answer in time", "robots.txt: ответ не пришёл вовремя"),
        ("left alone after 5 pages in a row: HTTP 502", "оставлен в покое, неудачных страниц подряд: 5: ответ HTTP 502"),
        ("лента стала страницей", "лента стала страницей"),
    ],
)
def test_the_details_of_an_alarm_are_told_one_by_one(message: str, told: str) -> None:
    assert RUSSIAN.of_alarm(message) == told


@pytest.mark.parametrize("topic", ["automotive-clusters", "shipbuilding-clusters"])
def test_every_note_of_the_shipped_topics_has_its_russian(topic: str) -> None:
    loaded = load_topic(topic)
    notes = {group.note for group in loaded.groups.values() if group.note} | {need.says for need in loaded.needs}
    for note in sorted(notes):
        told = RUSSIAN.of_verdict(f"kept: about {note} («слово», title)")
        assert not re.search("[a-z]{3,}", told), told


TEXTS = {
    "В Калуге открыли завод автокомпонентов": "Резидент индустриального парка начал выпуск тормозных дисков для автомобилей.",
    "Лада подорожала": "Дилеры подняли цены на автомобили, продажи упали. Скидки отменены.",
    "ДТП на трассе": "Столкнулись два автомобиля, движение перекрыто, завод рядом не пострадал.",
    "Концерт в парке": "Вечером выступит оркестр, вход свободный.",
    "Москвич построит цех": "Московский завод «Москвич» построит новый цех сварки кузовов в особой экономической зоне.",
}


@pytest.mark.parametrize("title", TEXTS)
def test_a_verdict_is_told_in_russian_with_the_terms_as_they_stand(title: str) -> None:
    reason = judge(title, TEXTS[title], load_topic("automotive-clusters")).reason
    told = RUSSIAN.of_verdict(reason)
    assert re.match("взято: |отклонено: ", told), (reason, told)
    assert not re.search("[a-z]{3,}", told), (reason, told)
    assert re.findall("«.*?»", told) == re.findall("«.*?»", reason)
    assert ENGLISH.of_verdict(reason) == reason


def test_alarms_and_outcomes_are_told_in_both_languages() -> None:
    for kind in KINDS:
        assert re.fullmatch("[А-Яа-яё ]+", RUSSIAN.named("alarm", kind))
        assert ENGLISH.named("alarm", kind) == KINDS[kind]
    for field in FIELDS:
        assert re.fullmatch("[а-яё]+", RUSSIAN.named("field", field))
    for outcome in CRAWL_OUTCOMES:
        assert re.fullmatch("[А-Яа-яё ]+", RUSSIAN.named("outcome", outcome))
