"""Sources with `javascript = true`: real crawls with a real Chromium over pages whose text only scripts bring, on loopback."""

import json
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import environment
from tests.discovery.serving import Pages, serve

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
browser = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine: nothing is rendered"),
]

TITLE = "В Заречье открылся завод автокомпонентов"
TEXT = [
    "В индустриальном парке «Заречье» начал работу завод автокомпонентов. Предприятие вошло в автомобильный кластер региона.",
    "Инвестиции в производство жгутов проводов составили 900 млн рублей, создано двести рабочих мест, сообщили в правительстве.",
    "Локализация комплектующих вырастет за год на десять процентов: продукция пойдёт на конвейер соседнего автозавода.",
]
SHELL = '<!DOCTYPE html><html><head><title>Пресс-центр</title></head><body><div id="root"></div>{}</body></html>'
LISTING = """<script src="/app.js"></script><script>load('/api/list.json', list => list.forEach(one => {
  const link = document.createElement('a'); link.href = one.url; link.textContent = one.title; root.append(link)
}))</script>"""
ARTICLE = """<script src="/app.js"></script><script>load('/api/1.json', article => {
  root.innerHTML = `<article><h1>${article.title}</h1><time datetime="2026-03-02T10:00:00+03:00">2 марта 2026</time></article>`
  article.text.forEach(line => { const p = document.createElement('p'); p.textContent = line; root.firstChild.append(p) }) })
</script>"""
APP = "const load = (url, then) => fetch(url).then(answer => answer.json()).then(then)"
ESCAPES = """<script>
for (const url of ['OTHER/fetch', '/forbidden/data.json', 'http://169.254.169.254/latest/meta-data/', 'file:///etc/passwd'])
  fetch(url).catch(() => {})
fetch('/post', {method: 'POST', body: 'x'}).catch(() => {})
navigator.sendBeacon('OTHER/beacon', 'x'); new Image().src = 'OTHER/image.png'
try { new WebSocket('OTHER/socket'.replace('http', 'ws')) } catch (error) {}
navigator.serviceWorker?.register('/worker.js').catch(() => {})
window.open('OTHER/window'); setTimeout(() => { location.href = 'OTHER/away' }, 50); setTimeout(() => { location.reload() }, 60)
const peers = new RTCPeerConnection({iceServers: [{urls: 'stun:' + 'OTHER'.split('//')[1]}]}); peers.createDataChannel('x')
peers.createOffer().then(offer => peers.setLocalDescription(offer))
</script><iframe src="OTHER/frame"></iframe><iframe src="/framed"></iframe><link rel="prefetch" href="OTHER/prefetch">
<link rel="stylesheet" href="/style.css"><script src="OTHER/script.js"></script>"""


def _site(article: str) -> dict[str, tuple[str, bytes]]:
    html, data = "text/html; charset=utf-8", "application/json"
    return {
        "/robots.txt": ("text/plain", b"User-agent: *\nDisallow: /forbidden/\n"),
        "/press/": (html, SHELL.format(LISTING).encode()),
        "/press/1/": (html, SHELL.format(article).encode()),
        "/app.js": ("text/javascript", APP.encode()),
        "/api/list.json": (data, json.dumps([{"url": "/press/1/", "title": TITLE}]).encode()),
        "/api/1.json": (data, json.dumps({"title": TITLE, "text": TEXT}).encode()),
        "/forbidden/data.json": (data, b"{}"),
        "/style.css": ("text/css", b"body { color: red }"),
        "/framed": (html, b"<p>frame</p>"),
    }


def _avtoklaster(folder: Path, base: str, *command: str, **env: str) -> "subprocess.CompletedProcess[str]":
    entry = f'[sources.shell]\nlistings = ["{base}press/"]\narticle = "/press/\\\\d+/$"\njavascript = true\n'
    (folder / "avtoklaster.toml").write_text(f"catalogue = false\n[crawl]\ndelay = 0.0\ntimeout = 3.0\n{entry}", encoding="utf-8")
    args = [sys.executable, "-m", "crawler", *command]
    done = subprocess.run(args, cwd=folder, env=environment(**env), capture_output=True, text=True, timeout=120, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done


def _rows(folder: Path, sql: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(folder / "avtoklaster.db") as conn:
        return conn.execute(sql).fetchall()


class TestWithChromium:
    pytestmark = browser

    def test_an_article_that_only_scripts_bring_is_found_and_read(self, tmp_path: Path) -> None:
        with serve(lambda base: _site(ARTICLE)) as (base, asked):
            _avtoklaster(tmp_path, base, "crawl")
        ((title, text, day),) = _rows(tmp_path, "SELECT title, text, day FROM articles")
        assert (title, day) == (TITLE, "2026-03-02")
        assert all(line in str(text) for line in TEXT)
        assert asked.count("/app.js") == 1, "a script of the site is fetched once, however many pages need it"
        assert _rows(tmp_path, f"SELECT requests >= {len(asked)} FROM crawls") == [(1,)], "what scripts ask for is counted"

    def test_nothing_of_a_page_reaches_another_host_or_a_forbidden_path_or_sends_data(self, tmp_path: Path) -> None:
        with serve(lambda base: {}) as (other, elsewhere):
            escapes = ESCAPES.replace("OTHER", other.rstrip("/"))
            with serve(lambda base: _site(ARTICLE + escapes)) as (base, asked):
                _avtoklaster(tmp_path, base, "crawl")
        assert _rows(tmp_path, "SELECT title FROM articles") == [(TITLE,)]
        assert elsewhere == []
        assert set(asked) == {"/robots.txt", "/press/", "/press/1/", "/app.js", "/api/list.json", "/api/1.json"}

    @pytest.mark.parametrize(
        ("script", "reason"),
        [
            ("while (true) {}", "Chromium could not show it"),
            (
                "document.body.append(document.createComment('x'.repeat(17 << 20)))",
                "larger than allowed once its scripts have run",
            ),
            ("document.body.innerHTML = '<h1>Доступ ограничен</h1>'", "challenge: access denied"),
        ],
        ids=["endless", "huge", "refusal"],
    )
    def test_a_page_whose_scripts_misbehave_costs_only_itself(self, tmp_path: Path, script: str, reason: str) -> None:
        with serve(lambda base: _site(f"<script>{script}</script>")) as (base, _):
            _avtoklaster(tmp_path, base, "crawl")
        ((outcome, why),) = _rows(tmp_path, "SELECT outcome, reason FROM pages WHERE url LIKE '%/press/1/'")
        assert outcome == ("blocked" if "challenge" in reason else "failed")
        assert reason in str(why)

    @pytest.mark.long
    def test_a_page_that_never_stops_asking_is_read_as_far_as_it_is_and_bounded(self, tmp_path: Path) -> None:
        endless = ARTICLE + "<script>let n = 0; setInterval(() => fetch('/api/1.json?' + n++), 20)</script>"
        with serve(lambda base: _site(endless)) as (base, asked):
            _avtoklaster(tmp_path, base, "crawl")
        assert _rows(tmp_path, "SELECT title FROM articles") == [(TITLE,)]
        assert len(asked) < 60

    def test_check_reads_what_scripts_bring(self, tmp_path: Path) -> None:
        with serve(lambda base: _site(ARTICLE)) as (base, _):
            (report,) = json.loads(_avtoklaster(tmp_path, base, "sources", "check", "--json").stdout)
        assert report["works"] is True
        assert [article["title"] for article in report["articles"]] == [TITLE]


def _without(folder: Path, name: str) -> dict[str, str]:
    """An environment in which a package cannot be imported."""
    (folder / "shadow" / name).mkdir(parents=True)
    (folder / "shadow" / name / "__init__.py").write_text(f"raise ImportError('no {name}')\n", encoding="utf-8")
    return {"PYTHONPATH": f"{folder / 'shadow'}:{environment()['PYTHONPATH']}"}


@pytest.mark.parametrize("command", [("crawl",), ("sources", "check")], ids=["crawl", "check"])
def test_a_missing_extra_is_named_with_its_remedy(tmp_path: Path, command: tuple[str, ...]) -> None:
    with serve(lambda base: _site(ARTICLE)) as (base, _):
        done = _avtoklaster(tmp_path, base, *command, **_without(tmp_path, "playwright"))
    assert done.returncode == 1
    assert "javascript = true needs the extra: pip install 'avtoklaster[browser]'" in done.stdout + done.stderr


def test_a_missing_browser_is_named_with_its_remedy(tmp_path: Path) -> None:
    pytest.importorskip("playwright")
    with serve(lambda base: _site(ARTICLE)) as (base, _):
        nowhere = {"PATH": "/nonexistent", "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path)}
        done = _avtoklaster(tmp_path, base, "crawl", **nowhere)
    assert done.returncode == 1
    assert "javascript = true needs Chromium" in done.stdout + done.stderr


def test_pages_of_sources_that_do_not_ask_are_not_rendered(tmp_path: Path) -> None:
    pages: Pages = _site(f"<h1>{TITLE}</h1>" + "".join(f"<p>{line}</p>" for line in TEXT))
    pages = {**pages, "/press/": ("text/html", f'<ul><li><a href="/press/1/">{TITLE}</a></li></ul>'.encode())}
    with serve(lambda base: pages) as (base, _):
        entry = f'catalogue = false\n[crawl]\ndelay = 0.0\n[sources.plain]\nlistings = ["{base}press/"]\narticle = "/press/1/"\n'
        (tmp_path / "avtoklaster.toml").write_text(entry, encoding="utf-8")
        command = [sys.executable, "-m", "crawler", "crawl"]
        env = environment(**_without(tmp_path, "playwright"))
        done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
    assert _rows(tmp_path, "SELECT title FROM articles") == [(TITLE,)]
