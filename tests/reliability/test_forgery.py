"""Requests to this machine that others would have us make: names that change their address, look-alikes, numbers as hosts."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from crawler.errors import OffLimits
from crawler.fetching.addresses import endpoint, is_public, own_endpoints
from crawler.simulator import start
from crawler.sources import Source
from storage.address import canonical
from tests.shared import ROOT

# the command where the names under `.test` have a public address when they are first asked for and a private one ever after
_REBOUND = """
import json, os, socket, sys
from collections import Counter
private, public, seen = sys.argv.pop(1), "192.88.99.1", Counter()
real = socket.gethostbyname
def resolve(name):
    if not name.lower().rstrip(".").endswith(".test"):
        return real(name)
    key = name.lower().rstrip(".")
    seen[key] += 1
    with open("asked", "a") as file:
        file.write(json.dumps([name, seen[key]]) + chr(10))
    return public if seen[key] == 1 else private
socket.gethostbyname = resolve
from crawler.cli import main
main()
"""


@pytest.mark.parametrize(
    ("spelled", "how"),
    [
        ("rebind.test.", "redirect"),
        *(
            pytest.param(spelled, how, marks=pytest.mark.slow)
            for spelled, how in (("rebind.test", "link"), ("REBIND.test", "redirect"))
        ),
    ],
)
def test_a_name_that_changes_to_a_private_address_is_connected_where_it_was_checked(
    tmp_path: Path, spelled: str, how: str
) -> None:
    with start(mirrors=2, articles=2) as world:
        private, port = world.sites["mirror2"].removeprefix("http://").strip("/").split(":")
        evil = f"http://{spelled}:{port}/news/1/"
        if how == "link":
            feed = f"<rss><channel><item><title>Завод</title><link>{evil}</link></item></channel></rss>"
            text = feed.encode().decode("latin-1")
            world.fault("/rss.xml", "raw", site="mirror1", text=text, content_type="application/rss+xml")
        else:
            world.fault("/news/2/", "to", site="mirror1", url=evil)
        config = world.config.replace('article = "/news/\\\\d+/$"', 'article = ""').replace("[crawl]", "[crawl]\ntimeout = 2")
        (tmp_path / "avtoklaster.toml").write_text(config, encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-c", _REBOUND, private, "crawl", "mirror1-feed"],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        asked = [json.loads(line) for line in (tmp_path / "asked").read_text().splitlines()]
        assert [times for _, times in asked] == [1], f"the name was asked for again: {asked}"
        assert not [entry for entry in world.take_log() if entry["site"] == "mirror2"], "the private address was reached"
        # a network that has no way to an address is that page's failure, not the end of its source's crawl
        with sqlite3.connect(f"file:{tmp_path}/avtoklaster.db?mode=ro", uri=True) as conn:
            ((became, reason),) = conn.execute("SELECT outcome, reason FROM pages WHERE outcome = 'failed'")
            assert conn.execute("SELECT message FROM crawls WHERE message LIKE '%internal error%'").fetchall() == []
        assert became == "failed" and reason


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1"),
        *(
            "::1",
            "fe80::1",
            "fc00::1",
            "::",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
        ),
        *("2002:a00:1::", "2001:0:4136:e378:8000:63bf:80ff:fffe", "fe80::1%eth0", "192.0.2.1", "198.18.0.1", "255.255.255.255"),
    ],
)
def test_addresses_that_are_not_of_the_open_internet(host: str) -> None:
    assert not is_public(host)


@pytest.mark.parametrize("host", ["8.8.8.8", "77.88.55.88", "2a02:6b8::2:242", "::ffff:8.8.8.8"])
def test_addresses_of_the_open_internet(host: str) -> None:
    assert is_public(host)


@pytest.mark.parametrize(
    "alike",
    [
        *(
            "https://минпр\u043emторг.рф/",
            "https://mинпромторг.рф/",
            "https://минпромторг.pф/",
            "https://минпромторг.рф.example/",
        ),
        *("https://минпромторг.рф:8443/", "https://минпромторг.рф@example.org/", "https://example.org/минпромторг.рф"),
    ],
)
def test_a_look_alike_of_a_source_is_not_the_source(alike: str) -> None:
    source = Source(id="a", name="a", home="https://минпромторг.рф/")
    own = own_endpoints(Source(id="a", name="a", home=canonical(source.home)))
    try:
        found = endpoint(canonical(alike))
    except (ValueError, OffLimits):
        return
    assert found not in own, (alike, found)
