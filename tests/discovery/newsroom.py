"""Twelve invented releases, and the frames in which a site shows them: pages, feeds, sitemaps."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime

HTML = "text/html; charset=utf-8"
THINGS = (
    ("жгуты проводов", "zhguty-provodov"),
    ("литые диски", "litye-diski"),
    ("тормозные колодки", "tormoznye-kolodki"),
    ("автомобильные сиденья", "avtomobilnye-sidenya"),
    ("рулевые рейки", "rulevye-reyki"),
    ("стеклоподъёмники", "steklopodemniki"),
    ("тяговые батареи", "tyagovye-batarei"),
    ("зеркала", "zerkala"),
    ("топливные баки", "toplivnye-baki"),
    ("подушки безопасности", "podushki-bezopasnosti"),
    ("бамперы", "bampery"),
    ("коробки передач", "korobki-peredach"),
)


@dataclass(frozen=True)
class News:
    """One invented release."""

    number: int
    title: str
    slug: str
    day: date
    text: tuple[str, ...]


NEWS = tuple(
    News(
        number=4128 - 7 * index,
        title=f"В области начали выпускать {thing} для автозаводов",
        slug=f"v-oblasti-nachali-vypuskat-{slug}",
        day=date(2026, 3, 20) - timedelta(days=3 * index),
        text=(
            f"Завод «Прибой» запустил линию, на которой будут делать {thing}. Предприятие вошло в автомобильный кластер области.",
            f"Инвестиции составили {210 + 13 * index} млн рублей, создано {40 + index} рабочих мест. Первую "
            "партию отгрузили соседнему "
            "автозаводу, который собирает легковые автомобили, сообщила пресс-служба министерства промышленности.",
            "До конца года выпуск обещают удвоить: половину станков уже привезли, вторую половину ждут к осени.",
        ),
    )
    for index, (thing, slug) in enumerate(THINGS)
)


def page(title: str, body: str, head: str = "") -> tuple[str, bytes]:
    """A page with a title."""
    return HTML, f"<!DOCTYPE html><html><head><title>{title}</title>{head}</head><body>{body}</body></html>".encode()


def paragraphs(news: News) -> str:
    """The text of a release as HTML."""
    return "".join(f"<p>{line}</p>" for line in news.text)


def feed(items: Sequence[tuple[str, News]], head: str = "") -> tuple[str, bytes]:
    """RSS with these addresses and releases."""
    rows = "".join(
        f"<item><title>{news.title}</title><link>{url}</link>"
        f"<pubDate>{format_datetime(datetime(news.day.year, news.day.month, news.day.day, 9, tzinfo=UTC))}</pubDate></item>"
        for url, news in items
    )
    return (
        "application/rss+xml; charset=utf-8",
        f'<?xml version="1.0"?><rss version="2.0"><channel>{head}{rows}</channel></rss>'.encode(),
    )


def sitemap(urls: Sequence[str], kind: str = "url") -> tuple[str, bytes]:
    """A urlset, or with `kind="sitemap"` an index."""
    outer = "urlset" if kind == "url" else "sitemapindex"
    rows = "".join(f"<{kind}><loc>{url}</loc></{kind}>" for url in urls)
    return (
        "application/xml",
        f'<?xml version="1.0"?><{outer} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{rows}</{outer}>'.encode(),
    )
