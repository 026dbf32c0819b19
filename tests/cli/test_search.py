"""`search`: the promised columns, Russian words, filters, exclusions that look like options, and what finds nothing."""

import pytest

from tests.cli.conftest import Run

COLUMNS = ["id", "url", "title", "published", "source", "region", "story", "score", "snippet"]


@pytest.fixture()
def search(run: Run, filled: object) -> Run:
    return lambda *args, **more: run("--archive", filled, "search", *args, **more)


def test_json_is_one_array_with_the_promised_columns(search: Run) -> None:
    [row] = search("ЕЛКИ", "--json").json()
    assert list(row) == COLUMNS
    assert row["url"] == "https://admoblkaluga.ru/news/7/"
    assert "[Елки] и сосны" in row["snippet"]
    assert search("ЕЛКИ", "--nl").lines() == [row]


def test_people_get_titles_dates_and_links(search: Run) -> None:
    done = search("автокомпонентам")
    assert "1  В Калининграде запустили сборку" in done.out
    assert "https://gov39.ru/press/101/" in done.out
    assert "[Автокомпоненты] поставят" in done.out
    assert done.err == "1 found.\n"


def test_a_limit_that_leaves_something_out_is_told(search: Run) -> None:
    done = search("автотор", "--limit", "1")
    assert done.out.count("http") == 1
    assert done.err == "The best 1; there are more (--limit).\n"
    assert search("автотор", "--limit", "2").err == "2 found.\n"
    assert len(search("автотор", "--limit", "1", "--json").json()) == 1


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["кластер", "-Амберавто"], {4}),
        (["завод", "-hyundai"], {2, 4}),
        (["завод", "-тормозных систем"], {4}),
        (["завод", "--region", "Калужская область"], {2}),
        (["завод", "--region", "sam"], {4}),
        (["автозавод", "--source", "tatarstan"], {3}),
        (["автотор", "--story", "100"], {1, 3}),
        (["автотор", "--story", "7"], set()),
        (["автотор", "--since", "1d"], {1}),
        (["автотор", "--until", "2d"], {3}),
        (["автотор", "--limit", "1"], {3}),
        (["неттакогослова"], set()),
    ],
)
def test_words_and_filters_narrow_the_search(search: Run, arguments: list[str], found: set[int]) -> None:
    assert {row["id"] for row in search(*arguments, "--nl").lines()} == found


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["завод", "--region", "Атлантида"], "is no region"),
        (["завод", "--region", "республика"], "may be RU-AD"),
        (["завод", "--source", "gov93"], "Did you mean 'gov39'?"),
        (["завод", "--since", "сегодня", "--until", "вчера"], "lies after"),
        (["завод", "--since", "30.02.2026"], "is not a day"),
        (["-завод"], "at least one word"),
        (["«"], "at least one word"),
        (["завод", "--limit", "0"], "--limit"),
    ],
)
def test_a_search_that_cannot_be_is_one_line_and_exit_2(search: Run, arguments: list[str], said: str) -> None:
    done = search(*arguments, "--json", code=2)
    assert said in done.err
    assert done.out == ""


def test_nothing_found_is_no_error(search: Run) -> None:
    assert search("неттакогослова").err == "Nothing found.\n"
    assert search("неттакогослова", "--json").json() == []
