"""Any text gets a verdict in bounded time, and the same words are found however they are spelled."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.judging import gate, judge, load_topic
from crawler.judging.words import stem

TOPIC = load_topic("automotive-clusters")
TITLE = "В Калининграде запустили производство тяговых батарей"
TEXT = "«Автотор» ввёл в эксплуатацию завод, мощность — 50 тысяч батарей в год. Проект поддержал Фонд развития промышленности."


@pytest.mark.parametrize(
    ("name", "title", "text"),
    [
        ("as written", TITLE, TEXT),
        ("capitals", TITLE.upper(), TEXT.upper()),
        ("ё for е is no other word", TITLE.replace("е", "ё"), TEXT),
        ("Latin look-alikes", TITLE.replace("а", "a").replace("о", "o"), TEXT.replace("а", "a").replace("е", "e")),
        ("soft hyphens", TITLE.replace("ств", "с\u00adтв"), TEXT.replace("ту", "т\u00adу")),
        ("accents", TITLE.replace("а", "а\u0301"), TEXT),
        ("decomposed letters", TITLE, TEXT.replace("й", "и\u0306").replace("ё", "е\u0308")),
        ("other quotation marks", TITLE, TEXT.replace("«", "„").replace("»", "“")),
        ("no title", "", f"{TITLE}. {TEXT}"),
    ],
)
def test_spelling_does_not_matter(name: str, title: str, text: str) -> None:
    verdict = judge(title, text, TOPIC)
    assert verdict.relevant, verdict.reason
    assert verdict.companies == ("avtotor",)
    assert verdict.regions == ("RU-KGD",)


@pytest.mark.parametrize("piece", ["завод ", "а", "«", ". ", "автомобиль запуск ", "\n", "<a>", "ДТП "])
def test_ten_megabytes_take_bounded_time(piece: str) -> None:
    text = piece * (10_000_000 // len(piece))
    begin = time.process_time()
    judge(piece * 1000, text, TOPIC)
    assert time.process_time() - begin < 2
    begin = time.process_time()
    gate(text.encode()[:7_900_000], TOPIC)
    assert time.process_time() - begin < 20


@pytest.mark.parametrize(
    "page",
    [
        b"<script " * 20_000 + b"articleBody \\u0430",
        b"<script type=ld+json " * 9_000 + b"articleBody \\u0430",
        b'<script type="application/ld+json">articleBody \\u0430' * 4_000,
        b"<script>__NEXT_DATA__" * 9_000,
        b'__NEXT_DATA__<div data-page="' + b"{&quot;" * 25_000,
        b"<style>" * 30_000,
    ],
    ids=["scripts", "data", "articles", "states", "attribute", "styles"],
)
def test_scripts_that_never_end_hold_nothing_up(page: bytes) -> None:
    begin = time.process_time()
    gate(page, TOPIC)
    assert time.process_time() - begin < 2


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.text(max_size=300), st.text(max_size=600))
def test_any_text_gets_a_verdict(title: str, text: str) -> None:
    verdict = judge(title, text, TOPIC)
    assert 0 <= verdict.score <= 1
    assert verdict.relevant == (verdict.score >= 0.5)
    assert verdict.reason


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.binary(max_size=500))
def test_any_bytes_get_an_answer(body: bytes) -> None:
    assert isinstance(gate(body, TOPIC), str)
    assert isinstance(gate(b"<html><p>\xd0\xb7\xd0\xb0\xd0\xb2\xd0\xbe\xd0\xb4 " + body, TOPIC), str)


def test_words_that_are_not_declined_are_no_forms_of_others() -> None:
    assert stem("метро") == "метро"
    assert stem("метров") == stem("метры") == "метр"
    title, text = "Цех сидений для автобусов построят в Кургане", "Площадь корпуса — 900 {}, завод примет 40 человек."
    plain, metres = judge(title, text.format("единиц"), TOPIC), judge(title, text.format("квадратных метров"), TOPIC)
    assert metres.relevant
    assert not any(match.group == "transit" for match in metres.matched)
    assert metres.score > plain.score - 0.1


def test_brands_in_other_senses_are_no_companies() -> None:
    for title in ("Волга обмелела у Самары", "Каждый москвич получит скидку", "На Урале заморозки", "Газ придёт в село"):
        assert judge(title, "Подробности сообщили в администрации.", TOPIC).companies == ()
    assert judge("Автозавод «Урал» построит цех", "Новый корпус появится в Миассе.", TOPIC).companies == ("ural",)
