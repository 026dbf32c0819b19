"""Alarms of sources: raised once, cleared once, each with its reason; and what is known of a source's normal silence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from storage.connection import Archive
from storage.times import stamp


def update(archive: Archive, source: str, found: Mapping[str, str], *, now: datetime) -> tuple[list[str], list[str]]:
    """Brings the alarms of a source in line with `found` (kind of alarm -> message); the kinds raised and the kinds cleared."""
    with archive.write():
        standing = {row["kind"]: row["id"] for row in _standing(archive, source)}
        raised = [kind for kind in found if kind not in standing]
        cleared = [kind for kind in standing if kind not in found]
        archive.conn.executemany(
            "INSERT INTO alarms (source, kind, message, raised) VALUES (?, ?, ?, ?)",
            [(source, kind, found[kind], stamp(now)) for kind in raised],
        )
        archive.conn.executemany("UPDATE alarms SET cleared = ? WHERE id = ?", [(stamp(now), standing[kind]) for kind in cleared])
        archive.conn.executemany(
            "UPDATE alarms SET message = ? WHERE id = ? AND message != ?",
            [(found[kind], id, found[kind]) for kind, id in standing.items() if kind in found],
        )
    return raised, cleared


def _standing(archive: Archive, source: str) -> list[Any]:
    return archive.conn.execute("SELECT id, kind FROM alarms WHERE source = ? AND cleared IS NULL", (source,)).fetchall()


def standing(archive: Archive) -> list[dict[str, Any]]:
    """The alarms that stand, of enabled sources: `source, name, kind, message, raised`, oldest first."""
    rows = archive.conn.execute(
        "SELECT a.source, s.name, a.kind, a.message, a.raised FROM alarms AS a JOIN sources AS s ON s.id = a.source"
        " WHERE a.cleared IS NULL AND s.enabled ORDER BY a.raised, a.id"
    )
    return [dict(row) for row in rows]


def set_silence(archive: Archive, source: str, *, until: datetime | None, per_day: float) -> None:
    """Notes until when a silence of the source is normal (None: nothing is known yet), and its publications a day."""
    with archive.write():
        archive.conn.execute(
            "INSERT INTO rhythms (source, silent_until, per_day) VALUES (?, ?, ?) ON CONFLICT (source) DO UPDATE"
            " SET silent_until = excluded.silent_until, per_day = excluded.per_day",
            (source, stamp(until) if until else None, per_day),
        )


def silence(archive: Archive, source: str) -> str | None:
    """Until when a silence of the source is normal (ISO 8601, UTC)."""
    row = archive.one("SELECT silent_until FROM rhythms WHERE source = ?", (source,))
    return row[0] if row else None
