"""What a person called irrelevant is nowhere listed and nowhere counted, as if it had never come, and comes back as it was."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from storage import (
    Archive,
    alerting,
    article_rows,
    browse,
    cookbook,
    marks,
    measures,
    open_archive,
    query,
    status,
    stories,
)
from storage.connection import APPLICATION_ID
from storage.corrections import correct
from storage.exporting import ARTICLES
from storage.migrations import LATEST, migrate
from storage.search import search
from tests.storage.invariants import broken
from tests.storage.samples import CITY, distinct, put

NOW = datetime.now(UTC).replace(microsecond=0)
TODAY, BEFORE = NOW.date().isoformat(), (NOW - timedelta(days=3)).date().isoformat()
SINCE = (NOW - timedelta(days=20)).date().isoformat()
LAST = "https://klops.ru/3"


def _fill(archive: Archive, *, last: bool) -> None:
    """Three articles in two stories; the `last` has everything that an article can have, and a source of its own."""
    archive.conn.execute(
        "INSERT INTO sources (id, name, region, kind) VALUES ('klops', 'Клопс', 'RU-KGD', 'media'), ('x', 'Х', '', '')"
    )
    put(archive, published=f"{BEFORE}T10:00:00+02:00", regions=("RU-KGD",), companies=("avtotor",), now=NOW - timedelta(hours=9))
    put(
        archive,
        url="https://kp40.ru/2",
        source="kp40",
        region="RU-KLU",
        text=CITY,
        published=BEFORE,
        now=NOW - timedelta(hours=8),
    )
    if last:
        more = {
            "source": "klops",
            "regions": ("RU-KGD", "RU-SAM"),
            "companies": ("avtovaz",),
            "matched": ({"term": "завод", "group": "x"},),
        }
        at = {"published": f"{TODAY}T10:00:00+02:00"}
        put(archive, url=LAST, text=distinct("один"), **at, **more, now=NOW - timedelta(hours=2))
        put(archive, url=LAST, text=distinct("один") + " Добавлено.", **at, **more, now=NOW - timedelta(hours=1))
        put(archive, url="https://x.ru/4", text=distinct("один") + " Добавлено.", source="x", now=NOW)
        archive.conn.execute("UPDATE articles SET story = 1, gone_since = ? WHERE id = 3", (NOW.isoformat(),))
    stories.refresh(archive, [1, 2, 3])


def _shown(archive: Archive) -> dict[str, Any]:
    """Everything that lists or counts articles for people."""
    found: dict[str, Any] = {
        table: [tuple(row) for row in archive.conn.execute(f"SELECT * FROM {table}")]
        for table in ("latest", "by_region", "story_sources", "edits", "source_health", "stories", "mentions")
    }
    found["months"] = [tuple(row) for row in archive.conn.execute("SELECT * FROM month_counts WHERE articles > 0")]
    for name, recipe in cookbook.load().items():
        if name not in ("corrected", "withdrawn"):
            found[f"@{name}"] = list(query.run(archive.path, recipe.sql, params=recipe.params)[1])
    for region in ("RU-KGD", "RU-SAM"):
        found[f"browse {region}"] = browse.stories(archive, SINCE, region=region), browse.latest(archive, region=region)
    asked = (browse.figures, browse.stories, browse.regions, browse.days)
    found |= {ask.__name__: ask(archive, SINCE) for ask in asked}
    found |= {"last day": browse.last_day(archive), "health": browse.health(archive), "story": browse.story(archive, 1)}
    found["totals"] = status.totals(archive)
    found["measures"] = [rows for name, *_, rows in measures.all_of(archive) if name in ("articles", "stories")]
    found["feed"], found["new"] = alerting.newest(archive, limit=9), marks.unseen(archive, (0, 0), marks.newest(archive))
    found["search"] = search(archive, "завод корпус", now=NOW)
    found["export"] = [tuple(row) for row in archive.conn.execute(ARTICLES)]
    return found


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with open_archive(tmp_path / "archive.db") as opened:
        yield opened


def test_nothing_lists_or_counts_what_a_person_called_irrelevant_until_a_person_thinks_again(
    archive: Archive, tmp_path: Path
) -> None:
    with open_archive(tmp_path / "without.db") as other:
        _fill(other, last=False)
        without = _shown(other)
    _fill(archive, last=True)
    before = _shown(archive)
    seen = {name for name in before if before[name] != without[name]}
    assert {"by_region", "@regions", "@vanished", "@rewritten", "@companies", "figures", "totals", "story_sources"} <= seen
    correct(archive, 3, "verdict", "irrelevant", now=NOW)
    assert broken(archive) == []
    now = _shown(archive)
    for name in without:
        assert now[name] == without[name], name
    correct(archive, 3, "verdict", "relevant", now=NOW)
    archive.conn.execute("UPDATE articles SET score = 0.9")
    assert broken(archive) == []
    after = _shown(archive)
    for name in before:
        assert after[name] == before[name], name


def test_the_counts_are_right_when_such_an_article_changes(archive: Archive) -> None:
    _fill(archive, last=True)
    for said, counted in (("irrelevant", 0), ("relevant", 1)):
        correct(archive, 3, "verdict", said, now=NOW)
        for field, value in (("region", "RU-SAM"), ("date", BEFORE), ("region", "RU-KGD"), ("date", "2026-01-05")):
            correct(archive, 3, field, value, now=NOW)
            assert broken(archive) == []
        assert archive.one("SELECT coalesce(sum(articles), 0) FROM month_counts WHERE source = 'klops'")[0] == counted


@pytest.mark.parametrize("both", [False, True])
def test_the_counts_are_right_when_such_an_article_is_removed_or_made_a_copy(archive: Archive, both: bool) -> None:
    _fill(archive, last=True)
    correct(archive, 3, "verdict", "irrelevant", now=NOW)
    if both:
        correct(archive, 2, "verdict", "irrelevant", now=NOW)
    correct(archive, 3, "copy", "2", now=NOW)
    assert broken(archive) == []
    assert tuple(archive.one("SELECT article FROM unwanted")) == (2,)
    assert archive.one("SELECT sum(articles) FROM month_counts")[0] == 1
    with archive.write():
        article_rows.remove(archive, 2)
    assert [wrong for wrong in broken(archive) if "month" in wrong or "mention" in wrong] == []
    assert archive.one("SELECT count(*) FROM unwanted")[0] == 0


def test_an_older_archive_forgets_what_it_had_counted(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    conn = sqlite3.connect(path, isolation_level=None)
    migrate(path, conn, APPLICATION_ID, target=15)
    conn.execute("INSERT INTO sources (id, name) VALUES ('gov39', 'Правительство')")
    conn.execute("INSERT INTO stories (id, title, first_published, articles, sources) VALUES (1, 'Т', '2026-01-02', 2, 1)")
    for number in (1, 2):
        conn.execute(
            "INSERT INTO articles (id, url, source, region, title, text, text_hash, published, published_utc, day, first_seen,"
            " last_seen, words, story, companies, regions) VALUES (?1, ?1, 'gov39', 'RU-KGD', 'Т', 'т', ?1, '2026-01-02',"
            " '2026-01-02', '2026-01-02', '2026', '2026', 1, 1, '[\"avtotor\"]', '[\"RU-KGD\", \"RU-SAM\"]')",
            (number,),
        )
        page = "INSERT INTO pages (url, source, first_seen, last_fetched, outcome, article)"
        page += " VALUES (?1, 'gov39', '', '', 'stored', ?1)"
        conn.execute(page, (number,))
    conn.execute("INSERT INTO corrections (article, field, value, at) VALUES (2, 'verdict', 'irrelevant', '2026')")
    conn.close()
    with open_archive(path) as archive:
        assert archive.one("PRAGMA user_version")[0] == LATEST
        assert [wrong for wrong in broken(archive) if "index" not in wrong and "words" not in wrong] == []
        assert archive.one("SELECT articles FROM stories")[0] == archive.one("SELECT articles FROM by_region")[0] == 1
