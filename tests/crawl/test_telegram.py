"""Channels are crawled as sources: posts become articles with identity, time and revisions; leads go to their own sources."""

from collections.abc import Iterator

import pytest

from crawler.simulator import World, start
from tests.crawl.conftest import Desk
from tests.crawl.test_revisits import hours_pass
from tests.discovery.serving import serve


@pytest.fixture()
def world() -> Iterator[World]:
    """A world of its own a test: what is edited stays edited."""
    with start() as running:
        yield running


def test_posts_become_articles_by_their_own_address_with_the_time_the_channel_states(desk: Desk, world: World) -> None:
    desk.crawl("telegram")
    posts = {piece["url"]: piece for piece in world.truth if piece["site"] == "telegram"}
    kept = desk.rows("SELECT url, title, published, published_by, source FROM articles")
    assert kept
    for url, title, published, by, source in kept:
        assert title == posts[url]["title"]
        assert published[:16] == posts[url]["published"][:16]
        assert (by, source) == ("telegram", "telegram")
    assert desk.one("SELECT count(*) FROM pages WHERE outcome = 'blocked'") == 0


@pytest.mark.slow
def test_a_second_crawl_stores_nothing_and_an_edited_post_becomes_a_revision(desk: Desk, world: World) -> None:
    desk.crawl("telegram")
    before = desk.contents()
    desk.crawl("telegram")
    assert desk.contents() == before
    url = world.edit("post-brakes")
    desk.crawl("telegram")
    assert desk.rows("SELECT new, revised FROM crawls ORDER BY id DESC LIMIT 1") == [(0, 1)]
    assert desk.one("SELECT count(*) FROM revisions r JOIN articles a ON a.id = r.article WHERE a.url = ?", url) == 1
    desk.crawl("telegram")
    assert desk.rows("SELECT new, revised FROM crawls ORDER BY id DESC LIMIT 1") == [(0, 0)]


@pytest.mark.slow
def test_links_to_press_pages_of_known_sources_wait_for_those_sources(desk: Desk, world: World) -> None:
    desk.crawl("telegram")
    waiting = dict(desk.rows("SELECT address, source FROM links WHERE via = 'lead'"))
    urls = {piece["key"]: (piece["url"], piece["site"]) for piece in world.truth}
    for key in ("gov-seats", "oka-brakes"):
        url, site = urls[key]
        assert waiting[url] == site
    desk.crawl("bitrix")
    assert desk.one("SELECT outcome FROM pages WHERE url = ?", urls["gov-seats"][0]) == "stored"
    assert urls["gov-seats"][0] not in dict(desk.rows("SELECT address, source FROM links"))


@pytest.mark.slow
def test_a_closed_channel_is_a_blocked_crawl(desk: Desk, world: World) -> None:
    config = desk.folder / "avtoklaster.toml"
    text = config.read_text(encoding="utf-8")
    config.write_text(text + f'\n[sources.zakryto]\ntelegram = "{world.sites["telegram"]}s/zakryto"\n', encoding="utf-8")
    desk.crawl("zakryto", code=1)
    assert desk.one("SELECT outcome FROM crawls") == "blocked"
    assert "closed, renamed" in desk.one("SELECT message FROM crawls")


def test_a_site_that_cannot_be_reached_falls_back_to_its_channel_and_says_so(desk: Desk, world: World) -> None:
    config = desk.folder / "avtoklaster.toml"
    text = config.read_text(encoding="utf-8")
    entry = f'listings = ["http://127.0.0.1:9/news/"]\ntelegram = "{world.sites["telegram"]}s/promvestnik"\n'
    config.write_text(text + f"\n[sources.zapas]\n{entry}", encoding="utf-8")
    desk.crawl("zapas")
    outcome, message, new = desk.rows("SELECT outcome, message, new FROM crawls")[0]
    assert (outcome, new > 0) == ("partial", True)
    assert "http://127.0.0.1:9/news/" in message


def test_a_site_that_shows_its_list_and_refuses_every_article_falls_back_to_its_channel_too(desk: Desk, world: World) -> None:
    rows = "".join(f'<li><a href="/closed/{number}/">Завод автокомпонентов {number}</a></li>' for number in range(100, 140))
    refusal = "<h1>Доступ к сайту из вашей страны ограничен</h1>"
    pages = {f"/closed/{number}/": ("text/html; charset=utf-8", refusal.encode()) for number in range(100, 140)}
    pages["/closed/"] = ("text/html; charset=utf-8", f"<ul>{rows}</ul>".encode())
    config = desk.folder / "avtoklaster.toml"
    with serve(lambda _: pages) as (base, asked):
        entry = (
            f'listings = ["{base}closed/"]\narticle = "/closed/[0-9]+/"\ntelegram = "{world.sites["telegram"]}s/promvestnik"\n'
        )
        config.write_text(config.read_text(encoding="utf-8") + f"\n[sources.zakryt]\n{entry}delay = 0.0\n", encoding="utf-8")
        desk.crawl("zakryt")
        outcome, message, new = desk.rows("SELECT outcome, message, new FROM crawls")[0]
        assert (outcome, new > 0) == ("partial", True), message
        assert "challenge: geographical block; its channel was asked instead" in message
        assert len([path for path in asked if path.count("/") == 3]) == 10, "then the site is left alone"
        assert desk.one("SELECT count(*) FROM links WHERE source = 'zakryt'") == 40, "what was refused waits"


def _post(number: int, text: str) -> str:
    head = f'<div class="tgme_widget_message js-widget_message" data-post="zavody_oblasti/{number}">'
    body = f'<div class="tgme_widget_message_text js-message_text" dir="auto">{text}</div>'
    return (
        f'{head}{body}<a class="tgme_widget_message_date"><time datetime="2026-03-{number:02}T08:30:00+00:00"></time></a></div>'
    )


def _page(*posts: str) -> tuple[str, bytes]:
    body = f'<html><body><section class="tgme_channel_history js-message_history">{"".join(posts)}</section></body></html>'
    return "text/html; charset=utf-8", body.encode()


OPENED = (
    "В Калуге открыли завод автокомпонентов<br/><br/>Предприятие вошло в автомобильный кластер области и выпускает тормозные "
    "колодки для автозавода. Инвестиции составили {much} млн рублей, создано 120 рабочих мест."
)


@pytest.mark.slow
def test_a_post_that_left_the_preview_is_looked_at_again_by_its_widget(desk: Desk) -> None:
    newest = _post(29, "Поздравляем работников автопрома с праздником и желаем новых успехов в труде!")
    pages = {"/s/zavody_oblasti": _page(_post(3, OPENED.format(much=310)))}
    config = desk.folder / "avtoklaster.toml"
    with serve(lambda _: pages) as (base, asked):
        entry = f'\n[sources.kanal]\ntelegram = "{base}s/zavody_oblasti"\ndelay = 0.0\n'
        config.write_text(config.read_text(encoding="utf-8") + entry, encoding="utf-8")
        desk.crawl("kanal")
        post, widget = f"{base}zavody_oblasti/3", "/zavody_oblasti/3?embed=1&mode=tme"
        assert desk.rows("SELECT url FROM articles") == [(post,)]
        pages["/s/zavody_oblasti"] = _page(newest)
        pages[widget] = _page(_post(3, OPENED.format(much=310)))
        desk.crawl("kanal")
        assert widget not in asked, "too early"

        hours_pass(desk, 3)
        desk.crawl("kanal")
        assert asked.count(widget) == 1
        assert desk.one("SELECT count(*) FROM revisions") == 0
        desk.crawl("kanal")
        assert asked.count(widget) == 1, "ever more seldom"

        hours_pass(desk, 24)
        pages[widget] = _page(_post(3, OPENED.format(much=470)))
        desk.crawl("kanal")
        assert desk.rows("SELECT new, revised, failed, outcome FROM crawls ORDER BY id DESC LIMIT 1") == [(0, 1, 0, "finished")]
        assert "310 млн" in desk.one("SELECT text FROM revisions")
        assert "470 млн" in desk.one("SELECT text FROM articles")

        hours_pass(desk, 96)
        pages[widget] = "text/html; charset=utf-8", b'<div class="tgme_widget_message_error">Post not found</div>'
        desk.crawl("kanal")
        assert desk.rows("SELECT url FROM articles WHERE gone_since IS NOT NULL") == [(post,)]
        assert desk.one("SELECT reason FROM pages WHERE url = ?", post) == "the post is not there any more"
