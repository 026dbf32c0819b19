"""What a page is: each kind as sites really send it, and honest pages that only look like one."""

import json
import random

import pytest

from crawler.obstacles import challenge
from crawler.reading import is_binary
from tests.reading.pages import PARAGRAPHS, article, page, reading

CARD = (
    '<div class="card"><a href="/n/{0}/">Губернатор осмотрел новую линию завода номер {0} в '
    "области</a><p>Короткая подводка к новости номер {0}.</p></div>"
)
CARDS = "".join(CARD.format(number) for number in range(30))

CHALLENGES = {
    "DDoS-Guard": '<title>DDoS-Guard</title><script src="https://check.ddos-guard.net/check.js"></script><h1>Checking</h1>',
    "Qrator": '<script src="/__qrator/qauth.js"></script>',
    "ServicePipe": '<div id="id_spinner"></div><script>function get_cookie_spsn(){}</script><noscript>/exhkqyad</noscript>',
    "Beget": "<script>document.cookie='beget=begetok'; location.reload()</script>",
    "Cloudflare": "<title>Just a moment...</title><script>window._cf_chl_opt={}</script>",
    "SmartCaptcha": '<form action="/checkcaptcha"><div class="SmartCaptcha"></div>Подтвердите, что вы не робот</form>',
    "cookie test": "<script>document.cookie='__test=1'; location.href='/?i=1'</script>",
    "access denied": "<h1>Доступ запрещён</h1><p>Ваш запрос отклонён.</p>",
}


@pytest.mark.parametrize("guard", CHALLENGES)
def test_a_guard_is_named_and_its_page_never_read(guard: str) -> None:
    body = f"<html><head><meta charset=utf-8></head><body>{CHALLENGES[guard]}</body></html>".encode()
    assert challenge(body)
    read = reading(body)
    assert (read.kind, read.text, read.published) == ("challenge", "", None)


def test_a_guard_may_name_itself_in_the_headers() -> None:
    assert challenge(b"<html></html>", {"cf-mitigated": "challenge"}) == "Cloudflare"


HONEST = {
    "a form with SmartCaptcha": article(
        "<p>30.01.2026</p>", after='<form><script src="https://smartcaptcha.yandexcloud.net/captcha.js"></script></form>'
    ),
    "Cloudflare's own script": article(after='<script src="/cdn-cgi/challenge-platform/h/b/scripts/jsd/main.js"></script>'),
    "a release on closed access": page(
        f"<h1>Доступ к цеху ограничен на время ремонта</h1><p>{PARAGRAPHS[0]}</p>", title="Доступ к цеху ограничен"
    ),
    "a short release": page(f"<h1>Завод принял первую партию</h1><p>{PARAGRAPHS[1]}</p>", title="Завод принял первую партию"),
    "404 in a title": page(
        f"<h1>404 новых места открыли на заводе</h1><p>{PARAGRAPHS[0]}</p>", title="404 новых места открыли на заводе"
    ),
    "a release beside thirty headlines": article("<p>30.01.2026</p>", after=CARDS),
    "a login form beside a release": article(after='<form><input name="login"><input type="password"></form>'),
    "a search field beside a release": article(after='<form action="/search"><input name="q"></form>'),
    "a page inside one form": page(f"<form>{article().decode().partition('<body>')[2]}</form>"),
}


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_page_is_an_article(name: str) -> None:
    read = reading(HONEST[name])
    assert read.kind == "article", read.kind_reason
    assert len(read.text) > 100


MARKED = (
    '<div itemscope itemtype="https://schema.org/NewsArticle"><{0} itemprop="headline">Завод показал первый кузов</{0}>'
    '<meta itemprop="datePublished" content="2026-01-30T12:00"><div itemprop="articleBody"><img src="/k.jpg"></div></div>'
)


def test_a_photograph_marked_as_the_one_article_is_an_article_among_thirty_headlines() -> None:
    read = reading(page(MARKED.format("h1") + CARDS, title="Завод показал первый кузов"))
    assert (read.kind, read.title, read.kind_reason) == (
        "article",
        "Завод показал первый кузов",
        "states that it is an article (microdata)",
    )
    assert str(read.published).startswith("2026-01-30")


@pytest.mark.parametrize("markup", [MARKED.format("h1") + MARKED.format("h3"), MARKED.format("h3")])
def test_cards_marked_as_articles_make_no_article_of_a_list(markup: str) -> None:
    assert reading(page(f"<h1>Новости</h1>{markup}{CARDS}", title="Новости")).kind == "listing"


OTHERS = {
    "listing": page(f"<h1>Новости</h1>{CARDS}", title="Новости"),
    "tag": page(f"<h1>Тег: автопром</h1>{CARDS}", title="Тег: автопром"),
    "search": page("<h1>Результаты поиска</h1><p>Найдено 12 документов по запросу.</p>", title="Результаты поиска"),
    "login": page(
        '<h1>Вход на сайт</h1><form><input name="login"><input type="password"></form>'
        + "<p>Введите имя и пароль, чтобы продолжить работу с сайтом предприятия.</p>",
        title="Вход на сайт",
    ),
    "soft404": page(
        "<h1>Страница не найдена</h1><p>Возможно, она была удалена или переехала. Начните с главной страницы сайта.</p>",
        title="404",
    ),
    "empty": page('<div id="root"></div>', title="Новости"),
}


@pytest.mark.parametrize("kind", OTHERS)
def test_what_is_no_article_is_called_by_its_kind(kind: str) -> None:
    assert reading(OTHERS[kind]).kind == kind


def test_a_status_of_404_is_believed_whatever_the_page_says() -> None:
    assert reading(article(), status=404).kind == "soft404"


def test_an_article_that_stands_only_in_next_data_is_read() -> None:
    body = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS).replace('"', "'")
    news = {"title": "Завод начал выпуск", "content": body, "publishedAt": "2026-01-30T12:45:00+03:00"}
    data = json.dumps({"props": {"pageProps": {"news": news}}})
    read = reading(
        page(f'<div id="__next"></div><script id="__NEXT_DATA__" type="application/json">{data}</script>', title="Завод")
    )
    assert (read.kind, read.title, read.published) == ("article", "Завод начал выпуск", "2026-01-30T12:45:00+03:00")
    assert read.text.split("\n") == list(PARAGRAPHS)


def test_a_text_longer_than_any_article_is_none() -> None:
    found = reading(page(f"<p>{'Автокластер растёт. ' * 40_000}</p>"))
    assert found.kind == "other"
    assert "no article is so long" in found.kind_reason


def test_noise_is_no_page_though_a_bracket_is_in_it() -> None:
    for seed in range(20):
        body = b"<p>" + random.Random(seed).randbytes(5000)
        assert (reading(body).kind, reading(body).kind_reason) == ("other", "not a page of text")


@pytest.mark.parametrize("encoding", ["utf-8", "cp1251", "koi8-r", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_page_in_any_encoding_is_none(encoding: str) -> None:
    text = " ".join(PARAGRAPHS)
    body = f"<html><head><title>Завод</title></head><body><h1>Завод</h1>{text}</body></html>"
    assert not is_binary(body.encode(encoding, "ignore"))
