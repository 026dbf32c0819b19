"""What comes from the web stays text, wherever it is shown; what is secret is shown nowhere."""

from __future__ import annotations

import asyncio
import csv
import io
import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from lxml import etree, html

from crawler.reporting import serve
from crawler.sources import Source
from storage import articles, crawls, open_archive, pages, sources
from storage.errors import QueryRefused
from storage.query import run as query
from storage.records import ArticleRecord, DateRecord, PageRecord
from tests.shared import ROOT
from tests.storage.samples import distinct

PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'onmouseover='alert(1)",
    "\x1b]0;hacked\x07\x1b[2J\x9b31m",
    "\u202eкод\u2066\u200f",
    "{{ 7*7 }} {% raw %} ${7*7}",
    "]]><x/>&lt;b&gt; &amp;",
)
EVIL = " ".join(PAYLOADS) + " Автокластер"
FORMULAS = ('=HYPERLINK("http://a.example";"b")', "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", "\t=1", "\r=1")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive whose every text from outside tries to be something else."""
    place = tmp_path_factory.mktemp("hostile")
    now = datetime.now(UTC)
    with open_archive(place / "avtoklaster.db") as archive:
        sources.sync(archive, [Source(id="evil", name=EVIL, region="RU-KGD", kind="media", home="https://evil.example/")])
        for number, title in enumerate((EVIL, *FORMULAS)):
            for wording in ("первая", "вторая"):
                _store(archive, number, title, f"{EVIL} {distinct(f'{number} {wording}')}", now)
        refused = PageRecord(
            url="https://evil.example/refused/",
            source="evil",
            outcome="irrelevant",
            reason=EVIL,
            title=EVIL,
            lead=EVIL,
            score=0.1,
        )
        pages.record(archive, refused, now=now)
        crawl = crawls.start(archive, "evil", now=now - timedelta(minutes=5))
        crawls.finish(archive, crawl, outcome="failed", message=EVIL, now=now)
    (place / "avtoklaster.toml").write_text("catalogue = false\n", encoding="utf-8")
    return place


def _store(archive: Any, number: int, title: str, text: str, now: datetime) -> None:
    url = f"https://evil.example/{number}/?a='\"><script>"
    record = ArticleRecord(
        url=url,
        source="evil",
        region="RU-KGD",
        title=title,
        text=text,
        author=EVIL,
        published=now.isoformat(),
        published_by=EVIL,
        score=0.9,
        reason=EVIL,
        matched=({"term": EVIL, "group": EVIL, "where": "title", "start": 0},),
        regions=("RU-KGD",),
        companies=(EVIL,),
        judged_by="a@1",
        dates=(DateRecord(witness=EVIL, value=EVIL, believed=True, why=EVIL),),
    )
    articles.store(archive, record, PageRecord(url=url, source="evil", status=200, body=text.encode()), now=now)


def run(folder: Path, *args: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("AVTOKLASTER_")}
    return subprocess.run(
        [sys.executable, "-m", "crawler", *args],
        cwd=folder,
        env=kept | {"PYTHONPATH": str(ROOT)} | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize(
    "args",
    [
        *(["query", "SELECT title, text, author, reason FROM articles"], ["search", "автокластер"], ["new"], ["status", "--all"]),
        *(["diff", "1"], ["mark", "1"], ["query", "SELECT * FROM dates", "--nl"], ["export", "--format", "jsonl"]),
    ],
    ids=lambda args: " ".join(args),
)
def test_nothing_of_it_moves_a_terminal(folder: Path, args: list[str]) -> None:
    done = run(folder, *args)
    assert done.returncode in (0, 1), done.stderr
    assert "Автокластер" in done.stdout or "evil" in done.stdout
    assert not _FORBIDDEN.findall(done.stdout + done.stderr)


@pytest.mark.parametrize("args", [["export"], ["export", "--excel"], ["query", "SELECT title FROM articles", "--csv"]])
def test_no_cell_of_it_is_a_formula(folder: Path, args: list[str]) -> None:
    done = run(folder, *args)
    assert done.returncode == 0, done.stderr
    rows = list(csv.reader(io.StringIO(done.stdout.lstrip("\ufeff")), delimiter=";" if "--excel" in args else ","))
    cells = [cell for row in rows[1:] for cell in row]
    assert any("HYPERLINK" in cell for cell in cells)
    assert not [cell for cell in cells if re.match(r"[=+\-@\t\r]", cell) and not re.fullmatch(r"[+-]?\d+(\.\d+)?", cell)]


def test_the_feed_stays_xml_with_its_own_elements_only(folder: Path) -> None:
    done = run(folder, "export", "--format", "atom")
    root = etree.fromstring(done.stdout.encode(), etree.XMLParser(resolve_entities=False))
    names = {etree.QName(element).localname for element in root.iter()}
    assert names == {"feed", "title", "id", "updated", "entry", "link", "author", "name", "summary"}
    assert len(root.findall("{*}entry")) == 1 + len(FORMULAS)


@pytest.fixture(scope="module")
def site(folder: Path) -> Any:
    return serve.application(folder / "avtoklaster.db")


PLACES = (
    *("/", "/?lang=en", "/regions", "/region/RU-KGD", "/sources", "/search?q=автокластер", "/article/1", "/story/1"),
    *("/avtoklaster", "/avtoklaster/articles", "/avtoklaster/articles/1", "/avtoklaster/pages", "/avtoklaster/dates"),
    *("/avtoklaster/refused", "/avtoklaster/crawls", "/avtoklaster/revisions", "/avtoklaster?sql=select+*+from+articles"),
    *("/search?q=%3Cscript%3Ealert(1)%3C/script%3E", "/?days=%22%3E%3Cscript%3E", "/region/%3Cscript%3Ealert(1)%3C%2Fscript%3E"),
)


@pytest.mark.parametrize("place", PLACES)
def test_none_of_it_runs_in_a_browser(site: Any, place: str) -> None:
    answer = asyncio.run(site.client.get(place))
    assert answer.status_code == 200 or "cript" in place or place == "/story/1", (place, answer.status_code)
    if "html" not in answer.headers.get("content-type", "") or not answer.text.strip():
        return
    page = html.fromstring(answer.text)
    assert not [script for script in page.iter("script") if "alert(1)" in (script.text or "")]
    for element in page.iter():
        if not isinstance(element.tag, str):
            continue
        assert not [name for name in element.attrib if name.startswith("on") and "alert" in element.attrib[name]], element.attrib
        for name in ("href", "src", "action"):
            assert not element.get(name, "").strip().lower().startswith(("javascript:", "data:text")), element.attrib
    assert not [image for image in page.iter("img") if image.get("src") == "x"]


@pytest.mark.parametrize(
    "sql",
    [
        *(
            "DELETE FROM articles",
            "DROP TABLE articles",
            "ATTACH 'x.db' AS x",
            "PRAGMA writable_schema = 1",
            "VACUUM INTO 'x.db'",
        ),
        *(
            "INSERT INTO articles_fts (articles_fts) VALUES ('rebuild')",
            "SELECT load_extension('x')",
            "SELECT writefile('x', 'y')",
        ),
        *("SELECT readfile('/etc/passwd')", "WITH x AS (SELECT 1) DELETE FROM articles", "SELECT 1; DROP TABLE articles"),
        *("CREATE TEMP TABLE x AS SELECT 1", "SELECT fts3_tokenizer('a', x'00')", "select edit('x')"),
    ],
)
def test_sql_from_the_web_and_the_command_line_only_reads(site: Any, folder: Path, sql: str) -> None:
    before = (folder / "avtoklaster.db").read_bytes()
    answer = asyncio.run(site.client.get("/avtoklaster.json", params={"sql": sql}))
    assert answer.status_code >= 400 or not answer.json().get("ok", True), answer.text[:300]
    with pytest.raises(QueryRefused):
        list(query(folder / "avtoklaster.db", sql)[1])
    assert (folder / "avtoklaster.db").read_bytes() == before
    assert not (folder / "x.db").exists() and not (folder / "x").exists()


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/avtoklaster/../avtoklaster.toml",
            "/avtoklaster/..%2f..%2favtoklaster.toml",
            "/avtoklaster.db",
            "/-/static/../../setup.py",
        ),
        *("/avtoklaster/%2e%2e/%2e%2e/avtoklaster.toml", "/static/..%5c..%5cavtoklaster.toml", "/avtoklaster/style.css%00.html"),
    ],
)
def test_no_file_of_this_machine_is_served(site: Any, path: str) -> None:
    answer = asyncio.run(site.client.get(path))
    assert "catalogue = false" not in answer.text
    assert b"SQLite format 3" not in answer.content


@pytest.mark.slow
@pytest.mark.parametrize(
    "args",
    [
        *(
            ["sources", "show", "a"],
            ["sources", "show", "a", "--json"],
            ["sources", "list", "--json"],
            ["daemon", "--check-config"],
        ),
        *(
            ["alerts", "--dry-run"],
            ["alerts", "--test"],
            ["crawl", "a"],
            ["sources", "check", "a"],
            ["status", "--all", "--json"],
        ),
        *(["explain", "--json", "http://127.0.0.1:9/x/1/"],),
    ],
    ids=lambda args: " ".join(args),
)
def test_passwords_are_shown_nowhere(tmp_path: Path, args: list[str]) -> None:
    """The proxy does not answer and the recipient does not exist: errors are where secrets like to appear."""
    secret = "hunter2secret"
    (tmp_path / "avtoklaster.toml").write_text(
        f'catalogue = false\n[crawl]\ndelay = 0\ntimeout = 3\n[sources.a]\nname = "А"\nhome = "http://127.0.0.1:9/"\n'
        f'feeds = ["http://127.0.0.1:9/rss"]\nproxy = "http://user:{secret}@127.0.0.1:9"\n'
        f'[[alert]]\nto = "jsons://user:{secret}@127.0.0.1:9/x"\n',
        encoding="utf-8",
    )
    done = run(tmp_path, *args, AVTOKLASTER_TRACEBACK="1")
    assert secret not in done.stdout + done.stderr
    for file in tmp_path.glob("avtoklaster.db*"):
        assert secret.encode() not in file.read_bytes(), file


@pytest.mark.parametrize(
    "wrong",
    ['to = "user:hunter2secret@nowhere"', 'to = "jsons://user:hunter2secret@x"\nsend = ["x"]', 'to = ["hunter2secret"]'],
)
def test_a_mistake_beside_a_password_does_not_show_it(tmp_path: Path, wrong: str) -> None:
    (tmp_path / "avtoklaster.toml").write_text(f"catalogue = false\n[[alert]]\n{wrong}\n", encoding="utf-8")
    done = run(tmp_path, "status")
    assert done.returncode == 2
    assert "hunter2secret" not in done.stdout + done.stderr
