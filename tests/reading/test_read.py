"""From bytes to a reading: the whole way, as every caller uses it."""

import pytest

from crawler.reading import READER_VERSION
from tests.reading.pages import PARAGRAPHS, article, page, reading


def test_a_press_release_is_read_whole() -> None:
    read = reading(article('<span class="news-date-time">30 января 2026, 12:45</span>'))
    assert (read.kind, read.title) == ("article", "В Калуге начали выпускать рулевые рейки")
    assert read.published == "2026-01-30T12:45:00+03:00"
    assert read.text.split("\n") == list(PARAGRAPHS)
    assert (read.encoding, read.language, read.reader_version) == ("utf-8", "ru", READER_VERSION)


@pytest.mark.parametrize("codec", ["cp1251", "koi8-r", "cp866", "iso8859-5", "utf-8-sig", "utf-16"])
def test_the_letters_are_right_whatever_header_and_meta_say(codec: str) -> None:
    body = article("<p>30.01.2026</p>").decode().replace("«", '"').replace("—", "-").encode(codec)
    read = reading(body, headers={"content-type": "text/html; charset=iso-8859-1"})
    assert read.title == "В Калуге начали выпускать рулевые рейки"
    assert "сто сорок человек" in read.text


def test_a_text_file_is_an_article_and_its_first_line_the_title() -> None:
    read = reading("Завод открыт\n\nПервая партия готова.\nВторая будет летом.".encode(), is_text=True)
    assert (read.kind, read.title, read.text) == ("article", "Завод открыт", "Первая партия готова.\nВторая будет летом.")
    one = reading("Завод открыт.".encode(), is_text=True)
    assert (one.title, one.text) == ("", "Завод открыт.")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "empty"),
        (b"   \n", "empty"),
        (b"%PDF-1.7 \x00\x01\x02", "other"),
        (page("<div id=root></div>"), "empty"),
        (page("<h1>Страница не найдена</h1><p>Возможно, она была удалена.</p>", title="404"), "soft404"),
    ],
    ids=["nothing", "blanks", "pdf", "shell", "soft 404"],
)
def test_what_is_no_article_is_called_what_it_is(body: bytes, kind: str) -> None:
    assert reading(body).kind == kind


def test_author_picture_rubric_tags_and_language_are_read_where_they_are_stated() -> None:
    head = (
        '<meta name="author" content="Автор: Ольга Летняя"><meta property="og:image" content="https://press.example.ru/a.jpg">'
        '<meta property="article:section" content="Экономика"><meta property="article:tag" content="кластеры">'
        '<meta property="article:tag" content="заводы"><link rel="canonical" href="/news/1234/reyki/">'
    )
    read = reading(article("<p>30.01.2026</p>", head=head))
    assert (read.author, read.image) == ("Ольга Летняя", "https://press.example.ru/a.jpg")
    assert (read.tags, read.language) == (("Экономика", "кластеры", "заводы"), "ru")
    assert read.canonical == "https://press.example.ru/news/1234/reyki/"
    assert reading(article(head='<meta name="author" content="admin">')).author == ""


@pytest.mark.parametrize(
    "dateline",
    [
        "КАЛУГА, 30 января. /ТАСС/.",
        "Калуга. 30 января. INTERFAX.RU -",
        "КАЛУГА, 30 янв — РИА Новости.",
        "КАЛУГА, 30 января — ТАСС.",
    ],
)
def test_an_agency_s_dateline_is_cut_from_the_text_told_and_heard_as_a_date(dateline: str) -> None:
    body = article().replace("На калужской".encode(), f"{dateline} На калужской".encode())
    read = reading(body)
    assert read.text.split("\n") == list(PARAGRAPHS)
    assert dateline in read.cut
    assert [each.value for each in read.dates if each.witness == "dateline"] == ["2026-01-30"]


def test_captions_and_credits_stand_apart_from_the_text() -> None:
    picture = (
        '<figure><img src="a.jpg"><figcaption>Цех завода реек</figcaption></figure>'
        '<div class="photo-caption">Снимок сделан в январе</div>'
    )
    body = article().replace(b'<div class="text">', f'<div class="text">{picture}<p>Фото: пресс-служба области</p>'.encode())
    read = reading(body)
    assert read.text.split("\n") == list(PARAGRAPHS)
    assert set(read.captions) == {"Цех завода реек", "Снимок сделан в январе", "Фото: пресс-служба области"}


def test_a_short_article_keeps_its_paragraphs_and_not_its_title() -> None:
    """Below 250 characters trafilatura gives all of an <article> as one line."""
    lines = ["Завод запустил линию жгутов.", "Создано сорок рабочих мест, ещё двадцать появятся к осени."]
    for name in ("article-body", "text"):
        body = (
            f"<article><h1>Линия запущена</h1><div class='{name}'>{''.join(f'<p>{line}</p>' for line in lines)}</div></article>"
        )
        read = reading(page(body, title="Линия запущена"))
        assert (read.title, read.text.split("\n")) == ("Линия запущена", lines)
