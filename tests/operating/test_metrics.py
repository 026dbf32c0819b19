"""/healthz and /metrics through real HTTP."""

import asyncio
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

from crawler.operating import metrics
from crawler.operating.journal import Complaints
from crawler.simulator.generated import release
from crawler.sources import Source
from storage import alarms, articles, crawls, open_archive, sources
from storage.errors import ArchiveError, ArchiveUnwritable
from storage.records import ArticleRecord, PageRecord

NOW = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)


async def _ask(archive: Path, *requests: bytes, amiss: Callable[[], ArchiveError | None] = lambda: None) -> list[str]:
    server = await metrics.serve("127.0.0.1", 0, lambda: open_archive(archive, create=False, read_only=True), amiss)
    port = server.sockets[0].getsockname()[1]
    answers = []
    for request in requests:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(request)
        answers.append((await asyncio.wait_for(reader.read(), 10)).decode())
        writer.close()
    server.close()
    return answers


def test_metrics_are_in_prometheus_form_and_true(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with open_archive(path) as archive:
        sources.sync(archive, [Source(id="gov39", name='«Янтарь» "в кавычках"')])
        crawl = crawls.start(archive, "gov39", now=NOW)
        crawls.finish(archive, crawl, outcome="failed", counts={"requests": 7, "bytes": 100}, now=NOW)
        alarms.update(archive, "gov39", {"failing": "x"}, now=NOW)
    (answer,) = asyncio.run(_ask(path, b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"))
    head, body = answer.split("\r\n\r\n", 1)
    assert "200 OK" in head
    assert "version=0.0.4" in head
    assert 'avtoklaster_crawls_total{outcome="failed"} 1.0' in body
    assert "avtoklaster_requests_total 7.0" in body
    assert 'avtoklaster_alarms{kind="failing"} 1.0' in body
    for line in body.splitlines():
        assert re.fullmatch(r'# (HELP|TYPE) .+|[a-z_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? [-+.e0-9]+', line), line


def test_health_follows_the_archive_and_nothing_else_is_served(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    asked = [b"GET /healthz HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"POST /metrics HTTP/1.1\r\n\r\n"]
    assert "503" in asyncio.run(_ask(path, asked[0]))[0]
    open_archive(path).close()
    healthy, other, posted = asyncio.run(_ask(path, *asked))
    assert healthy.startswith("HTTP/1.1 200 OK")
    assert other.startswith("HTTP/1.1 404")
    assert posted.startswith("HTTP/1.1 405")


def test_an_archive_that_can_be_read_and_not_written_is_not_healthy(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    open_archive(path).close()
    complaints = Complaints()
    asked = (b"GET /healthz HTTP/1.1\r\n\r\n", b"GET /metrics HTTP/1.1\r\n\r\n")
    complaints.is_news("_tidy", ValueError("nothing about the archive"))
    assert "200 OK" in asyncio.run(_ask(path, asked[0], amiss=complaints.of_archive))[0]
    complaints.is_news("recorded", ArchiveUnwritable("archive.db: cannot be written: database or disk is full"))
    ill, metrics = asyncio.run(_ask(path, *asked, amiss=complaints.of_archive))
    assert ill.startswith("HTTP/1.1 503")
    assert ill.endswith("database or disk is full\n")
    assert "200 OK" in metrics
    complaints.well("recorded")
    assert "200 OK" in asyncio.run(_ask(path, asked[0], amiss=complaints.of_archive))[0]


def test_the_feed_of_stories_names_the_address_it_was_asked_at_and_has_what_rfc_4287_demands(tmp_path: Path) -> None:
    path = tmp_path / "archive.db"
    with open_archive(path) as archive:
        sources.sync(archive, [Source(id="gov39", name="Правительство", region="RU-KGD", kind="government")])
        for number in (3, 14):
            url = f"https://gov39.example.ru/news/{number}/?a=1&b=2"
            title, text = release(number)
            record = ArticleRecord(url=url, source="gov39", region="RU-KGD", title=title, text="\n".join(text), score=0.8)
            articles.store(archive, record, PageRecord(url=url, source="gov39", outcome="stored", status=200), now=NOW)
    hosts = (b"monitor.example.org:9310", b"[::1]:9310", b'"><script>')
    requests = [b"GET /stories.atom HTTP/1.1\r\nHost: " + host + b"\r\n\r\n" for host in hosts]
    found = [ElementTree.fromstring(answer.split("\r\n\r\n", 1)[1]) for answer in asyncio.run(_ask(path, *requests))]
    atom = "{http://www.w3.org/2005/Atom}"
    here = [feed.find(f"{atom}link[@rel='self']") for feed in found]
    named = [link.get("href") for link in here if link is not None]
    assert named == ["http://monitor.example.org:9310/stories.atom", "http://[::1]:9310/stories.atom"], "else it is no host"
    entries = found[0].findall(f"{atom}entry")
    assert len(entries) == 2
    for element in (found[0], *entries):
        for child in ("id", "title", "updated"):
            assert len(element.findall(f"{atom}{child}")) == 1
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+]00:00", element.findtext(f"{atom}updated", ""))
    assert found[0].findtext(f"{atom}author/{atom}name")
    assert len({entry.findtext(f"{atom}id") for entry in entries}) == 2
    for entry in entries:
        (link,) = entry.findall(f"{atom}link")
        assert link.get("href", "").endswith("/?a=1&b=2")
        assert [content.get("type") for content in entry.findall(f"{atom}content")] == ["html"]
