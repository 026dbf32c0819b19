"""Articles that stand only in the data of pages that scripts draw, as frameworks leave them there; the gate included."""

import json
from html import escape
from typing import Any

import pytest

from crawler.items import Hints
from crawler.processing import process
from tests.reading.pages import SEEN

HINTS = Hints(first_seen=SEEN)
TITLE = "Завод «Прибой» начал выпускать рулевые рейки"
TEXT = (
    "В Набережных Челнах завод «Прибой» запустил линию по выпуску рулевых реек для грузовиков. Он вошёл в автомобильный кластер.",
    "Инвестиции составили 1,2 млрд рублей, создано 140 рабочих мест. До конца года локализацию доведут до 85 процентов.",
)
WHEN = "2026-02-05T10:00:00+03:00"
NEWS = {"id": 5, "title": TITLE, "content": "".join(f"<p>{line}</p>" for line in TEXT), "publishedAt": WHEN}
FLAT = [["ShallowReactive", 1], {"data": 2}, ["Ref", 3], {"news": 4}, {"id": 5, "title": 6, "content": 7, "publishedAt": 8}]


def _json(data: Any, plain: bool) -> str:
    return json.dumps(data, ensure_ascii=not plain)


def _script(data: Any, plain: bool, attributes: str) -> str:
    return f'<script type="application/json" {attributes}>{_json(data, plain)}</script>'


SHAPES = {
    "Next.js": lambda plain: _script({"props": {"pageProps": {"news": NEWS}}}, plain, 'id="__NEXT_DATA__"'),
    "Nuxt 2": lambda plain: f"<script>window.__NUXT__={_json({'data': [NEWS]}, plain)};</script>",
    "Nuxt 3": lambda plain: _script([*FLAT, 5, TITLE, NEWS["content"], WHEN], plain, 'id="__NUXT_DATA__"'),
    "Redux": lambda plain: f"<script>window.__INITIAL_STATE__ = {_json({'page': NEWS}, plain)}</script>",
    "a string": lambda plain: f"<script>window.__STATE__ = JSON.parse({_json(_json({'page': NEWS}, plain), plain)});</script>",
    "a string in single quotes": lambda plain: (
        "<script>window.__STATE__ = JSON.parse('" + _json({"page": NEWS}, plain).replace("\\", "\\\\") + "');</script>"
    ),
    "SvelteKit": lambda plain: _script({"status": 200, "body": _json(NEWS, plain)}, plain, "data-sveltekit-fetched"),
    "Inertia": lambda plain: f'<div id="app" data-page="{escape(_json({"props": {"news": NEWS}}, plain))}"></div>',
}
MENU = '<nav><a href="/">Главная</a> <a href="/news/">Новости</a></nav><div id="root"></div><footer>© Холдинг, 2026</footer>'


@pytest.mark.parametrize("plain", [True, False], ids=["as written", "escaped"])
@pytest.mark.parametrize("shape", SHAPES)
def test_it_passes_the_gate_and_is_read_with_title_text_and_date(shape: str, plain: bool) -> None:
    page = f'<!DOCTYPE html><html lang="ru"><head><meta charset="utf-8"></head><body>{MENU}{SHAPES[shape](plain)}</body></html>'
    made = process(page.encode(), "https://zavod.example/news/5", HINTS, "automotive-clusters")
    assert made.refused == ""
    assert made.reading is not None
    assert made.verdict is not None
    assert (made.reading.kind, made.reading.title, made.reading.published) == ("article", TITLE, WHEN)
    assert made.reading.text.split("\n") == list(TEXT)
    assert made.verdict.relevant


@pytest.mark.parametrize("shape", SHAPES)
def test_data_about_something_else_are_refused_unread(shape: str) -> None:
    page = f"<html><body>{MENU}{SHAPES[shape](True)}</body></html>"
    for word, other in (
        ("Набережных Челнах", "Вологде"),
        ("рулев", "тёплы"),
        ("рее", "окн"),
        ("рей", "окон"),
        ("грузовик", "дом"),
        ("автомобил", "жил"),
    ):
        page = page.replace(word, other)
    made = process(page.encode(), "https://zavod.example/news/5", HINTS, "automotive-clusters")
    assert made.refused.startswith("refused: nothing about vehicles")


def test_data_beside_an_article_that_the_page_shows_are_not_asked() -> None:
    shown = "".join(f"<p>Школьники сдали экзамен по химии, рассказали в лицее номер {number}.</p>" for number in range(9))
    page = f"<html><body>{MENU}<h1>Экзамен</h1>{shown}{SHAPES['Next.js'](True)}</body></html>"
    assert process(page.encode(), "https://zavod.example/news/5", HINTS, "automotive-clusters").refused


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>JSON.parse('" + "\\'" * 90_000 + "</script>",
        "<script>" + 'JSON.parse("a' * 20_000 + "</script>",
        '<script id="__NEXT_DATA__">' + '{"a":' * 30_000 + "</script>",
        '<script type="application/json">[["a"],' + '{"a":0},' * 30_000 + "0]</script>",
        '<div data-page="' + "{&quot;a&quot;:" * 5_000 + '"></div>',
        '<script type="application/json">' + "[" * 90_000 + "</script>",
    ],
    ids=["quotes", "strings", "deep", "flat", "attribute", "lists"],
)
def test_hostile_data_are_nothing_and_cost_little(hostile: str) -> None:
    made = process(f"<html><body>{MENU}{hostile}".encode(), "https://zavod.example/1", HINTS, "automotive-clusters")
    assert made.verdict is None
