"""What the pages of a source share is learned while they are crawled, cut from the next ones, and by `reread` from the first."""

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.simulator.generated import release
from tests.crawl.conftest import ROOT, Desk
from tests.discovery.serving import Pages, serve

SHARED = "Письма читателей вестник принимает по будням с девяти до пяти часов на улице Ленина."
ABOUT = "Вестник выходит с 1994 года и рассказывает о заводах, кластерах и людях, которые на них работают."
TAIL = " :: Главное к утру"
PAGES = 14


def pages(home: str) -> Pages:
    """Pages without a heading, a name or an end of the text: only several of them together tell what is the site's own."""
    entries = "".join(f"<url><loc>{home}news/{number}/</loc></url>" for number in range(1, PAGES + 1))
    sitemap = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>'.encode()
    articles = {f"/news/{number}/": ("text/html; charset=utf-8", _page(number)) for number in range(1, PAGES + 1)}
    return {"/sitemap.xml": ("application/xml", sitemap), **articles}


def _page(number: int) -> bytes:
    title, paragraphs = release(number)
    inside = f"<p>{SHARED[:-1]}, напоминает редакция в заметке номер {number}, посвящённой автокомпонентам.</p>"
    text = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs) + inside
    date = f"<div class='date'>{number:02} октября 2025</div>"
    return (
        f"<html lang='ru'><head><title>{title}{TAIL}</title></head><body>{date}<div>{text}"
        f"<p>{SHARED}</p><p>{ABOUT}</p></div></body></html>"
    ).encode()


def config(home: str) -> str:
    return (
        'catalogue = false\ncontact = "test@localhost"\n[crawl]\ndelay = 0.0\n[sources.vestnik]\nname = "Заводская жизнь"\n'
        f'region = "RU-KLU"\nkind = "media"\nhome = "{home}"\nsitemaps = ["{home}sitemap.xml"]\narticle = "/news/\\\\d+/$"\n'
    )


def command(desk: Desk, *args: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "crawler", *args], cwd=desk.folder, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_from_the_sixth_page_on_text_and_title_come_out_clean_and_the_first_five_after_reread(tmp_path: Path) -> None:
    with serve(pages) as (home, _):
        desk = Desk(tmp_path, config(home))
        desk.crawl("vestnik")
        read = desk.rows("SELECT title, text FROM articles ORDER BY id")
        assert len(read) == PAGES
        soiled = [(title.endswith(TAIL), SHARED in text.split("\n"), ABOUT in text.split("\n")) for title, text in read]
        assert soiled == [(True, True, True)] * 5 + [(False, False, False)] * (PAGES - 5)
        known = desk.rows("SELECT what, text, pages FROM learned ORDER BY what, text")
        assert known == [("line", ABOUT, PAGES), ("line", SHARED, PAGES), ("tail", TAIL, PAGES)]

        page = json.loads(command(desk, "explain", "--json", f"{home}news/3/"))
        assert page["title"] == release(3)[0]
        assert [cut for cut in page["cut"] if cut.startswith("learned")] == [
            f"learned tail, seen in {PAGES} titles: {TAIL.strip()}",
            f"learned line, seen on {PAGES} pages: {SHARED}",
            f"learned line, seen on {PAGES} pages: {ABOUT}",
        ]

    report = json.loads(command(desk, "reread", "--json"))
    assert (report["pages"], report["titles"], report["texts"]) == (5, 5, 5)
    for title, text in desk.rows("SELECT title, text FROM articles"):
        assert not title.endswith(TAIL)
        assert SHARED not in text.split("\n")
        assert f"\n{SHARED[:-1]}, напоминает" in text, "never from inside a paragraph"
    assert desk.rows("SELECT count(*) FROM revisions") == [(0,)]
    assert json.loads(command(desk, "reread", "--json"))["pages"] == 0


@pytest.mark.slow
def test_an_article_that_is_cleaner_when_it_is_fetched_again_was_not_edited(tmp_path: Path) -> None:
    with serve(pages) as (home, _):
        desk = Desk(tmp_path, config(home))
        desk.crawl("vestnik")
        with sqlite3.connect(desk.archive) as conn:  # a day later
            for column in ("first_seen", "last_fetched"):
                conn.execute(f"UPDATE pages SET {column} = strftime('%Y-%m-%dT%H:%M:%S+00:00', {column}, '-1 day')")
            for column in ("first_seen", "last_seen"):
                conn.execute(f"UPDATE articles SET {column} = strftime('%Y-%m-%dT%H:%M:%S+00:00', {column}, '-1 day')")
        desk.crawl("vestnik")
    assert desk.rows("SELECT count(*) FROM articles WHERE text LIKE ? OR title LIKE ?", f"%\n{SHARED}\n%", f"%{TAIL}") == [(0,)]
    assert desk.rows("SELECT count(*) FROM revisions") == [(0,)]


@pytest.mark.slow
def test_an_archive_of_an_older_version_is_studied_before_it_is_read_again(tmp_path: Path) -> None:
    with serve(pages) as (home, _):
        desk = Desk(tmp_path, config(home))
        desk.crawl("vestnik")
    with sqlite3.connect(desk.archive) as conn:
        conn.execute("DELETE FROM lessons")
        conn.execute("DELETE FROM learned")
        conn.execute("UPDATE articles SET reader_version = 0")
    command(desk, "reread", "--dry-run")
    assert desk.rows("SELECT count(*) FROM learned") == [(0,)], "nothing is written"
    command(desk, "reread")
    assert not any(title.endswith(TAIL) for (title,) in desk.rows("SELECT title FROM articles"))
    assert {text for (text,) in desk.rows("SELECT text FROM learned WHERE what = 'line'")} == {SHARED, ABOUT}
