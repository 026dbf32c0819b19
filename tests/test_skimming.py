"""The glance at refused pages: what stays of them, in any encoding, and which of them are doubtful."""

import time
from datetime import UTC, datetime

import pytest

from crawler.items import Link, Page
from crawler.skimming import skim

_TEXT = "Администрация района сообщила, что ремонт моста через реку завершат до конца осени, как и обещали жителям."


def _page(markup: str | bytes, charset: str = "utf-8", *, declared: str = "text/html", **hints: str) -> Page:
    body = markup if isinstance(markup, bytes) else markup.encode(charset)
    url = "https://site.example/news/1/"
    return Page(
        url=url,
        requested=url,
        source="s",
        body=body,
        status=200,
        headers={"content-type": declared},
        fetched=datetime(2026, 11, 1, tzinfo=UTC),
        link=Link(url=url, **hints),
    )


def _article(charset: str) -> str:
    menu = "".join(f'<li><a href="/{n}/">Раздел {n}</a></li>' for n in range(900))
    return (
        f"<html><head><meta charset={charset}><title>Мост откроют в срок</title><script>{'var a = 1;' * 300}</script></head>"
        f"<body><ul>{menu}</ul><P class='a'>{_TEXT}</P><p>{_TEXT} И ещё раз.</p></body></html>"
    )


@pytest.mark.parametrize("charset", ["utf-8", "windows-1251", "koi8-r", "utf-16"])
def test_title_and_first_words_stay_whatever_the_encoding(charset: str) -> None:
    glance = skim(_page(_article(charset), charset))
    assert glance.title == "Мост откроют в срок"
    assert glance.lead.startswith(_TEXT)
    assert len(glance.lead) <= 500
    assert not glance.doubtful


def test_the_windows_1251_that_only_the_page_declares_is_believed_on_a_page_with_little_text() -> None:
    body = "<meta charset=windows-1251><title>Ёлка</title><p>Городская ёлка на площади зажжёт огни в четверг вечером</p>"
    assert skim(_page(body, "windows-1251")).lead == "Городская ёлка на площади зажжёт огни в четверг вечером"


def test_what_the_list_said_comes_before_the_page() -> None:
    glance = skim(_page(_article("utf-8"), title="Мост: срок назван", summary="Коротко о мосте."))
    assert glance.title == "Мост: срок назван"
    assert glance.lead.startswith("Коротко о мосте.\nАдминистрация")


@pytest.mark.parametrize(
    "markup",
    [
        f"<title>404 — страница не найдена</title><p>{_TEXT}</p><p>{_TEXT}</p>",
        "<title>Вход</title><form><input name=p type='password'></form>",
        "<title>Пусто</title><p>Ничего</p>",
    ],
    ids=["soft 404", "login", "empty"],
)
def test_what_may_be_no_article_is_doubtful(markup: str) -> None:
    assert skim(_page(markup)).doubtful


def test_megabytes_without_a_paragraph_are_empty() -> None:
    assert skim(_page("<title>Шум</title>" + "<b>x</b>" * 150_000)).empty
    assert not skim(_page(_article("utf-8") + "<i>x</i>" * 150_000)).empty


@pytest.mark.parametrize(
    "body", [b"", b"<", b"\x00" * 5000, b"<p" * 100_000, b"\x1e<title>\x1e</title><p>\x1e</p>", bytes(range(256)) * 99]
)
def test_any_bytes_are_borne(body: bytes) -> None:
    assert len(skim(_page(body)).lead) <= 500


def test_paragraphs_that_never_end_take_no_longer() -> None:
    for piece in (b"<p>", b"<p ", b"<P>", b"<p></p"):
        began = time.process_time()
        skim(_page(piece * 130_000))
        assert time.process_time() - began < 1.0
