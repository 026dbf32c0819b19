"""Realistic pages for measuring cost: four sites, 65-139 KB a page, some 320 links, a third in windows-1251, few on topic.

Sizes and shares follow what was counted on real Russian press pages: mega-menu, sidebar and "related" with the headlines of other
articles (so that four pages of five name the topic somewhere), inline scripts; one page in eighteen is on topic, as many are
reprints from another of the sites. Of what happens on topic half is told by more than one site within days, each in its own
words. The words are invented; nothing here says anything about quality.
"""

import gzip
import random
from dataclasses import dataclass
from datetime import date, timedelta

from tests.benchmarks import words

SITES = 4
SHARE = 0.056
"""Of the articles that are on topic."""

_REPRINTS = 0.056
_RETOLD = 0.4
"""Of the articles on topic that tell of what another site has told of."""
_MONTHS = ["января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"]


@dataclass(frozen=True, slots=True)
class Written:
    """An article before it is a page: what a reader should find again."""

    title: str
    paragraphs: tuple[str, ...]
    day: date
    relevant: bool


@dataclass(frozen=True, slots=True)
class Document:
    """One address of a site: what it answers with, packed by gzip where `packed`."""

    body: bytes
    content_type: str
    packed: bool
    etag: str


def written(pages: int, share: float, seed: int = 1) -> list[list[Written]]:
    """The articles of each site, `pages` in all."""
    rng = random.Random(seed)
    sites: list[list[Written]] = [[] for _ in range(SITES)]
    events: list[tuple[words.Event, set[int]]] = []
    for number in range(pages // SITES):
        for site, articles in enumerate(sites):
            events = events[-10:]
            relevant = rng.random() < share
            day = date(2026, 10, 30) - timedelta(days=number % 300)
            earlier = [one for one in sites[site - 1][-20:] if one.relevant == relevant]
            if earlier and rng.random() < _REPRINTS:
                told = rng.choice(earlier)
                paragraphs = (*told.paragraphs, "Об этом сообщает сайт соседей.")
                articles.append(Written(told.title, paragraphs, day, relevant))
            else:
                title, paragraphs_ = words.tell(rng, _event(rng, events, site)) if relevant else words.article(rng)
                articles.append(Written(title, tuple(paragraphs_), day, relevant))
    return sites


def _event(rng: random.Random, events: list[tuple[words.Event, set[int]]], site: int) -> words.Event:
    """One of the latest that this site has not told of, or a new one."""
    heard = [(event, told) for event, told in events if site not in told]
    if not heard or rng.random() >= _RETOLD:
        heard = [(words.happen(rng), set())]
        events += heard
    event, told = rng.choice(heard)
    told.add(site)
    return event


def documents(site: int, articles: list[Written], seed: int = 1) -> dict[str, Document]:
    """Path -> document, of one site."""
    rng = random.Random(seed * 100 + site)
    menu = "".join(f'<li class="item"><a href="/menu/{n}/" class="link">{words.plain(rng)[:40]}</a></li>' for n in range(260))
    blocks = [f"var block{n} = {{id: {rng.random()}, data: '{rng.getrandbits(400):x}'}};\n" for n in range(800)]
    found = {}
    for number, one in enumerate(articles):
        charset = "windows-1251" if site == 1 or (site == 3 and number % 3 == 0) else "utf-8"
        page = _page(rng, site, number, one, articles, menu, blocks, charset)
        # the fourth site's server does not say what it serves, only the pages do
        kind = "text/html" if site == 3 else f"text/html; charset={charset}"
        body = gzip.compress(page.encode(charset, "replace"), 4, mtime=0)
        found[f"/news/{number}/"] = Document(body, kind, True, f'"{site}-{number}"')
    return found


def _page(
    rng: random.Random, site: int, number: int, one: Written, articles: list[Written], menu: str, blocks: list[str], charset: str
) -> str:
    begin = rng.randrange(len(blocks) - 600)
    script = "".join(blocks[begin : begin + rng.randint(130, 490)])
    side = "".join(
        f'<li><a href="/news/{other}/" title="{articles[other].title}">{articles[other].title}</a></li>'
        for other in (rng.randrange(len(articles)) for _ in range(28))
    )
    text = "".join(f"<p>{paragraph}</p>" for paragraph in one.paragraphs)
    return (
        f"<!doctype html><html lang='ru'><head><meta charset='{charset}'><title>{one.title} — Сайт {site}</title>"
        f"{_data(site, number, one)}<style>{'.a{color:red}' * 400}</style></head>"
        f"<body><script>{script}</script><header><nav><ul>{menu}</ul></nav></header><div class='layout'><main><article>"
        f"<h1>{one.title}</h1>{_dateline(site, one.day)}<div class='text'>{text}</div></article></main>"
        f"<aside><h2>Новости по теме</h2><ul>{side}</ul></aside></div>"
        f"<footer>{''.join(f'<a href=/f/{n}/>{n}</a>' for n in range(30))} © 2009–2026</footer></body></html>"
    )


def _data(site: int, number: int, one: Written) -> str:
    """JSON-LD as the third site has it always, the fourth on two pages of five."""
    if site == 2 or (site == 3 and number % 5 < 2):
        return (
            '<script type="application/ld+json">{"@type":"NewsArticle","headline":"' + one.title.replace('"', "") + '",'
            f'"datePublished":"{one.day}T10:00:00+03:00"}}</script>'
        )
    return ""


def _dateline(site: int, day: date) -> str:
    if site == 0:
        return f"<div class='date'>{day.day} {_MONTHS[day.month - 1]} {day.year}, 10:00</div>"
    if site == 1:
        return f"<span class='news-date'>{day:%d.%m.%Y}</span>"
    return f"<time datetime='{day}T10:00:00+03:00'>{day:%d.%m.%Y} 10:00</time>"


def sitemap(address: str, pages: int) -> Document:
    """A sitemap of a site's first articles."""
    rows = "".join(f"<url><loc>{address}/news/{n}/</loc></url>" for n in range(pages))
    body = f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</urlset>'.encode()
    return Document(body, "application/xml", False, f'"map-{pages}"')
