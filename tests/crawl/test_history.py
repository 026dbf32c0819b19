"""`crawl --since` on loopback imitations of the platforms: each way goes back to the day by what its platform offers."""

import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from crawler.progress import Crawl, remaining, unfinished
from crawler.sources import Source
from storage import gaps, open_archive, sources
from tests.cli.conftest import environment
from tests.discovery.serving import Pages, serve

DAYS = [date(2026, month, 10) for month in (8, 7, 6, 5, 4, 3, 2, 1)]
SINCE, LATER = date(2026, 4, 1), date(2026, 6, 1)
WANTED = {day for day in DAYS if day >= SINCE}
PLACES = ("Речной", "Сосновый", "Заводской", "Северный", "Полевой", "Озёрный", "Луговой", "Горный")


def _title(day: date) -> str:
    return f"Завод автокомпонентов начал работу в парке «{PLACES[day.month - 1]}»"


def _text(day: date) -> str:
    park = PLACES[day.month - 1]
    return (
        f"В индустриальном парке «{park}» начал работу завод автокомпонентов. Предприятие вошло в автомобильный кластер области, "
        f"который объединяет {day.month * 7} поставщиков. Инвестиции составили {day.month * 310} млн рублей, линия выпускает "
        f"{day.month * 11} тысяч деталей в месяц для парка «{park}» и его соседей, сообщили в министерстве промышленности."
    )


def _article(day: date) -> tuple[str, bytes]:
    head = f'<meta property="article:published_time" content="{day}T10:00:00+03:00">'
    return "text/html", f"<html><head><meta charset=utf-8>{head}</head><body><h1>{_title(day)}</h1><p>{_text(day)}</p>".encode()


def _articles() -> dict[str, tuple[str, bytes]]:
    return {f"/news/{day:%Y%m%d}/": _article(day) for day in DAYS}


def _rows(days: Iterable[date], *, dated: bool) -> tuple[str, bytes]:
    rows = "".join(
        f'<li><a href="/news/{day:%Y%m%d}/">{_title(day)}</a> {f"<time>{day}</time>" if dated else ""}</li>' for day in days
    )
    return "text/html", f"<html><meta charset=utf-8><ul>{rows}</ul></html>".encode()


def _paged(days: list[date]) -> list[list[date]]:
    return [days[start : start + 2] for start in range(0, len(days), 2)]


def bitrix(base: str) -> Pages:
    """A listing that states no dates: only its filter can end a search; past the end the last page is repeated."""
    pages = {"/news/": _rows(DAYS[:2], dated=False)}
    for number in range(2, 9):
        pages[f"/news/?PAGEN_1={number}"] = _rows(_paged(DAYS)[min(number, 4) - 1], dated=False)
    for since in (SINCE, LATER):
        query = f"/news/?set_filter=y&arrFilter1_DATE_ACTIVE_FROM_1={since:%d.%m.%Y}&arrFilter1_DATE_ACTIVE_FROM_2="
        parts = _paged([day for day in DAYS if day >= since])
        pages[query] = _rows(parts[0], dated=False)
        for number in range(2, 9):
            pages[f"{query}&PAGEN_1={number}"] = _rows(parts[min(number, len(parts)) - 1], dated=False)
    return {**pages, **_articles()}


def unfiltered(base: str) -> Pages:
    """A listing without the filter that its entry names: 404 for it; dates beside the links, and pinned news on every page."""
    pages = {"/news/": _rows(DAYS[:2], dated=True)}
    for number in range(2, 5):
        pages[f"/news/?PAGEN_1={number}"] = _rows([DAYS[0], *_paged(DAYS)[number - 1]], dated=True)
    return {**pages, **_articles()}


def wordpress(base: str) -> Pages:
    def posts(days: Iterable[date]) -> tuple[str, bytes]:
        made = [
            {
                "link": f"{base}news/{day:%Y%m%d}/",
                "date": f"{day}T10:00:00",
                "title": {"rendered": _title(day)},
                "excerpt": {"rendered": ""},
                "content": {"rendered": f"<p>{_text(day)}</p>"},
            }
            for day in days
        ]
        return "application/json", json.dumps(made).encode()

    item = f"<item><title>{_title(DAYS[0])}</title><link>{base}news/{DAYS[0]:%Y%m%d}/</link></item>"
    feed = f"<rss><channel>{item}</channel></rss>".encode()
    pages = {"/feed/": ("application/rss+xml", feed)}
    wanted = _paged(sorted(WANTED, reverse=True))
    for number in range(1, 7):
        every = _paged(DAYS)[number - 1] if number <= 4 else []
        part = wanted[number - 1] if number <= len(wanted) else []
        pages[f"/wp-json/wp/v2/posts?per_page=50&page={number}"] = posts(every)
        pages[f"/wp-json/wp/v2/posts?per_page=50&page={number}&after=2026-04-01T00:00:00"] = posts(part)
    return {**pages, **_articles()}


def mos(base: str) -> Pages:
    query = "/api/newsfeed/v4/frontend/json/ru/articles?fields=id,title,full_text,published_at&sort=-date&per-page=50&page="
    pages = {}
    for number in range(1, 6):
        part = _paged(sorted(WANTED, reverse=True))[number - 1] if number <= 3 else []
        items = [
            {"id": int(f"{day:%Y%m%d}"), "title": _title(day), "full_text": _text(day), "published_at": f"{day} 10:00:00"}
            for day in part
        ]
        pages[f"{query}{number}&from=2026-04-01"] = "application/json", json.dumps({"items": items}).encode()
    return {**pages, **{f"/news/item/{day:%Y%m%d}/": _article(day) for day in DAYS}}


def tatarstan(base: str) -> Pages:
    """JSON pages without a filter: dates end the search."""
    pages = {}
    for number, part in enumerate(_paged(DAYS), 1):
        items = [
            {
                "url": f"/index.htm/news/{day:%Y%m%d}.htm",
                "title": _title(day),
                "lead": "",
                "news_date": str(day),
                "text": _text(day),
            }
            for day in part
        ]
        pages[f"/index.htm/news?format=json&limit=15&page={number}"] = "application/json", json.dumps({"items": items}).encode()
    return {**pages, **{f"/index.htm/news/{day:%Y%m%d}.htm": _article(day) for day in DAYS}}


def sitemaps(base: str) -> Pages:
    """An index whose parts state when they changed last."""
    index = "".join(
        f"<sitemap><loc>{base}map-{day:%m}.xml</loc><lastmod>{day}</lastmod></sitemap>" for day in (DAYS[0], DAYS[3], DAYS[6])
    )
    pages = {"/sitemap.xml": ("application/xml", f"<sitemapindex>{index}</sitemapindex>".encode())}
    for newest, part in ((DAYS[0], DAYS[:3]), (DAYS[3], DAYS[3:6]), (DAYS[6], DAYS[6:])):
        urls = "".join(f"<url><loc>{base}news/{day:%Y%m%d}/</loc><lastmod>{day}</lastmod></url>" for day in part)
        pages[f"/map-{newest:%m}.xml"] = ("application/xml", f"<urlset>{urls}</urlset>".encode())
    return {**pages, **_articles()}


def _feed(base: str, days: Iterable[date], head: str) -> tuple[str, bytes]:
    items = "".join(
        f"<item><title>{_title(day)}</title><link>{base}news/{day:%Y%m%d}/</link>"
        f"<pubDate>{day:%d %b %Y} 10:00:00 +0300</pubDate></item>"
        for day in days
    )
    return "application/rss+xml", f"<rss><channel>{head}{items}</channel></rss>".encode()


def linked_feed(base: str) -> Pages:
    """A feed in pages, each of which names the next one (RFC 5005)."""
    pages = {}
    for number, part in enumerate(_paged(DAYS), 1):
        head = f'<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="next" href="/feed?page={number + 1}"/>'
        pages["/feed" if number == 1 else f"/feed?page={number}"] = _feed(base, part, head if number < 4 else "")
    return {**pages, **_articles()}


def templated_feed(base: str) -> Pages:
    """A feed in pages of which only the entry knows, as that of kremlin.ru; 404 past the last."""
    parts = enumerate(_paged(DAYS), 1)
    pages = {"/all/feed" if number == 1 else f"/all/feed/page/{number}": _feed(base, part, "") for number, part in parts}
    return {**pages, **_articles()}


def wordpress_feed(base: str) -> Pages:
    """A feed of WordPress, which takes ?paged= without saying so."""
    generator = "<generator>https://wordpress.org/?v=6.8</generator>"
    parts = enumerate(_paged(DAYS), 1)
    pages = {f"/feed/?cat=7{f'&paged={number}' if number > 1 else ''}": _feed(base, part, generator) for number, part in parts}
    return {**pages, **_articles()}


def telegram(base: str) -> Pages:
    def page(days: list[date], before: int) -> tuple[str, bytes]:
        posts = "".join(
            f'<div class="tgme_widget_message" data-post="zavody/{day:%m}">'
            f'<div class="tgme_widget_message_text js-message_text">{_title(day)}<br>{_text(day)}</div>'
            f'<a class="tgme_widget_message_date" href="https://t.me/zavody/{day:%m}">'
            f'<time datetime="{day}T07:00:00+00:00"></time></a></div>'
            for day in reversed(days)
        )
        more = f'<a class="tme_messages_more" data-before="{before}" href="/s/zavody?before={before}"></a>' if before > 1 else ""
        return "text/html", f'<html><meta charset=utf-8><section class="tgme_channel_history">{more}{posts}</section>'.encode()

    parts = _paged(DAYS)
    pages = {"/s/zavody": page(parts[0], parts[0][-1].month)}
    for earlier, part in pairwise(parts):
        pages[f"/s/zavody?before={earlier[-1].month}"] = page(part, part[-1].month)
    return pages


def _of_day(base: str, day: date) -> tuple[str, bytes]:
    row = f"<url><loc>{base}news/{day:%Y%m%d}/</loc><lastmod>{day}T11:00:00+03:00</lastmod></url>" if day in DAYS else ""
    return "text/xml", f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{row}</urlset>'.encode()


def _every_day() -> list[date]:
    return [DAYS[-1] + timedelta(days=number) for number in range((datetime.now(UTC).date() - DAYS[-1]).days + 2)]


def agency(base: str) -> Pages:
    """A feed of the newest only, and a sitemap for each day, as of RIA; most days have none of its articles."""
    maps = {f"/sitemap_article.xml?date_start={day:%Y%m%d}&date_end={day:%Y%m%d}": _of_day(base, day) for day in _every_day()}
    return {**maps, "/feed": _feed(base, DAYS[:1], ""), **_articles()}


def paper(base: str) -> Pages:
    """The same by the first and the last second of a day in Moscow, as of Rossiyskaya Gazeta."""
    maps = {}
    for day in _every_day():
        begins = int(datetime(day.year, day.month, day.day, tzinfo=ZoneInfo("Europe/Moscow")).timestamp())
        maps[f"/sitemaps/index.xml?date_start={begins}&date_end={begins + 86399}"] = _of_day(base, day)
    return {**maps, "/feed": _feed(base, DAYS[:1], ""), **_articles()}


BITRIX = 'since = "?set_filter=y&arrFilter1_DATE_ACTIVE_FROM_1={DD}.{MM}.{YYYY}&arrFilter1_DATE_ACTIVE_FROM_2="'
PLATFORMS: dict[str, tuple[Callable[[str], Pages], str, list[str]]] = {
    "bitrix": (bitrix, 'preset = "bitrix"\nlistings = ["{base}news/"]\n' + BITRIX, ["/news/20260310/", "/news/?PAGEN_1=2"]),
    "unfiltered": (unfiltered, 'preset = "bitrix"\nlistings = ["{base}news/"]\n' + BITRIX, ["/news/20260110/"]),
    "wordpress": (wordpress, 'preset = "wordpress"', ["/news/20260310/", "/wp-json/wp/v2/posts?per_page=50&page=1"]),
    "mos": (mos, 'preset = "mos"', []),
    "tatarstan": (tatarstan, 'preset = "tatarstan"\nlistings = []', ["/index.htm/news/20260110.htm"]),
    "sitemaps": (sitemaps, 'sitemaps = ["{base}sitemap.xml"]\narticle = "/news/\\\\d+/$"', ["/map-02.xml", "/news/20260310/"]),
    "linked_feed": (linked_feed, 'feeds = ["{base}feed"]', ["/news/20260310/"]),
    "templated_feed": (
        templated_feed,
        'feeds = ["{base}all/feed"]\nnext = "/all/feed/page/{page}"',
        ["/news/20260310/", "/all/feed/page/1"],
    ),
    "wordpress_feed": (wordpress_feed, 'feeds = ["{base}feed/?cat=7"]', ["/news/20260310/"]),
    "agency": (
        agency,
        'feeds = ["{base}feed"]\nday_sitemap = "{base}sitemap_article.xml?date_start={YYYY}{MM}{DD}&date_end={YYYY}{MM}{DD}"',
        ["/news/20260310/", "/sitemap_article.xml?date_start=20260331&date_end=20260331"],
    ),
    "paper": (
        paper,
        'feeds = ["{base}feed"]\nday_sitemap = "{base}sitemaps/index.xml?date_start={begins}&date_end={ends}"',
        ["/news/20260310/"],
    ),
    "telegram": (telegram, 'telegram = "{base}s/zavody"', ["/s/zavody?before=1"]),
}


@contextmanager
def _served(folder: Path, *platforms: str) -> Iterator[dict[str, list[str]]]:
    """A configuration with a source for each platform, all of them served; platform -> what was asked for."""
    with ExitStack() as stack:
        entries, asked = ["catalogue = false", "[crawl]", "delay = 0.0"], {}
        for name in platforms:
            site, entry, _ = PLATFORMS[name]
            base, asked[name] = stack.enter_context(serve(site))
            entries += [f"[sources.{name}]", f'home = "{base}"', "delay = 0.0", entry.replace("{base}", base)]
        (folder / "avtoklaster.toml").write_text("\n".join(entries), encoding="utf-8")
        yield asked


def _crawl(folder: Path, *options: str, since: date | None = SINCE) -> str:
    """What the command told on stderr."""
    day = ["--since", since.isoformat()] if since else []
    command = [sys.executable, "-m", "crawler", "crawl", *day, *options]
    done = subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stderr
    return done.stderr


def _kept(folder: Path) -> dict[str, set[date]]:
    """Platform -> days of the articles that were read there: their texts are the same, so most are copies of another's."""
    with sqlite3.connect(folder / "avtoklaster.db") as conn:
        rows = conn.execute("SELECT source, substr(published, 1, 10) FROM pages WHERE outcome IN ('stored', 'copy')").fetchall()
    kept: dict[str, set[date]] = {}
    for source, day in rows:
        kept.setdefault(source, set()).add(date.fromisoformat(day))
    return kept


@pytest.mark.slow
def test_history_goes_back_to_the_day_by_what_each_platform_offers_and_no_further(tmp_path: Path) -> None:
    with _served(tmp_path, *PLATFORMS) as asked:
        _crawl(tmp_path)
    assert _kept(tmp_path) == dict.fromkeys(PLATFORMS, WANTED)
    for name, (_, _, spared) in PLATFORMS.items():
        assert not set(spared) & set(asked[name]), asked[name]
        assert len(asked[name]) == len(set(asked[name])), "nothing is asked twice"


@pytest.mark.slow
def test_history_in_pieces_ends_equal_and_says_what_is_left(tmp_path: Path) -> None:
    names = ("bitrix", "wordpress", "sitemaps", "agency", "telegram")
    with _served(tmp_path, *names) as asked:
        told = _crawl(tmp_path, "--limit", "2")
        assert told.count("the same command goes on from here") == len(names)
        assert {name: len(days) for name, days in _kept(tmp_path).items()} == dict.fromkeys(names, 2)
        for _ in range(2):
            told = _crawl(tmp_path, "--limit", "2")
    assert "goes on from here" not in told
    assert _kept(tmp_path) == dict.fromkeys(names, WANTED)
    for name in names:
        articles = [path for path in asked[name] if path.startswith("/news/2026")]
        assert len(articles) == len(set(articles)), "no article is fetched twice"


@pytest.mark.slow
def test_a_search_for_another_day_leaves_nothing_open_of_the_one_before(tmp_path: Path) -> None:
    with _served(tmp_path, "bitrix"):
        assert "the same command goes on from here" in _crawl(tmp_path, "--limit", "2")
        told = _crawl(tmp_path, since=LATER)
        assert "goes on from here" not in told
        with sqlite3.connect(tmp_path / "avtoklaster.db") as conn:
            assert conn.execute("SELECT way FROM walks").fetchall() == []
        assert _kept(tmp_path)["bitrix"] == {day for day in DAYS if day >= LATER}
        _crawl(tmp_path)
    assert _kept(tmp_path)["bitrix"] == WANTED


@pytest.mark.slow
def test_a_feed_that_rolled_over_is_read_on_to_what_was_known_and_otherwise_asked_once(tmp_path: Path) -> None:
    pages: dict[str, tuple[str, bytes]] = dict(_articles())

    def at(base: str, days: list[date]) -> None:
        for number in range(1, 5):
            head = f'<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="next" href="{base}feed?page={number + 1}"/>'
            path = "/feed" if number == 1 else f"/feed?page={number}"
            pages[path] = _feed(base, days[number * 2 - 2 : number * 2], head)

    with serve(lambda _: pages) as (base, asked):
        (tmp_path / "avtoklaster.toml").write_text(
            f'catalogue = false\n[crawl]\ndelay = 0.0\n[sources.one]\nfeeds = ["{base}feed"]\ndelay = 0.0\n', encoding="utf-8"
        )
        for days, pages_asked in ((DAYS[6:], 1), (DAYS[5:], 1), (DAYS, 3)):
            asked.clear()
            at(base, days)
            _crawl(tmp_path, since=None)
            assert len([path for path in asked if path.startswith("/feed")]) == pages_asked, asked
    assert _kept(tmp_path)["one"] == set(DAYS)
    with sqlite3.connect(tmp_path / "avtoklaster.db") as conn:
        assert conn.execute("SELECT count(*) FROM gaps").fetchone() == (0,)


def test_a_gap_is_closed_by_a_search_that_goes_back_beyond_it_and_by_no_shorter_one(tmp_path: Path) -> None:
    with open_archive(tmp_path / "avtoklaster.db") as archive:
        now = datetime(2026, 8, 1, tzinfo=UTC)
        sources.sync(archive, [Source(id="unfiltered", name="one")])
        for begun in ("2026-03-01", "2026-05-01"):
            gaps.note(archive, "unfiltered", since=f"{begun}T00:00:00+00:00", until=now, reason="no way reached back", now=now)
    with _served(tmp_path, "unfiltered"):
        _crawl(tmp_path)
    with open_archive(tmp_path / "avtoklaster.db", read_only=True) as archive:
        rows = archive.conn.execute("SELECT substr(since, 1, 10), closed IS NOT NULL FROM gaps ORDER BY since").fetchall()
    assert [tuple(row) for row in rows] == [("2026-03-01", 0), ("2026-05-01", 1)]


def _running(**given: object) -> Crawl:
    began = datetime(2026, 9, 1, 12, tzinfo=UTC)
    crawl = Crawl(id=1, source=Source(id="one", name="one"), began=began, last_success=None, since=date(2026, 1, 1))
    for name, value in given.items():
        setattr(crawl, name, value)
    return crawl


def test_the_estimate_is_what_waits_and_what_the_other_days_will_bring_within_the_budget() -> None:
    later = datetime(2026, 9, 1, 12, 10, tzinfo=UTC)
    assert remaining(_running(), later) is None
    waiting = _running(tried=60, waiting=30, left=1000, back_to=date(2026, 1, 1))
    assert remaining(waiting, later) == timedelta(minutes=5)
    half = _running(tried=60, waiting=0, left=1000, back_to=date(2026, 5, 2))
    assert timedelta(minutes=9) < (remaining(half, later) or timedelta()) < timedelta(minutes=11)
    half.left = 6
    assert remaining(half, later) == timedelta(minutes=1)


def test_pinned_news_do_not_move_how_far_back_a_search_is() -> None:
    crawl = _running()
    crawl.read_back([date(2026, 8, 1), date(2026, 6, 3), date(2026, 6, 2), date(2019, 1, 1)])
    assert crawl.back_to == date(2026, 6, 3)
    crawl.read_back([date(2026, 8, 1), date(2026, 7, 1)])
    assert crawl.back_to == date(2026, 6, 3)
    crawl.waiting = 3
    assert unfinished(crawl) == "3 addresses wait: the same command goes on from here"
