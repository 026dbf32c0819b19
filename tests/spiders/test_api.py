"""JSON as sites give it: plain answers, and the data inside a page of Next.js."""

import json

import pytest

from crawler.errors import ParseError
from crawler.sources import load_catalogue
from spiders import api

RELEASES = [
    {"id": 118240, "name": "Начат выпуск модели с новым мотором", "created": "12.03.2026"},
    {"id": 118236, "name": "Открыт цех штамповки", "created": "10.03.2026"},
]


def _next_page(state: object) -> bytes:
    data = json.dumps({"props": {"pageProps": {"initialState": state}}, "page": "/press-releases"}, ensure_ascii=False)
    return (
        '<!DOCTYPE html><html><head><title>Пресс-релизы</title></head><body><div id="__next"></div>'
        f'<script id="__NEXT_DATA__" type="application/json">{data}</script><script>var later = {{}};</script></body></html>'
    ).encode()


def test_the_data_inside_a_page_is_read_like_an_api() -> None:
    entry = load_catalogue()["lada"].api
    assert entry is not None
    found = api.parse(_next_page({"pressReleases": {"news": RELEASES}}), entry.url, entry)
    assert [(link.url, link.title, link.date) for link in found.links] == [
        (f"https://www.lada.ru/press-releases/{release['id']}.html", release["name"], release["created"]) for release in RELEASES
    ]
    assert not found.next


def test_a_page_whose_data_has_moved_is_an_error_and_not_an_empty_list() -> None:
    entry = load_catalogue()["lada"].api
    assert entry is not None
    with pytest.raises(ParseError, match="no list at items"):
        api.parse(_next_page({"other": []}), entry.url, entry)
    with pytest.raises(ParseError, match="not JSON"):
        api.parse(b"<html><body><div id=root></div></body></html>", entry.url, entry)
