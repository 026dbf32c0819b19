"""A Cyrillic host name from its entry to the archive: one article each, however an address is spelled.

The names are real in form and resolve nowhere: a proxy on loopback answers for them, as it would for a source behind one.
"""

from pathlib import Path

import pytest

from tests.crawl.conftest import Desk
from tests.crawl.pages import article, site

HOST = "завод-кластер.рф"
ALABEL = HOST.encode("idna").decode()


def spelled(number: int) -> list[str]:
    """The same address as feeds and people write it."""
    return [
        f"http://{HOST}/новости/{number}/",
        f"http://{ALABEL}/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/{number}/",
        f"http://{HOST.upper()}/%d0%bd%d0%be%d0%b2%d0%be%d1%81%d1%82%d0%b8/{number}/?utm_source=tg",
        f"http://{HOST}./новости/{number}/#top",
    ]


def test_a_site_under_a_cyrillic_name_is_crawled_once_under_every_spelling(tmp_path: Path) -> None:
    items = "".join(f"<item><title>Линия</title><link>{url}</link></item>" for n in (1, 2, 3) for url in spelled(n))
    cards = "".join(
        f'<li><a href="{url}">Завод автокомпонентов запустил новую линию</a></li>' for n in (3, 4, 5) for url in spelled(n)
    )
    path = "/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/{}/"
    pages = {
        "/rss.xml": ("text/xml", f'<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel>{items}</channel></rss>'),
        "/%D0%BB%D0%B5%D0%BD%D1%82%D0%B0/": ("text/html; charset=utf-8", f"<html><body><ul>{cards}</ul></body></html>"),
        **{path.format(number): article(number) for number in range(1, 6)},
    }
    with site(pages) as running:
        desk = Desk(
            tmp_path,
            'catalogue = false\ncontact = "test@localhost"\n[crawl]\ndelay = 0.0\n[sources.cluster]\nname = "Кластер"\n'
            f'kind = "cluster"\nfeeds = ["http://{HOST}/rss.xml"]\nlistings = ["http://{HOST}/лента/"]\n'
            f"article = '/новости/\\d+/$'\nproxy = \"{running.base}\"\n",
        )
        desk.crawl("cluster")
        asked = running.take()
        assert {host for host, *_ in asked} == {ALABEL}
        assert sorted(where for _, where, *_ in asked) == sorted(pages)
        assert {status for *_, status, _ in asked} == {200}
        kept = desk.rows("SELECT url FROM articles UNION SELECT url FROM copies ORDER BY url")
        assert kept == [(f"http://{ALABEL}{path.format(number)}",) for number in range(1, 6)]
        desk.crawl("cluster")
        assert {(status, conditional) for *_, status, conditional in running.take()} == {(304, True)}


@pytest.mark.long
@pytest.mark.parametrize("name", [HOST, ALABEL, HOST.upper() + "."])
def test_an_article_is_found_again_by_either_spelling_of_its_address(tmp_path: Path, name: str) -> None:
    path = "/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/1/"
    with site(
        {
            path: article(1),
            "/rss.xml": ("text/xml", f"<rss><channel><item><link>http://{HOST}{path}</link></item></channel></rss>"),
        }
    ) as running:
        desk = Desk(
            tmp_path,
            'catalogue = false\ncontact = "test@localhost"\n[crawl]\ndelay = 0.0\n[sources.cluster]\nname = "Кластер"\n'
            f'kind = "cluster"\nfeeds = ["http://{name}/rss.xml"]\nproxy = "{running.base}"\n',
        )
        desk.crawl("cluster")
        assert desk.one("SELECT count(*) FROM articles") == 1
