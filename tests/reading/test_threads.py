"""Pages that misled an extractor in public: each is named by its thread, site or sample and rebuilt with invented text."""

from typing import Any

import pytest

from crawler.items import Link
from tests.reading.pages import PARAGRAPHS, article, page, reading

T = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
WHOLE = "\n".join(PARAGRAPHS)
WANTED = "В Калуге начали выпускать рулевые рейки"
NEXT = "".join(f'<li><a href="/n/{n}/">Другая новость области номер {n} о людях и заводах</a></li>' for n in range(6))
DAY = '<div class="date">30.01.2026</div>'


def titled(title: str, h1: str = "", head: str = "", og: str = "") -> bytes:
    shown = f"<h1>{h1}</h1>" if h1 else ""
    return page(f"{shown}<div>{T}</div>", title=title, head=head + (f'<meta property="og:title" content="{og}">' if og else ""))


SITE = '<meta property="og:site_name" content="%s">'
TITLES = {
    "trafilatura#284, name behind a bar": (titled(f"{WANTED} | Заря", head=SITE % "Заря"), WANTED),
    "trafilatura#284, name behind a dash": (titled(f"{WANTED} — Заря", head=SITE % "Заря"), WANTED),
    "trafilatura#284, name behind a star": (titled(f"{WANTED} ⋆", og=f"{WANTED} ⋆"), WANTED),
    "trafilatura#284, name before the title": (titled(f"Заря » {WANTED}", head=SITE % "Заря"), WANTED),
    "trafilatura PR#824, the name in og only": (titled(WANTED, WANTED, og=f"{WANTED} - Заря. Областная газета"), WANTED),
    "trafilatura#71, the name instead of the title": (
        titled("Первый выпуск: рейки - Заря", head=SITE % "Заря"),
        "Первый выпуск: рейки",
    ),
    "trafilatura#502, the rubric as the first heading": (titled(WANTED, "Новости", og=WANTED), WANTED),
    "goose3#123, the site is named like a word of the title": (
        titled(
            "Калуга Авто открывает цех реек", "Калуга Авто открывает цех реек", SITE % "Калуга", "Калуга Авто открывает цех реек"
        ),
        "Калуга Авто открывает цех реек",
    ),
    "newspaper4k#632, a dash inside the title": (
        titled("Рейки - новый выпуск завода - Заря", "Рейки - новый выпуск завода", SITE % "Заря"),
        "Рейки - новый выпуск завода",
    ),
    "newspaper4k#632, a dash and no heading": (titled("Рейки - новый выпуск завода"), "Рейки - новый выпуск завода"),
    "readability#295, a colon inside the title": (titled("АвтоВАЗ : рейки делают в Калуге"), "АвтоВАЗ : рейки делают в Калуге"),
    "newspaper PR#113, three wordings, the heading is what is read": (
        titled(f"{WANTED}, завод расширят - Заря", WANTED, SITE % "Заря", f"{WANTED}: фото"),
        WANTED,
    ),
    "docusaurus-plugins#47, the site's name is the first heading": (
        titled(f"{WANTED} | Заря", "Заря", SITE % "Заря", f"{WANTED} | Заря"),
        WANTED,
    ),
    "firecrawl#569, titles of pictures are none": (
        page(f"<h1>{WANTED}</h1><svg><title>Значок</title></svg><div>{T}</div>", title=WANTED),
        WANTED,
    ),
}


@pytest.mark.parametrize("name", TITLES)
def test_the_title(name: str) -> None:
    body, wanted = TITLES[name]
    assert reading(body).title == wanted


def below(*lines: str) -> bytes:
    return page(f'<div class="news"><h1>{WANTED}</h1>{DAY}<div class="text">{T}{"".join(lines)}</div></div>', title=WANTED)


TEXTS = {
    "trafilatura#160, the title again above the text": page(f"<h1>{WANTED}</h1><div><p>{WANTED}</p>{T}</div>", title=WANTED),
    "trafilatura#584, related links under the text": below(f"<p>Читайте также:</p><ul>{NEXT}</ul>"),
    "trafilatura PR#520, other news beside the text": page(
        f'<div class="row"><div><h1>{WANTED}</h1>{T}</div><div class="sidebar"><ul>{NEXT}</ul></div></div>', title=WANTED
    ),
    "trafilatura PR#520, readers' comments": below(
        '<div class="comments"><p>Иван: а когда пустят второй цех, давно ждём?</p></div>'
    ),
    "trafilatura PR#916, labels of advertising": below("<p>Реклама</p>", '<div class="ad-wrapper"><p>Реклама</p></div>'),
    "trafilatura PR#916, share buttons": below('<div class="elementor-share-btn">Поделиться ВКонтакте</div>'),
    "newspaper4k#32, captions of pictures": page(
        f"<h1>{WANTED}</h1><div><figure><img src='a.jpg'><figcaption>Цех. Фото: пресс-служба</figcaption></figure>{T}</div>",
        title=WANTED,
    ),
    "trafilatura#890, a layout of tables": page(
        f"<table><tr><td><ul>{NEXT}</ul></td><td><table><tr><td><h1>{WANTED}</h1></td></tr><tr><td>{T}</td></tr></table></td></tr>"
        "</table>",
        title=WANTED,
    ),
    "trafilatura#898, the page is one form": page(f"<form action='/'><h1>{WANTED}</h1><div>{T}</div></form>", title=WANTED),
    "sample 004, counters and the login under the text": below(
        "<p>0</p>", "<p>6201</p>", "<p>Вход на сайт</p>", "<p>Рассылка</p>"
    ),
    "sample 001, klops.ru, names of networks": below("<div>ВКонтакте Телеграм Ссылка</div>"),
    "kommersant.ru, the player's words": below("<p>Выйти из полноэкранного режима</p><p>Развернуть на весь экран</p>"),
    "Bitrix, the way back and the printer": below("<p>Возврат к списку</p>", "<p>Версия для печати</p>"),
    "WordPress, a tag that no plugin took up (zvezdaaltaya.ru)": below("<p>[Not a valid template]</p>"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_the_text_and_nothing_else(name: str) -> None:
    read = reading(TEXTS[name])
    assert (read.kind, read.text) == ("article", WHOLE)


DATES: dict[str, tuple[bytes, str | None, dict[str, Any]]] = {
    "newspaper4k#575, «accepted» is not published": (
        article(DAY, "<p>Принято к рассмотрению 16 декабря 2025 года</p>"),
        "2026-01-30",
        {},
    ),
    "newspaper4k#575, half a date in the address": (article(), None, {"url": "https://press.example.ru/2023/12/reyki/"}),
    "newspaper4k#209, the page knows better than its address": (
        article(head='<meta property="article:published_time" content="2026-01-30">'),
        "2026-01-30",
        {"url": "https://press.example.ru/2019/03/05/arhiv/reyki/"},
    ),
    "htmldate#28, an expiry date in a script": (
        article(DAY, after='<script>var ad = {"expires": "2027-01-31", "from": "2025-11-02"};</script>'),
        "2026-01-30",
        {},
    ),
    "htmldate#28, nothing but an expiry date": (article(after='<script>var ad = {"expires": "2025-12-31"};</script>'), None, {}),
    "htmldate#8, a telephone number": (article("<p>Телефон: 8 (4842) 12-03-2019, доб. 11-02</p>"), None, {}),
    "htmldate#8, a law in the text": (article("<p>Постановление от 17.07.2015 № 719 о подтверждении производства</p>"), None, {}),
    "LAION-AI#21, a first of January that a template states": (article(head='<meta name="date" content="2023-01-01">'), None, {}),
    "pressfreedomtracker#679, the day of the event under the title": (
        article("<p>Дата проведения: 10 февраля 2026</p>"),
        None,
        {},
    ),
    "news-please#91, the date is there for all to see": (article("<p>Опубликовано 30 января 2026</p>"), "2026-01-30", {}),
    "TradingAgents-CN#153, the day of the crawl": (
        page(f"<div>Сегодня 21 февраля 2026</div><h1>{WANTED}</h1><div>{T}</div>", title=WANTED),
        None,
        {},
    ),
    "sample 003, kp40.ru, a copyright year": (article(after="<footer>© 2007–2025 Перекрёсток</footer>"), None, {}),
    "sample 003, kp40.ru, its byline without a year": (
        article('<div class="d">22.09, 14:49</div>', after="<footer>© 2007–2025 Перекрёсток</footer>"),
        "2025-09-22T14:49:00+03:00",
        {},
    ),
    "sample 004, abreview.ru, the dates of other news": (
        article(
            after="<ul>"
            + "".join(f"<li>{n}.02.2025 <a href='/{n}'>Новость номер {n} об автосервисах</a></li>" for n in range(1, 9))
            + "</ul>"
        ),
        None,
        {},
    ),
    "sample 004, abreview.ru, the feed knows": (
        article(
            after="<ul>"
            + "".join(f"<li>{n}.02.2025 <a href='/{n}'>Новость номер {n} об автосервисах</a></li>" for n in range(1, 9))
            + "</ul>"
        ),
        "2025-12-20T10:00:00+03:00",
        {"link": Link(url="https://press.example.ru/news/1234/", date="Sat, 20 Dec 2025 10:00:00 +0300", via="feed")},
    ),
    "FreshRSS#1020, the server's clock is years ahead": (
        article(DAY),
        "2026-01-30",
        {"headers": {"last-modified": "Fri, 01 Feb 2041 10:00:00 GMT"}},
    ),
}


@pytest.mark.parametrize("name", DATES)
def test_the_right_date_or_none(name: str) -> None:
    body, wanted, hints = DATES[name]
    assert reading(body, **hints).published == wanted


# the words as the thread or site has them, with our day and month
BYLINES = {
    "TimeParser#3": ("30 января в 18:46", "2026-01-30T18:46:00+03:00"),
    "TimeParser#3, with a year": ("30 января 2026 года в 18:46", "2026-01-30T18:46:00+03:00"),
    "dayjs#898": ("08 мая 2025", "2025-05-08"),
    "dayjs#898, nominative": ("08 май 2025", "2025-05-08"),
    "dayjs#2743, December": ("01 декабря 2024", "2024-12-01"),
    "dateparser#147": ("13 авг. 2025 19:13", "2025-08-13T19:13:00+03:00"),
    "dateparser PR#999, small letters": ("30 января 2026", "2026-01-30"),
    "dateparser#1229": ("09/08/2025г", "2025-08-09"),
    "dateparser#918": ("Сервис будет недоступен с 12 января по 30 апреля", None),
    "dateparser#918, with years": ("с 12 апреля 2024 г. по 01 апреля 2025 г.", None),
    "russian#58": ("31 декабря 2025", "2025-12-31"),
    "tatar-inform.ru": ("30 января 2026 15:35", "2026-01-30T15:35:00+03:00"),
    "uv-kurier.ru": ("Опубликовано 30 Ноя 2025 в 12:56", "2025-11-30T12:56:00+03:00"),
    "news.ru": ("05 ноября 2025 в 15:55", "2025-11-05T15:55:00+03:00"),
    "kp40.ru": ("10:14 27.09.2025", "2025-09-27T10:14:00+03:00"),
    "metaldaily.ru": ("28.02.2025 - 08:58", "2025-02-28T08:58:00+03:00"),
    "dp.ru": ("15:29 16 апреля 2025", "2025-04-16T15:29:00+03:00"),
    "avtosreda.ru": ("24.11.2025 9:00", "2025-11-24T09:00:00+03:00"),
    "kgvinfo.ru": ("05.12.2025, 14:37", "2025-12-05T14:37:00+03:00"),
    "senatinform.ru": ("Создано сегодня в 12:26", "2026-02-21T12:26:00+03:00"),
}


@pytest.mark.parametrize("name", BYLINES)
def test_a_byline(name: str) -> None:
    said, wanted = BYLINES[name]
    assert reading(article(f'<div class="news-date">{said}</div>')).published == wanted


CARDS = "".join(
    f'<div><a href="/n/{n}/">Новость области номер {n} о новом заводе</a><p>Подводка номер {n}.</p></div>' for n in range(30)
)
KINDS = {
    "trafilatura#811, a listing": (page(f"<h1>Новости</h1>{CARDS}", title="Новости"), "listing"),
    "trafilatura#66, a home page": (page(f"<div>{CARDS}</div><div>{CARDS}</div>", title="Заря, областная газета"), "listing"),
    "trafilatura#811, a challenge": (
        page('<script src="https://check.ddos-guard.net/check.js"></script>', title="DDoS-Guard"),
        "challenge",
    ),
    "trafilatura#811 turned round: a short release is an article": (
        page(f"<h1>{WANTED}</h1><p>{PARAGRAPHS[1]}</p>", title=WANTED),
        "article",
    ),
}


@pytest.mark.parametrize("name", KINDS)
def test_the_kind(name: str) -> None:
    body, wanted = KINDS[name]
    assert reading(body).kind == wanted


def test_there_are_sixty_of_them() -> None:
    assert sum(map(len, (TITLES, TEXTS, DATES, BYLINES, KINDS))) >= 60
