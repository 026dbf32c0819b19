"""Messages that a recipient's service refuses: tried again, told of when that lasts, set aside while others are taken."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from storage.connection import Archive
from storage.times import stamp

TRIES = 5
LONG = timedelta(hours=1)
"""A message that was refused so often, over so long at least, is an alarm: a mail server that restarts is none."""


def refused(archive: Archive, recipient: str, number: str, *, name: str, title: str, now: datetime) -> bool:
    """Notes one refusal of the message; whether it has been refused so often and for so long by now that it is an alarm.

    `name` is what people know the recipient by, `title` the subject line.
    """
    with archive.write():
        archive.conn.execute(
            "INSERT INTO undelivered (number, recipient, name, title, subjects, tries, since, last)"
            " VALUES (?, ?, ?, ?, '[]', 1, ?, ?)"
            " ON CONFLICT (number) DO UPDATE SET tries = tries + 1, last = excluded.last",
            (number, recipient, name, title, stamp(now), stamp(now)),
        )
        row = archive.one("SELECT tries, since FROM undelivered WHERE number = ?", (number,))
        assert row is not None
        lasts = row["tries"] >= TRIES and now - datetime.fromisoformat(row["since"]) >= LONG
        if lasts:
            archive.conn.execute("UPDATE undelivered SET raised = ? WHERE number = ? AND raised IS NULL", (stamp(now), number))
    return lasts


def set_aside(archive: Archive, number: str, subjects: Sequence[str], *, now: datetime) -> None:
    """The service takes others: this one waits for a person's word, with its subjects, out of the way."""
    with archive.write():
        archive.conn.execute(
            "UPDATE undelivered SET aside = ?, subjects = ? WHERE number = ?",
            (stamp(now), json.dumps(list(subjects)), number),
        )


def end(archive: Archive, number: str, *, how: str, now: datetime) -> None:
    """The message was `sent` after all, or `given up`; of one that was no alarm yet nothing is kept."""
    with archive.write():
        archive.conn.execute("DELETE FROM undelivered WHERE number = ? AND raised IS NULL", (number,))
        archive.conn.execute(
            "UPDATE undelivered SET ended = ?, how = ? WHERE number = ? AND ended IS NULL", (stamp(now), how, number)
        )


def standing(archive: Archive) -> list[dict[str, Any]]:
    """The messages that are an alarm, oldest first: `recipient, number, name, title, tries, since, last, aside`.

    Those without `aside` keep the ones after them waiting: their service takes nothing at all.
    """
    rows = archive.conn.execute(
        "SELECT recipient, number, name, title, tries, since, last, aside FROM undelivered"
        " WHERE raised IS NOT NULL AND ended IS NULL ORDER BY since, number"
    )
    return [dict(row) for row in rows]


def put_aside(archive: Archive, recipient: str) -> list[tuple[str, list[str]]]:
    """The messages to the recipient that are set aside, oldest first: number and subjects."""
    rows = archive.conn.execute(
        "SELECT number, subjects FROM undelivered WHERE recipient = ? AND aside IS NOT NULL AND ended IS NULL"
        " ORDER BY since, number",
        (recipient,),
    )
    return [(row["number"], json.loads(row["subjects"])) for row in rows]
