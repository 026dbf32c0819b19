"""Pages for tests: invented wording in the layouts that press sites really have."""

from __future__ import annotations

from datetime import UTC, datetime

from crawler.items import Hints, Link, Reading
from crawler.reading import read

SEEN = datetime(2026, 2, 21, 18, 0, tzinfo=UTC)
"""When the pages of the tests were first seen: 21 February 2026, 21:00 in Moscow."""

PARAGRAPHS = (
    "На калужской площадке начали выпускать рулевые рейки для легковых машин. Линию собрали за восемь месяцев, вложив в неё "
    "почти два миллиарда рублей, рассказали в министерстве экономического развития области.",
    "Сейчас в цехе работают сто сорок человек, к осени их станет двести. До половины деталей завод берёт у соседей по кластеру, "
    "остальное пока привозят из других регионов.",
    "Выйти на проектную мощность — триста тысяч комплектов в год — предприятие рассчитывает через полтора года, когда заработает "
    "второй участок механической обработки.",
)
"""An invented press release."""


def page(body: str, *, head: str = "", title: str = "В Калуге начали выпускать рулевые рейки", lang: str = "ru") -> bytes:
    """A whole page as UTF-8 bytes."""
    meta = '<meta charset="utf-8">'
    return (
        f'<!DOCTYPE html><html lang="{lang}"><head>{meta}<title>{title}</title>{head}</head><body>{body}</body></html>'.encode()
    )


def article(*before: str, after: str = "", head: str = "", h1: str = "В Калуге начали выпускать рулевые рейки") -> bytes:
    """A page with the invented release: `before` stands between heading and text, `after` below the text."""
    text = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    return page(
        f'<div class="news-detail"><h1>{h1}</h1>{"".join(before)}<div class="text">{text}</div>{after}</div>', head=head, title=h1
    )


def reading(
    body: bytes, url: str = "https://press.example.ru/news/1234/", *, link: Link | None = None, **hints: object
) -> Reading:
    """The page as read by the code under test, first seen at `SEEN` unless told otherwise."""
    return read(body, url, Hints(**{"first_seen": SEEN, "link": link, **hints}))  # type: ignore[arg-type]
