"""Invented press texts, the records made of them, and short ways to speak of an archive."""

import random
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from storage import Archive, articles
from storage.records import ArticleRecord, PageRecord, Stored

NOW = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)

PLANT = (
    "В Калининграде открыли новый корпус автомобильного кластера\n"
    "В Калининграде торжественно открыли седьмой корпус автомобильного кластера «Автотор». На площадке будут собирать "
    "компоненты для электромобилей: тяговые батареи, электродвигатели и силовую электронику.\n"
    "Губернатор области отметил, что локализация производства автокомпонентов вырастет до шестидесяти процентов. "
    "Инвестиции в проект превысили восемь миллиардов рублей, создано четыреста рабочих мест.\n"
    "Запуск второй линии намечен на осень."
)
CITY = (
    "В Калуге обсудили ремонт моста через Оку\n"
    "Городская управа провела совещание о ремонте моста. Подрядчик обещает закончить работы к ноябрю, движение "
    "автобусов сохранится по одной полосе. Жители просят поставить светофор у школы и продлить маршрут до вокзала, "
    "специалисты изучат предложение в течение месяца и представят расчёты на следующем заседании управы."
)


_WORDS = re.findall(
    r"\w+",
    "завод цех линия батарея двигатель кузов поставка контракт город область министр директор рабочий конвейер станок "
    "литьё сборка партия экспорт дилер рынок спрос кредит субсидия парк резидент договор срок осень неделя визит совет "
    "школа колледж инженер чертёж пробег полигон испытание сертификат серия модель автобус грузовик прицеп колесо шина",
)


def distinct(name: str) -> str:
    """A text of its own for each name: no two are alike, and each speaks of a завод."""
    chance = random.Random(name)
    sentences = [" ".join(chance.sample(_WORDS, 9)).capitalize() + "." for _ in range(5)]
    return f"Завод: {' '.join(chance.sample(_WORDS, 4))}\n" + " ".join(sentences)


def later(**units: float) -> datetime:
    return NOW + timedelta(**units)


def article(url: str = "https://gov39.ru/press/1/", text: str = PLANT, **fields: Any) -> ArticleRecord:
    """An article whose title is the first line of `text`."""
    title, _, body = text.partition("\n")
    given: dict[str, Any] = {"source": "gov39", "region": "RU-KGD", "title": title, "text": body, "score": 0.9}
    return ArticleRecord(url=url, **{**given, **fields})


def page(url: str = "https://gov39.ru/press/1/", **fields: Any) -> PageRecord:
    return PageRecord(url=url, **{"source": "gov39", "status": 200, **fields})


def put(archive: Archive, now: datetime = NOW, **fields: Any) -> Stored:
    """Stores an article at the address where it was fetched."""
    record = article(**fields)
    return articles.store(archive, record, page(record.url, source=record.source), now=now)


def count(archive: Archive, table: str) -> int:
    row = archive.one(f"SELECT count(*) FROM {table}")
    assert row is not None
    return int(row[0])


def found(archive: Archive, query: str) -> list[int]:
    """The ids of the articles that a full-text query finds."""
    return [row[0] for row in archive.conn.execute("SELECT rowid FROM articles_fts WHERE articles_fts MATCH ?", (query,))]
