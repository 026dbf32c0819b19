"""What stands in the way is recognised, named, asked once and never evaded; what only speaks of it is read."""

import gzip
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from crawler.fetching.obstacles import obstacle
from crawler.obstacles import challenge, drawn_by_scripts
from tests.cli.conftest import environment
from tests.shared import shared


def _page(body: str, title: str = "") -> bytes:
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}</title></head><body>{body}</body></html>'.encode()


_RELOAD = "location.reload();</script>"
SAID = {
    # what a page says -> what it is
    "<h1>Checking your browser before accessing</h1><script src='/.well-known/ddos-guard/js-challenge/index.js'></script>": (
        "DDoS-Guard"
    ),
    "<p>Verifying you are human. This may take a few seconds.</p><script>window._cf_chl_opt={}</script>": "Cloudflare",
    "<h1>Sorry, you have been blocked</h1><p>You are unable to access site.example</p>": "address blocked",
    "<script>function get_jhash(b){} document.cookie='__jhash_='+get_jhash(7);" + _RELOAD: "StormWall",
    "<script>document.cookie='rsso=1;path=/';window.location.replace('https://id.example/push')</script>": "cookie test",
    "<script>document.cookie='beget=begetok; path=/';" + _RELOAD: "Beget",
    "<p>Пожалуйста, подождите. Идёт проверка вашего браузера…</p>": "browser check",
    "<p>Подождите, идет проверка…</p><noscript>Включите JavaScript</noscript>": "browser check",
    "<h1>Проверяем, что вы не робот</h1>": "CAPTCHA",
    "<p>Введите текст с картинки, чтобы продолжить</p><img src='/captcha.php'>": "CAPTCHA",
    "<div id='px-captcha'></div><h1>Access to this page has been denied</h1>": "PerimeterX",
    "<h1>Ваш IP-адрес занесён в стоп-лист</h1>": "address blocked",
    "<p>Ваш запрос заблокирован системой защиты. Идентификатор: 1234</p>": "address blocked",
    "<h1>Доступ к информационному ресурсу ограничен на основании Федерального закона</h1>": "access denied",
    "<p>К сожалению, сайт недоступен из вашего региона.</p>": "geographical block",
    "<p>Доступ к сайту с IP-адресов, расположенных за пределами Российской Федерации, ограничен.</p>": "geographical block",
    "<h1>Доступ к сайту из вашей страны ограничен</h1>": "geographical block",
    "<p>Для иностранных пользователей доступ закрыт.</p>": "geographical block",
    "<h1>Сайт доступен только с российских IP-адресов</h1>": "geographical block",
    "<p>Сервис недоступен за пределами территории России.</p>": "geographical block",
    "<p>Похоже, у вас включён VPN. Отключите его, чтобы продолжить.</p>": "geographical block",
    "<h1>This content is not available in your country.</h1>": "geographical block",
    "<h1>Слишком много запросов</h1><p>Попробуйте позже</p>": "too many requests",
}
SPEAKS = "Завод «Прибой» начал выпускать жгуты проводов для соседнего автозавода и вошёл в автомобильный кластер области. " * 9
HONEST = {
    "a long article on CAPTCHAs": f"<h1>Вы не робот? Как устроена капча на сайтах ведомств</h1><p>{SPEAKS}</p>",
    "a long article on a guard": f"<h1>DDoS-Guard отразил атаку на сайт завода</h1><p>Protected by DDoS-Guard. {SPEAKS}</p>",
    "a short article on a closed site": "<article><h1>Сайт кластера недоступен из-за рубежа</h1><p>Доступ ограничен.</p>",
    "a short dated article on a VPN": '<meta itemprop="datePublished" content="2026-03-03"><p>Отключите VPN, просят там.</p>',
    "a feed of one item": "<rss><channel><item><title>Доступ к сайту ограничен</title><link>/1</link></item></channel>",
    "an answer of an API": '{"items": [{"title": "Сервис недоступен за пределами России", "url": "/news/1"}]}',
    "a form that shows a CAPTCHA": f'<form onsubmit="showCaptcha()"><p>{SPEAKS[:500]}</p></form>',
    "a page that remembers its visitor": f"<script>document.cookie='seen=1'; x = location.href</script><p>{SPEAKS[:300]}</p>",
}


@pytest.mark.parametrize("said", SAID)
def test_a_page_that_stands_in_the_way_is_named(said: str) -> None:
    assert challenge(_page(said)) == SAID[said]


@pytest.mark.parametrize("name", HONEST)
def test_what_only_speaks_of_obstacles_is_none(name: str) -> None:
    body = HONEST[name].encode()
    assert challenge(body if name.startswith(("a feed", "an answer")) else _page(HONEST[name])) == ""


@pytest.mark.parametrize(
    ("headers", "name"),
    [
        ({"server": "ddos-guard"}, "DDoS-Guard"),
        ({"server": "QRATOR"}, "Qrator"),
        ({"set-cookie": "spid=1; path=/, spsn=2"}, "ServicePipe"),
        ({"server": "cloudflare"}, "Cloudflare"),
    ],
)
def test_a_bare_refusal_names_the_guard_by_its_headers_and_an_answer_does_not(headers: dict[str, str], name: str) -> None:
    assert obstacle(403, headers, b"") == f"403 Forbidden ({name})"
    assert obstacle(200, headers, _page(f"<h1>Завод</h1><p>{SPEAKS}</p>")) == ""


def _real_pages() -> Iterator[tuple[str, bytes]]:
    """Every page and feed of the shared data; robots.txt are no pages."""
    for folder in ("aeb", "altai-pages", "fundus", "htmldate", "listing-pages", "ru-pages", "wcxb", "feeds", "encodings"):
        for file in sorted(shared("data", folder).rglob("*")):
            if file.suffix in (".gz", ".html", ".xml"):
                body = file.read_bytes()
                yield f"{folder}/{file.name}", gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body


def test_no_real_page_is_taken_for_an_obstacle() -> None:
    taken = {name: guard for name, body in _real_pages() if (guard := challenge(body))}
    # the one that is: 817 bytes, Incapsula's «Request unsuccessful»
    assert taken == {"htmldate/d1024a3019be.html.gz": "Incapsula"}


@pytest.mark.parametrize(
    "piece", [b"<!--", b"<script>", b"<svg ", b"<", b'<div id="root"><!--', b"document.cookie=", b"location "]
)
def test_a_page_made_to_be_slow_is_not(piece: bytes) -> None:
    for head in (b"", b"/__qrator/"):
        body = head + piece * (260_000 // len(piece))
        began = time.process_time()
        challenge(body)
        drawn_by_scripts(body)
        assert time.process_time() - began < 1.0, "a page of 260,010 bytes was looked at for hours"


@pytest.mark.parametrize(
    ("body", "drawn"),
    [
        ('<div id="root"></div><script src="/main.js"></script>', True),
        ("<div id=app><!-- --></div>", True),
        ("<noscript>You need to enable JavaScript to run this app.</noscript>", True),
        ('<div id="__next"></div>', True),
        (f'<div id="root"><p>{SPEAKS}</p></div>', False),
        ("<p>Завод открыт.</p>", False),
    ],
)
def test_the_frame_of_a_page_drawn_by_scripts_is_known_from_a_page(body: str, drawn: bool) -> None:
    assert drawn_by_scripts(_page(body)) is drawn


ANSWERS: dict[str, tuple[int, dict[str, str], bytes]] = {
    "ddos-guard": (403, {"Server": "ddos-guard", "Set-Cookie": "__ddg1_=x; path=/"}, b""),
    "qrator": (401, {"Set-Cookie": "qrator_jsr=1; path=/"}, _page('<script src="/__qrator/qauth.js"></script>')),
    "servicepipe": (
        200,
        {"Set-Cookie": "spid=1; path=/"},
        _page("<script>get_cookie_spsn()</script><meta http-equiv=refresh content='0; url=/x'>"),
    ),
    "rambler": (200, {}, _page("<script>document.cookie='rsso=1';location.replace('/login')</script>")),
    "abroad": (200, {}, _page("<p>Сайт доступен только с российских IP-адресов.</p>")),
    "shell": (200, {}, _page('<div id="root"></div><script src="/main.js"></script>')),
    "captcha": (200, {}, _page("<h1>Подтвердите, что запросы отправляли вы, а не робот</h1>")),
}


@contextmanager
def _guarded() -> Iterator[tuple[str, list[tuple[str, str, float]]]]:
    """A listing whose articles are all refused, each in another way; its base, and (path, Cookie, time) of what was asked."""
    asked: list[tuple[str, str, float]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, self.headers.get("Cookie", ""), time.monotonic()))
            rows = "".join(f'<li><a href="/news/{name}-101.html">Завод автокомпонентов: {name}</a></li>' for name in ANSWERS)
            name = self.path.rpartition("/")[2].removesuffix("-101.html")
            plain = (200, {}, _page(f"<ul>{rows}</ul>")) if self.path == "/news/" else (404, {}, b"")
            status, headers, body = ANSWERS.get(name, plain)
            self.send_response_only(status)
            for key, value in {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(body)), **headers}.items():
                self.send_header(key, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/", asked
    finally:
        server.shutdown()
        server.server_close()


def _crawl(folder: Path, base: str, delay: float) -> None:
    entry = f'[sources.one]\nlistings = ["{base}news/"]\narticle = "/news/.*html$"\n'
    (folder / "avtoklaster.toml").write_text(f"catalogue = false\n[crawl]\ndelay = {delay}\n{entry}", encoding="utf-8")
    command = [sys.executable, "-m", "crawler", "crawl"]
    done = subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, timeout=100, check=False)
    assert done.returncode == 0, done.stderr


def test_refusals_make_a_crawl_slower(tmp_path: Path) -> None:
    with _guarded() as (base, asked):
        _crawl(tmp_path, base, 0.1)
    times = [moment for path, _, moment in asked if path.endswith(".html")]
    # four times the delay, as they were sent; how far apart a busy machine hears of them is a little less or more
    assert times[-1] - times[-2] >= 0.3


def test_a_crawl_records_each_obstacle_asks_once_and_sends_no_cookie_back(tmp_path: Path) -> None:
    with _guarded() as (base, asked):
        _crawl(tmp_path, base, 0.0)
    with sqlite3.connect(tmp_path / "avtoklaster.db") as conn:
        rows = conn.execute("SELECT url, outcome, reason FROM pages WHERE url LIKE '%.html'").fetchall()
        assert conn.execute("SELECT count(*) FROM articles").fetchone() == (0,)
        ((outcome, message),) = conn.execute("SELECT outcome, message FROM crawls").fetchall()
    assert (outcome, message[:42]) == ("partial", "6 of 7 article pages could not be had, the")
    became = {url.rpartition("/")[2].removesuffix("-101.html"): (outcome, reason) for url, outcome, reason in rows}
    assert became == {
        "ddos-guard": ("blocked", "403 Forbidden (DDoS-Guard)"),
        "qrator": ("blocked", "401 Unauthorized (Qrator)"),
        "servicepipe": ("blocked", "challenge: ServicePipe"),
        "rambler": ("blocked", "challenge: cookie test"),
        "abroad": ("blocked", "challenge: geographical block"),
        "captcha": ("blocked", "challenge: CAPTCHA"),
        "shell": ("not_article", "drawn by scripts: 0 characters of text without them"),
    }
    paths = [path for path, _, _ in asked]
    assert len(paths) == len(set(paths)), paths
    assert {cookie for _, cookie, _ in asked} == {""}
