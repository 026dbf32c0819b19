"""The wordings of an article, oldest first."""

from __future__ import annotations

from dataclasses import dataclass

from storage.connection import Archive


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A wording and when it was seen first; `until` is when the next one replaced it, None for the present one. Times in UTC."""

    seen: str
    until: str | None
    title: str
    text: str


def wordings(archive: Archive, article: int) -> list[Wording]:
    """Every wording of an article that was kept, oldest first, the present one last; empty if there is no such article."""
    row = archive.one("SELECT first_seen, title, text FROM articles WHERE id = ?", (article,))
    if row is None:
        return []
    found = [
        Wording(seen=old["seen"], until=old["replaced"], title=old["title"], text=old["text"])
        for old in archive.conn.execute(
            "SELECT seen, replaced, title, text FROM revisions WHERE article = ? ORDER BY replaced, id", (article,)
        )
    ]
    since = found[-1].until if found else None
    return [*found, Wording(seen=since or row["first_seen"], until=None, title=row["title"], text=row["text"])]
