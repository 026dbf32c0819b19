"""Copies and stories of a whole archive from scratch, with the code of today; what a person said about them stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from storage import copies, partial, reprints, stories, story_index
from storage.connection import Archive, open_archive, typed_errors
from storage.fingerprints import FINGERPRINT_VERSION, sketch
from storage.likeness import prepare
from storage.story_features import STORY_VERSION

NEEDED = "its copies and stories were found by an older version: run `avtoklaster regroup` once"
"""What is said of an archive that is outdated."""

_AT_ONCE = 50
"""Articles a transaction: a crawl waits a fraction of a second for its turn."""

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


def regroup(archive: Archive, *, now: datetime, dry_run: bool = False, progress: Progress | None = None) -> Difference:
    """Finds copies and stories anew; with `dry_run` in a copy of the archive beside it, which is removed again.

    Articles keep their numbers, but for those that are copies now; a story keeps its own where most of its articles stay.
    A few dozen articles a transaction, so that crawls go on meanwhile; broken off, it leaves a whole archive.
    Raises storage.errors.* when it cannot be written.
    """
    if not dry_run:
        return _regroup(archive, now, progress or (lambda what, done, of: None))
    rehearsed = archive.path.with_name(f"{archive.path.name}.regrouped")
    try:
        copy = partial.begin(rehearsed, archive.path)
        with typed_errors(archive.path):
            archive.conn.execute("VACUUM INTO ?", (str(copy),))
        with open_archive(copy, create=False) as rehearsal:
            return regroup(rehearsal, now=now, progress=progress)
    finally:
        partial.remove(rehearsed)


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


def is_outdated(archive: Archive) -> bool:
    """Were copies and stories found by an older version, that would find others today? Told from the articles kept longest."""
    row = archive.one(
        "SELECT EXISTS (SELECT 1 FROM (SELECT version FROM copy_sketches ORDER BY article LIMIT 200) WHERE version <> ?)"
        " OR EXISTS (SELECT 1 FROM (SELECT version FROM story_features ORDER BY article LIMIT 200) WHERE version <> ?)",
        (FINGERPRINT_VERSION, STORY_VERSION),
    )
    return bool(row and row[0])


def _stories(archive: Archive) -> dict[int, int | None]:
    return {row["id"]: row["story"] for row in archive.conn.execute("SELECT id, story FROM articles ORDER BY id")}


def _followed(archive: Archive, story: int | None) -> int | None:
    return None if story is None else stories.current(archive, story)


def _ids(archive: Archive) -> list[int]:
    """Every article, in an order that does not depend on arrival."""
    return [row[0] for row in archive.conn.execute("SELECT id FROM articles ORDER BY published_utc IS NULL, published_utc, url")]


def _each(archive: Archive, ids: Sequence[int], what: str, progress: Progress, do: Callable[[int], None]) -> None:
    """Does something with every article that is still there, a few dozen in each transaction."""
    for at in range(0, len(ids), _AT_ONCE):
        with archive.write():
            for done, article in enumerate(ids[at : at + _AT_ONCE], start=at):
                progress(what, done, len(ids))
                if archive.one("SELECT 1 FROM articles WHERE id = ?", (article,)):
                    do(article)


def _find_copies(archive: Archive, now: datetime, progress: Progress) -> list[tuple[str, int]]:
    """Of two copies the later one is merged into the earlier. Each is looked for when it was noted anew itself."""
    joined: list[tuple[str, int]] = []
    ids = _ids(archive)
    order = {article: at for at, article in enumerate(ids)}

    def find(article: int) -> None:
        row = archive.one("SELECT url, text FROM articles WHERE id = ?", (article,))
        assert row is not None
        hashes = sketch(prepare(row["text"]).shingles)
        copies.remember(archive, article, hashes)
        found = copies.find(archive, row["text"], hashes, url=row["url"], without=article)
        if found is None:
            return
        later, earlier = sorted((article, found[0]), key=lambda one: order.get(one, len(order)), reverse=True)
        address = archive.one("SELECT url FROM articles WHERE id = ?", (later,))
        assert address is not None
        reprints.merge(archive, later, earlier, similarity=found[1], now=now)
        joined.append((address["url"], earlier))

    _each(archive, ids, "copies", progress, find)
    return joined


def _find_stories(archive: Archive, progress: Progress) -> None:
    """All is noted as the code of today sees it before anything is compared, so that it does not matter which comes when."""
    ids = _ids(archive)
    old = {row[0] for row in archive.conn.execute("SELECT article FROM story_features WHERE version = ?", (STORY_VERSION,))}
    _each(archive, [one for one in ids if one not in old], "terms", progress, lambda article: _link(archive, article))
    _each(archive, ids, "links", progress, lambda article: _link(archive, article))
    pinned = {row[0] for row in archive.conn.execute("SELECT article FROM corrections WHERE field = 'story'")}
    seen: set[int] = set()

    def tell(article: int) -> None:
        if article not in seen and article not in pinned:
            seen.update(stories.reconsider(archive, article))

    _each(archive, ids, "stories", progress, tell)
    numbers = [row[0] for row in archive.conn.execute("SELECT id FROM stories ORDER BY id")]
    for at in range(0, len(numbers), 10 * _AT_ONCE):
        with archive.write():
            stories.refresh(archive, numbers[at : at + 10 * _AT_ONCE])


def _link(archive: Archive, article: int) -> None:
    story_index.add(archive, article)
