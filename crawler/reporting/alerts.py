"""Alerts: who is told what and when.

A recipient begins with the archive as it stands: what was there before is not news, nor is what the first crawl of a source
brings. After a backlog there is one message with all of it, not one for each story.

A message is noted with a number before it is sent, and as told when its service has taken it. What happened to one whose sending
was broken off nobody can know: it is sent again first of all, with the same content under the same number, by which a receiver
can drop the second; a service that does not take it keeps the others waiting, so nothing is lost or told out of turn. Only
one that is refused for long while its service takes others is set aside (`crawler.reporting.refusals`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from crawler.config import Alert
from crawler.reporting import refusals
from crawler.reporting.digest import Message, compose
from crawler.reporting.refusals import recipient
from crawler.reporting.sending import Send
from crawler.reporting.telling import regions_of
from storage import alerting, undelivered
from storage.connection import Archive
from storage.text import fold, lemma, words

SINGLE = 3
"""Up to this many new stories get a message each; more go into one."""

MOST = 500
"""New stories in one message; after a longer backlog the others follow with the next round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one round did for a recipient: messages sent, messages its service did not take, those of them that are set aside
    now, subjects passed over by the rules."""

    name: str
    sent: int = 0
    failed: int = 0
    set_aside: int = 0
    passed_over: int = 0
    waiting: bool = False


def send_round(archive: Archive, alerts: Sequence[Alert], send: Send, *, now: datetime) -> list[Round]:
    """Tells every recipient what is new for it; `send(address, message)` says whether the service took the message."""
    return [_send_one(archive, alert, send, now) for alert in alerts]


def send_set_aside(archive: Archive, alerts: Sequence[Alert], send: Send, *, now: datetime) -> list[Round]:
    """Tries the messages that were set aside once more, and nothing else."""
    rounds = []
    for alert in alerts:
        who, sent, failed = recipient(alert), 0, 0
        for number, subjects in undelivered.put_aside(archive, who):
            message, subjects = _recomposed(archive, alert, number, subjects)
            if message is None or send(alert.to, message):
                alerting.mark(archive, who, subjects, now=now)
                undelivered.end(archive, number, how="sent", now=now)
                sent += 1
            else:
                undelivered.refused(archive, who, number, name=named(alert), title=message.subject, now=now)
                failed += 1
        rounds.append(Round(name=named(alert), sent=sent, failed=failed))
    return rounds


def give_up(archive: Archive, alerts: Sequence[Alert], *, now: datetime) -> int:
    """Ends what was set aside without sending it; how many messages."""
    numbers = [number for alert in alerts for number, _ in undelivered.put_aside(archive, recipient(alert))]
    for number in numbers:
        undelivered.end(archive, number, how="given up", now=now)
    return len(numbers)


def named(alert: Alert) -> str:
    """What people know the recipient by: its address holds passwords."""
    return alert.name or alert.to.split("://")[0]


def _send_one(archive: Archive, alert: Alert, send: Send, now: datetime) -> Round:
    who, name = recipient(alert), named(alert)
    if alerting.is_new(archive, who):
        alerting.begin(archive, who, now=now)
        return Round(name=name)
    sent = set_aside = 0
    if left := alerting.pending(archive, who):
        message, subjects = _recomposed(archive, alert, *left)
        if message is None or send(alert.to, message):
            alerting.taken(archive, who, subjects, now=now)
            undelivered.end(archive, left[0], how="sent", now=now)
            sent = 1
        else:
            became = refusals.deal_with(archive, alert.to, who, name, message, subjects, send, now=now)
            if became == "waits":
                return Round(name=name, failed=1)
            sent, set_aside = int(became == "sent"), int(became == "aside")
    if alert.digest and not _digest_due(alert, alerting.last_digest(archive, who), now):
        return Round(name=name, sent=sent, failed=set_aside, set_aside=set_aside, waiting=True)
    told = _send_new(archive, alert, who, send, now)
    return replace(told, sent=told.sent + sent, failed=told.failed + set_aside, set_aside=set_aside)


def _send_new(archive: Archive, alert: Alert, who: str, send: Send, now: datetime) -> Round:
    """Tells what nobody has tried to tell yet; ends with the first message that is not taken."""
    name, sent = named(alert), 0
    newest = alerting.last_article(archive)
    new = alerting.stories(archive, who, limit=MOST) if "stories" in alert.send else []
    wanted = [story for story in new if _wants(alert, story)]
    changes = [a for a in alerting.alarms(archive, who) if _wants_alarm(alert, a)] if "alarms" in alert.send else []
    digest = [f"digest:{now.astimezone(UTC):%Y-%m-%dT%H:%M}"] if alert.digest else []
    for stories, alarms in _messages(wanted, changes, together=bool(alert.digest)):
        subjects = [*_told(stories, alarms), *digest]
        number = alerting.pend(archive, who, subjects, now=now)
        message = compose(stories, alarms, number=number, digest=alert.digest)
        if not send(alert.to, message):
            undelivered.refused(archive, who, number, name=name, title=message.subject, now=now)
            return Round(name=name, sent=sent, failed=1, passed_over=len(new) - len(wanted))
        alerting.taken(archive, who, subjects, now=now)
        sent += 1
    alerting.mark(archive, who, digest, now=now)  # also of a day without news
    if len(new) == MOST:  # what was passed over makes room for the rest of the backlog
        alerting.mark(archive, who, [f"story:{story['id']}" for story in new if story not in wanted], now=now)
    else:
        alerting.done(archive, who, newest, now=now)
    return Round(name=name, sent=sent, passed_over=len(new) - len(wanted))


def _recomposed(archive: Archive, alert: Alert, number: str, subjects: list[str]) -> tuple[Message | None, list[str]]:
    """A message whose sending was broken off, or refused, and all it tells of: its articles may be in other stories by now.

    None when nothing of it is left.
    """
    stories = alerting.stories_of(archive, [int(s.removeprefix("article:")) for s in subjects if s.startswith("article:")])
    alarms = alerting.alarms_of(archive, recipient(alert), subjects)
    told = list(dict.fromkeys([*subjects, *_told(stories, alarms)]))
    return (compose(stories, alarms, number=number, digest=alert.digest) if stories or alarms else None), told


def _told(stories: Sequence[dict[str, Any]], alarms: Sequence[dict[str, Any]]) -> list[str]:
    """What is noted as told by a message: by articles, since stories may be joined or come apart."""
    articles = [f"article:{member['id']}" for story in stories for member in story["members"]]
    return [*articles, *(f"story:{story['id']}" for story in stories), *(alarm["subject"] for alarm in alarms)]


def _messages(
    stories: Sequence[dict[str, Any]], alarms: Sequence[dict[str, Any]], *, together: bool
) -> list[tuple[list[dict[str, Any]], list[dict[str, Any]]]]:
    if together or len(stories) > SINGLE:
        return [(list(stories), list(alarms))] if stories or alarms else []
    return [([story], []) for story in stories] + ([([], list(alarms))] if alarms else [])


def _digest_due(alert: Alert, last: str | None, now: datetime) -> bool:
    """Whether the hour of the digest has struck since the last one (daily at `at`, weekly on Mondays)."""
    zone = ZoneInfo(alert.timezone)
    local = now.astimezone(zone)
    hour, minute = map(int, alert.at.split(":"))
    struck = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    if alert.digest == "weekly":
        struck -= timedelta(days=local.weekday())
    if struck > local:
        struck -= timedelta(days=7 if alert.digest == "weekly" else 1)
    return last is None or datetime.fromisoformat(last) < struck.astimezone(UTC)


def _wants(alert: Alert, story: dict[str, Any]) -> bool:
    members = story["members"]
    if max(member["score"] for member in members) < alert.score:
        return False
    if alert.regions and not set(alert.regions) & {*regions_of(story), *(member["region"] for member in members)}:
        return False
    if alert.sources and not set(alert.sources) & {member["source"] for member in members}:
        return False
    if alert.kinds and not set(alert.kinds) & {member["kind"] for member in members}:
        return False
    return not alert.words or _speaks_of(alert.words, members)


def _speaks_of(wanted: Sequence[str], members: Sequence[dict[str, Any]]) -> bool:
    """One of the words (or phrases) stands in an article, in any form."""
    for member in members:
        text = " " + " ".join(lemma(word) for word in words(f"{member['title']}\n{member['text']}")) + " "
        if any(" " + " ".join(lemma(word) for word in words(fold(phrase))) + " " in text for phrase in wanted):
            return True
    return False


def _wants_alarm(alert: Alert, alarm: dict[str, Any]) -> bool:
    return not alert.sources or alarm["source"] in alert.sources
