"""Any bytes give a reading, in bounded time: what sites and attackers send instead of pages."""

import time

import pytest

from tests.reading.pages import article, reading

HOSTILE = {
    "nested": b"<html><body>" + b"<div>" * 1_000_000 + b"text",
    "bold": b"<b>" * 300_000 + b"text",
    "line": b"<p>" + b"a b c " * 1_700_000,
    "signs": b"<" * 3_000_000,
    "attributes": b"<div " + b" ".join(b"a%d=1" % number for number in range(200_000)) + b">text</div>",
    "zeros": b"\x00" * 500_000,
    "zeros in a page": article("<p>30.01.2026</p>").replace(b"<p>", b"<p>\x00"),
    "noise": bytes(range(256)) * 2_000,
    "half a tag": b"<html><body><p cla",
    "broken json": b'<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": </script><p>text</p>',
    "deep json": b'<script type="application/ld+json">' + b"[" * 100_000 + b"</script>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_bytes_are_read_in_seconds(name: str) -> None:
    started = time.process_time()
    read = reading(HOSTILE[name])
    assert read.kind
    assert time.process_time() - started < 20
