"""What is to be told to whom, and what has been: never twice, not lost over a restart.

A recipient is known here by a fingerprint: its address holds passwords and stays in the configuration.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from storage.connection import Archive
from storage.corrected import WANTED
from storage.times import stamp


def is_new(archive: Archive, recipient: str) -> bool:
    """Whether nothing was ever noted for this recipient."""
    return archive.one("SELECT 1 FROM sent_alerts WHERE recipient = ? LIMIT 1", (recipient,)) is None


def begin(archive: Archive, recipient: str, *, now: datetime) -> None:
    """Starts a recipient from here: what the archive holds already is not news."""
    mark(archive, recipient, [f"begun:{last_article(archive)}"], now=now)


def last_article(archive: Archive) -> int:
    """The number of the newest article, 0 if there is none."""
    row = archive.one("SELECT max(id) FROM articles")
    return int(row[0] or 0) if row else 0


def done(archive: Archive, recipient: str, article: int, *, now: datetime) -> None:
    """Everything up to this article was told to the recipient, or passed over by its rules: it need not be looked at again."""
    with archive.write():
        archive.conn.execute("DELETE FROM sent_alerts WHERE recipient = ? AND subject LIKE 'done:%'", (recipient,))
        mark(archive, recipient, [f"done:{article}"], now=now)


def _number(archive: Archive, recipient: str, word: str) -> int:
    row = archive.one("SELECT subject FROM sent_alerts WHERE recipient = ? AND subject LIKE ? || ':%'", (recipient, word))
    return int(row[0].partition(":")[2]) if row else 0


def mark(archive: Archive, recipient: str, subjects: Iterable[str], *, now: datetime) -> None:
    """Notes that these subjects have been sent to the recipient."""
    with archive.write():
        archive.conn.executemany(
            "INSERT OR IGNORE INTO sent_alerts (recipient, subject, at) VALUES (?, ?, ?)",
            [(recipient, subject, stamp(now)) for subject in subjects],
        )


def last_digest(archive: Archive, recipient: str) -> str | None:
    """When the recipient was last sent a digest, or began (ISO 8601, UTC)."""
    row = archive.one(
        "SELECT max(at) FROM sent_alerts WHERE recipient = ? AND (subject LIKE 'digest:%' OR subject LIKE 'begun%')", (recipient,)
    )
    return row[0] if row else None


def pend(archive: Archive, recipient: str, subjects: Iterable[str], *, now: datetime) -> str:
    """Notes that a message about these subjects is about to be sent; its number, which is never given again."""
    number = uuid.uuid4().hex
    mark(archive, recipient, [f"sending:{number}:{subject}" for subject in subjects], now=now)
    return number


def pending(archive: Archive, recipient: str) -> tuple[str, list[str]] | None:
    """The message that was about to be sent and was not noted as taken: its number and its subjects."""
    rows = archive.conn.execute(
        "SELECT subject FROM sent_alerts WHERE recipient = ? AND subject LIKE 'sending:%' ORDER BY subject", (recipient,)
    )
    parts = [row[0].split(":", 2)[1:] for row in rows]
    return (parts[0][0], [subject for _, subject in parts]) if parts else None


def taken(archive: Archive, recipient: str, subjects: Iterable[str], *, now: datetime) -> None:
    """The service took the message that was pending: its subjects are told."""
    with archive.write():
        archive.conn.execute("DELETE FROM sent_alerts WHERE recipient = ? AND subject LIKE 'sending:%'", (recipient,))
        mark(archive, recipient, subjects, now=now)


_NEWS = (
    "n.id > :begun AND (n.day IS NULL OR n.day >= (SELECT substr(at, 1, 10) FROM sent_alerts"
    " WHERE recipient = :r AND subject LIKE 'begun:%'))"
    " AND (NOT EXISTS (SELECT 1 FROM crawls WHERE source = n.source) OR n.first_seen > (SELECT min(finished) FROM crawls"
    " WHERE source = n.source AND outcome IN ('finished', 'partial')))"
)
"""Whether an article `n` is news, and not the past of its source: what was published before the recipient began, or what the
first crawl of a source brings, tells of nothing that happened just now."""


def stories(archive: Archive, recipient: str, *, limit: int) -> list[dict[str, Any]]:
    """Stories of which the recipient was not told, newest first, each with its articles.

    A story: `id, title, first_published, articles` and `members`, dicts of `id, url, title, text, published, day, first_seen,
    source, source_name, kind, region, regions, score`, earliest first. Stories all of whose articles are gone are left out. Told
    is by articles, so that a story that was joined to another or came apart is not told again; one that the rules passed over
    comes again when an article joins it.
    """
    rows = archive.conn.execute(
        "SELECT id, title, first_published, articles FROM stories AS s"
        " WHERE id IN (SELECT story FROM articles WHERE id > :done)"
        " AND NOT EXISTS (SELECT 1 FROM sent_alerts WHERE recipient = :r AND subject = 'story:' || s.id)"
        " AND NOT EXISTS (SELECT 1 FROM articles AS a WHERE a.story = s.id AND (a.id <= :begun"
        " OR EXISTS (SELECT 1 FROM sent_alerts WHERE recipient = :r AND subject = 'article:' || a.id)))"
        f" AND EXISTS (SELECT 1 FROM articles AS n WHERE n.story = s.id AND {_NEWS})"
        " ORDER BY id DESC LIMIT :limit",
        {
            "r": recipient,
            "limit": limit,
            "begun": _number(archive, recipient, "begun"),
            "done": _number(archive, recipient, "done"),
        },
    ).fetchall()
    found = [{**dict(row), "members": _members(archive, row["id"])} for row in rows]
    return [story for story in found if story["members"]]


def stories_of(archive: Archive, articles: Iterable[int]) -> list[dict[str, Any]]:
    """The stories that these articles are in by now, as `stories` gives them."""
    rows = archive.conn.execute(
        "SELECT id, title, first_published, articles FROM stories WHERE id IN"
        " (SELECT story FROM articles WHERE id IN (SELECT value FROM json_each(?))) ORDER BY id DESC",
        (json.dumps(list(articles)),),
    ).fetchall()
    found = [{**dict(row), "members": _members(archive, row["id"])} for row in rows]
    return [story for story in found if story["members"]]


def newest(archive: Archive, *, limit: int) -> list[dict[str, Any]]:
    """The newest stories, as `stories` gives them, whoever was told."""
    rows = archive.conn.execute(
        "SELECT id, title, first_published, articles FROM stories WHERE articles > 0 ORDER BY id DESC LIMIT ?", (limit,)
    )
    found = [{**dict(row), "members": _members(archive, row["id"])} for row in rows.fetchall()]
    return [story for story in found if story["members"]]


def _members(archive: Archive, story: int) -> list[dict[str, Any]]:
    rows = archive.conn.execute(
        "SELECT a.id, a.url, a.title, a.text, a.published, a.day, a.first_seen, a.source, s.name AS source_name, s.kind,"
        " a.region, a.regions, a.score"
        " FROM articles AS a JOIN sources AS s ON s.id = a.source WHERE a.story = ? AND a.gone_since IS NULL"
        f" AND {WANTED}"
        " ORDER BY a.published_utc IS NULL, a.published_utc, a.id",
        (story,),
    )
    return [{**dict(row), "regions": json.loads(row["regions"])} for row in rows]


def alarms(archive: Archive, recipient: str) -> list[dict[str, Any]]:
    """Changes of alarms since the recipient began, of which it was not told: `subject, state, source, name, kind, message, at`.

    An alarm raised and cleared before anyone was told is not told at all.
    """
    told = {
        row[0]
        for row in archive.conn.execute(
            "SELECT subject FROM sent_alerts WHERE recipient = ? AND subject LIKE 'alarm:%'", (recipient,)
        )
    }
    return [alarm for alarm in _changes(archive, recipient) if alarm["subject"] not in told]


def alarms_of(archive: Archive, recipient: str, subjects: Iterable[str]) -> list[dict[str, Any]]:
    """Those of these changes of alarms that still hold, as `alarms` gives them."""
    wanted = set(subjects)
    return [alarm for alarm in _changes(archive, recipient) if alarm["subject"] in wanted]


_REFUSED = "'«' || u.title || '» refused since ' || substr(replace(u.since, 'T', ' '), 1, 16) || ' UTC'"


def _changes(archive: Archive, recipient: str) -> list[dict[str, Any]]:
    rows = archive.conn.execute(
        "SELECT 'alarm:' || a.id || ':raised' AS subject, 'raised' AS state, a.source, s.name, a.kind, a.message, a.raised AS at"
        " FROM alarms AS a JOIN sources AS s ON s.id = a.source WHERE a.cleared IS NULL AND s.enabled"
        " UNION ALL SELECT 'alarm:' || a.id || ':cleared', 'cleared', a.source, s.name, a.kind, a.message, a.cleared"
        " FROM alarms AS a JOIN sources AS s ON s.id = a.source WHERE a.cleared IS NOT NULL"
        " AND EXISTS (SELECT 1 FROM sent_alerts WHERE recipient = :r AND subject = 'alarm:' || a.id || ':raised')"
        # what somebody else's service refuses, so that somebody hears of it; a recipient's own are told by `crawler.reporting`
        " UNION ALL SELECT 'alarm:undelivered:' || u.number || ':raised', 'raised', '', u.name, 'undelivered',"
        f" {_REFUSED}, u.raised FROM undelivered AS u"
        " WHERE u.recipient != :r AND u.raised IS NOT NULL AND u.ended IS NULL"
        " UNION ALL SELECT 'alarm:undelivered:' || u.number || ':cleared', 'cleared', '', u.name, 'undelivered',"
        " '«' || u.title || '»: ' || u.how, u.ended FROM undelivered AS u WHERE u.ended IS NOT NULL"
        " AND EXISTS (SELECT 1 FROM sent_alerts WHERE recipient = :r AND subject = 'alarm:undelivered:' || u.number || ':raised')"
        " ORDER BY at",
        {"r": recipient},
    ).fetchall()
    return [dict(row) for row in rows]
