"""Whatever the verdict keeps passes the gate: every labelled text, in the shapes in which press sites print text."""

import json
from functools import cache
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from crawler.judging import gate, judge, load_topic
from tests.quality.labelled import read_file

TEXTS = [
    (one.title, one.text)
    for folder in ("automotive-clusters", "blind")
    for file in sorted((Path(__file__).parents[1] / "quality" / "topics" / folder).glob("*.txt"))
    for one in read_file(file)
]
TOPIC = load_topic("automotive-clusters")
ENCODINGS = ["utf-8", "cp1251", "koi8-r"]
SIDEBAR = "<ul><li><a href='/1'>АвтоВАЗ открыл завод</a></li><li><a href='/2'>КАМАЗ: новый цех</a> 12.05</li></ul>"
NAV = "<nav><a href='/'>Главная</a> <a href='/auto'>Автопром и заводы</a></nav>"
FOOTER = "<footer>Издание о производстве автомобилей</footer>"


def _linked(text: str) -> str:
    """Every fifth word is a link, as media link companies and earlier news."""
    return " ".join(f'<a href="/tag/{n}">{word}</a>' if n % 5 == 4 else word for n, word in enumerate(text.split()))


def _entities(text: str) -> str:
    return text.replace("«", "&laquo;").replace("»", "&raquo;").replace(" ", "&nbsp;")


def _script(data: object) -> str:
    return f'<div id="__next"></div><script id="__NEXT_DATA__" type="application/json">{json.dumps(data)}</script>'


SHAPES = {
    "paragraphs": lambda title, text: f"<h1>{title}</h1><p>{text.replace('. ', '.</p><p>')}</p>",
    "line breaks": lambda title, text: f"<div class=t>{title}</div><div>{text.replace('. ', '.<br>')}</div>",
    "linked words": lambda title, text: f"<h1><a href='/me'>{title}</a></h1><p>{_linked(text)}</p>",
    "table": lambda title, text: f"<table><tr><td><b>{title}</b><br>{text}</td></tr></table>",
    "entities": lambda title, text: f"<h1>{title}</h1><p>{_entities(text)}</p>",
    "data for scripts": lambda title, text: _script({"page": {"title": title, "content": f"<p>{text}</p>"}}),
    "capitals": lambda title, text: f"<h1>{title.upper()}</h1><p>{text}</p>",
}


def _page(title: str, text: str, shape: str) -> str:
    body = SHAPES[shape](title, text)
    return f"<html><head><title>{title} — Вести</title></head><body>{NAV}<article>{body}</article>{SIDEBAR}{FOOTER}</body></html>"


@cache
def _kept() -> list[tuple[str, str]]:
    return [(title, text) for title, text in TEXTS if judge(title, text, TOPIC).relevant]


@pytest.mark.parametrize("shape", SHAPES)
def test_every_labelled_text_that_is_kept_passes(shape: str) -> None:
    assert len(_kept()) > 200
    refused = [title or text[:60] for title, text in _kept() if gate(_page(title, text, shape).encode(), TOPIC)]
    assert refused == []


@pytest.mark.parametrize("shape", SHAPES)
def test_a_post_that_is_only_a_headline_passes(shape: str) -> None:
    post = "«Автокластер» и «Звезда»: а и б у в к о с тут там где как что, ещё раз, да и вот так всегда"
    assert len(post) > 85
    assert judge("", post, TOPIC).score > 0.2, "not refused as said in passing"
    assert gate(_page("", post, shape).encode(), TOPIC) == ""


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.sampled_from(TEXTS), st.sampled_from(sorted(SHAPES)), st.sampled_from(["utf-8", "cp1251", "koi8-r"]), st.integers(0, 60)
)
def test_encodings_and_soft_hyphens_change_nothing(one: tuple[str, str], shape: str, encoding: str, at: int) -> None:
    title, text = one
    cut = text[:at] + "\u00ad" + text[at:] if text[at - 1 : at + 1].isalpha() and len(text) > at > 0 else text
    if judge(title, cut, TOPIC).relevant:
        assert gate(_page(title, cut, shape).encode(encoding, "xmlcharrefreplace"), TOPIC) == ""


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.characters(exclude_categories=("Cs", "L", "N")) | st.sampled_from("«„“”‘—–…•№₽\u00a0\u2009\ufeff、✅🚗<&#>"))
def test_a_word_counts_whatever_sign_stands_before_it(sign: str) -> None:
    text = f"{sign}автозавод и {sign}завод {sign}электромобилей {sign}запустили в {sign}Тольятти"
    assume(judge("", text, TOPIC).relevant)  # some signs end a sentence
    for page in (text, f"<p>{text.replace('&', '&amp;').replace('<', '&lt;')}</p>"):
        assert gate(page.encode(), TOPIC) == ""


def test_most_of_what_is_refused_is_refused_by_the_gate_in_spite_of_the_sidebar() -> None:
    other = [
        "Прошёл дождь, синоптики обещают солнце",
        "В театре премьера, зрители аплодировали",
        "Школьники сдали экзамен по химии",
    ]
    for text in other:
        assert gate(_page("Новости дня", f"{text}. Подробности сообщили в редакции газеты.", "paragraphs").encode(), TOPIC)
