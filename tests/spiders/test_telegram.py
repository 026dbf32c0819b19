"""Telegram previews: pages built from the public description of the markup (class names, order, paging), texts invented."""

import pytest

from crawler.errors import Blocked, ParseError
from spiders import telegram

URL = "https://t.me/s/avtoprom_oblast"


def _post(number: int, body: str, *, kind: str = "", channel: str = "avtoprom_oblast", meta: str = "", extra: str = "") -> str:
    """One message as the preview prints it; `body` is the HTML of its text, "" for none."""
    text = f'<div class="tgme_widget_message_text js-message_text" dir="auto">{body}</div>' if body else ""
    return f"""<div class="tgme_widget_message_wrap js-widget_message_wrap">
<div class="tgme_widget_message text_not_supported_wrap {kind} js-widget_message" data-post="{channel}/{number}" data-view="eyJj">
<div class="tgme_widget_message_user"><a href="https://t.me/{channel}"><i class="tgme_widget_message_user_photo"></i></a></div>
<div class="tgme_widget_message_bubble"><div class="tgme_widget_message_author accent_color">
<a class="tgme_widget_message_owner_name" href="https://t.me/{channel}"><span dir="auto">Автопром области</span></a></div>
{extra}{text}
<div class="tgme_widget_message_footer compact js-message_footer"><div class="tgme_widget_message_info short js-message_info">
<span class="tgme_widget_message_views">1.48K</span><span class="copyonly"> views</span>
<span class="tgme_widget_message_meta">{meta}<a class="tgme_widget_message_date" href="https://t.me/{channel}/{number}">
<time datetime="2026-04-10T08:30:{number % 60:02}+00:00" class="time">08:30</time></a></span></div></div></div></div></div>"""


def _page(*posts: str, before: int | None = None, head: str = "") -> bytes:
    more = (
        f'<div class="tgme_widget_message_centered js-messages_more_wrap"><a href="/s/avtoprom_oblast?before={before}" '
        f'class="tme_messages_more js-messages_more" data-before="{before}"></a></div>'
        if before
        else ""
    )
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>Автопром области – Telegram</title>{head}</head>
<body class="widget_frame_base tgme_webpreview"><header class="tgme_header"><div class="tgme_header_title">Автопром</div></header>
<main class="tgme_main"><section class="tgme_channel_history js-message_history">{more}{"".join(posts)}</section></main>
</body></html>""".encode()


CARD = (
    b'<!DOCTYPE html><html><head><meta charset="utf-8"><title>Telegram: Contact @avtoprom_oblast</title></head><body>'
    b'<div class="tgme_page_wrap"><div class="tgme_page"><div class="tgme_page_title"><span>Avtoprom</span></div>'
    b'<div class="tgme_page_extra">12 400 subscribers</div></div></div>' + b"<i></i>" * 1300 + b"</body></html>"
)


def test_a_post_is_an_article_with_identity_text_lines_and_time() -> None:
    page = _page(
        _post(123, "<b>В области запущен цех сидений</b><br/><br/>Мощность — 60 тысяч комплектов.<br/>Открыто 240 мест.")
    )
    (link,) = telegram.parse(page, URL).links
    assert link.url == "https://t.me/avtoprom_oblast/123"
    assert link.text == "В области запущен цех сидений\n\nМощность — 60 тысяч комплектов.\nОткрыто 240 мест."
    assert link.title == "В области запущен цех сидений"
    assert link.date == "2026-04-10T08:30:03+00:00"
    assert link.via == "telegram"


def test_links_come_newest_first_and_older_posts_are_on_the_page_before_the_smallest_number() -> None:
    page = _page(*(_post(number, f"Новость {number}") for number in (103, 104, 106)), before=103)
    found = telegram.parse(page, URL)
    assert [link.url.rsplit("/", 1)[1] for link in found.links] == ["106", "104", "103"]
    assert [link.position for link in found.links] == [0, 1, 2]
    assert found.next == "https://t.me/s/avtoprom_oblast?before=103"


def test_paging_ends_at_the_first_post_and_never_leads_forward_again() -> None:
    assert telegram.parse(_page(_post(2, "Второй"), _post(3, "Третий")), URL).next == ""
    again = _page(_post(103, "Новость"), before=103)
    assert telegram.parse(again, URL + "?before=103").next == ""
    assert telegram.parse(_page(), URL + "?before=2").links == ()


def test_a_full_page_without_a_pager_goes_on_by_its_smallest_number() -> None:
    page = _page(*(_post(number, f"Новость {number}") for number in range(201, 221)))
    assert telegram.parse(page, URL).next == "https://t.me/s/avtoprom_oblast?before=201"


def test_the_pager_in_the_head_counts_too() -> None:
    page = _page(_post(51, "Новость"), head='<link rel="prev" href="/s/avtoprom_oblast?before=51">')
    assert telegram.parse(page, URL).next == "https://t.me/s/avtoprom_oblast?before=51"


def test_identity_is_the_name_the_page_states_not_the_one_asked_for() -> None:
    page = _page(_post(7, "Переименованы", channel="Avtoprom_New"))
    assert telegram.parse(page, "https://t.me/s/avtoprom_old").links[0].url == "https://t.me/Avtoprom_New/7"


def test_a_preview_on_another_host_keeps_its_addresses_there() -> None:
    found = telegram.parse(_page(_post(50, "Новость"), before=50), "http://127.0.0.1:8000/s/avtoprom_oblast")
    assert found.links[0].url == "http://127.0.0.1:8000/avtoprom_oblast/50"
    assert found.next == "http://127.0.0.1:8000/s/avtoprom_oblast?before=50"
    assert (
        telegram.parse(_page(_post(50, "Новость")), "https://telegram.me/s/avtoprom_oblast")
        .links[0]
        .url.startswith("https://t.me/")
    )


@pytest.mark.parametrize("url", ["https://t.me/avtoprom_oblast", URL])
def test_a_closed_or_renamed_channel_is_blocked_not_empty(url: str) -> None:
    with pytest.raises(Blocked, match=r"avtoprom_oblast: .*closed, renamed"):
        telegram.parse(CARD, url)


@pytest.mark.parametrize("body", [b"", b"<!-- -->", b"<html><body><h1>502 Bad Gateway</h1></body></html>", b"\x00\x00"])
def test_what_is_no_preview_is_a_parse_error(body: bytes) -> None:
    with pytest.raises(ParseError):
        telegram.parse(body, URL)


def test_media_without_text_and_service_notices_are_skipped() -> None:
    photo = (
        '<a class="tgme_widget_message_photo_wrap" style="width:800px;background-image:url(\'https://cdn.example/1.jpg\')"></a>'
    )
    page = _page(
        _post(1, "Channel created", kind="service_message"),
        _post(2, "", extra=photo),
        _post(3, "Автопром pinned «Новость»", kind="tgme_widget_message_service"),
        _post(4, "Фото с открытия", extra=photo),
    )
    assert [link.url for link in telegram.parse(page, URL).links] == ["https://t.me/avtoprom_oblast/4"]
    assert [post.image for post in telegram.posts(page, URL)] == ["https://cdn.example/1.jpg"] * 2


def test_a_channel_of_pictures_only_is_open_and_has_no_articles() -> None:
    assert telegram.parse(_page(_post(2, "")), URL).links == ()


def test_a_reply_does_not_hold_the_text_it_answers() -> None:
    quote = """<a class="tgme_widget_message_reply user-color-default" href="https://t.me/avtoprom_oblast/90">
<div class="tgme_widget_message_author accent_color"><span class="tgme_widget_message_author_name">Автопром</span></div>
<div class="tgme_widget_message_text js-message_reply_text" dir="auto">Завод остановят в июле</div></a>"""
    (post,) = telegram.posts(_page(_post(91, "Уточняем: завод не остановят.", extra=quote)), URL)
    assert post.text == "Уточняем: завод не остановят."
    assert post.reply == "https://t.me/avtoprom_oblast/90"
    assert not post.forwarded


def test_a_forwarded_post_says_from_whom() -> None:
    origin = """<div class="tgme_widget_message_forwarded_from accent_color">Forwarded from
<a class="tgme_widget_message_forwarded_from_name" href="https://t.me/minprom_oblast/55">
<span dir="auto">Минпром области</span></a></div>"""
    page = _page(_post(92, "Подписано соглашение.", extra=origin))
    (post,) = telegram.posts(page, URL)
    assert (post.forwarded, post.origin, post.reply) == ("Минпром области", "https://t.me/minprom_oblast/55", "")
    assert telegram.parse(page, URL).links[0].summary == "forwarded from Минпром области"


def test_an_edited_post_is_known_as_such_in_either_language() -> None:
    posts = telegram.posts(_page(_post(5, "Было"), _post(6, "Стало", meta="edited  "), _post(7, "Стало", meta="изменено ")), URL)
    assert [post.edited for post in posts] == [False, True, True]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Рога &amp;amp; копыта", "Рога & копыта"),
        ("Рога &amp; копыта", "Рога & копыта"),
        ("Завод &amp;quot;Сокол&amp;quot;", 'Завод "Сокол"'),
        ("Завод &laquo;Сокол&raquo;", "Завод «Сокол»"),
        ("5 &lt; 6 &amp;lt; 7", "5 < 6 < 7"),
        ("R&amp;D центр", "R&D центр"),
    ],
)
def test_what_was_escaped_twice_is_read_once(written: str, meant: str) -> None:
    (post,) = telegram.posts(_page(_post(5, written)), URL)
    assert post.text == meant


def test_links_out_are_leads_once_each_and_only_those_asked_for_are_followed() -> None:
    body = (
        'Подробнее: <a href="https://gov39.ru/press/397805/?a=1&amp;amp;b=2">gov39.ru</a>, '
        '<a href="https://frprf.ru/x/">ФРП</a>, '
        '<a href="https://t.me/other/5">канал</a>, <a href="?q=%23автопром">#автопром</a>, <a href="tg://resolve?domain=x">x</a>'
    )
    preview = '<a class="tgme_widget_message_link_preview" href="https://gov39.ru/press/397805/?a=1&amp;amp;b=2"></a>'
    page = _page(_post(5, body, extra=preview))
    (post,) = telegram.posts(page, URL)
    assert post.leads == ("https://gov39.ru/press/397805/?a=1&b=2", "https://frprf.ru/x/")
    assert [link.via for link in telegram.parse(page, URL).links] == ["telegram"]
    followed = telegram.parse(page, URL, is_lead=lambda url: "gov39.ru" in url).links
    assert [(link.via, link.url) for link in followed] == [
        ("telegram", "https://t.me/avtoprom_oblast/5"),
        ("lead", "https://gov39.ru/press/397805/?a=1&b=2"),
    ]


def test_class_names_are_matched_as_whole_tokens() -> None:
    """`tgme_widget_message_text` begins with `tgme_widget_message`, and texts were seen nested in texts."""
    nested = '<div class="tgme_widget_message_text js-message_text" dir="auto">Один раз</div>'
    (post,) = telegram.posts(_page(_post(5, nested)), URL)
    assert post.text == "Один раз"


def test_the_length_of_a_video_is_not_the_time_of_the_post() -> None:
    video = '<a class="tgme_widget_message_video_player"><time class="message_video_duration" datetime="0:37">0:37</time></a>'
    (post,) = telegram.posts(_page(_post(5, "Видео с линии", extra=video)), URL)
    assert post.published == "2026-04-10T08:30:05+00:00"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("🚗 Завод открыт<br/>Подробности ниже.", "Завод открыт"),
        ("⚡️⚡️<br/>«Автотор» расширяется<br/>Ещё", "«Автотор» расширяется"),
        ("Завод открыт. " + "Это длинное предложение о том, как именно его открывали и кто там был. " * 4, "Завод открыт."),
    ],
)
def test_the_title_is_the_first_line_that_says_something(text: str, title: str) -> None:
    assert telegram.parse(_page(_post(5, text)), URL).links[0].title == title


def test_a_long_line_without_sentences_is_cut_at_a_word() -> None:
    title = telegram.parse(_page(_post(5, "слово " * 100)), URL).links[0].title
    assert len(title) <= 201
    assert title.endswith("слово…")


def test_addresses_of_pages() -> None:
    assert telegram.address("minpromtorg_ru") == "https://t.me/s/minpromtorg_ru"
    assert telegram.address("minpromtorg_ru", 103) == "https://t.me/s/minpromtorg_ru?before=103"
    assert telegram.address("http://127.0.0.1:1/s/x", 7) == "http://127.0.0.1:1/s/x?before=7"


def test_a_hostile_page_takes_bounded_time() -> None:
    deep = "<div>" * 50_000 + "текст"
    wide = _page(*(_post(number, "<br/>" * 50 + "слово " * 50) for number in range(1, 400)))
    assert len(telegram.parse(wide, URL).links) == 399
    with pytest.raises((ParseError, Blocked)):
        telegram.parse(deep.encode(), URL)
