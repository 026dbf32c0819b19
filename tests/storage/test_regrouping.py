"""Copies and stories from scratch: what was right stays, what was wrong is put right, what a person said stands."""

import pytest

from storage import Archive, articles, corrections, open_archive
from storage.regrouping import is_outdated, regroup
from tests.quality.story_fit import invented
from tests.storage.samples import NOW, count, distinct, put

ROWS = invented()


def _fill(archive: Archive) -> list[int]:
    return [
        put(
            archive, url=f"https://s{at}.ru/1", source=f"s{at}", published=row["published"], text=f"{row['title']}\n{row['text']}"
        ).article
        for at, row in enumerate(ROWS[:16])
    ]


def _parted(archive: Archive) -> dict[int, int]:
    return {row["id"]: row["story"] for row in archive.conn.execute("SELECT id, story FROM articles")}


def test_regrouping_what_is_right_changes_nothing(archive: Archive) -> None:
    _fill(archive)
    before, tables = (
        _parted(archive),
        [count(archive, name) for name in ("story_features", "story_index", "copy_index", "stories")],
    )
    difference = regroup(archive, now=NOW)
    assert (difference.articles, difference.copies, difference.moved) == (16, (), ())
    assert _parted(archive) == before
    assert [count(archive, name) for name in ("story_features", "story_index", "copy_index", "stories")] == tables


@pytest.mark.parametrize("table", ["copy_sketches", "story_features"])
def test_an_archive_of_an_older_version_is_outdated_until_it_is_regrouped(archive: Archive, table: str) -> None:
    assert not is_outdated(archive)
    _fill(archive)
    assert not is_outdated(archive)
    archive.conn.execute(f"UPDATE {table} SET version = version - 1")
    put(archive, url="https://new.ru/1", text=distinct("new"))
    assert is_outdated(archive)
    regroup(archive, now=NOW)
    assert not is_outdated(archive)


def test_lost_stories_and_missed_copies_are_found_again(archive: Archive) -> None:
    ids = _fill(archive)
    right = _parted(archive)
    late = put(
        archive, url="https://z.ru/9", source="z", published="2025-12-31", text="Другое\nСовсем другой текст о погоде и реке."
    ).article
    archive.conn.execute("UPDATE articles SET story = NULL")
    archive.conn.execute("UPDATE articles SET text = ? WHERE id = ?", (ROWS[0]["text"], late))
    archive.conn.execute("DELETE FROM copy_index")
    difference = regroup(archive, now=NOW)
    assert [address for address, _ in difference.copies] == ["https://z.ru/9"]
    assert articles.get(archive, "https://z.ru/9")["id"] == ids[0]  # type: ignore[index]
    found = _parted(archive)
    assert {frozenset(a for a in found if found[a] == s) for s in found.values()} == {
        frozenset(a for a in right if right[a] == s) for s in right.values()
    }


def test_a_dry_run_reports_and_changes_nothing(archive: Archive) -> None:
    ids = _fill(archive)
    archive.conn.execute("UPDATE articles SET story = NULL WHERE id = ?", (ids[0],))
    before = _parted(archive)
    assert [article for article, _, _ in regroup(archive, now=NOW, dry_run=True).moved] == [ids[0]]
    assert _parted(archive) == before


def test_a_persons_story_outlives_regrouping(archive: Archive) -> None:
    ids = _fill(archive)
    corrections.correct(archive, ids[1], "story", "new", now=NOW)
    own = _parted(archive)[ids[1]]
    regroup(archive, now=NOW)
    assert _parted(archive)[ids[1]] == own
    assert [article for article, story in _parted(archive).items() if story == own] == [ids[1]]


def test_a_crawl_has_its_turn_while_the_archive_is_regrouped(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another connection that would not wait a moment writes between any two handfuls of articles."""
    _fill(archive)
    monkeypatch.setattr("storage.regrouping._AT_ONCE", 4)
    stored: list[str] = []
    write = Archive.write

    with open_archive(archive.path) as crawling:
        crawling.conn.execute("PRAGMA busy_timeout = 0")

        def taking_turns(self: Archive):  # type: ignore[no-untyped-def]
            if self is archive and not archive.conn.in_transaction and len(stored) < 6:
                monkeypatch.setattr(Archive, "write", write)
                stored.append(f"https://crawl.ru/{len(stored)}")
                put(crawling, url=stored[-1], source="crawl", text=distinct(stored[-1]))
                monkeypatch.setattr(Archive, "write", taking_turns)
            return write(self)

        monkeypatch.setattr(Archive, "write", taking_turns)
        regroup(archive, now=NOW)
    assert len(stored) == 6
    assert all(articles.get(archive, url) for url in stored)


def test_a_regrouping_that_is_broken_off_leaves_a_whole_archive(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = _fill(archive)
    right = _parted(archive)
    monkeypatch.setattr("storage.regrouping._AT_ONCE", 4)
    for phase in ("copies", "links", "stories"):

        def stop(what: str, done: int, of: int, phase: str = phase) -> None:
            if (what, done) == (phase, 6):
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            regroup(archive, now=NOW, progress=stop)
        assert _parted(archive) == right
        assert count(archive, "story_features") == count(archive, "copy_sketches") == len(ids)
    assert regroup(archive, now=NOW).moved == ()
