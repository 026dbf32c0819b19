"""The world is what its description says: the same every time, complete, and in the shapes it imitates."""

import html
import json
import os
import re
import subprocess
import sys
import urllib.request
from datetime import date

import pytest

from crawler.config import load_config
from crawler.simulator import World, start
from crawler.simulator.bylines import FORMS, byline
from crawler.simulator.press import load_pieces
from tests.simulator.raw import exchange, split

TODAY = date(2026, 9, 14)


def get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=20) as answer:
        return bytes(answer.read())


def test_the_texts_are_many_and_of_every_kind() -> None:
    pieces = load_pieces()
    assert len(pieces) >= 60
    assert sum(piece.relevant for piece in pieces) >= 30
    assert sum(not piece.relevant for piece in pieces) >= 30
    assert sum(bool(piece.copy) for piece in pieces) >= 3
    assert any(piece.edited for piece in pieces)
    stories = [piece.story for piece in pieces if piece.story]
    assert all(stories.count(story) >= 2 for story in stories)
    assert all(len(" ".join(piece.paragraphs)) >= 270 for piece in pieces if piece.site != "telegram")


def test_every_piece_can_be_fetched_and_shows_its_title_and_text(world: World) -> None:
    for piece in world.truth:
        if piece["site"] == "telegram":
            continue
        status, _, body = split(exchange(piece["url"]))
        assert status == 200, piece["url"]
        texts = [body.decode(charset, "ignore") for charset in ("utf-8", "cp1251", "koi8-r")]
        last = piece["paragraphs"][-1]
        assert any(last[:40] in re.sub(r"&(quot|#x27);", '"', text) for text in texts), piece["key"]


def test_two_worlds_of_one_day_are_the_same_but_for_their_ports(world: World) -> None:
    def truth(one: World) -> str:
        return re.sub(r":\d{4,5}/", "/", json.dumps(one.truth, ensure_ascii=False))

    with start(today=TODAY) as other:
        assert truth(other) == truth(world)


def test_bitrix_speaks_windows_1251_and_repeats_its_last_page(world: World) -> None:
    listing = world.sites["bitrix"] + "press/"
    assert "Новости" in get(listing).decode("cp1251")
    second, tenth = (re.findall(rb'<p class="news-item" id="\w+"', get(f"{listing}?PAGEN_1={page}")) for page in (2, 10))
    assert second and second == tenth


def test_the_api_pages_end_with_an_empty_list(world: World) -> None:
    api = world.sources["tatarstan"].api
    assert api
    first = json.loads(get(api.url.format(page=1)))
    assert {"title", "lead", "url", "news_date", "text"} <= set(first["items"][0])
    assert json.loads(get(api.url.format(page=50)))["items"] == []


def test_the_sitemaps_list_every_post_once(world: World) -> None:
    import gzip

    index = get(world.sources["wordpress"].sitemaps[0]).decode()
    found: list[str] = []
    for address in re.findall("<loc>([^<]+)</loc>", index):
        body = get(address)
        found += re.findall("<loc>([^<]+)</loc>", (gzip.decompress(body) if address.endswith(".gz") else body).decode())
    posts = sorted(piece["url"] for piece in world.truth if piece["site"] == "wordpress")
    assert sorted(url for url in found if re.search(r"/\d{4}/\d\d/", url)) == posts


def test_a_feed_that_has_not_changed_answers_304(world: World) -> None:
    for source in ("wordpress", "presscenter", "trade", "fund"):
        feed = world.sources[source].feeds[0]
        _, headers, _ = split(exchange(feed))
        assert split(exchange(feed, headers=f"If-None-Match: {headers['etag']}\r\n"))[0] == 304
        assert split(exchange(feed, headers=f"If-Modified-Since: {headers['last-modified']}\r\n"))[0] == 304
        assert split(exchange(feed, headers='If-None-Match: "other"\r\n'))[0] == 200


def test_a_closed_channel_answers_200_with_a_card(world: World) -> None:
    body = get(world.sites["telegram"] + "s/zakrytyj").decode()
    assert "tgme_page_title" in body and "tgme_widget_message" not in body


def test_the_never_ending_listing_never_ends_and_never_repeats_an_address(world: World) -> None:
    listing = world.sites["nasty"] + "news/"
    links = [set(re.findall(rb'href="(/news/\d+\?PHPSESSID=\w+)"', get(f"{listing}?page={page}"))) for page in (1, 40, 400)]
    assert all(links)
    assert not links[0] & links[1] and not links[1] & links[2]


def test_pages_with_contradictory_charsets_have_their_text_in_one_of_them(world: World) -> None:
    claims = set()
    for piece in (piece for piece in world.truth if piece["site"] == "nasty"):
        _, headers, body = split(exchange(piece["url"]))
        claims.add((headers["content-type"], b'charset="windows-1251"' in body, body[:3] == b"\xef\xbb\xbf"))
        assert any(piece["title"][:20] in body.decode(charset, "ignore") for charset in ("utf-8", "cp1251", "koi8-r"))
    assert len(claims) >= 4


def test_advancing_publishes_and_editing_rewrites(fresh: World) -> None:
    before = {piece["key"]: piece for piece in fresh.truth}
    address = fresh.edit("gov-seats")
    edited = next(piece for piece in fresh.truth if piece["key"] == "gov-seats")
    assert edited["text"] != before["gov-seats"]["text"]
    assert address == before["gov-seats"]["url"] == edited["url"]
    assert "45 тысяч" in get(address).decode("cp1251")
    assert fresh.advance(3).isoformat() == "2026-09-17"
    after = {piece["key"]: piece for piece in fresh.truth}
    assert set(before) < set(after)
    assert all(after[key]["url"] == before[key]["url"] for key in before)


def test_the_newest_can_be_held_back(fresh: World) -> None:
    everything = {piece["key"] for piece in fresh.truth}
    assert fresh.advance(-1) == TODAY
    assert {"gov-seats", "trade-wheels"} <= everything - {piece["key"] for piece in fresh.truth}
    assert fresh.advance(1) == TODAY
    assert {piece["key"] for piece in fresh.truth} == everything


def test_mirrors_have_articles_of_their_own_found_by_every_way() -> None:
    with start(today=TODAY, mirrors=3, articles=12) as world:
        titles = [title for number in (1, 2, 3) for title in world.mirror(number).values()]
        assert len(titles) == 36 and len(set(titles)) > 30
        truth = world.mirror(2)
        assert all(title in html.unescape(get(url).decode()) for url, title in truth.items())
        feed, sitemap = get(world.sources["mirror2-feed"].feeds[0]), get(world.sources["mirror2-sitemap"].sitemaps[0])
        listing = world.sources["mirror2-listing"].listings[0]
        api = world.sources["mirror2-api"].api
        assert api
        paged = get(listing) + get(f"{listing}?page=2"), get(api.url.format(page=1)) + get(api.url.format(page=2))
        for found in (feed, sitemap, *paged):
            assert set(re.findall(rb"/news/(\d+)/", found)) == {str(number).encode() for number in range(1, 13)}


def test_editing_a_piece_without_another_wording_is_an_error(fresh: World) -> None:
    with pytest.raises(ValueError, match="no other wording"):
        fresh.edit("gov-bridge")


def test_every_byline_form_names_the_day_it_was_given() -> None:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    moment = datetime(2026, 9, 13, 9, 5, tzinfo=ZoneInfo("Europe/Moscow"))
    printed = {form: byline(form, moment, TODAY) for form in FORMS}
    assert printed["full"] == "13 сентября 2026, 09:05"
    assert printed["weekday"] == "Воскресенье, 13 сентября 2026 года"
    assert printed["relative"] == "Вчера, 09:05"
    assert printed["no_year_digits"] == "13.09, 09:05"
    assert len(set(printed.values())) == len(FORMS)


def test_its_configuration_is_one_that_we_read(world: World, tmp_path: "os.PathLike[str]") -> None:
    from pathlib import Path

    file = Path(tmp_path) / "avtoklaster.toml"
    file.write_text(world.config, encoding="utf-8")
    sources = load_config(file).sources
    assert set(sources) == set(world.sources)
    assert sources["tatarstan"].api == world.sources["tatarstan"].api
    assert sources["bitrix"].listings == world.sources["bitrix"].listings
    assert not sources["traps"].enabled


def test_it_ends_when_its_stdin_closes() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "crawler.simulator"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ}
    )
    assert process.stdin and process.stdout
    announced = json.loads(process.stdout.readline())
    assert announced["sites"]["bitrix"].startswith("http://127.0.0.")
    process.stdin.close()
    assert process.wait(timeout=10) == 0
    process.stdout.close()


def test_it_ends_on_sigterm() -> None:
    process = subprocess.Popen([sys.executable, "-m", "crawler.simulator"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdin and process.stdout
    process.stdout.readline()
    process.terminate()
    assert process.wait(timeout=10) == 0
    process.stdin.close()
    process.stdout.close()
