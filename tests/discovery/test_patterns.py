"""The pattern of a site's articles, learned from their addresses: real forms of Russian press sites."""

import re

import pytest

from crawler.discovery.patterns import groups, learn

SECTIONS = (
    "",
    "about/",
    "contacts/",
    "news/",
    "news/rss/",
    "news/?PAGEN_1=2",
    "press-center/",
    "tags/avtoprom/",
    "documents/2024/",
)


def _others(host: str = "zavod.example") -> list[str]:
    return [f"https://{host}/{section}" for section in SECTIONS]


@pytest.mark.parametrize(
    ("examples", "unseen"),
    [
        (["press/397805/", "press/397801/", "press/39/"], "press/401234/"),
        (["news/?ELEMENT_ID=91", "news/?ELEMENT_ID=1234", "news/?ELEMENT_ID=12"], "news/?ELEMENT_ID=7"),
        (["news/detail.php?ELEMENT_ID=91", "news/detail.php?ELEMENT_ID=2"], "news/detail.php?ELEMENT_ID=7"),
        (["?p=3185", "?p=3186", "?p=12"], "?p=77"),
        (["index.htm/news/556716.htm", "index.htm/news/556717.htm"], "index.htm/news/9.htm"),
        (["2026/01/30/zavod-otkryt/", "2026/02/03/novyy-cekh-zavoda/", "2025/12/31/itogi/"], "2024/05/06/lyubaya-novost/"),
        (["news/zavod-otkryt", "news/novyy-cekh-zavoda", "news/itogi-2025"], "news/eshche-odna-novost"),
        (["economy/2026-01-30/377053-zavod", "society/2026-01-31/377054-shkola"], "auto/2026-02-01/377100-novost"),
        (["news/avto/1234-zavod.html", "news/economy/1235-cekh.html", "news/avto/12-c.html"], "news/city/9-x.html"),
        (["art/zavod-otkryt-168799.html", "art/cekh-168800.html", "art/x-1.html"], "art/y-2.html"),
        (["text/economics/2026/02/03/76243122/", "text/auto/2026/02/04/76243123/"], "text/gorod/2025/01/01/7/"),
        (["news/69a0f3b29a79471234567890", "news/69a0f3b29a79471234567891"], "news/69a0f3b29a79471234567899"),
        (["zavod-v-oblasti-otkryt/", "novyy-cekh-na-zavode/", "itogi-goda-v-otrasli/", "a-b-c/", "chto-budet-dalshe/"], "d-e-f/"),
        (
            ["sobytiya/novosti/12-03-2025-14-05-33-zavod", "sobytiya/novosti/12-04-2025-14-05-34-c"],
            "sobytiya/novosti/01-01-2026-00-00-00-x",
        ),
        (["blogs/173683/", "blogs/173684/"], "blogs/1/"),
        (["news_101.html", "news_102.html", "news_9.html"], "news_77.html"),
    ],
)
def test_an_address_that_was_not_seen_fits_and_sections_do_not(examples: list[str], unseen: str) -> None:
    pattern = learn([f"https://www.zavod.example/{path}" for path in examples], _others())
    assert pattern
    for path in (*examples, unseen):
        assert re.search(pattern, f"https://www.zavod.example/{path}"), f"{pattern} refuses {path}"
        assert re.search(pattern, f"http://zavod.example/{path}")
        assert not re.search(pattern, f"https://other.example/{path}")
    taken = [url for url in _others() if re.search(pattern, url)]
    assert not taken, f"{pattern} takes {taken}"


def test_a_port_is_part_of_the_host() -> None:
    pattern = learn([f"http://127.0.0.1:8042/press/{number}/" for number in (1, 2, 3)])
    assert re.search(pattern, "http://127.0.0.1:8042/press/44/")
    assert not re.search(pattern, "http://127.0.0.1:8043/press/44/")


def test_links_to_other_sites_and_a_few_special_pages_do_not_spoil_it() -> None:
    examples = [f"https://zavod.example/news/{number}/" for number in range(100, 120)]
    examples += ["https://t.me/zavod/5", "https://zavod.example/projects/vystavka/"]
    pattern = learn(examples, _others())
    assert re.search(pattern, "https://zavod.example/news/7/")
    assert not re.search(pattern, "https://zavod.example/projects/other/")


def test_two_forms_of_article_become_one_pattern() -> None:
    news = [f"https://zavod.example/news/{number}/" for number in range(100, 110)]
    articles = [f"https://zavod.example/article/{number}-slovo-delo.html" for number in range(100, 110)]
    pattern = learn(news + articles, _others())
    assert re.search(pattern, "https://zavod.example/news/7/")
    assert re.search(pattern, "https://zavod.example/article/7-x-y.html")


@pytest.mark.parametrize("examples", [[], ["https://zavod.example/about/"]])
def test_without_anything_to_go_by_there_is_no_pattern(examples: list[str]) -> None:
    assert learn(examples, _others()) == ""


def test_addresses_of_different_sections_are_groups_of_their_own_and_strays_are_left_out() -> None:
    """As on a paper's tag page: news by slug, entries and themes by number, one link to a special project."""
    news = [f"https://gazeta.example/news/zavod-otkryt-{name}/" for name in ("v-kaluge", "v-omske", "v-tule", "v-ufe")]
    entries = [f"https://gazeta.example/entry/{number}/" for number in (241248, 241126, 241077)]
    themes = [f"https://gazeta.example/theme/{number}/" for number in (545, 12)]
    stray = ["https://gazeta.example/projects/2026/vystavka/"]
    assert groups([*news, *themes, *entries, *stray]) == [news, entries, themes]
    pattern = learn(news + entries, [*themes, *_others("gazeta.example")])
    assert not [url for url in themes if re.search(pattern, url)]
    assert all(re.search(pattern, url) for url in (*news, *entries))


def test_many_rubrics_are_one_group() -> None:
    urls = [f"https://gazeta.example/text/{rubric}/2026/03/0{day}/{day}0499540/" for rubric in "abcdefg" for day in (1, 2)]
    themes = [f"https://gazeta.example/text/theme/{number}/" for number in range(100, 102)]
    assert groups(urls + themes) == [urls, themes]
    many = [f"https://gazeta.example/text/{rubric}/2026/03/0{day}/7/" for rubric in "abcdefghijk" for day in range(1, 7)]
    assert groups(many + themes) == [many]


def test_years_are_sections_and_the_news_of_one_plant_may_begin_otherwise_tomorrow() -> None:
    years = [f"https://zavod.example/news/{year}/" for year in (2024, 2025, 2026)]
    numbers = [f"https://zavod.example/news/{number}/" for number in (397805, 397806, 397807)]
    pattern = learn(numbers, [*_others(), *years])
    assert re.search(pattern, "https://zavod.example/news/41/")
    assert not [url for url in years if re.search(pattern, url)]
    alike = [f"https://zavod.example/news/zavod-nachal-{what}" for what in ("vypusk-zhgutov", "sborku", "stroyku", "remont", "x")]
    assert re.search(learn(alike, _others()), "https://zavod.example/news/novyy-direktor-predpriyatiya")
