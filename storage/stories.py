"""Articles of one event, grouped as they arrive: inside the transaction that stores the article, nothing kept in memory.

An article is compared with those that share its most telling terms within three weeks, what was found is kept in `story_links`,
and the articles that hang together by links are grouped anew, so that a late original joins or merges stories. Who came first
plays no part in it; a merged story keeps the older number. What a person said (`corrections`, field "story") stands.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence

from storage import story_index
from storage.connection import Archive
from storage.corrected import WANTED
from storage.story_groups import group
from storage.story_score import SAME_EVENT

_REACH = 60
"""Articles that are grouped anew at a time: those that hang most surely together with the new one."""


def assign(archive: Archive, article: int, features: bytes | None = None) -> int:
    """Finds the story of an article that is new or was changed, and returns its number; inside the caller's transaction.

    `features` are those of its title and text where they are known.
    """
    surest = story_index.add(archive, article, features)
    row = archive.one(
        "SELECT story, title, text, published_utc, source,"
        " EXISTS (SELECT 1 FROM corrections WHERE article = id AND field = 'story') AS pinned FROM articles WHERE id = ?",
        (article,),
    )
    assert row is not None
    if row["story"] is None and surest < SAME_EVENT:
        return _alone(archive, article, row)
    if row["story"] is not None and row["pinned"]:
        refresh(archive, (row["story"],))
        return int(row["story"])
    reconsider(archive, article)
    row = archive.one("SELECT story FROM articles WHERE id = ?", (article,))
    assert row is not None
    return int(row["story"])


def _alone(archive: Archive, article: int, row: sqlite3.Row) -> int:
    """A new article that is like no other, as most are: its story is written down at once."""
    cursor = archive.conn.execute(
        "INSERT INTO stories (title, first_published, last_published, articles, sources) VALUES (?, ?, ?, 1, 1)",
        (row["title"] or row["text"][:120], row["published_utc"], row["published_utc"]),
    )
    assert cursor.lastrowid is not None
    archive.conn.execute("UPDATE articles SET story = ? WHERE id = ?", (cursor.lastrowid, article))
    return cursor.lastrowid


def reconsider(archive: Archive, article: int) -> list[int]:
    """Groups the articles that hang together with one anew, by the links as they stand; the articles that were looked at."""
    members, complete = _together(archive, article)
    compare = story_index.Comparison(archive, members)
    groups = group(members, compare.links, compare.score, SAME_EVENT)
    _settle(archive, groups, complete=complete)
    return members


def _together(archive: Archive, article: int) -> tuple[list[int], bool]:
    """The articles that links connect with one, in an order that is not that of arrival; False if there are more of them.

    Articles that a person put into a story are not moved, nor do they connect others.
    """
    found = {article}
    edge = [article]
    complete = True
    while edge:
        rows = archive.conn.execute(
            "SELECT l.other, max(l.score) AS best FROM story_links AS l JOIN articles AS a ON a.id = l.other"
            f" WHERE l.article IN ({_marks(edge)}) AND l.score >= ?"
            " AND NOT EXISTS (SELECT 1 FROM corrections AS c WHERE c.article = l.other AND c.field = 'story')"
            " GROUP BY l.other ORDER BY best DESC, a.url",
            (*edge, SAME_EVENT),
        ).fetchall()
        new = [row["other"] for row in rows if row["other"] not in found]
        complete = complete and len(found) + len(new) <= _REACH
        edge = new[: max(0, _REACH - len(found))]
        found.update(edge)
    ordered = archive.conn.execute(
        f"SELECT id FROM articles WHERE id IN ({_marks(found)}) ORDER BY day IS NULL, day, url", tuple(found)
    )
    return [row["id"] for row in ordered], complete


def _marks(values: Iterable[object]) -> str:
    return ", ".join("?" for _ in values)


def _settle(archive: Archive, groups: Sequence[Sequence[int]], *, complete: bool) -> None:
    """Gives every group a story: of those that its articles are in the oldest, unless more of its articles went elsewhere."""
    members = [article for found in groups for article in found]
    rows = archive.conn.execute(f"SELECT id, story FROM articles WHERE id IN ({_marks(members)})", tuple(members))
    was = {row["id"]: row["story"] for row in rows}
    claims = _claims(archive, groups, was, complete=complete)
    touched = {story for story in was.values() if story is not None}
    for at, found in enumerate(groups):
        story = claims[at][0] if claims[at] else _follow(archive, found) or _new(archive)
        moving = [article for article in found if was[article] != story]
        archive.conn.executemany("UPDATE articles SET story = ? WHERE id = ?", [(story, article) for article in moving])
        touched.add(story)
        for old in claims[at][1:]:
            archive.conn.execute("UPDATE merged_stories SET into_story = ? WHERE into_story = ?", (story, old))
            archive.conn.execute("INSERT OR REPLACE INTO merged_stories (story, into_story) VALUES (?, ?)", (old, story))
            # what a person put into the story that is no more goes with it
            archive.conn.execute("UPDATE articles SET story = ? WHERE story = ?", (story, old))
    refresh(archive, touched)


def _claims(archive: Archive, groups: Sequence[Sequence[int]], was: dict[int, int | None], *, complete: bool) -> list[list[int]]:
    """For each group the stories that are its own, oldest first: those of which it has more articles than any other group."""
    counts: dict[int, list[int]] = defaultdict(lambda: [0] * len(groups))
    for at, found in enumerate(groups):
        for article in found:
            if (story := was[article]) is not None:
                counts[story][at] += 1
    claims: list[list[int]] = [[] for _ in groups]
    for story in sorted(counts):
        most = max(counts[story])
        if complete and _elsewhere(archive, story, was) >= most:
            continue
        claims[counts[story].index(most)].append(story)
    return claims


def _elsewhere(archive: Archive, story: int, was: dict[int, int | None]) -> int:
    """Articles of a story that hang together with none of these (those that a person put there do not count)."""
    row = archive.one(
        f"SELECT count(*) FROM articles AS a WHERE a.story = ? AND a.id NOT IN ({_marks(was)})"
        " AND NOT EXISTS (SELECT 1 FROM corrections AS c WHERE c.article = a.id AND c.field = 'story')",
        (story, *was),
    )
    return int(row[0]) if row else 0


def _follow(archive: Archive, found: Sequence[int]) -> int | None:
    """The story into which a person put an article that tells of the same event as these."""
    row = archive.one(
        "SELECT a.story FROM story_links AS l JOIN articles AS a ON a.id = l.other"
        f" WHERE l.article IN ({_marks(found)}) AND l.score >= ? AND a.story IS NOT NULL"
        " AND EXISTS (SELECT 1 FROM corrections AS c WHERE c.article = a.id AND c.field = 'story')"
        " ORDER BY l.score DESC, a.url LIMIT 1",
        (*found, SAME_EVENT),
    )
    return int(row["story"]) if row else None


def _new(archive: Archive) -> int:
    cursor = archive.conn.execute("INSERT INTO stories DEFAULT VALUES")
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def refresh(archive: Archive, stories: Iterable[int]) -> None:
    """Brings title, times and counts of stories up to date; a story without articles is gone.

    Its title is that of the article that was published first; the sources of copies count. What a person called irrelevant does
    not: a story of which nothing else is left has no articles, no times, and its old title.
    """
    for story in stories:
        archive.conn.execute(_REFRESH, {"story": story})
        archive.conn.execute(
            "DELETE FROM stories WHERE id = :id AND articles = 0 AND NOT EXISTS (SELECT 1 FROM articles WHERE story = :id)",
            {"id": story},
        )


_OF = f"a.story = :story AND {WANTED}"
_REFRESH = f"""
    UPDATE stories SET
        title = coalesce((SELECT CASE WHEN title != '' THEN title ELSE substr(text, 1, 120) END FROM articles AS a WHERE {_OF}
            ORDER BY title = '', published_utc IS NULL, published_utc, id LIMIT 1), title),
        first_published = (SELECT min(published_utc) FROM articles AS a WHERE {_OF}),
        last_published = (SELECT max(published_utc) FROM articles AS a WHERE {_OF}),
        articles = (SELECT count(*) FROM articles AS a WHERE {_OF}),
        sources = (SELECT count(*) FROM (
            SELECT source FROM articles AS a WHERE {_OF}
            UNION SELECT c.source FROM copies AS c JOIN articles AS a ON a.id = c.article WHERE {_OF}
        ))
    WHERE id = :story
"""


def told_again(archive: Archive, article: int) -> None:
    """A copy of the article was noted or is gone: the sources of its story are counted anew."""
    row = archive.one("SELECT story FROM articles WHERE id = ?", (article,))
    if row is not None and row["story"] is not None:
        refresh(archive, (row["story"],))


def moved(archive: Archive, was: int | None, story: int | None) -> None:
    """A person has put an article from one story into another."""
    refresh(archive, [number for number in (was, story) if number is not None])


def forget(archive: Archive, article: int) -> None:
    """Takes an article out of its story and of the look-up, before it is deleted."""
    story_index.remove(archive, article)
    row = archive.one("SELECT story FROM articles WHERE id = ?", (article,))
    if row is not None and row["story"] is not None:
        archive.conn.execute("UPDATE articles SET story = NULL WHERE id = ?", (article,))
        refresh(archive, (row["story"],))


def current(archive: Archive, story: int) -> int:
    """The number under which a story goes now, if it was merged since it was written down."""
    row = archive.one("SELECT into_story FROM merged_stories WHERE story = ?", (story,))
    return int(row["into_story"]) if row else story
