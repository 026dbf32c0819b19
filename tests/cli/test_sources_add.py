"""`sources add` on sites as common systems make them: what it writes leads a crawl to every article, and to nothing else."""

import re
import sqlite3
import tomllib
from contextlib import ExitStack
from pathlib import Path

import pytest

from crawler.sources import merge
from spiders.listings import is_article
from tests.cli.conftest import Run
from tests.discovery.inventions import SITES
from tests.discovery.newsroom import NEWS
from tests.discovery.serving import serve

ARTICLE = re.compile(r"/node/|/\d+-v-oblasti|news/detail\.php|/tpost/|/media/news/\d|^/v-oblasti|/20\d\d/.*\.html$")
"""What the articles of these sites look like, told apart by hand."""

EXPECTED = {
    # site -> (feed, sitemap, listing, template), "" for what it has not
    "wordpress": ("feed/", "wp-sitemap.xml", "novosti/", ""),
    "drupal": ("", "", "press/news", ""),
    "joomla": ("index.php/press-tsentr/novosti?format=feed&type=rss", "", "index.php/press-tsentr/novosti", ""),
    "bitrix": ("", "", "press-center/news/", "?PAGEN_1={page}"),
    "tilda": ("", "sitemap-feeds.xml", "", ""),
    "sitemap_only": ("", "sitemap.xml", "", ""),
    "cyrillic": ("", "", "ru/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/", ""),
}


@pytest.mark.long
def test_what_add_writes_for_a_site_leads_to_all_its_articles_and_to_nothing_else(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "avtoklaster.toml"
    file.write_text('catalogue = false\ncontact = "test@localhost"\n[crawl]\ndelay = 0.0\n', encoding="utf-8")
    with ExitStack() as running:
        for name, site in SITES.items():
            base, asked = running.enter_context(serve(site))
            run("sources", "add", base, "--id", name)
            assert len(asked) <= 30, f"{name}: {asked}"
            _is_as_it_should_be(name, file, base)
        run("crawl", "--since", "2026-01-01")
    with sqlite3.connect(tmp_path / "avtoklaster.db") as conn:
        rows = conn.execute("SELECT source, outcome, count(*) FROM pages WHERE reason <> 'a way of the source' GROUP BY 1, 2")
        had: dict[str, int] = {}
        for source, outcome, count in rows:
            assert outcome in ("stored", "copy"), f"{source}: {outcome}"
            had[source] = had.get(source, 0) + count
    assert had == dict.fromkeys(SITES, len(NEWS))


def _is_as_it_should_be(name: str, file: Path, base: str) -> None:
    source = merge(tomllib.loads(file.read_text(encoding="utf-8"))["sources"], file=file, shipped=False)[name]
    feed, sitemap, listing, template = EXPECTED[name]
    assert source.feeds == ((base + feed,) if feed else ())
    assert source.sitemaps == ((base + sitemap,) if sitemap else ())
    assert source.listings == ((base + listing,) if listing else ())
    assert source.next == template
    for path in SITES[name](base):
        taken = is_article(source, base.rstrip("/") + path, base)
        assert taken == bool(ARTICLE.search(path)), f"{source.article} on {path}"
