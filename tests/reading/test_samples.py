"""The five articles this project began with, rebuilt as pages with the noise they showed; the wording is invented."""

from crawler.items import Link
from tests.reading.pages import PARAGRAPHS, page, reading

TEXT = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)


def test_000_a_blog_of_good_news_keeps_its_sources_and_its_date() -> None:
    head = '<meta property="article:published_time" content="2026-01-30T10:00:00+03:00">'
    body = (
        f'<article><h1>Запущен кластер</h1><div class="text">{TEXT}'
        f'<p>https://press.example.ru/news/1/</p></div><div class="share">Поделиться ВКонтакте'
        f"</div></article>"
    )
    read = reading(page(body, head=head, title="Запущен кластер — Добрые новости"))
    assert (read.title, read.published) == ("Запущен кластер", "2026-01-30T10:00:00+03:00")
    assert "Поделиться" not in read.text


def test_001_share_links_after_a_regional_article_are_no_text() -> None:
    body = (
        f'<h1>Семь заводов за день</h1><time datetime="2026-01-30T15:20:00+02:00">30 января</time>'
        f'<div class="body">{TEXT}</div><div>ВКонтакте Телеграм Ссылка</div>'
    )
    read = reading(page(body, title="Семь заводов за день"), timezone="Europe/Kaliningrad")
    assert read.published == "2026-01-30T15:20:00+02:00"
    assert "Телеграм" not in read.text


def test_002_the_credit_of_a_picture_between_paragraphs_stands_apart() -> None:
    text = TEXT.replace("</p><p>", '</p><p>Фото: пресс-служба "Автодетали"</p><p>', 1)
    read = reading(
        page(f'<h1>Автокластер открыт</h1><div class="d">02.02.2026</div><div>{text}</div>', title="Автокластер открыт")
    )
    assert read.published == "2026-02-02"
    assert "Фото" not in read.text
    assert any("пресс-служба" in caption for caption in read.captions)


def test_003_a_copyright_year_is_no_date_and_a_byline_without_year_is() -> None:
    footer = "<footer>© 2007–2025 Перекрёсток</footer>"
    assert reading(page(f"<h1>Автопром области растёт</h1><div>{TEXT}</div>{footer}")).published is None
    dated = page(f'<h1>Автопром области растёт</h1><div class="date">22.09, 14:49</div><div>{TEXT}</div>{footer}')
    assert reading(dated).published == "2025-09-22T14:49:00+03:00"


def test_004_what_follows_the_text_is_cut_and_the_dates_of_other_news_are_not_taken() -> None:
    others = "".join(
        f"<li>{day} марта 2025 <a href='/n/{day}'>«Сервис» стал дилером марки номер {day}</a></li>" for day in (2, 5, 7, 10)
    )
    tail = (
        f"<p>0</p><p>6201</p><p>Новости по теме:</p><ul>{others}</ul><p>Вход на сайт</p><p>Рассылка"
        f"</p><p>Комментарии</p><p>Чтобы оставлять комментарии, необходимо авторизоваться на сайте"
        f"</p>"
    )
    read = reading(
        page(
            f'<div class="content"><h1>Создан кластер электромобилей</h1>{TEXT}{tail}</div>',
            title="Создан кластер электромобилей",
        )
    )
    assert read.published is None
    assert read.text.split("\n") == list(PARAGRAPHS)
    link = Link(url="https://press.example.ru/news/1234/", date="30 января 2026", via="listing")
    assert reading(page(f"<h1>Создан кластер</h1><div>{TEXT}</div><ul>{others}</ul>"), link=link).published == "2026-01-30"
