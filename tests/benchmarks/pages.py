"""Realistic pages for measuring cost: four sites, 65–140 KB a page, about 320 links, a third in windows-1251, few on topic.

Sizes and shares follow what was counted on real Russian press pages: mega-menu, sidebar with headlines (that speak of the topic
too), inline scripts. The words are invented; nothing here says anything about quality.
"""

import gzip
import random
from dataclasses import dataclass

_SUBJECTS = [
    "Администрация",
    "Комитет по культуре",
    "Городская библиотека",
    "Служба спасения",
    "Театр драмы",
    "Фермерское хозяйство",
]
_VERBS = ["провела", "подготовила", "объявила", "завершила", "представила", "обсудила"]
_OBJECTS = ["встречу с жителями", "ремонт дороги", "выставку картин", "праздничный концерт", "уборку парка", "посевную кампанию"]
_TAILS = [
    "в выходные",
    "на прошлой неделе",
    "по просьбам горожан",
    "при поддержке волонтёров",
    "в рамках программы",
    "впервые за год",
]
_RELEVANT = [
    "В автомобильном кластере открыт завод по выпуску автокомпонентов для электромобилей",
    "На предприятии запущена линия сборки тяговых батарей, локализация производства выросла",
    "Фонд развития промышленности выделил заём на производство кузовных деталей",
    "Резидент особой экономической зоны начнёт выпуск коробок передач для легковых автомобилей",
]


@dataclass(frozen=True, slots=True)
class Document:
    """One address of a site: what it answers with."""

    body: bytes
    content_type: str
    gzipped: bytes


def _sentence(rng: random.Random) -> str:
    return " ".join(rng.choice(part) for part in (_SUBJECTS, _VERBS, _OBJECTS, _TAILS)) + "."


def _article(rng: random.Random, site: int, number: int, relevant: bool) -> str:
    title = rng.choice(_RELEVANT) if relevant else _sentence(rng).rstrip(".")
    lines = [
        " ".join(
            [
                *(rng.choice(_RELEVANT) + "." for _ in range(2 if relevant else 0)),
                *(_sentence(rng) for _ in range(rng.randint(3, 6))),
            ]
        )
        for _ in range(rng.randint(5, 12))
    ]
    day, month = 1 + number % 28, 1 + number // 28 % 12
    menu = "".join(f'<li><a href="/menu/{n}/">{_sentence(rng)[:40]}</a></li>' for n in range(260))
    # sidebars name the topic on every page: that is why a plain word scan lets everything through
    side = "".join(
        f'<li><a href="/news/{rng.randrange(5000)}/">{rng.choice([*_RELEVANT, _sentence(rng)])}</a></li>' for _ in range(28)
    )
    script = "".join(
        f"var block{n} = {{id: {rng.random()}, data: '{rng.getrandbits(400):x}'}};\n" for n in range(rng.randint(120, 420))
    )
    json_ld = (
        f'<script type="application/ld+json">{{"@type":"NewsArticle","headline":"{title}",'
        f'"datePublished":"2026-{month:02}-{day:02}T10:00:00+03:00"}}</script>'
        if site == 2
        else ""
    )
    return (
        f"<!doctype html><html><head><meta charset='{_charset(site)}'><title>{title} — Сайт {site}</title>{json_ld}"
        f"<style>{'.a{color:red}' * 400}</style></head>"
        f"<body><script>{script}</script><nav><ul>{menu}</ul></nav><div class='layout'><main><article><h1>{title}</h1>"
        f"<time datetime='2026-{month:02}-{day:02}'>{day:02}.{month:02}.2026</time>"
        f"<div class='text'>{''.join(f'<p>{line}</p>' for line in lines)}</div></article></main>"
        f"<aside><h2>Новости по теме</h2><ul>{side}</ul></aside></div>"
        f"<footer>{''.join(f'<a href=/f/{n}/>{n}</a>' for n in range(30))} © 2009–2026</footer></body></html>"
    )


def _charset(site: int) -> str:
    return "windows-1251" if site == 1 else "utf-8"


def site(number: int, pages: int, share: float, seed: int = 1) -> dict[str, Document]:
    """Path -> document of one site with `pages` articles, `share` of them on topic; one sitemap lists them."""
    rng = random.Random(seed * 100 + number)
    documents = {}
    for n in range(pages):
        relevant = rng.random() < share
        body = _article(rng, number, n, relevant).encode(_charset(number), "replace")
        kind = "text/html" if number == 3 else f"text/html; charset={_charset(number)}"
        documents[f"/news/{n}/"] = Document(body, kind, gzip.compress(body, 6))
    return documents


def sitemap(address: str, pages: int) -> bytes:
    """A sitemap of the articles."""
    rows = "".join(f"<url><loc>{address}/news/{n}/</loc><lastmod>2026-11-{1 + n % 20:02}</lastmod></url>" for n in range(pages))
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'.encode()
