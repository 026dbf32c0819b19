"""A post asked for again: whose widget, and what it says of a post that is there, gone, or of another one."""

import pytest

from crawler.errors import Blocked, Gone, ParseError
from spiders import posts


@pytest.mark.parametrize(
    ("channel", "post", "at"),
    [
        ("minpromtorg_ru", "https://t.me/minpromtorg_ru/123", "https://t.me/minpromtorg_ru/123?embed=1&mode=tme"),
        ("MinPromTorg_ru", "https://t.me/minpromtorg_ru/123", "https://t.me/minpromtorg_ru/123?embed=1&mode=tme"),
        ("http://mirror.example/s/kanal", "http://mirror.example/kanal/5", "http://mirror.example/kanal/5?embed=1&mode=tme"),
        ("minpromtorg_ru", "https://t.me/drugoy_kanal/123", ""),
        ("minpromtorg_ru", "https://minpromtorg.gov.ru/minpromtorg_ru/123", ""),
        ("minpromtorg_ru", "https://t.me/s/minpromtorg_ru", ""),
    ],
)
def test_the_widget_of_a_post_is_asked_for_only_in_the_source_s_own_channel(channel: str, post: str, at: str) -> None:
    assert posts.widget(channel, post) == at


def test_a_widget_of_another_post_a_deleted_one_and_a_closed_channel_are_told_apart() -> None:
    url = "https://t.me/kanal/5"

    def message(number: int) -> bytes:
        text = '<div class="tgme_widget_message_text">Завод пущен. Линия работает.</div>'
        return f'<div class="tgme_widget_message" data-post="kanal/{number}">{text}</div>'.encode()

    assert posts.again(message(5), url, url).text == "Завод пущен. Линия работает."
    with pytest.raises(ParseError):
        posts.again(message(6), url, url)
    with pytest.raises(Gone):
        posts.again(b'<div class="tgme_widget_message_error">Post not found</div>', url, url)
    with pytest.raises(Blocked):
        posts.again(b'<div class="tgme_page"><div class="tgme_page_title">kanal</div></div>', url, url)
