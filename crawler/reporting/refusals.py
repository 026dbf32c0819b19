"""A message that its service refuses for ever (too long, a word it does not let through) must not keep the others from coming.

Whether it is the message or the service is asked with a short notice: if that is taken while the message was refused again and
again and once more after it, the message is set aside, and the notice has said so. A service that takes nothing is waited for, in
the old order.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from html import escape

from crawler.config import Alert
from crawler.reporting.digest import Message
from crawler.reporting.sending import Send
from storage import alerting, undelivered
from storage.connection import Archive


def recipient(alert: Alert) -> str:
    """The fingerprint under which the archive knows an alert's recipient: another digest to the same address is another one."""
    key = "\n".join([alert.to, alert.name, alert.digest, *alert.send])
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def deal_with(
    archive: Archive,
    address: str,
    who: str,
    name: str,
    message: Message,
    subjects: list[str],
    send: Send,
    *,
    now: datetime,
) -> str:
    """Notes one more refusal of the pending `message`: "waits", or it is out of the way now, "sent" or "aside".

    `subjects` are what it tells of.
    """
    lasts = undelivered.refused(archive, who, message.number, name=name, title=message.subject, now=now)
    if not lasts or not send(address, _notice(message)):
        return "waits"
    sent = send(address, message)  # the service may have come back just now
    with archive.write():
        if sent:
            undelivered.end(archive, message.number, how="sent", now=now)
        else:
            undelivered.set_aside(archive, message.number, subjects, now=now)
        alerting.taken(archive, who, subjects, now=now)
    return "sent" if sent else "aside"


def _notice(message: Message) -> Message:
    text = (
        f"Служба раз за разом не принимает сообщение «{message.subject[:80]}». Если оно не придёт следом, оно отложено, "
        "остальные придут своим чередом. Отправить его ещё раз: avtoklaster alerts --again"
    )
    return Message(subject="Сообщение не принято", text=text, html=f"<p>{escape(text)}</p>", number=f"{message.number}-notice")


def complaints(archive: Archive, alerts: Sequence[Alert]) -> list[str]:
    """A line for each message that its service has refused for long, and for whom it keeps waiting; of these recipients."""
    known = {recipient(alert) for alert in alerts}
    lines = []
    for row in undelivered.standing(archive):
        if row["recipient"] in known:
            since = row["since"][:16].replace("T", " ")
            told = (
                "set aside: `avtoklaster alerts --again` sends it once more, --give-up ends it"
                if row["aside"]
                else "the service takes nothing at all, what came since waits"
            )
            lines.append(f"{row['name']}: «{row['title']}» was refused {row['tries']} times since {since} UTC; {told}.")
    return lines
