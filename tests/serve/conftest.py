"""An archive of invented articles: a story told twice, an edit, a copy, a piece that tries to be markup."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.sources import Source
from storage import articles, companies, marks, open_archive, sources
from storage.records import ArticleRecord, DateRecord, PageRecord

NOW = datetime.now(UTC).replace(microsecond=0)
LONG = "Отчёт министерства промышленности и торговли о работе автомобильного кластера " * 6 + "Сверхдлинноеслово" * 14
EVIL = '<script>alert("x")</script> Завод «Моторы» начал выпуск кузовов'


def record(
    number: int, title: str, text: str, *, source: str = "gov39", region: str = "RU-KGD", hours: float = 1
) -> ArticleRecord:
    published = (NOW - timedelta(hours=hours)).isoformat()
    return ArticleRecord(
        url=f"https://{source}.example.ru/news/{number}/",
        source=source,
        region=region,
        regions=(region,),
        title=title,
        text=text,
        published=published,
        published_by="json-ld",
        score=0.9,
        companies=("avtotor",),
        reason="kept: industry «завод» in the title",
        matched=({"term": "завод", "group": "industry", "where": "title", "start": 0},),
        dates=(DateRecord(witness="json-ld", value=published, believed=True, why="the page says so"),),
    )


@pytest.fixture(scope="session")
def archive_path(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("serve") / "archive.db"
    opening = (
        "В Черняховске открылся завод тяговых батарей для электромобилей. Губернатор сообщил, что локализация компонентов "
        "достигнет шестидесяти процентов, а инвестиции составят восемь миллиардов рублей. На предприятии создано четыреста "
        "рабочих мест, линия выпускает двести батарей в сутки."
    )
    with open_archive(path) as archive:
        sources.sync(
            archive,
            [
                Source(id="gov39", name="Правительство Калининградской области", region="RU-KGD", kind="government"),
                Source(id="paper", name="Янтарная газета", region="RU-KGD", kind="media"),
                Source(id="kaluga", name="Калужский край", region="RU-KLU", kind="media"),
            ],
        )

        def store(article: ArticleRecord, later: timedelta = timedelta(0)) -> None:
            page = PageRecord(url=article.url, source=article.source, outcome="stored", status=200)
            articles.store(archive, article, page, now=NOW + later)

        companies.remember(archive, {"avtotor": "Автотор"})
        store(record(1, "В Черняховске открыт завод тяговых батарей", opening, hours=5))
        marks.tag(archive, 1, ["на контроле"], who="аналитик", now=NOW)
        edited = opening.replace("шестидесяти", "семидесяти").replace("восемь", "девять")
        store(record(1, "В Черняховске открыт завод тяговых батарей", edited, hours=5), timedelta(hours=1))
        store(record(2, "В Черняховске открыт завод тяговых батарей", edited, source="paper", hours=4), timedelta(hours=2))
        body = "Кузовной цех в Калуге получил новую линию сварки. Оборудование отечественное, мощность — 40 кузовов в час."
        store(record(3, EVIL, body, source="kaluga", region="RU-KLU", hours=3))
        store(record(4, LONG, "Отчёт о кластере занял двести страниц. " * 4, source="kaluga", region="RU-KLU", hours=2))
    yield path
