"""Copies and stories from scratch: what was right stays, what was wrong is put right, what a person said stands."""

from storage import Archive, articles, corrections
from storage.regrouping import regroup
from tests.quality.story_fit import invented
from tests.storage.samples import NOW, count, put

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
