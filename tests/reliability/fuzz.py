"""Every parser of outside input against broken documents: no exception but its own, and an end in time.

    python -m tests.reliability.fuzz [--seconds 600] [--target NAME]

Documents are real ones (invented here, and the corpora of the measuring data where they are) that are cut, doubled, flipped and
spiked with what has broken parsers before. A find is printed with its bytes; it belongs into REGRESSIONS.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from crawler.config import load_config
from crawler.errors import AvtoklasterError, ConfigError
from crawler.hints import day_of
from crawler.incoming import published, records
from crawler.reading.encoding import decode
from crawler.sources import Api, Source
from spiders import api, feeds, listings, sitemaps, telegram
from storage import open_archive
from storage.address import canonical
from storage.errors import QueryRefused
from storage.query import run

NOW = datetime(2026, 2, 2, 12, 0, tzinfo=UTC)
SLOWEST = 5.0
"""Seconds of the processor that one document may take, however broken: a hundred times what it takes otherwise."""

_SOURCE = Source(id="a", name="a", home="https://a.example/", article=r"/news/\d+/$")
_API = Api(url="https://a.example/api?page={page}", items="items", link="url", title="title", date="date")
_FOLDER = Path(os.environ.get("AVTOKLASTER_SHARED") or Path(__file__).resolve().parents[3] / "shared") / "data"


@dataclass(frozen=True)
class Target:
    """A parser: what is called with a document, which errors are its answer, and documents to begin with."""

    call: Callable[[bytes, Path], object]
    answers: tuple[type[Exception], ...]
    seeds: tuple[bytes, ...]
    corpus: str = ""


def _feed(body: bytes, folder: Path) -> object:
    return feeds.parse(body, "https://a.example/rss", "application/rss+xml")


def _toml(body: bytes, folder: Path) -> object:
    file = folder / "fuzzed.toml"
    file.write_bytes(body)
    return load_config(file)


def _robots(body: bytes, folder: Path) -> object:
    from protego import Protego

    rules = Protego.parse(body.decode("utf-8", "replace"))
    return rules.can_fetch("https://a.example/news/1/?a=%d0%b0", "avtoklaster"), rules.crawl_delay("avtoklaster")


def _sql(body: bytes, folder: Path) -> object:
    path = folder / "archive.db"
    if not path.exists():
        open_archive(path).close()
    return list(run(path, body.decode("utf-8", "replace"), timeout=2.0)[1])


def _dates(body: bytes, folder: Path) -> object:
    text = body.decode("utf-8", "replace")
    return day_of(text, NOW), published(text, "Europe/Moscow", NOW)


_RSS = """<?xml version="1.0" encoding="utf-8"?><!DOCTYPE rss [<!ENTITY a "b">]><rss version="2.0"><channel><title>Новости</title>
<item><title><![CDATA[Завод &amp; кластер]]></title><link>https://a.example/news/1/?a=1&amp;b=2</link>
<pubDate>Mon, 02 Feb 2026 12:00:00 +0300</pubDate><description>&lt;p&gt;Текст&lt;/p&gt;</description></item></channel></rss>"""
_ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><entry><title type="html">Завод</title><link href="/news/2/"/>
<updated>2026-02-02T10:00:00Z</updated></entry></feed>"""
_SITEMAP = """<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url>
<loc>https://a.example/news/1/</loc><lastmod>2026-02-02</lastmod></url></urlset>"""
_LISTING = """<html><head><meta charset="utf-8"></head><body><ul><li><a href="/news/1/">Завод открыт</a> 2 февраля 2026</li>
<li><a href="/news/2/">Кластер растёт</a> вчера</li></ul><a rel="next" href="?page=2">дальше</a></body></html>"""
_CHANNEL = """<html><body><div class="tgme_widget_message" data-post="a/12"><div class="tgme_widget_message_text">Завод<br/>
<a href="https://a.example/news/1/">тут</a></div><a class="tgme_widget_message_date" href="https://t.me/a/12">
<time datetime="2026-02-02T09:00:00+00:00"></time></a></div></body></html>"""
_LINE = {"url": "https://a.example/news/1/", "title": "Завод", "text": "Текст", "published": "2026-02-02T10:00:00+03:00"}

TARGETS: dict[str, Target] = {
    "feed": Target(_feed, (AvtoklasterError,), (_RSS.encode(), _ATOM.encode()), "feeds"),
    "sitemap": Target(
        lambda body, _: sitemaps.parse(body, "https://a.example/sitemap.xml"), (AvtoklasterError,), (_SITEMAP.encode(),)
    ),
    "listing": Target(
        lambda body, _: listings.parse(body, "https://a.example/news/", _SOURCE),
        (AvtoklasterError,),
        (_LISTING.encode(),),
        "listing-pages",
    ),
    "api": Target(
        lambda body, _: api.parse(body, "https://a.example/api", _API),
        (AvtoklasterError,),
        (json.dumps({"items": [{"url": "/news/1/", "title": "Завод", "date": "2026-02-02"}]}).encode(),),
    ),
    "telegram": Target(lambda body, _: telegram.parse(body, "https://t.me/s/a"), (AvtoklasterError,), (_CHANNEL.encode(),)),
    "encoding": Target(
        lambda body, _: decode(body, {"content-type": "text/html; charset=x"}),
        (),
        (_LISTING.encode("cp1251", "replace"), _LISTING.encode()),
    ),
    "address": Target(
        lambda body, _: canonical(body.decode("utf-8", "replace")),
        (ValueError,),
        ("https://минпромторг.рф:443/a/../b/?utm_source=x&ELEMENT_ID=1#c".encode(), b"http://[::1]:80/%zz"),
        "url",
    ),
    "dates": Target(
        _dates,
        (),
        ("2 февраля 2026, 12:30".encode(), "Сегодня, 12:30".encode(), b"Mon, 02 Feb 2026 12:00:00 +0300", b"1770000000"),
    ),
    "robots": Target(_robots, (), (b"User-agent: *\nDisallow: /*?a=*$\nAllow: /news\nCrawl-delay: 2\n",), "robots"),
    "toml": Target(
        _toml,
        (ConfigError,),
        ('catalogue = false\n[sources.a]\nname = "А"\nhome = "https://a.example/"\nfeeds = ["/rss"]\n'.encode(),),
    ),
    "json lines": Target(
        lambda body, _: list(records(io.BytesIO(body))), (), ((json.dumps(_LINE, ensure_ascii=False) + "\n").encode() * 2,)
    ),
    "sql": Target(
        _sql, (QueryRefused,), (b"SELECT title FROM articles WHERE id = 1", b"WITH a AS (SELECT 1) SELECT * FROM a, pages")
    ),
}

REGRESSIONS: tuple[tuple[str, bytes], ...] = (
    ("api", b"[" * 100_000),
    ("api", b'{"items": ' + b"9" * 5000 + b"}"),
    ("json lines", b"[" * 100_000),
    ("address", b"http://" + b"a." * 5000 + b"/"),
    ("address", "http://\u2488.example/".encode()),
    ("sitemap", b"\x1f\x8b\x08\x00"),
    ("encoding", b"\xff\xfe" + b"<" * 999),
    ("feed", b"<rss><channel><item><title>&#1114112;</title><link>/news/1/</link></item></channel></rss>"),
    ("feed", b"<rss><channel><item><title>&#x110000;</title><link>/news/1/</link></item></channel></rss>"),
    ("feed", b'<?xml version="1.0" encoding="ibm86\xb6"?><rss><channel><item><link>/news/1/</link></item></channel></rss>'),
    ("sitemap", b'<?xml version="1.0"?><urlset><url><lochttps://a.example/news/1/</loc></url></urlset>'),
    ("sitemap", b'<?xml version="1.0"?><urlset xmlns="http://a/}b"><url><loc>https://a.example/</loc></url></urlset>'),
    ("toml", b"[" * 10_000),
    ("toml", b"a = " + b"[" * 10_000),
    ("dates", b"9" * 5000),
    ("sql", b"SELECT " + b"(" * 5000),
)
"""What once broke a parser, or would break a careless one."""

_SPIKES = (
    *(
        b"\0",
        b"<",
        b">",
        b"&",
        b"]]>",
        b"<![CDATA[",
        b"<!--",
        b"&#x0;",
        b"&#1114112;",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\xed\xa0\x80",
    ),
    *(
        b"9" * 50,
        b"-1",
        b"NaN",
        b"1e999",
        b"[" * 300,
        b"{" * 300,
        b"'",
        b'"',
        b"\\",
        b"\\ud800",
        b"%00",
        b"%zz",
        b"://",
        b"[::",
        b"@",
    ),
    *(
        "\u202e".encode(),
        "İ".encode(),
        "ß".encode(),
        b"\r",
        b"\n\n",
        b"<a href='http://[",
        b"0000-00-00",
        b"31.02.2026",
        b"24:60",
    ),
)


def mutated(document: bytes, chance: random.Random) -> bytes:
    """The document with a few things done to it."""
    body = bytearray(document[:50_000])
    for _ in range(chance.randint(1, 6)):
        at, end = sorted((chance.randint(0, len(body)), chance.randint(0, len(body))))
        what = chance.randrange(6)
        if what == 0:
            del body[at : min(end, at + 200)]
        elif what == 1:
            body[at:at] = body[at : min(end, at + 500)] * chance.choice((1, 2, 50))
        elif what == 2 and body:
            body[min(at, len(body) - 1)] ^= 1 << chance.randrange(8)
        elif what == 3:
            body = body[:end]
        else:
            body[at:at] = chance.choice(_SPIKES)
    return bytes(body)


def seeds(target: Target) -> list[bytes]:
    """Documents to begin with: our own, and of the corpus the smaller ones, if it is there."""
    files = sorted(file for file in (_FOLDER / target.corpus).rglob("*") if file.is_file()) if target.corpus else []
    return [*target.seeds, *(file.read_bytes() for file in files[:400] if file.stat().st_size < 100_000)]


def complaint(name: str, body: bytes, folder: Path) -> str:
    """What is wrong with how a parser takes a document, "" if nothing is."""
    target, began = TARGETS[name], time.process_time()
    try:
        target.call(body, folder)
    except target.answers:
        pass
    except Exception as error:  # noqa: BLE001  # whatever else it raises is the find
        return f"{name}: {type(error).__name__}: {error}"[:300]
    spent = time.process_time() - began
    return f"{name}: {spent:.1f} s for {len(body)} bytes" if spent > SLOWEST else ""


def finds(name: str, folder: Path, chance: random.Random) -> Iterator[tuple[str, bytes]]:
    """Endlessly: the complaint about a broken document ("" if none), and the document."""
    begin = seeds(TARGETS[name])
    while True:
        body = mutated(chance.choice(begin), chance)
        yield complaint(name, body, folder), body


def main() -> int:
    import tempfile

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--target", action="append", choices=list(TARGETS))
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    names, total = given.target or list(TARGETS), 0
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            until, count = time.monotonic() + given.seconds / len(names), 0
            bad = 0
            for said, body in finds(name, Path(folder), random.Random(given.seed)):
                count += 1
                if said:
                    bad += 1
                    print(f"{said}\n    {body[:600]!r}", flush=True)
                if time.monotonic() > until or bad > 20:
                    break
            print(f"{name}: {count} documents, {bad} finds", flush=True)
            total += bad
    return int(bool(total))


if __name__ == "__main__":
    sys.exit(main())
