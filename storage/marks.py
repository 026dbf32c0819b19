"""A person's marks: tags and notes on articles and stories, and how far each person has read.

A story is marked through one of its articles (`scope` "story"): stories are regrouped now and then, articles keep their ids,
so the mark follows the event.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from storage.connection import Archive
from storage.corrected import WANTED
from storage.text import clean
from storage.times import stamp

SCOPES = ("article", "story")


def tag(archive: Archive, article: int, names: Iterable[str], *, scope: str = "article", who: str, now: datetime) -> int:
    """Puts tags on an article or on its story; how many of them were not there yet."""
    with archive.write():
        cursor = archive.conn.executemany(
            "INSERT OR IGNORE INTO labels (article, scope, tag, who, at) VALUES (?, ?, ?, ?, ?)",
            [(article, scope, _tag(name), who, stamp(now)) for name in names],
        )
    return cursor.rowcount


def untag(archive: Archive, article: int, names: Iterable[str], *, scope: str = "article") -> int:
    """Takes tags off again, a story's from whichever of its articles they hang on; how many there were."""
    with archive.write():
        cursor = archive.conn.executemany(
            f"DELETE FROM labels WHERE article IN ({_SAME[scope]}) AND scope = ? AND tag = ?",
            [(article, scope, _tag(name)) for name in names],
        )
    return cursor.rowcount


_SAME = {
    "article": "?",
    "story": "SELECT one.id FROM articles AS one JOIN articles AS other ON one.story = other.story OR one.id = other.id"
    " WHERE other.id = ?",
}


def _tag(name: str) -> str:
    """A tag is one line; raises ValueError for an empty one."""
    cleaned = " ".join(clean(name).split())
    if not cleaned:
        raise ValueError("a tag needs a word")
    return cleaned


def note(archive: Archive, article: int, text: str, *, scope: str = "article", who: str, now: datetime) -> int:
    """Adds a note to an article or its story; the note's id. Raises ValueError for an empty one."""
    if not text.strip():
        raise ValueError("a note needs words")
    with archive.write():
        cursor = archive.conn.execute(
            "INSERT INTO notes (article, scope, text, who, at) VALUES (?, ?, ?, ?, ?)",
            (article, scope, clean(text).strip(), who, stamp(now)),
        )
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def drop_note(archive: Archive, note: int) -> bool:
    """Removes a note; False if there was none of that id."""
    with archive.write():
        return archive.conn.execute("DELETE FROM notes WHERE id = ?", (note,)).rowcount == 1


def marks(archive: Archive, article: int) -> list[dict[str, Any]]:
    """The tags and notes of an article and of its story, oldest first: kind (tag, note), scope, id (of a note), text, who, at."""
    rows = archive.conn.execute(
        "SELECT 'tag' AS kind, scope, NULL AS id, tag AS text, who, at FROM labels WHERE article = :a AND scope = 'article'"
        f" OR scope = 'story' AND article IN ({_SAME['story'].replace('?', ':a')})"
        " UNION ALL SELECT 'note', scope, id, text, who, at FROM notes WHERE article = :a AND scope = 'article'"
        f" OR scope = 'story' AND article IN ({_SAME['story'].replace('?', ':a')}) ORDER BY at, kind, text",
        {"a": article},
    )
    return [dict(row) for row in rows]


def last_seen(archive: Archive, who: str) -> tuple[int, int, str | None]:
    """How far a person has read: the id of the last article and of the last revision, and when; (0, 0, None) at first."""
    row = archive.one("SELECT article, revision, at FROM seen WHERE who = ?", (who,))
    return (row["article"], row["revision"], row["at"]) if row else (0, 0, None)


def newest(archive: Archive) -> tuple[int, int]:
    """The ids of the newest article and the newest revision."""
    row = archive.one(
        "SELECT (SELECT coalesce(max(id), 0) FROM articles) AS article, (SELECT coalesce(max(id), 0) FROM revisions) AS revision"
    )
    assert row is not None
    return row["article"], row["revision"]


def unseen(archive: Archive, since: tuple[int, int], until: tuple[int, int]) -> list[dict[str, Any]]:
    """What came between two marks: articles (`what` "new") and edits of older ones ("edited"), newest day first.

    Keys: what, id, published, region, source, story, told (articles of the story), title, url.
    """
    rows = archive.conn.execute(
        "SELECT w.what, a.id, a.published, a.region, a.source, a.story, coalesce(s.articles, 1) AS told, a.title, a.url"
        " FROM (SELECT id, 'new' AS what FROM articles WHERE id > :article AND id <= :last_article"
        "  UNION ALL SELECT DISTINCT article, 'edited' FROM revisions"
        "  WHERE id > :revision AND id <= :last_revision AND article <= :article) AS w"
        f" JOIN articles AS a ON a.id = w.id LEFT JOIN stories AS s ON s.id = a.story WHERE {WANTED}"
        " ORDER BY w.what DESC, a.day DESC, a.published_utc DESC, a.id DESC",
        {"article": since[0], "revision": since[1], "last_article": until[0], "last_revision": until[1]},
    )
    return [dict(row) for row in rows]


def set_seen(archive: Archive, who: str, until: tuple[int, int], *, now: datetime) -> None:
    """Notes that a person has seen everything up to these ids."""
    with archive.write():
        archive.conn.execute(
            "INSERT OR REPLACE INTO seen (who, article, revision, at) VALUES (?, ?, ?, ?)", (who, *until, stamp(now))
        )
