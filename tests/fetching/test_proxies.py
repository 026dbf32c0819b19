"""A source with a proxy goes through it, and nothing else does: a real proxy on loopback that knows names which do not exist."""

import json
import os
import ssl
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import trustme

from crawler.simulator.generated import release
from tests.crawl.conftest import ROOT, Desk
from tests.discovery.serving import Pages, serve
from tests.fetching.proxying import forward

PASSWORD = "s3cr-et%21"
NAMES = ("press.example", "xn--80aacoonefzg3am8b1fsb.xn--p1ai")


def _site(number: int) -> Callable[[str], Pages]:
    """Two releases and a listing of them, in relative addresses: the site does not know what it is called."""
    made: dict[str, tuple[str, bytes]] = {}
    for article in (1, 2):
        title, paragraphs = release(7_000 + 10 * number + article)
        body = f"<h1>{title}</h1>" + "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
        made[f"/news/{article}/"] = "text/html; charset=utf-8", f"<html><title>{title}</title><body>{body}</body></html>".encode()
    rows = "".join(f'<li><a href="/news/{article}/">Автокластер получит завод</a></li>' for article in (1, 2))
    made["/news/"] = "text/html; charset=utf-8", f"<html><body><ul>{rows}</ul></body></html>".encode()
    return lambda _: made


def _entry(id: str, base: str, proxy: str = "", more: str = "") -> str:
    line = f'proxy = "http://{proxy}"\n' if proxy else ""
    return f"[sources.{id}]\nlistings = [\"{base}news/\"]\narticle = '/news/\\d+/$'\n{line}{more}\n"


def _desk(folder: Path, *sources: str, head: str = "") -> Desk:
    start = f'catalogue = false\ncontact = "test@localhost"\n[crawl]\ndelay = 0.0\n{head}\n'
    return Desk(folder, start + "\n".join(sources))


def test_a_source_goes_through_its_proxy_which_knows_the_names_and_others_do_not(tmp_path: Path) -> None:
    with forward() as proxy, ExitStack() as sites:
        sources = []
        for number, name in enumerate(NAMES):
            served, _ = sites.enter_context(serve(_site(number)))
            proxy.hosts[name] = urlsplit(served).port or 0
            sources.append(_entry(f"abroad{number}", f"http://{name}/", proxy.address))
        straight, _ = sites.enter_context(serve(_site(7)))
        desk = _desk(tmp_path, *sources, _entry("here", straight))
        desk.crawl()
    new = desk.rows("SELECT source, new + copies FROM crawls ORDER BY source")
    assert new == [("abroad0", 2), ("abroad1", 2), ("here", 2)]
    assert {urlsplit(line.split()[1]).hostname for line in proxy.asked} == set(NAMES)
    assert proxy.credentials == {""}
    assert desk.rows("SELECT count(*) FROM articles WHERE url LIKE 'http://xn--80aacoonefzg3am8b1fsb.xn--p1ai/%'") == [(2,)]


@pytest.mark.slow
def test_credentials_go_to_the_proxy_and_nowhere_else(tmp_path: Path) -> None:
    with forward(needs="desk:s3cr-et!") as proxy, serve(_site(1)) as (served, _):
        proxy.hosts["press.example"] = urlsplit(served).port or 0
        base = "http://press.example/"
        asked = f"desk:{PASSWORD}@{proxy.address}"
        desk = _desk(tmp_path, _entry("known", base, asked), _entry("stranger", "http://press.example:8080/", proxy.address))
        done = desk.crawl("known", "stranger", code=None)
        checked = _check(desk)
    assert desk.rows("SELECT outcome, new FROM crawls WHERE source = 'known'") == [("finished", 2)]
    ((outcome, message),) = desk.rows("SELECT outcome, message FROM crawls WHERE source = 'stranger'")
    assert (outcome, "407 Proxy Authentication Required" in message) == ("blocked", True), message
    assert proxy.credentials == {"desk:s3cr-et!", ""}
    told = done.out + done.err + checked + desk.archive.read_bytes().decode("latin-1")
    assert "s3cr-et" not in told
    assert "proxy-authorization" not in told.lower()


def _check(desk: Desk) -> str:
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "crawler", "sources", "check", "--json"]
    done = subprocess.run(command, cwd=desk.folder, env=env, capture_output=True, text=True, timeout=100, check=False)
    works = {report["id"]: report["works"] for report in json.loads(done.stdout)}
    assert works == {"known": True, "stranger": False}
    return done.stdout + done.stderr


@pytest.mark.slow
def test_https_goes_through_a_tunnel_and_the_certificate_is_that_of_the_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "trusted.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "trusted.pem"))
    with forward(needs="desk:s3cr-et!") as proxy, ExitStack() as sites:
        for name, certified in (("press.example", "press.example"), ("other.example", "press.example")):
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            authority.issue_cert(certified).configure_cert(context)
            served, _ = sites.enter_context(serve(_site(len(name)), context))
            proxy.hosts[name] = urlsplit(served).port or 0
        asked = f"desk:{PASSWORD}@{proxy.address}"
        names = ("press", "other")
        desk = _desk(tmp_path, *(_entry(name, f"https://{name}.example/", asked) for name in names))
        desk.crawl(code=None)
    assert desk.rows("SELECT outcome, new FROM crawls WHERE source = 'press'") == [("finished", 2)]
    ((outcome, message),) = desk.rows("SELECT outcome, message FROM crawls WHERE source = 'other'")
    assert (outcome, "the certificate is for another host: press.example" in message) == ("failed", True), message
    assert {line.split()[0] for line in proxy.asked} == {"CONNECT"}


def test_a_proxy_that_is_not_there_is_the_reason_and_nothing_is_asked_without_it(tmp_path: Path) -> None:
    with serve(_site(1)) as (served, asked):
        desk = _desk(tmp_path, _entry("one", served, "127.0.0.1:9"))
        desk.crawl(code=1)
    assert asked == []
    assert "its proxy: connection refused" in desk.one("SELECT message FROM crawls")
