"""Copies and stories of a whole archive from scratch, with the code of today; what a person said about them stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from storage import articles, copies, stories, story_index
from storage.connection import Archive

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many articles are done, and of how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What regrouping changed.

    `copies`: (address, number of the article it is a copy of) of articles that turned out to be copies. `moved`: (article, story
    before, story now), the numbers of merged stories followed.
    """

    articles: int
    stories_before: int
    stories: int
    copies: tuple[tuple[str, int], ...]
    moved: tuple[tuple[int, int | None, int], ...]


class _Undo(Exception):
    pass


def regroup(archive: Archive, *, now: datetime, dry_run: bool = False, progress: Progress | None = None) -> Difference:
    """Finds copies and stories anew, in one transaction; with `dry_run` nothing stays changed.

    Articles keep their numbers, but for those that are copies now; a story keeps its own where most of its articles stay.
    Other processes cannot write meanwhile (a minute for some 5,000 articles). Raises storage.errors.* when it cannot be written.
    """
    found: Difference | None = None
    try:
        with archive.write():
            found = _regroup(archive, now, progress or (lambda what, done, of: None))
            if dry_run:
                raise _Undo
    except _Undo:
        pass
    assert found is not None
    return found


def _regroup(archive: Archive, now: datetime, progress: Progress) -> Difference:
    before = _stories(archive)
    numbers = archive.one("SELECT count(*) FROM stories")
    joined = _find_copies(archive, now, progress)
    _find_stories(archive, progress)
    after = _stories(archive)
    count = archive.one("SELECT count(*) FROM stories")
    assert numbers is not None
    assert count is not None
    moved = [
        (article, before[article], story)
        for article, story in after.items()
        if article in before and story is not None and story != _followed(archive, before[article])
    ]
    return Difference(articles=len(after), stories_before=numbers[0], stories=count[0], copies=tuple(joined), moved=tuple(moved))


def _stories(archive: Archive) -> dict[int, int | None]:
    return {row["id"]: row["story"] for row in archive.conn.execute("SELECT id, story FROM articles ORDER BY id")}


def _followed(archive: Archive, story: int | None) -> int | None:
    return None if story is None else stories.current(archive, story)


def _ids(archive: Archive) -> list[int]:
    """Every article, in an order that does not depend on arrival."""
    return [row[0] for row in archive.conn.execute("SELECT id FROM articles ORDER BY published_utc IS NULL, published_utc, url")]


def _find_copies(archive: Archive, now: datetime, progress: Progress) -> list[tuple[str, int]]:
    """Every article is looked for among those before it; the later one of two copies is merged into the earlier."""
    copies.clear(archive)
    joined = []
    ids = _ids(archive)
    for done, article in enumerate(ids):
        progress("copies", done, len(ids))
        row = archive.one("SELECT url, text FROM articles WHERE id = ?", (article,))
        assert row is not None
        found = copies.find(archive, row["text"], url=row["url"], without=article)
        if found is None:
            copies.remember(archive, article, row["text"])
            continue
        articles.merge(archive, article, found[0], similarity=found[1], now=now)
        joined.append((row["url"], found[0]))
    return joined


def _find_stories(archive: Archive, progress: Progress) -> None:
    """Terms are counted first, so that it does not matter which article is compared when."""
    story_index.clear(archive)
    rows = archive.conn.execute("SELECT title, text FROM articles ORDER BY id")
    story_index.count(archive, ((row["title"], row["text"]) for row in rows))
    ids = _ids(archive)
    for done, article in enumerate(ids):
        progress("links", done, len(ids))
        story_index.add(archive, article, counted=True)
    pinned = {row[0] for row in archive.conn.execute("SELECT article FROM corrections WHERE field = 'story'")}
    seen: set[int] = set()
    for done, article in enumerate(ids):
        progress("stories", done, len(ids))
        if article not in seen and article not in pinned:
            seen.update(stories.reconsider(archive, article))
    stories.refresh(archive, [row[0] for row in archive.conn.execute("SELECT id FROM stories")])
