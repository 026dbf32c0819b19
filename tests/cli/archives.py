"""A small archive with something of everything, built through storage's own functions. All texts are invented."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from storage import Archive, articles, companies, crawls, marks, open_archive, pages, sources
from storage.records import ArticleRecord, DateRecord, PageRecord

NOW = datetime.now(UTC).replace(microsecond=0)
"""Not a fixed day: the cookbook and `status` ask for the last days."""

TEXTS = {
    "https://gov39.ru/press/101/": (
        "gov39",
        "RU-KGD",
        "В Калининграде запустили сборку электромобилей «Амберавто»",
        "На площадке «Автотора» в Калининградской области началась серийная сборка электромобилей. Автокомпоненты поставят "
        "двенадцать предприятий кластера.\nГубернатор сообщил, что в проект вложено восемь миллиардов рублей, создано четыреста "
        "рабочих мест.",
    ),
    "https://admoblkaluga.ru/news/7/": (
        "kaluga",
        "RU-KLU",
        "В калужском автокластере откроют завод тормозных систем",
        "Резидент особой экономической зоны «Калуга» построит завод тормозных систем для легковых машин. Первую очередь обещают "
        "сдать весной, мощность составит триста тысяч комплектов в год.\nЕлки и сосны на участке пересадят.",
    ),
    "https://tatarstan.ru/press/55/": (
        "tatarstan",
        "RU-TA",
        "КАМАЗ и «Автотор» договорились о поставках кабин",
        "Камский автозавод будет поставлять кабины грузовиков калининградскому партнёру. Соглашение рассчитано на пять лет и "
        "предусматривает совместную разработку силовой электроники.\nСтороны подписали его на форуме в Набережных Челнах.",
    ),
    "https://samara.ru/news/3/": (
        "samara",
        "RU-SAM",
        "АВТОВАЗ увеличит закупки у местных поставщиков",
        "Тольяттинский завод заключит долгосрочные договоры с поставщиками самарского автомобильного кластера. Доля российских "
        "деталей в новых моделях вырастет до восьмидесяти процентов, сообщили в министерстве промышленности области.",
    ),
}


def fill(path: Path) -> None:
    """Makes the archive: four articles of four sources, a copy, an edit, refused and blocked pages, raw bytes, two crawls."""
    with open_archive(path) as archive:
        companies.remember(archive, {"avtotor": "Автотор"})
        for age, url in enumerate(TEXTS):
            _store(archive, url, days_ago=age)
        _store(archive, "https://paper.ru/a/9/", days_ago=0, text_of="https://gov39.ru/press/101/", source="paper")
        _edit(archive)
        _refuse(archive)
        _tell(archive)
        for hours, source, outcome in ((30, "gov39", "finished"), (5, "paper", "finished"), (1, "paper", "failed")):
            crawl = crawls.start(archive, source, now=NOW - timedelta(hours=hours))
            message = "the listing has no articles any more" if outcome == "failed" else ""
            ended = NOW - timedelta(hours=hours - 1)
            crawls.finish(archive, crawl, outcome=outcome, counts={"requests": 5, "new": 1}, message=message, now=ended)


def record(url: str, *, days_ago: int = 0, text_of: str = "", source: str = "", more: str = "") -> ArticleRecord:
    """One of TEXTS as an article, perhaps at another address of another source, with an offset in its date."""
    own, region, title, text = TEXTS[text_of or url]
    published = (NOW - timedelta(days=days_ago, hours=2)).isoformat(timespec="seconds")
    return ArticleRecord(
        url=url,
        source=source or own,
        region=region if not source else "RU",
        title=title,
        text=text + more,
        published=published,
        published_by="jsonld",
        language="ru",
        score=0.9,
        matched=({"term": "кластер", "group": "core", "where": "text", "start": 40},),
        reason="a core term",
        regions=(region, "RU-KGD") if region != "RU-KGD" else (region,),
        companies=("avtotor",) if "втотор" in text + title else (),
        judged_by="automotive-clusters@1",
        dates=(
            DateRecord(witness="jsonld", value=published, believed=True, why="the page's own data"),
            DateRecord(witness="footer", value="2011-01-01", believed=False, why="a year of founding"),
        ),
    )


def _store(archive: Archive, url: str, *, days_ago: int, text_of: str = "", source: str = "", more: str = "") -> None:
    article = record(url, days_ago=days_ago, text_of=text_of, source=source, more=more)
    body = f"<html><title>{article.title}</title><article><h1>{article.title}</h1><p>{article.text}</p></article></html>".encode()
    page = PageRecord(url=url, source=article.source, status=200, headers={"content-type": "text/html; charset=utf-8"}, body=body)
    articles.store(archive, article, page, now=NOW)


def _edit(archive: Archive) -> None:
    _store(archive, "https://samara.ru/news/3/", days_ago=3, more="\nПозже завод уточнил: договоры подпишут в декабре.")


def _tell(archive: Archive) -> None:
    """Two of the articles as one story, one taken off its site, one correction of a correction, one source that went silent."""
    with archive.write():
        archive.conn.execute(
            "INSERT INTO stories (id, title, first_published, last_published, articles, sources)"
            " SELECT 100, title, min(published_utc), max(published_utc), 2, 2 FROM articles WHERE id IN (1, 3)"
        )
        archive.conn.execute("UPDATE articles SET story = 100 WHERE id IN (1, 3)")
        archive.conn.execute(
            "INSERT INTO corrections (article, field, value, who, at, note) VALUES (?, ?, ?, ?, ?, ?)",
            (2, "region", "RU-KLU", "аналитик", NOW.isoformat(), "проверено"),
        )
        archive.conn.execute(
            "INSERT INTO former_corrections (article, field, value, who, at, note, ended, ended_by, ended_note, how)"
            " SELECT article, field, 'RU-SAM', who, at, '', at, who, '', 'overruled' FROM corrections"
        )
        archive.conn.execute("UPDATE sources SET enabled = id <> 'tatarstan'")
    marks.tag(archive, 4, ["поставщики"], who="аналитик", now=NOW)
    articles.mark_gone(archive, "https://tatarstan.ru/press/55/", now=NOW)


def _refuse(archive: Archive) -> None:
    sources.ensure(archive, "gov39")
    for number, outcome, reason, score in (
        (1, "irrelevant", "only one weak term", 0.35),
        (2, "irrelevant", "no term of the topic", 0.0),
        (3, "blocked", "DDoS-Guard challenge", None),
        (4, "failed", "timeout after 60 s", None),
    ):
        page = PageRecord(
            url=f"https://gov39.ru/other/{number}/",
            source="gov39",
            outcome=outcome,
            reason=reason,
            status=200,
            title=f"Другая новость {number}",
            lead="Первые слова страницы.",
            score=score,
            judged_by="automotive-clusters@1" if score is not None else "",
        )
        pages.record(archive, page, now=NOW)


def spoil(path: Path, *tables: str) -> None:
    """What a bad disk does: the pages where these tables begin are none any more. SQLite opens the file all the same."""
    with open_archive(path) as archive:
        archive.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        size = archive.conn.execute("PRAGMA page_size").fetchone()[0]
        named = archive.conn.execute("SELECT name, rootpage FROM sqlite_master WHERE type = 'table'").fetchall()
        roots = [root for name, root in named if name in tables]
    assert len(roots) == len(tables)
    with path.open("r+b") as file:
        for root in roots:
            file.seek((root - 1) * size)
            file.write(b"\xff" * size)
