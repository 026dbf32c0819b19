"""Invented pages, each after a public thread or a kind of page that misled an extractor: the right date or none."""

import pytest

from crawler.items import Link
from tests.reading.pages import PARAGRAPHS, SEEN, article, page, reading

FOOT = "<footer>© 2011–2026 Пресс-центр. Свидетельство о регистрации СМИ ЭЛ № ФС77-12345 от 28.12.2012</footer>"
SIDE = (
    '<aside class="sidebar"><ul>'
    + "".join(
        f'<li><span class="date">{day}.11.2025</span> <a href="/n/{day}">Другая новость области номер {day}</a></li>'
        for day in range(11, 20)
    )
    + "</ul></aside>"
)

# the byline as it stands under the heading, and what it means for a page first seen on 21 February 2026, 21:00 in Moscow
BYLINES = {
    "30 января 2026, 12:45": "2026-01-30T12:45:00+03:00",
    "30 янв 2026": "2026-01-30",
    "30.01.26": "2026-01-30",
    "30.01.2026 12:45": "2026-01-30T12:45:00+03:00",
    "12:45 30.01.2026": "2026-01-30T12:45:00+03:00",
    "12:45 | 30 января 2026": "2026-01-30T12:45:00+03:00",
    "Сегодня, 12:30": "2026-02-21T12:30:00+03:00",
    "Вчера, 12:30": "2026-02-20T12:30:00+03:00",
    "20.02, 20:45": "2026-02-20T20:45:00+03:00",
    "12 марта, 12:30": "2025-03-12T12:30:00+03:00",
    "30 января 2026 г. в 12:45 (МСК)": "2026-01-30T12:45:00+03:00",
    "Пятница, 30 января 2026 года": "2026-01-30",
    "ПТ, 30 ЯНВАРЯ 2026, 12:45": "2026-01-30T12:45:00+03:00",
    "30&nbsp;января&nbsp;2026&nbsp;г.": "2026-01-30",
    "Опубликовано: 30.01.2026": "2026-01-30",
    "Дата публикации: 30 января 2026": "2026-01-30",
    "Размещено 30 января 2026 в 12:45": "2026-01-30T12:45:00+03:00",
    "30.01.2026 - 12:45": "2026-01-30T12:45:00+03:00",
    "30/01/2026": "2026-01-30",
    "2026-01-30 12:45": "2026-01-30T12:45:00+03:00",
    "<span>30</span> <span>января</span> <span>2026</span>": "2026-01-30",
    "Создано 28 января 2026": "2026-01-28",
    "30 января 2026 • 412 просмотров": "2026-01-30",
    "09/08/2025г": "2025-08-09",
}


@pytest.mark.parametrize("byline", BYLINES)
def test_a_byline_is_read_beside_sidebar_and_footer(byline: str) -> None:
    body = article(f'<div class="news-date">{byline}</div>', after=SIDE + FOOT)
    assert reading(body).published == BYLINES[byline]


# nothing on these pages says when they were published
UNDATED = {
    "copyright alone (newspaper4k#575)": article(after=FOOT),
    "sidebar alone (htmldate#156)": article(after=SIDE),
    "a founding year": article(after="<footer>© 2007</footer>"),
    "an event to come": article("<p>Начало: 15 апреля 2026, 11:00. Место проведения: выставочный зал завода.</p>"),
    "a range (dateparser#918)": article("<p>с 12 января по 30 апреля</p>"),
    "only an update (htmldate#10)": article(head='<meta property="article:modified_time" content="2026-02-03T10:00:00+03:00">'),
    "tomorrow's date": article('<div class="date">30 мая 2027</div>'),
    "a first of January": article(head='<meta name="date" content="2019-01-01">'),
    "a comment": article(after='<div class="comments"><div class="comment">Иван, 03.02.2026 10:15: спасибо</div></div>'),
    "a law in the text": article(
        "<p>Приказ министерства от 14.03.2019 № 25 определяет порядок поддержки предприятий области в этом году.</p>"
    ),
    "an impossible day": article('<div class="date">31 февраля 2026</div>'),
}


@pytest.mark.parametrize("name", UNDATED)
def test_a_page_without_its_own_date_has_none(name: str) -> None:
    assert reading(UNDATED[name]).published is None


JSON = (
    '<script type="application/ld+json">'
    '{"@type":"NewsArticle","headline":"В Калуге начали выпускать","datePublished":"%s"}</script>'
)
META = '<meta property="article:published_time" content="%s">'
TRAPS = {
    "JSON-LD": (article(head=JSON % "2026-01-30T12:45:00+03:00"), "2026-01-30T12:45:00+03:00"),
    "JSON-LD beats the sidebar": (article(head=JSON % "2026-01-30", after=SIDE), "2026-01-30"),
    "JSON-LD with a comma too many": (article(head=(JSON % "2026-01-30").replace("}<", ",}<")), "2026-01-30"),
    "meta": (article(head=META % "2026-01-30T12:45:00+03:00"), "2026-01-30T12:45:00+03:00"),
    "UTC is shown where the source is": (article(head=META % "2026-01-29T22:30:00Z"), "2026-01-30T01:30:00+03:00"),
    "midnight is no time": (article(head=META % "2026-01-30T00:00:00+03:00"), "2026-01-30"),
    "midnight of the place in UTC": (article(head=META % "2026-01-29T21:00:00Z"), "2026-01-30"),
    "published before changed": (
        article(head=META % "2026-01-30" + '<meta property="article:modified_time" content="2026-02-03">'),
        "2026-01-30",
    ),
    "the stated date and an event": (article("<p>30.01.2026</p><p>Начало: 15 февраля 2026</p>"), "2026-01-30"),
    "time element": (article('<time datetime="2026-01-30T12:45:00+03:00">вчера</time>'), "2026-01-30T12:45:00+03:00"),
    "time element beside a sidebar": (article('<time datetime="2026-01-30">30 января</time>', after=SIDE), "2026-01-30"),
    "microdata": (article('<meta itemprop="datePublished" content="2026-01-30">'), "2026-01-30"),
    "a table layout": (article("<table><tr><td>30.01.2026</td><td>Печать</td></tr></table>", after=SIDE + FOOT), "2026-01-30"),
    "created and updated in one line": (article("<div>Создано 28 января 2026, обновлено 3 февраля 2026</div>"), "2026-01-28"),
}


@pytest.mark.parametrize("name", TRAPS)
def test_the_page_s_own_date_is_found(name: str) -> None:
    body, wanted = TRAPS[name]
    assert reading(body).published == wanted


HINTS = {
    "feed": ("Fri, 30 Jan 2026 12:45:00 +0300", "2026-01-30T12:45:00+03:00"),
    "api": ("2026-01-30 12:45:00", "2026-01-30T12:45:00+03:00"),
    "listing": ("30 января 2026", "2026-01-30"),
    "telegram": ("2026-01-30T09:45:00+00:00", "2026-01-30T12:45:00+03:00"),
}


@pytest.mark.parametrize("via", HINTS)
def test_what_led_to_a_page_dates_it_against_sidebar_and_copyright(via: str) -> None:
    said, wanted = HINTS[via]
    link = Link(url="https://press.example.ru/news/1234/", date=said, via=via)
    read = reading(article(after=SIDE + FOOT), link=link)
    assert (read.published, read.published_by) == (wanted, via)


@pytest.mark.parametrize(
    "path", ["2026/01/30/reyki/", "news/2026-01-30/reyki.html", "news/30.01.2026/reyki/", "2026-01-30-reyki"]
)
def test_a_whole_day_in_the_address_is_believed(path: str) -> None:
    assert reading(article(after=FOOT), f"https://press.example.ru/{path}").published == "2026-01-30"


@pytest.mark.parametrize("path", ["2026/01/reyki/", "news/20260/", "id/12345678/", "2023/12/"])
def test_half_a_day_in_the_address_is_no_date(path: str) -> None:
    assert reading(article(after=FOOT), f"https://press.example.ru/{path}").published is None


def test_no_date_lies_after_the_page_was_seen() -> None:
    read = reading(article('<div class="date">30 января 2026</div>', head=META % "2026-12-30"))
    assert read.published == "2026-01-30"
    assert SEEN.isoformat() > "2026-01-30"
    assert any("after the page was first seen" in each.why for each in read.dates)


TEXT = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
WHOLE = {
    "today above the page": (page(f'<div class="top"><span>Суббота, 21 февраля 2026</span></div><h1>Завод</h1>{TEXT}'), None),
    "today with a clock": (page(f"<header><div>21 февраля 2026, 20:59</div></header><main><h1>Завод</h1>{TEXT}</main>"), None),
    "an event that was": (article("<p>Дата проведения: 10 февраля 2026</p>"), None),
    "a deadline": (article("<p>Срок подачи заявок: до 1 февраля 2026 года</p>"), None),
    "a caption": (article("<figure><figcaption>Цех завода, 3 марта 2019 года</figcaption></figure>"), None),
    "an archive menu": (article("<select><option>12.01.2026</option></select>"), None),
    "a telephone": (article("<p>Телефон: 8 (4842) 12-02-2019</p>"), None),
    "the next news": (
        article(after='<div class="prev-next"><a href="/1">12.01.2026 Предыдущая новость о заводе</a></div>'),
        None,
    ),
    "the weather": (article(after='<div class="weather">20.02.2026 Калуга −5</div>'), None),
    "a clock of the place called UTC": (
        article('<div class="date">30.01.2026 12:45</div>', head=META % "2026-01-30T12:45:00+00:00"),
        "2026-01-30T12:45:00+03:00",
    ),
    "the moment of serving": (
        article('<div class="date">30.01.2026 12:45</div>', head=META % "2026-02-21T20:59:00+03:00"),
        "2026-01-30T12:45:00+03:00",
    ),
    "a date below the text": (article(after='<div class="date">Дата публикации: 30.01.2026</div>'), "2026-01-30"),
    "a date above the title": (page(f'<div><span class="date">30.01.2026</span><h1>Завод</h1>{TEXT}</div>'), "2026-01-30"),
    "Bitrix, the rubric as heading": (
        page(
            f'<h1>Новости</h1><div class="news-detail"><span class="news-date-time">30.01.2026</span><h3>Завод</h3>{TEXT}</div>'
        ),
        "2026-01-30",
    ),
    "two news on one page": (
        article('<div class="date">30.01.2026</div>', after='<h2>Другая новость</h2><div class="date">12.01.2026</div>'),
        "2026-01-30",
    ),
    "a line of several things": (article("<div>Просмотров: 412 | 30.01.2026 | Раздел: Промышленность</div>"), "2026-01-30"),
    "an agency's dateline": (
        article().replace("На калужской".encode(), "КАЛУГА, 30 января. /ТАСС/. На калужской".encode()),
        "2026-01-30",
    ),
}


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_page_gives_its_date_or_none(name: str) -> None:
    body, wanted = WHOLE[name]
    assert reading(body).published == wanted


def test_a_byline_without_year_takes_that_of_an_old_address() -> None:
    body = article('<div class="date">12 марта, 12:30</div>')
    assert reading(body, "https://press.example.ru/news/2019/reyki/").published == "2019-03-12T12:30:00+03:00"


def test_a_sitemap_and_a_header_alone_date_nothing() -> None:
    link = Link(url="https://press.example.ru/news/1234/", date="2026-02-10T00:00:00+03:00", via="sitemap")
    assert reading(article(), link=link).published is None
    assert reading(article(), headers={"last-modified": "Fri, 30 Jan 2026 09:00:00 GMT"}).published is None
