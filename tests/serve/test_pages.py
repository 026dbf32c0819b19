"""The pages over real HTTP semantics (Datasette's own client): what they show, what they refuse, what they never load."""

import asyncio
import re
from pathlib import Path
from typing import Any

import feedparser
import pytest
from datasette.plugins import pm

from crawler.reporting import serve
from crawler.reporting.serve.chart import TILES
from crawler.reporting.serve.wording import changes, fresh
from crawler.reporting.serve.words import WORDS
from storage import open_archive
from storage.cookbook import load
from storage.corrections import correct
from storage.regions import FEDERAL, NAMES
from storage.withdrawing import withdraw
from tests.serve.conftest import NOW


@pytest.fixture(scope="session")
def site(archive_path: Path) -> Any:
    return serve.application(archive_path)


def get(site: Any, path: str) -> Any:
    return asyncio.run(site.client.get(path))


@pytest.mark.parametrize(
    "path", ["/", "/?lang=en", "/?days=365", "/regions", "/sources", "/search", "/region/RU-KGD", "/article/1"]
)
def test_every_page_answers_and_names_no_other_host(site: Any, path: str) -> None:
    answer = get(site, path)
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    loaded = re.findall(r'(?:src|action)="([^"]*)"|<link[^>]*href="([^"]*)"', answer.text)
    assert all((a or b).startswith(("/", "data:")) for a, b in loaded)


@pytest.fixture()
def copy(archive_path: Path, tmp_path: Path) -> Path:
    """The archive once more, to be changed."""
    target = tmp_path / "archive.db"
    with open_archive(archive_path) as archive:
        archive.conn.execute("VACUUM INTO ?", (str(target),))
    return target


def test_the_start_page_shows_the_week_by_region(site: Any) -> None:
    text = get(site, "/").text.replace("\u00a0", " ")  # prepositions are glued to their words
    assert "Калининградская область" in text
    assert "В Черняховске открыт завод тяговых батарей" in text
    assert "What is new" in get(site, "/?lang=en").text


def test_an_article_shows_its_evidence_its_wordings_and_its_copies(site: Any) -> None:
    text = get(site, "/article/1").text
    assert "the page says so" in text
    assert "kept: industry" in text
    before, after = text.split("Было")[1].split("Стало")
    assert "<del>шестидесяти</del>" in before
    assert "<ins>семидесяти</ins>" not in before
    assert "<ins>семидесяти</ins>" in after
    assert "<del>" not in after.split("</section>")[0]
    assert "Янтарная газета" in text


def test_search_finds_every_form_and_marks_the_words_as_they_stand(site: Any) -> None:
    text = get(site, "/search?q=тяговая батарея").text
    assert re.search(r"<mark>[^<]*батар[^<]*</mark>", text)
    assert "/article/1" in text
    assert "Ничего не найдено" in get(site, "/search?q=пароход").text
    assert get(site, '/search?q="').status_code == 200


def test_markup_from_the_web_stays_text(site: Any) -> None:
    for path in ("/", "/article/2", "/article/3", "/region/RU-KLU", "/search?q=кузов", "/search?q=<script>alert(1)</script>"):
        assert "<script>alert" not in get(site, path).text


def test_the_map_keeps_the_language_and_speaks_it(site: Any) -> None:
    russian, english = get(site, "/regions").text, get(site, "/regions?lang=en").text
    assert re.search(r'<a href="/region/RU-KGD"><g.*?>Клд</text>', russian)
    assert re.search(r'<a href="/region/RU-KGD\?lang=en"><g.*?>KGD</text>', english)


def test_a_search_names_its_sources_says_how_many_there_are_and_is_narrowed_by_them(site: Any) -> None:
    text = get(site, "/search?q=завод").text
    sources = set(re.findall(r'<p class="who"><time>[^<]*</time> · ([^·]+) ·', text))
    assert len(sources) > 1
    assert re.search(r'<p class="note">\d+ стат', text)
    identifier = re.search(r'<option value="([^"]+)">Янтарная газета</option>', text)
    assert identifier is not None
    assert set(re.findall(r"</time> · ([^·]+) ·", get(site, f"/search?q=завод&source={identifier[1]}").text)) <= {
        "Янтарная газета"
    }
    assert "Ничего не найдено" in get(site, "/search?q=завод&until=2001-01-01").text
    assert "Нужно хотя бы одно слово" in get(site, "/search?q=-завод").text


def test_what_later_tellings_add_to_a_story_is_marked() -> None:
    first = "В парке «Храброво» открыли завод. Мощность 60 тысяч комплектов."
    second = "Завод «Янтарьавтоком» в Храброве даст 60 тысяч комплектов и 240 мест. Губернатор Иванов доволен: 1,9 млрд рублей. http://a.ru/77"
    assert fresh([(first, first), (second, second)]) == [
        [(False, first)],
        [
            *[(False, "Завод «"), (True, "Янтарьавтоком"), (False, "» в Храброве даст 60 тысяч комплектов и "), (True, "240")],
            *[
                (False, " мест. Губернатор "),
                (True, "Иванов"),
                (False, " доволен: "),
                (True, "1,9"),
                (False, " млрд рублей. http://a.ru/77"),
            ],
        ],
    ]


def test_a_feed_of_stories_says_where_it_is(site: Any) -> None:
    answer = get(site, "/stories.atom")
    feed = feedparser.parse(answer.text)
    assert answer.headers["content-type"].startswith("application/atom+xml")
    assert not feed.bozo
    assert feed.entries
    assert feed.feed.id == "urn:avtoklaster:archive"
    assert [link.href for link in feed.feed.links if link.rel == "self"] == ["http://localhost/stories.atom"]
    assert '<link rel="alternate" type="application/atom+xml"' in get(site, "/").text


@pytest.mark.parametrize("path", ["/article/999", "/story/999999", "/region/RU-XX", "/article/1e9"])
def test_what_is_not_there_is_404(site: Any, path: str) -> None:
    assert get(site, path).status_code == 404


@pytest.mark.parametrize(
    "sql",
    [
        "delete from articles",
        "update articles set title = ''",
        "drop table articles",
        "insert into meta values ('a', 'b')",
        "attach database '/tmp/x.db' as x",
        "pragma writable_schema = on",
        "with x as (select 1) delete from articles",
        "select load_extension('x')",
        "vacuum",
    ],
)
def test_every_attempt_to_write_is_refused(site: Any, sql: str, archive_path: Path) -> None:
    before = archive_path.read_bytes()
    answer = asyncio.run(site.client.get(f"/{archive_path.stem}.json", params={"sql": sql}))
    assert answer.status_code == 400
    assert archive_path.read_bytes() == before


def test_sql_of_ones_own_knows_russian_and_comes_as_csv(site: Any, archive_path: Path) -> None:
    params = {"sql": "select lemma('заводов') as l, region_name('RU-KGD') as r, lower('ЁЖ') as e", "_shape": "array"}
    rows = asyncio.run(site.client.get(f"/{archive_path.stem}.json", params=params)).json()
    assert rows == [{"l": "завод", "r": "Калининградская область", "e": "ёж"}]
    assert get(site, f"/{archive_path.stem}/articles.csv?_col=title").text.startswith("id,title")
    assert get(site, f"/{archive_path.stem}/week?days=7").status_code == 200


def test_both_languages_have_the_same_words() -> None:
    assert set(WORDS["ru"]) == set(WORDS["en"])


def test_the_map_has_one_place_for_each_federal_subject() -> None:
    assert set(TILES) == set(NAMES) - {FEDERAL}
    assert (
        len({(column, row) for column, row, _ in TILES.values()}) == len({short for _, _, short in TILES.values()}) == len(TILES)
    )


def test_changes_between_wordings_lose_no_word() -> None:
    old, new = "Завод открыт сегодня.\nВторая строка", "Завод открыт вчера.\nВторая строка и третья"
    pieces = changes(old, new)
    assert " ".join(text for kind, text in pieces if kind in ("same", "gone")).split() == old.split()
    assert " ".join(text for kind, text in pieces if kind in ("same", "new")).split() == new.split()


def test_the_address_of_a_merged_story_leads_to_what_it_was_merged_into(copy: Path) -> None:
    with open_archive(copy) as archive, archive.write():
        story = archive.one("SELECT story FROM articles WHERE id = 1")[0]
        archive.conn.execute("INSERT INTO merged_stories (story, into_story) VALUES (777, ?)", (story,))
    assert "Черняховске" in get(serve.application(copy), "/story/777").text


def test_questions_stand_in_russian_and_in_english(site: Any) -> None:
    assert "Кто сообщает первым?" in get(site, "/questions").text.replace("\u00a0", " ")
    assert "Which sources report first?" in get(site, "/questions?lang=en").text


@pytest.mark.parametrize("name", load())
def test_a_question_opened_without_values_is_asked_with_its_usual_ones(site: Any, archive_path: Path, name: str) -> None:
    page = get(site, f"/{archive_path.stem}/{name}")
    assert page.status_code == 200
    assert load()[name].russian["title"] in page.text
    for param, value in load()[name].params.items():
        assert re.search(f'name="{param}" value="{value}"', page.text), param
    assert get(site, f"/{archive_path.stem}/{name}.csv").status_code == 200


def test_a_question_with_values_is_asked_with_these_and_rows_lead_to_articles(site: Any, archive_path: Path) -> None:
    found = get(site, f"/{archive_path.stem}/region?region=RU-KLU").text
    assert '<a href="/article/2">2</a>' in found
    assert "/article/1" not in found
    assert get(site, f"/{archive_path.stem}/week.json?days=0&_shape=array").json() == []
    assert len(get(site, f"/{archive_path.stem}/week.json?days=7&limit=1&_shape=array").json()) == 1


def test_the_database_itself_is_the_page_of_questions(site: Any, archive_path: Path) -> None:
    assert "Вопросы и SQL" in get(site, f"/{archive_path.stem}").text
    assert get(site, f"/{archive_path.stem}?sql=select+1").status_code == 200


def test_a_large_archive_is_shown_without_counting_and_facets(archive_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small = get(serve.application(archive_path), f"/{archive_path.stem}/latest").text
    assert "3 rows" in small
    assert "facet-results" in small
    monkeypatch.setattr(serve, "_LARGE", 1)
    large = serve.application(archive_path)
    assert "facet-results" not in get(large, f"/{archive_path.stem}/latest").text
    assert "3 rows" not in get(large, f"/{archive_path.stem}/latest").text
    assert "facet-results" in get(large, f"/{archive_path.stem}/latest?_facet=region").text


def test_tags_notes_and_names_of_companies_are_on_the_article(site: Any) -> None:
    text = get(site, "/article/1").text
    assert "на контроле" in text
    assert "Автотор" in text
    assert "avtotor" not in text


def test_a_date_that_a_person_set_is_the_one_that_is_believed(copy: Path) -> None:
    with open_archive(copy) as archive:
        correct(archive, 1, "date", "2026-01-15", who="И. Петрова", note="по бумажной версии", now=NOW)
    text = get(serve.application(copy), "/article/1").text.replace("\u00a0", " ")
    rows = re.findall(r'<tr class="(\w+)"><td>(.*?)</td><td>(.*?)</td><td>(.*?)</td></tr>', text)
    assert rows[0] == ("believed", "человек", "15 января 2026", "✓ так указывает И. Петрова: по бумажной версии")
    assert [row[0] for row in rows[1:]] == ["doubted"] * len(rows[1:])
    assert any(row[3].startswith("принималась, пока человек не сказал иначе") for row in rows[1:])


def test_what_a_person_called_irrelevant_is_not_listed_but_its_page_stays(copy: Path) -> None:
    with open_archive(copy) as archive:
        correct(archive, 1, "verdict", "irrelevant", who="аналитик", note="не о кластере", now=NOW)
    site = serve.application(copy)
    for path in ("/", "/region/RU-KGD", "/archive/week", "/search?q=батарея"):
        assert "Черняховске" not in get(site, path).text, path
    assert "не о кластере" in get(site, "/article/1").text


def test_what_a_person_took_back_is_told_on_the_page_of_the_article(copy: Path) -> None:
    with open_archive(copy) as archive:
        correct(archive, 1, "verdict", "irrelevant", who="аналитик", note="не о кластере", now=NOW)
        withdraw(archive, 1, "verdict", who="И. Петрова", note="всё же о нём", now=NOW)
    site = serve.application(copy)
    assert "Черняховске" in get(site, "/region/RU-KGD").text
    page = get(site, "/article/1").text
    assert re.search(r"<del>[^<]*аналитик: вердикт — не по теме \(не о кластере\)</del> отозвано [^<]* И. Петрова \(всё же", page)


def test_an_address_that_is_none_is_not_a_page_of_the_log(
    archive_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Rich:
        def get_console(self) -> Any:
            raise AssertionError("prints local variables")

    monkeypatch.setattr(pm.get_plugin("datasette.handle_exception"), "rich", Rich())
    assert get(serve.application(archive_path), "/nowhere").status_code == 404
    assert capfd.readouterr() == ("", "")
