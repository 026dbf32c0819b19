"""Certificates, by the crawl command over https on loopback: what is wrong with one is said, what a profile allows is no more
than that, and what came unverified is marked."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.crawl.conftest import ROOT, Desk
from tests.discovery.serving import serve
from tests.fetching.secured import WAYS, Secured, entry, pages, secured

SAYS = {
    "expired": "TLS: the certificate has expired on 2025-03-01",
    "wrong_host": "TLS: the certificate is for another host: press.example.org",
    "no_name": "TLS: the certificate is for another host",
    "self_signed": "TLS: the certificate is self-signed",
    "no_intermediate": "TLS: the certificate is signed by an authority that is not known here",
    "private_ca": "TLS: the certificate is signed by an authority that is not known here",
    "old": 'TLS: only old versions or ciphers are spoken there: tls = "legacy" takes them',
    "plain": "TLS: the answer is not TLS",
}
ALLOWED = {
    "private_ca": "ru-ca",
    "no_intermediate": "ru-ca",
    "old": "legacy",
    "self_signed": "insecure",
    "expired": "insecure",
    "wrong_host": "insecure",
}
NOT_ALLOWED = {"expired": "legacy", "self_signed": "ru-ca", "wrong_host": "ru-ca", "old": "ru-ca", "private_ca": "legacy"}


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    with secured(tmp_path_factory.mktemp("authorities")) as running:
        yield running


def _crawled(sites: Secured, folder: Path, sources: Iterable[str]) -> Desk:
    """An archive after one crawl of these sources, on a system that knows the good authority."""
    head = f'catalogue = false\ncontact = "test@localhost"\n[crawl]\ndelay = 0.0\nca_file = "{sites.operator}"\n\n'
    desk = Desk(folder, head + "".join(sources))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(sites.trusted))
        desk.crawl(code=None)
    return desk


@pytest.fixture(scope="module")
def desk(sites: Secured, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Every site by every way, and its articles from a feed that is elsewhere."""
    with ExitStack() as running:
        sources = [entry(f"{name}-{way}", base, way) for name, base in sites.sites.items() for way in WAYS]
        for name, base in sites.sites.items():
            elsewhere, _ = running.enter_context(serve(lambda _, base=base: pages(base, 0)))  # type: ignore[misc]
            sources.append(entry(f"{name}-article", base, "feed", at=f"{elsewhere}feed"))
        yield _crawled(sites, tmp_path_factory.mktemp("tls"), sources)


@pytest.fixture(scope="module")
def profiled(sites: Secured, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The same hosts in the name of sources with different profiles, in one process."""
    sources = [
        entry(f"{name}-{suffix}", sites.sites[name], "feed", tls=tls)
        for suffix, profiles in (("refused", NOT_ALLOWED), ("allowed", ALLOWED), ("default", dict.fromkeys(ALLOWED, "default")))
        for name, tls in profiles.items()
    ]
    return _crawled(sites, tmp_path_factory.mktemp("profiles"), sources)


def _crawl(desk: Desk, source: str) -> tuple[str, str]:
    ((outcome, message),) = desk.rows("SELECT outcome, message FROM crawls WHERE source = ?", source)
    return outcome, message


@pytest.mark.parametrize("way", WAYS)
def test_a_certificate_of_a_known_authority_is_accepted(desk: Desk, way: str) -> None:
    assert _crawl(desk, f"good-{way}") == ("finished", "")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", SAYS)
def test_what_is_wrong_with_a_certificate_is_said_in_one_line_on_every_way(desk: Desk, name: str, way: str) -> None:
    outcome, message = _crawl(desk, f"{name}-{way}")
    assert outcome == "failed"
    assert SAYS[name] in message
    assert "\n" not in message
    assert len(message) < 400


@pytest.mark.parametrize("name", SAYS)
def test_articles_behind_a_wrong_certificate_fail_and_wait_for_a_better_day(desk: Desk, name: str) -> None:
    outcome, message = _crawl(desk, f"{name}-article")
    assert (outcome, SAYS[name] in message) == ("failed", True), message
    rows = desk.rows("SELECT outcome, reason FROM pages WHERE source = ? AND url LIKE '%/news/%'", f"{name}-article")
    assert [(outcome, reason[: len(SAYS[name])]) for outcome, reason in rows] == [("failed", SAYS[name])] * 2
    assert desk.one("SELECT count(*) FROM links WHERE source = ?", f"{name}-article") == 2


@pytest.mark.parametrize("name", ALLOWED)
def test_a_profile_takes_what_it_is_for(profiled: Desk, name: str) -> None:
    assert _crawl(profiled, f"{name}-allowed") == ("finished", "")
    assert profiled.one("SELECT new + copies FROM crawls WHERE source = ?", f"{name}-allowed") == 2


@pytest.mark.parametrize("source", [*(f"{name}-refused" for name in NOT_ALLOWED), *(f"{name}-default" for name in ALLOWED)])
def test_a_profile_takes_nothing_else_and_is_no_other_source_s(profiled: Desk, source: str) -> None:
    outcome, message = _crawl(profiled, source)
    assert (outcome, SAYS[source.split("-")[0]] in message) == ("failed", True), message


def test_what_came_unverified_is_marked(profiled: Desk) -> None:
    marked = {source for (source,) in profiled.rows("SELECT source FROM pages WHERE insecure AND url LIKE '%/news/%'")}
    assert marked == {f"{name}-allowed" for name, tls in ALLOWED.items() if tls == "insecure"}
    rows = profiled.rows("SELECT insecure FROM pages WHERE source = 'self_signed-allowed' AND url LIKE '%/news/%'")
    assert rows == [(1,), (1,)]


def test_a_check_shows_issuer_and_last_day_of_good_and_bad_certificates(desk: Desk, sites: Secured) -> None:
    names = [f"{name}-feed" for name in sites.sites]
    done = subprocess.run(
        [sys.executable, "-m", "crawler", "sources", "check", *names, "--json"],
        cwd=desk.folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "SSL_CERT_FILE": str(sites.trusted)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    reports: dict[str, dict[str, Any]] = {report["id"].removesuffix("-feed"): report for report in json.loads(done.stdout)}
    assert done.returncode == 1
    assert [name for name, report in reports.items() if report["works"]] == ["good"]
    assert all("trustme" in reports[name]["issuer"] for name in reports if name != "plain")
    assert (reports["expired"]["expires"], reports["expired"]["days_left"] < 0) == ("2025-03-01", True)
    assert reports["plain"]["tls"].startswith("TLS: ")
    for name, says in SAYS.items():
        assert says in reports[name]["verdict"]
