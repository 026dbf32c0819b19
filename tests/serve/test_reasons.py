"""Reasons in Russian: whatever reading and judging can write down has its words, and what they cannot stays as it is."""

import ast
import inspect
import re

import pytest

from crawler.judging import judge, load_topic
from crawler.reading import ladder, visible, witnesses
from crawler.reporting.health import KINDS
from crawler.reporting.serve.reasons import TELLERS
from storage.corrections import FIELDS
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
