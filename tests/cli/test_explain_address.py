"""`explain` of addresses: fetched once and politely over real HTTP, read as a page of the source whose site it is, not stored."""

import http.server
import json
import re
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme

from crawler.checking.page import owner
from crawler.simulator import World, start
from crawler.sources import Source, load_catalogue
from tests.cli.conftest import Run
from tests.cli.test_explain import KEYS, PAGE, TEXT

NOBODYS = "catalogue = false\n[crawl]\ndelay = 0.0\n"


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with start() as running:
        yield running


@pytest.fixture()
def here(tmp_path: Path, world: World) -> Path:
    """A folder whose configuration knows the world's sources."""
    (tmp_path / "avtoklaster.toml").write_text(world.config, encoding="utf-8")
    world.take_log()
    return tmp_path


def _piece(world: World, site: str) -> dict[str, str]:
    return next(piece for piece in world.truth if piece["site"] == site)


def _asked(world: World) -> list[str]:
    return [entry["target"] for entry in world.take_log()]


def test_an_article_of_a_configured_site_is_read_as_its_source_would_be_and_nothing_is_stored(
    run: Run, here: Path, world: World
) -> None:
    piece = _piece(world, "bitrix")
    found = run("explain", "--json", piece["url"]).json()
    assert list(found) == KEYS
    assert (found["source"], found["url"], found["kind"]) == (piece["url"], piece["url"], "article")
    assert (found["title"], found["encoding"]) == (piece["title"], "windows-1251")
    assert found["published"][:10] == piece["published"][:10]
    assert found["published"].endswith("+02:00")  # Kaliningrad, as the source's entry says
    assert found["verdict"]["reason"]
    assert [path.name for path in here.iterdir()] == ["avtoklaster.toml"]


def test_each_address_is_fetched_once_after_robots_txt(run: Run, here: Path, world: World) -> None:
    url = _piece(world, "presscenter")["url"]
    assert len(run("explain", "--json", url, url + "#text", url).lines()) == 3
    assert sorted(_asked(world)) == sorted(["/robots.txt", "/" + url.split("/", 3)[3]])


def test_what_cannot_be_had_is_one_line_with_its_kind(run: Run, here: Path, world: World) -> None:
    said = {
        world.sites["traps"] + "news/ddos-guard/": "blocked: ",
        world.sites["closed"] + "1": "blocked: ",
        world.sites["bitrix"] + "search/": "robots: robots.txt does not allow it",
        world.sites["bitrix"] + "press/999999/": "gone: HTTP 404",
        world.sites["traps"] + "news/to-metadata/": "off_limits: leads to 169.254.169.254",
        world.sites["traps"] + "news/to-loopback/": "off_limits: leads to 127.0.0.1",
        world.sites["traps"] + "news/to-file/": "off_limits: ",
    }
    done = run("explain", "--json", *said, code=None)
    assert (done.code, done.out) == (2, "")
    lines = done.err.splitlines()
    assert len(lines) == len(said)
    for line, (url, kind) in zip(lines, said.items(), strict=True):
        assert line.startswith(f"Error: {url}: {kind}")


def test_what_robots_txt_forbids_is_not_asked_for(run: Run, here: Path, world: World) -> None:
    run("explain", world.sites["bitrix"] + "search/", code=2)
    assert _asked(world) == ["/robots.txt"]


def test_this_machine_is_off_limits_but_for_what_is_configured(run: Run, here: Path, world: World) -> None:
    url = _piece(world, "bitrix")["url"]
    assert "off_limits: leads to 127.0.0.1" in run("explain", "http://127.0.0.1:9/", code=2).err
    assert "off_limits: leads to 127.0.0.1" in run("explain", "http://localhost:9/", code=2).err
    (here / "avtoklaster.toml").write_text(NOBODYS)
    assert f"Error: {url}: off_limits: leads to 127.0.0.1" in run("explain", url, code=2).err
    assert _asked(world) == []


def test_a_source_that_is_named_opens_no_other_door(run: Run, here: Path, world: World) -> None:
    kept = [f'[sources.paper]\nlistings = ["{world.sites["presscenter"]}"]\n', NOBODYS]
    (here / "avtoklaster.toml").write_text("".join(reversed(kept)))
    url = _piece(world, "bitrix")["url"]
    assert "off_limits: " in run("explain", "--source", "paper", url, code=2).err


def test_an_address_that_fails_leaves_the_rest_explained_in_order(run: Run, here: Path, world: World) -> None:
    (here / "news.txt").write_text(TEXT, encoding="utf-8")
    good = [_piece(world, "wordpress")["url"], "news.txt", _piece(world, "trade")["url"]]
    bad = [world.sites["bitrix"] + "none/", "http://user:word@example.ru/", "https://", "missing.html", "http://no.invalid/"]
    done = run("explain", "--json", good[0], *bad[:3], good[1], *bad[3:], good[2], code=None)
    assert done.code == 1
    assert [found["source"] for found in done.lines()] == good
    lines = done.err.splitlines()
    assert len(lines) == len(bad)
    assert all(line.startswith(f"Error: {name}: ") for line, name in zip(lines, bad, strict=True))
    assert lines[-1].endswith("failed: the name does not resolve")


def test_people_see_an_address_that_was_led_elsewhere(run: Run, here: Path, world: World) -> None:
    old, piece = world.sites["bitrix"] + "old/", _piece(world, "bitrix")
    world.fault(old, "to", url=piece["url"])
    try:
        out = run("explain", old).out
    finally:
        world.heal()
    assert out.startswith(old + "\n")
    assert f"  address    {piece['url']}\n" in out
    assert piece["title"] in out


def test_the_day_it_was_fetched_can_be_another(run: Run, here: Path, world: World) -> None:
    piece = _piece(world, "bitrix")
    found = run("explain", "--json", "--seen", "2001-01-01", piece["url"]).json()
    assert found["published"] is None


@contextmanager
def _secure(authority: trustme.CA) -> Iterator[str]:
    """Serves PAGE at every address over https with a certificate that no system trusts; yields the base address."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = b"" if self.path == "/robots.txt" else PAGE.encode("cp1251")
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"https://localhost:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def test_certificates_are_verified_with_the_authorities_of_the_source(run: Run, tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "root.pem"))
    file = tmp_path / "avtoklaster.toml"
    with _secure(authority) as base:
        entry = f'{NOBODYS}ca_file = "root.pem"\n[sources.a]\nlistings = ["{base}news/"]\n'
        file.write_text(entry)
        assert "failed: " in (said := run("explain", base + "news/1/", code=2).err)
        assert "TLS" in said
        file.write_text(entry + 'tls = "ru-ca"\n')
        assert run("explain", "--json", base + "news/1/").json()["title"] == "Автокластер вырос"


def test_the_owner_of_an_address_is_the_source_whose_site_it_is() -> None:
    def source(id: str, home: str, **more: str) -> Source:
        return Source(id=id, name=id, home=home, listings=() if "t.me" in home else (home,), **more)  # type: ignore[arg-type]

    sources = [
        source("works", "https://oblast.ru/works/", article=r"/works/news/\d+/$"),
        source("health", "https://oblast.ru/health/"),
        source("paper", "https://www.paper.ru/", telegram="paper_ru"),
        source("both", "https://both.ru/", telegram="channel"),
        source("channel", "https://t.me/channel", telegram="channel"),
    ]

    def whose(url: str) -> str | None:
        found = owner(sources, url)
        return found.id if found else None

    assert whose("https://oblast.ru/works/news/12/") == "works"
    assert whose("https://oblast.ru/health/news/12/") == "health"
    assert whose("http://paper.ru/2026/1") == "paper"
    assert whose("https://t.me/paper_ru/12") == "paper"
    assert whose("https://t.me/channel/12") == "channel"
    assert whose("https://t.me/s/Channel/12") == "channel"
    assert whose("https://t.me/other/12") is None
    assert whose("https://paper.ru.evil.example/1") is None
    assert whose("https://paper.ru:8443/1") is None


def test_examples_of_the_catalogue_are_owned_by_their_source() -> None:
    sources = load_catalogue().values()
    examples = [source for source in sources if source.example]
    assert len(examples) > 20
    assert [source.id for source in examples if owner(sources, source.example) is not source] == []


def test_what_a_person_corrected_is_told_beside_what_is_read(run: Run, here: Path, world: World) -> None:
    url = _piece(world, "presscenter")["url"]
    assert "corrections" not in run("explain", "--json", url).json()
    run("import", "-", stdin=json.dumps({"url": url, "title": "Завод автокомпонентов", "text": "Завод автокомпонентов открыт."}))
    run("correct", url, "date", "2026-01-15", "--who", "Анна", "--note", "по бумаге")
    (said,) = run("explain", "--json", url).json()["corrections"]
    assert (said["field"], said["value"], said["who"], said["note"]) == ("date", "2026-01-15", "Анна", "по бумаге")
    assert re.search(r"corrected +date: 2026-01-15, by Анна, \d{4}-\d\d-\d\d \(по бумаге\)", run("explain", url).out)
