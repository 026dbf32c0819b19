"""`explain`: the promised object, files of every kind, and one clear line for what cannot be read."""

import gzip
import random
import sqlite3
from pathlib import Path

import pytest

from tests.cli.conftest import Run

PAGE = """<!doctype html><html lang="ru"><head><meta charset="windows-1251"><title>Автокластер вырос — Газета</title>
<link rel="canonical" href="https://gazeta.example/news/1/">
<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Автокластер вырос",
"datePublished": "2026-01-30T12:00:00+03:00"}</script></head><body><article><h1>Автокластер вырос</h1>
<p>В Калужском автомобильном кластере открыли завод автокомпонентов. Предприятие будет выпускать тормозные системы
для легковых автомобилей, инвестиции составили два миллиарда рублей.</p>
<p>Второй очереди завода ждут осенью: тогда здесь начнут собирать электродвигатели для электромобилей.</p></article>
</body></html>"""
TEXT = "Автокластер вырос\nВ Калужском автомобильном кластере открыли завод автокомпонентов.\n"

KEYS = ["source", "url", "kind", "kind_reason", "title", "text", "author", "published", "published_by", "dates", "language"]
KEYS += ["encoding", "verdict", "cut"]


@pytest.fixture()
def files(tmp_path: Path) -> Path:
    (tmp_path / "page.html").write_bytes(PAGE.encode("cp1251"))
    (tmp_path / "news.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path


def test_the_object_has_exactly_the_promised_keys(run: Run, files: Path) -> None:
    page, text = run("explain", "--json", "page.html", "news.txt").lines()
    for found in (page, text):
        assert list(found) == KEYS
        assert list(found["verdict"]) == ["relevant", "score", "matched", "reason", "regions", "companies"]
        assert found["verdict"]["matched"]
        assert all(list(match) == ["term", "group", "where"] for match in found["verdict"]["matched"])
        assert all(list(date) == ["witness", "value", "believed", "why"] for date in found["dates"])
    assert (page["source"], text["source"]) == ("page.html", "news.txt")
    assert (page["kind"], page["encoding"]) == ("article", "windows-1251")
    assert page["title"] == "Автокластер вырос"
    assert page["url"] == "https://gazeta.example/news/1/"
    assert page["published"] == "2026-01-30T12:00:00+03:00"
    assert any(date["believed"] for date in page["dates"])
    assert page["verdict"]["relevant"] is True
    assert page["verdict"]["regions"][0] == "RU-KLU"


def test_every_witness_of_the_title_is_shown_with_why_it_won_or_lost(run: Run, files: Path) -> None:
    head = '<title>Кластер вырос в полтора раза и… — Газета</title><meta property="og:site_name" content="Газета">'
    stated = '<meta property="og:title" content="Кластер вырос в полтора раза и принял завод">'
    body = f"<h1>Газета</h1><h1>Кластер вырос в полтора раза и…</h1><p>{TEXT * 3}</p>"
    (files / "cut.html").write_text(f"<html><head><meta charset=utf-8>{head}{stated}</head><body>{body}</body></html>")
    told = run("explain", "cut.html").out
    assert "title      Кластер вырос в полтора раза и принял завод\n" in told
    assert "✗ h1: Газета (the name of the site)" in told
    assert "✓ og: Кластер вырос в полтора раза и принял завод (goes on where «" in told
    assert "read as «Кластер вырос в полтора раза и…»" in told
    assert "✓ h1: Автокластер вырос (" in run("explain", "page.html").out


def test_a_text_file_is_an_article_whose_first_line_is_the_title(run: Run, files: Path) -> None:
    (files / "one.txt").write_text("Только одна строка про автомобильный кластер.", encoding="utf-8")
    text, one = run("explain", "--json", "news.txt", "one.txt").lines()
    assert (text["kind"], text["title"], text["text"]) == ("article", *TEXT.strip().split("\n"))
    assert (one["title"], one["text"]) == ("", "Только одна строка про автомобильный кластер.")


def test_the_verdict_is_never_null_also_for_what_is_no_article(run: Run, files: Path) -> None:
    (files / "empty.html").write_text("<html><body></body></html>")
    (files / "nothing.txt").write_text("")
    for found in run("explain", "--json", "empty.html", "nothing.txt").lines():
        assert found["verdict"]["relevant"] is False
        assert found["verdict"]["reason"]


def test_a_database_is_no_text_file(run: Run, tmp_path: Path) -> None:
    conn = sqlite3.connect(tmp_path / "a.db")
    conn.execute("CREATE TABLE words (form TEXT)")
    conn.close()
    (tmp_path / "b.bin").write_bytes(random.Random(1).randbytes(3000))
    for name in ("a.db", "b.bin"):
        found = run("explain", name, "--json").json()
        assert (found["kind"], found["kind_reason"], found["text"]) == ("other", "not a page of text", "")


def test_people_see_the_witnesses_and_the_reason(run: Run, files: Path) -> None:
    out = run("explain", "page.html").out
    assert "✓ json-ld: 2026-01-30T12:00:00+03:00" in out
    assert "relevant, score" in out
    assert "Второй очереди завода" in out


def test_stdin_gzip_and_unusual_names_are_read(run: Run, files: Path) -> None:
    (files / "saved").write_bytes(PAGE.encode("cp1251"))
    (files / "p.html.gz").write_bytes(gzip.compress(PAGE.encode("cp1251")))
    assert run("explain", "--json", "-", stdin=TEXT).json()["title"] == "Автокластер вырос"
    for found in run("explain", "--json", "saved", "p.html.gz").lines():
        assert found["encoding"] == "windows-1251"


def test_a_relative_date_is_understood_from_the_day_the_page_was_fetched(run: Run, files: Path) -> None:
    page = PAGE.replace('"datePublished": "2026-01-30T12:00:00+03:00"', '"x": 1').replace(
        "</h1>", "</h1><time>Вчера, 12:30</time>"
    )
    (files / "relative.html").write_text(page.replace("windows-1251", "utf-8"), encoding="utf-8")
    assert run("explain", "--json", "--seen", "2026-01-31", "relative.html").json()["published"][:10] == "2026-01-30"


def test_what_cannot_be_read_is_one_line_each_and_the_rest_is_explained(run: Run, files: Path) -> None:
    (files / "cut.html.gz").write_bytes(gzip.compress(PAGE.encode())[:-20])
    bad = ["missing.html", ".", "cut.html.gz", "ftp://example.ru/1", "/dev/zero"]
    done = run("explain", "--json", *bad, "news.txt", code=None)
    assert done.code == 1
    assert [line.split(": ")[1] for line in done.err.splitlines()] == bad
    assert len(done.lines()) == 1
    assert run("explain", "missing.html", code=2).err == "Error: missing.html: No such file or directory\n"


def test_a_page_cannot_write_to_the_terminal(run: Run, files: Path) -> None:
    (files / "evil.txt").write_text("Завод\x1b]0;owned\x07 открыт\nТекст\x1b[2J \x9b31mновости", encoding="utf-8")
    out = run("explain", "evil.txt").out
    assert not set(out) & set("\x1b\x07\x9b")


def test_another_topic_and_a_source_can_be_named(run: Run, files: Path) -> None:
    assert "there is no source 'gov93'" in run("explain", "--source", "gov93", "page.html", code=2).err
    assert "nothing.toml" in run("explain", "--topic", "nothing.toml", "page.html", code=2).err
    run("explain", "--source", "gov39", "page.html")
