"""Any bytes give a reading, in bounded time: what sites and attackers send instead of pages."""

import time

import pytest

from tests.reading.pages import PARAGRAPHS, article, reading

LINE = "<p>Завод в Калуге за день выпустил сто машин, сообщили в министерстве.</p>"
START = "<html><body><h1>Завод</h1>" + "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
LINK = '<li><span>12.01.2026</span><a href="/n/1">Новость о заводе в Калуге и его новом цехе</a></li>'

# name: bytes, and what they are taken for
HOSTILE = {
    "nested": (b"<html><body>" + b"<div>" * 1_000_000 + b"text", "empty"),
    "nested under an article": (START.encode() + b"<div>" * 1_000_000, "article"),
    "nested and closed": (START.encode() + b"<div>" * 1_000_000 + b"text" + b"</div>" * 1_000_000, "article"),
    "nested tables": (START.encode() + "<table><tr><td>Завод".encode() * 15_000, "article"),
    "nested text": (START.encode() + ("<div>" + LINE[3:-4]).encode() * 20_000, "article"),
    "nested captions": (START.encode() + b'<div class="caption">' * 20_000 + b"x", "article"),
    "bold": (b"<b>" * 300_000 + b"text", "empty"),
    "many tables": (START.encode() + "<table><tr><td>Завод</td><td>Калуга</td></tr></table>".encode() * 7_000, "article"),
    "a hundred thousand links": (START.encode() + LINK.encode() * 100_000, "listing"),
    "thirty thousand dates": (START.encode() + "<div>12 января 2026</div>".encode() * 30_000, "article"),
    "thirty thousand headings": (START.encode() + "<h1>Завод в Калуге пустил линию реек</h1>".encode() * 30_000, "other"),
    "fifty megabytes": (START.encode() + LINE.encode() * 400_000, "other"),
    "line": (b"<p>" + b"a b c " * 1_700_000, "other"),
    "two hundred megabytes": (START.encode() + b"<p>" + b"a b c d e " * 20_000_000, "other"),
    "a line of dates": (START.encode() + b"<p>" + "12 января 2026, 13:45. ".encode() * 100_000, "other"),
    "a line of brackets": (START.encode() + b"<p>" + b"(" * 1_000_000, "other"),
    "an endless title": (f"<html><head><title>{'Завод - ' * 300_000}</title></head>{START}".encode(), "article"),
    "signs": (b"<" * 3_000_000, "empty"),
    "attributes": (b"<div " + b" ".join(b"a%d=1" % number for number in range(200_000)) + b">text</div>", "empty"),
    "zeros": (b"\x00" * 500_000, "other"),
    "zeros in a page": (article("<p>30.01.2026</p>").replace(b"<p>", b"<p>\x00"), "article"),
    "noise": (bytes(range(256)) * 2_000, "other"),
    "half a tag": (b"<html><body><p cla", "empty"),
    "broken json": (
        b'<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": </script><p>text</p>',
        "empty",
    ),
    "deep json": (b'<script type="application/ld+json">' + b"[" * 100_000 + b"</script>", "empty"),
    "endless json": (
        f'{START}<script type="application/ld+json">[{",".join(["{}"] * 400_000)}]</script>'.encode(),
        "article",
    ),
}


SLOW = {
    *("nested text", "many tables", "thirty thousand dates", "thirty thousand headings", "fifty megabytes", "an endless title"),
    *("a line of dates", "endless json", "noise"),
}


@pytest.mark.parametrize("name", [pytest.param(name, marks=[pytest.mark.slow] if name in SLOW else []) for name in HOSTILE])
def test_hostile_bytes_are_read_in_seconds_and_called_what_they_are(name: str) -> None:
    body, wanted = HOSTILE[name]
    started = time.process_time()
    read = reading(body)
    assert time.process_time() - started < 8, "each takes under a second and a half where it was written"
    assert read.kind == wanted


def test_what_lies_beyond_the_bounds_is_told() -> None:
    assert reading(HOSTILE["two hundred megabytes"][0]).cut[0].startswith("only the first 8000000 of ")
    assert reading(HOSTILE["a hundred thousand links"][0][:7_000_000]).cut[0].startswith("only the first ")
    assert reading(article()).cut == ()


@pytest.mark.slow
def test_four_times_the_page_takes_no_more_than_four_times_the_time() -> None:
    def spent(times: int) -> float:
        body = START.encode() + b"".join(b"<div><span>%d</span></div>" % number for number in range(times))
        started = time.process_time()
        assert reading(body).kind == "article"
        return time.process_time() - started

    spent(1_000)
    assert spent(16_000) < 4 * spent(4_000) * 2 + 0.2
