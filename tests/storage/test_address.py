"""Addresses as identity: what is one article gets one address, what is not keeps its own."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.address import a_label, bare_host, believed, canonical, same_site, u_label
from tests.shared import shared


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        (
            "HTTPS://ЛипецкаяОбласть.РФ:443/Новости/../новости/?utm_source=tg&b=2&a=1#top",
            "https://xn--80aacoonefzg3am8b1fsb.xn--p1ai/{нов}/?a=1&b=2",
        ),
        ("https://gov39.ru./press/1/", "https://gov39.ru/press/1/"),
        ("https://user:pass@gov39.ru/press/1/", "https://gov39.ru/press/1/"),
        ("http://gov39.ru", "http://gov39.ru/"),
        ("https://gov39.ru:8443/a", "https://gov39.ru:8443/a"),
        ("https://www.kp40.ru/news/perekrestok/132608/?utm_source=rss", "https://www.kp40.ru/news/perekrestok/132608/"),
        ("https://abreview.ru/ab/news/klaster/?mobile=N", "https://abreview.ru/ab/news/klaster/"),
        ("https://a.ru/index.php?PHPSESSID=1&ELEMENT_ID=5", "https://a.ru/index.php?ELEMENT_ID=5"),
        ("https://a.ru/?ID=7&clear_cache=Y&bitrix_include_areas=N&back_url_admin=%2F", "https://a.ru/?ID=7"),
        ("https://lipetsk-online.ru/?p=3185&print=Y", "https://lipetsk-online.ru/?p=3185"),
        ("https://a.ru/news;jsessionid=ABC123?id=4", "https://a.ru/news?id=4"),
        ("https://a.ru/n?from=main_sidebar&id=4", "https://a.ru/n?id=4"),
        ("https://a.ru/n?from=20", "https://a.ru/n?from=20"),
        ("https://a.ru/n?sid=5", "https://a.ru/n?sid=5"),
        ("https://a.ru/n?sid=0123456789abcdef0123", "https://a.ru/n"),
        ("https://a.ru/?PAGEN_1=2", "https://a.ru/?PAGEN_1=2"),
        ("https://a.ru/amp/news/1.html", "https://a.ru/news/1.html"),
        ("https://a.ru/news/1/amp/", "https://a.ru/news/1/"),
        ("https://a.ru/news/zavod-amp.html", "https://a.ru/news/zavod.html"),
        ("https://a.ru/amp/amp/1", "https://a.ru/1"),
        ("https://a.ru/amp", "https://a.ru/amp"),
        ("https://a.ru/vamp/1", "https://a.ru/vamp/1"),
        ("https://a.ru/s?q=%E7%E0%E2%EE%E4", "https://a.ru/s?q=%D0%B7%D0%B0%D0%B2%D0%BE%D0%B4"),
        ("https://a.ru/s?q=завод", "https://a.ru/s?q=%D0%B7%D0%B0%D0%B2%D0%BE%D0%B4"),
        ("https://a.ru/%7euser/%d0%b0", "https://a.ru/~user/%D0%B0"),
        ("https://a.ru/s?q=a+b", "https://a.ru/s?q=a%20b"),
        ("https://a.ru/a/./b/../c/", "https://a.ru/a/c/"),
        ("https://a.ru/../../a", "https://a.ru/a"),
        ("http://[::1]:8001/a", "http://[::1]:8001/a"),
    ],
)
def test_an_address_has_one_form(written: str, wanted: str) -> None:
    wanted = wanted.replace("{нов}", "%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8")
    assert canonical(written) == wanted
    assert canonical(wanted) == wanted


@pytest.mark.parametrize(
    "bad", ["", "/press/1", "ftp://a.ru/", "file:///etc/passwd", "javascript:alert(1)", "https:///a", "http://a b/"]
)
def test_what_is_no_http_address_is_refused(bad: str) -> None:
    with pytest.raises(ValueError):
        canonical(bad)


def test_a_host_has_an_ascii_and_a_readable_spelling() -> None:
    assert a_label("ДОМ.РФ.") == "xn--d1aqf.xn--p1ai"
    assert u_label("xn--90ab5f.xn--p1ai") == "вэб.рф"
    assert a_label("%D0%B4%D0%BE%D0%BC.рф") == a_label("дом.рф")


def test_no_address_of_the_web_platform_tests_raises_anything_else_and_canonical_forms_are_fixed_points() -> None:
    cases = [case for case in json.loads(shared("data", "url", "urltestdata.json").read_text("utf-8")) if isinstance(case, dict)]
    accepted = 0
    for case in cases:
        for address in (case["input"], case.get("href", "")):
            try:
                form = canonical(address)
            except ValueError:
                continue
            assert canonical(form) == form, address
            accepted += 1
    assert accepted > 300


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_path_and_query_comes_to_a_fixed_point_or_a_value_error(path: str, query: str) -> None:
    try:
        form = canonical(f"https://gov39.ru/{path}?{query}")
    except ValueError:
        return
    assert canonical(form) == form
    assert form.isascii()


@pytest.mark.parametrize(
    ("url", "stated", "wanted"),
    [
        ("https://m.klops.ru/news/1", "https://klops.ru/news/1", "https://klops.ru/news/1"),
        ("http://www.klops.ru/news/1?x=2", "https://klops.ru/news/1", "https://klops.ru/news/1"),
        ("https://klops.ru/news/1", "/novosti/1-zavod", "https://klops.ru/novosti/1-zavod"),
        ("https://klops.ru/?p=17", "https://klops.ru/2026/zavod/", "https://klops.ru/2026/zavod/"),
        ("https://klops.ru/news/17/print/", "https://klops.ru/news/17/", "https://klops.ru/news/17/"),
        ("https://klops.ru/news/1", "https://other.ru/news/1", "https://klops.ru/news/1"),
        ("https://klops.ru/news/1", "https://klops.ru/", "https://klops.ru/news/1"),
        ("https://klops.ru/news/1-zavod", "https://klops.ru/news/", "https://klops.ru/news/1-zavod"),
        ("https://klops.ru/news.php?ID=17", "https://klops.ru/news.php", "https://klops.ru/news.php?ID=17"),
        ("https://klops.ru/press/?ELEMENT_ID=17", "https://klops.ru/press/", "https://klops.ru/press/?ELEMENT_ID=17"),
        ("https://klops.ru/news/17/?PAGEN_2=3", "https://klops.ru/news/17/", "https://klops.ru/news/17/"),
        ("https://klops.ru/news/1", "javascript:void(0)", "https://klops.ru/news/1"),
        ("https://klops.ru/news/1", "", "https://klops.ru/news/1"),
    ],
)
def test_a_page_is_believed_about_its_address_only_where_that_can_be(url: str, stated: str, wanted: str) -> None:
    assert believed(url, stated) == wanted


def test_spellings_of_a_site_are_told_from_its_other_hosts() -> None:
    assert same_site("http://www.gov39.ru/a", "https://m.gov39.ru/b")
    assert same_site("https://gov39.ru:443/", "http://gov39.ru/")
    assert not same_site("https://minprom.gov39.ru/", "https://gov39.ru/")
    assert not same_site("http://127.0.0.1:8001/", "http://127.0.0.1:8002/")
    assert bare_host("m.ru") == "m.ru"
    assert bare_host("www.m.klops.ru") == "klops.ru"
