"""The platforms that presets describe, imitated as far as their public collectors read them: paths, classes, JSON keys, dates.

Nothing here is copied from a site: class names and paths are the facts that scrapers in public code rely on; texts are invented.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from html import escape
from zoneinfo import ZoneInfo

from tests.discovery.serving import Pages

MOSCOW = ZoneInfo("Europe/Moscow")
MONTHS = ["января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"]


@dataclass(frozen=True)
class Piece:
    """One invented press release."""

    number: int
    title: str
    when: datetime
    text: str

    @property
    def slug(self) -> str:
        return f"zavod-avtokomponentov-nomer-{self.number}"

    @property
    def words(self) -> str:
        return f"{self.when.day} {MONTHS[self.when.month - 1]} {self.when.year}"


def _piece(number: int, day: int, what: str, where: str) -> Piece:
    text = (
        f"В индустриальном парке «{where}» начал работу завод автокомпонентов: {what}. Предприятие вошло в автомобильный кластер "
        f"региона, который объединяет поставщиков автозаводов. Инвестиции — {number} млн рублей, создано {day * 10} мест.\n"
        "Продукция пойдёт на конвейер соседнего автозавода. Локализация комплектующих, по расчётам министерства промышленности, "
        "вырастет за год на десять процентов, а вторая очередь откроется после выхода линии на проектную мощность."
    )
    title = f"{what.capitalize()}: новый завод автокластера в парке «{where}»"
    return Piece(number, title, datetime(2026, 3, day, 12, 30, tzinfo=MOSCOW), text)


PIECES = (
    _piece(397807, 13, "жгуты проводов", "Сосновый"),
    _piece(397806, 12, "тормозные колодки", "Речной"),
    _piece(397805, 11, "литые диски", "Заводской"),
)


def _page(body: str, head: str = "") -> tuple[str, bytes]:
    menu = '<nav><a href="/">Главная</a> <a href="/about/">О нас</a> <a href="/contacts/">Контакты</a></nav>'
    return "text/html; charset=utf-8", f"<!DOCTYPE html><html><head>{head}</head><body>{menu}{body}</body></html>".encode()


def _paragraphs(piece: Piece) -> str:
    return "".join(f"<p>{escape(line, quote=False)}</p>" for line in piece.text.split("\n"))


def _rss(base: str, path: Callable[[Piece], str]) -> tuple[str, bytes]:
    items = "".join(
        f"<item><title>{piece.title}</title><link>{base.rstrip('/')}{path(piece)}</link>"
        f"<pubDate>{format_datetime(piece.when)}</pubDate></item>"
        for piece in PIECES
    )
    return "application/rss+xml", f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>'.encode()


def bitrix(base: str) -> Pages:
    """`news.list` and `news.detail` as shipped: dates as d.m.Y, two a page, the last page repeated for ever."""

    def listing(part: tuple[Piece, ...]) -> tuple[str, bytes]:
        rows = "".join(
            f'<p class="news-item" id="bx_{piece.number}"><span class="news-date-time">{piece.when:%d.%m.%Y}</span> '
            f'<a href="/news/{piece.number}/"><b>{piece.title}</b></a></p>'
            for piece in part
        )
        return _page(f'<div class="news-list">{rows}</div>')

    pages = {f"/news/?PAGEN_1={number}": listing(PIECES[2:]) for number in range(2, 5)} | {"/news/": listing(PIECES[:2])}
    for piece in PIECES:
        body = f'<div class="news-detail"><span class="news-date-time">{piece.when:%d.%m.%Y}</span><h3>{piece.title}</h3>'
        pages[f"/news/{piece.number}/"] = _page(f"{body}{_paragraphs(piece)}</div>")
    return pages


def section(base: str) -> Pages:
    """A press section about which nothing is known."""
    rows = "".join(f'<li><a href="/press-center/news/{piece.slug}/">{piece.title}</a></li>' for piece in PIECES)
    pages = {"/press-center/news/": _page(f'<ul>{rows}<li><a href="/press-center/news/archive/">Архив</a></li></ul>')}
    for piece in PIECES:
        body = f"<article><h1>{piece.title}</h1><time datetime='{piece.when.isoformat()}'></time>{_paragraphs(piece)}</article>"
        pages[f"/press-center/news/{piece.slug}/"] = _page(body)
    return pages


def wordpress(base: str) -> Pages:
    """A feed, and the REST API that every installation has."""
    posts = [
        {
            "id": piece.number,
            "date": f"{piece.when:%Y-%m-%dT%H:%M:%S}",
            "link": f"{base}{piece.slug}/",
            "title": {"rendered": escape(piece.title)},
            "excerpt": {"rendered": f"<p>{piece.text[:80]}</p>"},
            "content": {"rendered": _paragraphs(piece)},
        }
        for piece in PIECES
    ]
    pages = {"/feed/": _rss(base, lambda piece: f"/{piece.slug}/")}
    pages["/wp-json/wp/v2/posts?per_page=50&page=1"] = ("application/json", json.dumps(posts).encode())
    for piece in PIECES:
        meta = f'<meta property="article:published_time" content="{piece.when.isoformat()}">'
        pages[f"/{piece.slug}/"] = _page(
            f'<article><h1 class="entry-title">{piece.title}</h1>{_paragraphs(piece)}</article>', meta
        )
    return pages


def tatarstan(base: str) -> Pages:
    """`?format=json`: items with a relative url, the text as HTML."""
    items = [
        {
            "title": piece.title,
            "lead": f"<p>{piece.text[:80]}</p>",
            "url": f"/index.htm/news/{piece.number}.htm",
            "news_date": f"{piece.when:%Y-%m-%d}",
            "text": _paragraphs(piece),
        }
        for piece in PIECES
    ]
    answer = json.dumps({"items": items}).encode()
    empty = json.dumps({"items": []}).encode()
    pages = {"/index.htm/news?format=json&limit=15&page=1": ("application/json", answer)}
    pages["/index.htm/news?format=json&limit=15&page=2"] = ("application/json", empty)
    rows = "".join(
        f'<div class="list__item"><div class="list__title"><a class="list__link" href="/index.htm/news/{piece.number}.htm">'
        f"{piece.title}</a></div></div>"
        for piece in PIECES
    )
    pages["/index.htm/news/tape"] = _page(f'<div class="list">{rows}</div>')
    for piece in PIECES:
        body = f'<div class="content__main"><h1>{piece.title}</h1><div class="article__photo-date">{piece.words} г.</div>'
        pages[f"/index.htm/news/{piece.number}.htm"] = _page(f'{body}<div class="article">{_paragraphs(piece)}</div></div>')
    return pages


def presscenter(base: str) -> Pages:
    """`.list .list__item a`, `.detail__title`, `.detail__meta .meta__item > span`; the feed was seen on one of three hosts."""
    rows = "".join(
        f'<div class="list__item"><a href="/presscenter/news/{piece.number}/"><div class="list__title">{piece.title}</div></a>'
        "</div>"
        for piece in PIECES
    )
    pages = {"/presscenter/news/": _page(f'<div class="list">{rows}</div><a href="/presscenter/news/rss/">RSS</a>')}
    for piece in PIECES:
        body = f'<div class="detail"><div class="detail__title">{piece.title}</div><div class="detail__meta">'
        body += f'<div class="meta__item"><span>{piece.words}</span></div></div>'
        body += f'<div class="detail__text">{_paragraphs(piece)}</div></div>'
        pages[f"/presscenter/news/{piece.number}/"] = _page(body)
    return pages


def kaluga(base: str) -> Pages:
    """`.site-news .news-item a.main-news-item-inner`, `.page-content h1`, `.main-news-item-date`."""
    rows = "".join(
        f'<div class="news-item"><a class="main-news-item-inner" href="/news/{piece.slug}/">{piece.title}</a></div>'
        for piece in PIECES
    )
    pages = {"/news/": _page(f'<div class="site-news">{rows}</div>')}
    for piece in PIECES:
        body = f'<div class="page-content"><h1>{piece.title}</h1><div class="main-news-item-date">{piece.words} года</div>'
        pages[f"/news/{piece.slug}/"] = _page(f"{body}{_paragraphs(piece)}</div>")
    return pages


def mosreg(base: str) -> Pages:
    """`?format=rss`; the moment of publication stands in the address."""

    def path(piece: Piece) -> str:
        return f"/sobytiya/novosti-ministerstva/{piece.when:%d-%m-%Y-%H-%M-%S}-{piece.slug}"

    pages = {"/sobytiya/novosti-ministerstva?format=rss": _rss(base, path)}
    rows = "".join(f'<a class="event__title" href="{path(piece)}">{piece.title}</a>' for piece in PIECES)
    pages["/sobytiya/novosti-ministerstva"] = _page(f'<div class="news-list-page__item">{rows}</div>')
    for piece in PIECES:
        pages[path(piece)] = _page(f"<article><h1>{piece.title}</h1>{_paragraphs(piece)}</article>")
    return pages


def lenobl(base: str) -> Pages:
    """`#content .item`, `.page_content h1`, `.time__article`, `article p`."""
    rows = "".join(f'<div class="item"><a href="/ru/about/news/{piece.number}/">{piece.title}</a></div>' for piece in PIECES)
    pages = {"/ru/about/news/": _page(f'<div id="content">{rows}</div>')}
    for piece in PIECES:
        body = f'<div class="page_content"><h1>{piece.title}</h1><span class="time__article">{piece.words}</span>'
        pages[f"/ru/about/news/{piece.number}/"] = _page(f"{body}<article>{_paragraphs(piece)}</article></div>")
    return pages


def udmurt(base: str) -> Pages:
    """`.news .news-item a`, `.welcome h1`, `.news .date`."""
    rows = "".join(f'<div class="news-item"><a href="/about/info/news/{piece.slug}/">{piece.title}</a></div>' for piece in PIECES)
    pages = {"/about/info/news/": _page(f'<div class="news">{rows}</div>')}
    for piece in PIECES:
        body = f'<div class="welcome"><h1>{piece.title}</h1></div><div class="news"><div class="date">{piece.words}</div>'
        pages[f"/about/info/news/{piece.slug}/"] = _page(f"{body}{_paragraphs(piece)}</div>")
    return pages


def mos(base: str) -> Pages:
    """The city's newsfeed: `items[].id`, times of Moscow without a zone; pages of articles by number."""
    api = "/api/newsfeed/v4/frontend/json/ru/articles?fields=id,title,full_text,published_at&sort=-date&per-page=50&page="
    items = [
        {"id": p.number, "title": p.title, "published_at": f"{p.when:%Y-%m-%d %H:%M:%S}", "full_text": _paragraphs(p)}
        for p in PIECES
    ]
    pages = {f"{api}1": ("application/json", json.dumps({"items": items}).encode())}
    pages[f"{api}2"] = ("application/json", json.dumps({"items": []}).encode())
    for piece in PIECES:
        body = f'<div class="news-article-title-container"><h1>{piece.title}</h1></div>'
        body += f'<div class="news-article__date">{piece.words}</div>'
        pages[f"/news/item/{piece.number}/"] = _page(f'{body}<div class="content-text">{_paragraphs(piece)}</div>')
    return pages


def shkulev(base: str) -> Pages:
    """`/rss/` and `/text/{rubric}/YYYY/MM/DD/{id}/`."""

    def path(piece: Piece) -> str:
        return f"/text/economics/{piece.when:%Y/%m/%d}/{piece.number}/"

    rows = "".join(f'<h2><a href="{path(piece)}">{piece.title}</a></h2>' for piece in PIECES)
    pages = {"/rss/": _rss(base, path), "/text/economics/": _page(rows)}
    for piece in PIECES:
        meta = f'<meta property="article:published_time" content="{piece.when.isoformat()}">'
        pages[path(piece)] = _page(f"<article><h1>{piece.title}</h1>{_paragraphs(piece)}</article>", meta)
    return pages


def aif(base: str) -> Pages:
    """`/rss/all.php`, addresses of underscored words below a rubric."""

    def path(piece: Piece) -> str:
        return f"/money/{piece.slug.replace('-', '_')}"

    pages = {"/rss/all.php": _rss(base, path)}
    for piece in PIECES:
        meta = f'<meta property="article:published_time" content="{piece.when.isoformat()}">'
        pages[path(piece)] = _page(f"<article><h1>{piece.title}</h1>{_paragraphs(piece)}</article>", meta)
    return pages


def rbc(base: str) -> Pages:
    """A city's front page with links of 24 hexadecimal digits."""

    def path(piece: Piece) -> str:
        return f"/nn/freenews/{piece.number:024x}"

    pages = {"/": _page("".join(f'<div><a href="{path(piece)}">{piece.title}</a></div>' for piece in PIECES))}
    for piece in PIECES:
        meta = f'<meta itemprop="datePublished" content="{piece.when.isoformat()}">'
        pages[path(piece)] = _page(f"<article><h1>{piece.title}</h1>{_paragraphs(piece)}</article>", meta)
    return pages


PLATFORMS: dict[str, tuple[Callable[[str], Pages], str]] = {
    # preset -> (site, what its entry says besides home and preset)
    "bitrix": (bitrix, 'listings = ["{base}news/"]'),
    "section": (section, 'listings = ["{base}press-center/news/"]'),
    "wordpress": (wordpress, ""),
    "tatarstan": (tatarstan, ""),
    "presscenter": (presscenter, ""),
    "kaluga": (kaluga, ""),
    "mosreg": (mosreg, ""),
    "lenobl": (lenobl, ""),
    "udmurt": (udmurt, ""),
    "mos": (mos, ""),
    "shkulev": (shkulev, ""),
    "aif": (aif, ""),
    "rbc": (rbc, 'listings = ["{base}"]'),
}
