"""The watched sources as rows: what the catalogue says of them, and when each is due."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Protocol

from storage.connection import Archive
from storage.times import stamp

KINDS = (
    *("government", "ministry", "agency", "fund", "zone", "cluster"),
    *("association", "company", "trade", "media", "other"),
)
"""Most official first, as the catalogue has them (tested equal): decides which of several copies is the article."""


class SourceLike(Protocol):
    """Anything with these attributes; an entry of the catalogue has them."""

    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def region(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def home(self) -> str: ...
    @property
    def enabled(self) -> bool: ...


def officialness(kind: str) -> int:
    """0 for the most official kind; a kind that is not known counts as `other`."""
    return KINDS.index(kind) if kind in KINDS else len(KINDS) - 1


def ensure(archive: Archive, source: str) -> None:
    """Makes a row for a source that the catalogue does not have (imports): kind `other`, not enabled."""
    if archive.one("SELECT 1 FROM sources WHERE id = ?", (source,)) is None:
        with archive.write():
            archive.conn.execute(
                "INSERT OR IGNORE INTO sources (id, name, kind, enabled) VALUES (?, ?, 'other', 0)", (source, source)
            )


def get(archive: Archive, source: str) -> dict[str, Any] | None:
    row = archive.one("SELECT * FROM sources WHERE id = ?", (source,))
    return dict(row) if row else None


def names(archive: Archive) -> list[str]:
    """The ids of all sources that the archive knows, also of those that were only imported."""
    return [row[0] for row in archive.conn.execute("SELECT id FROM sources ORDER BY id")]


def put(archive: Archive, source: SourceLike) -> None:
    """The row of one source as the catalogue has it, the others being left alone."""
    with archive.write():
        archive.conn.execute(
            _UPSERT,
            {name: getattr(source, name) for name in ("id", "name", "region", "kind", "home")} | {"enabled": int(source.enabled)},
        )


_UPSERT = """
    INSERT INTO sources (id, name, region, kind, home, enabled) VALUES (:id, :name, :region, :kind, :home, :enabled)
    ON CONFLICT (id) DO UPDATE SET name = excluded.name, region = excluded.region, kind = excluded.kind, home = excluded.home,
        enabled = excluded.enabled
"""


def sync(archive: Archive, catalogue: Iterable[SourceLike]) -> None:
    """Brings the rows in line with the whole catalogue; a source that left it stays, not enabled. Writes only differences."""
    wanted = {s.id: (s.name, s.region, s.kind, s.home, int(s.enabled)) for s in catalogue}
    had = {row[0]: tuple(row)[1:] for row in archive.conn.execute("SELECT id, name, region, kind, home, enabled FROM sources")}
    changed = [
        {"id": id, "name": name, "region": region, "kind": kind, "home": home, "enabled": enabled}
        for id, (name, region, kind, home, enabled) in wanted.items()
        if had.get(id) != (name, region, kind, home, enabled)
    ]
    left = [id for id, row in had.items() if id not in wanted and row[-1]]
    if not changed and not left:
        return
    with archive.write():
        archive.conn.executemany(_UPSERT, changed)
        archive.conn.executemany("UPDATE sources SET enabled = 0 WHERE id = ?", [(id,) for id in left])


def due(archive: Archive, now: datetime) -> list[str]:
    """The enabled sources whose time has come, those never crawled first, then the longest overdue."""
    rows = archive.conn.execute(
        "SELECT id FROM sources WHERE enabled AND (next_due IS NULL OR next_due <= ?) "
        " ORDER BY next_due IS NOT NULL, next_due, id",
        (stamp(now),),
    )
    return [row[0] for row in rows]


def last_successes(archive: Archive) -> dict[str, str]:
    """The day (UTC) on which a crawl of a source last went well, of those of which one did."""
    rows = archive.conn.execute("SELECT id, substr(last_success, 1, 10) FROM sources WHERE last_success IS NOT NULL")
    return {row[0]: row[1] for row in rows}


def next_due(archive: Archive) -> str | None:
    """The earliest time at which an enabled source is due; None if none has a time."""
    row = archive.one("SELECT min(next_due) FROM sources WHERE enabled")
    return row[0] if row else None


def set_next_due(archive: Archive, source: str, when: datetime | None) -> None:
    """When the source is to be crawled again; None: at once."""
    with archive.write():
        archive.conn.execute("UPDATE sources SET next_due = ? WHERE id = ?", (stamp(when) if when else None, source))


def shift_due(archive: Archive, delta: timedelta) -> None:
    """Moves every time at which a source is due, after the machine's clock was set."""
    with archive.write():
        rows = archive.conn.execute("SELECT id, next_due FROM sources WHERE next_due IS NOT NULL").fetchall()
        archive.conn.executemany(
            "UPDATE sources SET next_due = ? WHERE id = ?",
            [(stamp(datetime.fromisoformat(row["next_due"]) + delta), row["id"]) for row in rows],
        )
