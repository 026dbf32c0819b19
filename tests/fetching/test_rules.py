"""The pure rules of fetching: where a crawl may go, what is one machine, how long to wait, what a refusal is."""

from datetime import UTC, datetime

import pytest

from crawler.fetching.addresses import is_public, machine, own_endpoints
from crawler.fetching.freshness import lifetime, retry_after
from crawler.fetching.obstacles import obstacle
from crawler.fetching.tls import profile_of
from crawler.sources import Source


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "::1"),
        *("fe80::1%eth0", "fd00::1", "::ffff:127.0.0.1", "64:ff9b::a00:1", "2002:7f00:1::", "::"),
    ],
)
def test_private_addresses_are_not_public_in_any_spelling(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "95.173.136.70", "2a00:1450:4010:c0e::8a", "::ffff:8.8.8.8"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


def test_only_the_host_and_port_of_an_entry_are_the_source_s_own() -> None:
    source = Source(id="a", name="a", home="http://127.0.0.1:8080/", feeds=("https://intranet.example/rss",))
    assert own_endpoints(source) == {("127.0.0.1", 8080), ("intranet.example", 443)}


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://mpt.tatarstan.ru/a", "tatarstan.ru"),
        ("https://minpromtorg.gov.ru/", "minpromtorg.gov.ru"),
        ("https://xn--80aacoonefzg3am8b1fsb.xn--p1ai/", "xn--80aacoonefzg3am8b1fsb.xn--p1ai"),
        ("http://127.0.0.1:8080/", "127.0.0.1:8080"),
        ("http://localhost/", "localhost"),
    ],
)
def test_sites_of_one_domain_are_one_machine(url: str, key: str) -> None:
    assert machine(url) == key


def test_retry_after_is_seconds_or_a_date() -> None:
    now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    assert retry_after("30", now) == 30
    assert retry_after("Sun, 22 Nov 2026 12:01:00 GMT", now) == 60
    assert retry_after("Sun, 22 Nov 2026 11:00:00 GMT", now) == 0
    assert retry_after("soon", now) is None
    assert retry_after("", now) is None


def test_a_refusal_is_told_from_a_page_that_speaks_of_one() -> None:
    assert obstacle(403, {}, b"").startswith("403")
    assert obstacle(200, {}, b"<script src='https://check.ddos-guard.net/check.js'></script>") == "challenge: DDoS-Guard"
    article = "<p>" + "Завод запустил линию автокомпонентов. " * 60 + "</p><div class='smartcaptcha'></div>"
    assert obstacle(200, {}, article.encode()) == ""


def test_a_tls_profile_holds_for_the_hosts_of_its_source_and_for_its_requests_only() -> None:
    lax = Source(id="a", name="a", home="https://old.example/", feeds=("https://rss.old.example/",), tls="legacy")
    strict = Source(id="b", name="b", home="https://new.example/")
    own = ["https://old.example/a", "https://www.old.example/", "http://old.example/", "https://rss.old.example/"]
    assert [profile_of(lax, url) for url in own] == ["legacy"] * 4
    others = [
        "https://new.example/",
        "https://old.example:8443/",
        "https://old.example.evil.example/",
        "https://img.old.example/",
    ]
    assert [profile_of(lax, url) for url in others] == ["default"] * 4
    assert profile_of(strict, "https://old.example/") == "default"


def test_freshness_is_max_age_before_expires_and_nothing_when_a_cache_is_forbidden() -> None:
    now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    assert lifetime({"cache-control": "public, max-age=600", "expires": "Sun, 22 Nov 2026 15:00:00 GMT"}, now) == 600
    assert lifetime({"cache-control": "max-age=600", "age": "200"}, now) == 400
    assert lifetime({"cache-control": "s-maxage=600"}, now) == 0, "that is for shared caches"
    assert lifetime({"cache-control": "no-cache, max-age=600"}, now) == 0
    assert lifetime({"expires": "Sun, 22 Nov 2026 12:10:00 GMT"}, now) == 600
    assert lifetime({"expires": "Sun, 22 Nov 2026 14:10:00 GMT", "date": "Sun, 22 Nov 2026 14:00:00 GMT"}, now) == 600
    assert lifetime({"expires": "0"}, now) == lifetime({"expires": "-1"}, now) == lifetime({}, now) == 0
    assert lifetime({"expires": "Thu, 01 Jan 1970 00:00:00 GMT"}, now) == 0
    assert lifetime({"cache-control": "max-age=99999999999999999999"}, now) >= 0
