"""Is a source still alive? Alarms with a reason, raised once and cleared once, from what the archive knows of its past.

Querido-diario and changedetection.io watch for days without documents; here the silence that is normal is learned per source, so
that a ministry's weekend is no alarm and a news agency's empty afternoon is one.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from crawler.rhythm import Rhythm, expected_silence, learn
from crawler.sources import Source
from storage import alarms, history
from storage.connection import Archive

KINDS = {
    "blocked": "the site refuses us",
    "failing": "its crawls fail",
    "silent": "it published nothing for longer than it ever does",
    "undated": "its articles suddenly have no dates",
    "untitled": "its articles suddenly have no titles",
    "flood": "it brings far more than it ever did",
    "not crawled": "it has not been crawled, though it is enabled",
}
"""Kinds of alarm (`alarms.kind`) and what each says."""

_ENOUGH_TO_KNOW = 8
"""Publications before a silence can be judged."""

_FAILURES_IN_A_ROW = 2


def rhythm_of(archive: Archive, source: Source, *, now: datetime) -> tuple[Rhythm, datetime | None]:
    """The rhythm of a source, learned from the newest thousand of its publications, and the last of these."""
    published = history.publications(archive, source.id, limit=1000)
    last = published[-1] if published else None
    # as of the last publication: a silence must not teach that silence is normal while it lasts
    return learn(published, source.timezone, min(last, now) if last else now), last


def check(
    archive: Archive, source: Source, *, now: datetime, known: tuple[Rhythm, datetime | None] | None = None
) -> tuple[list[str], list[str]]:
    """Judges a source after a crawl: learns its silence, raises and clears its alarms; the kinds raised and the kinds cleared.

    `known` is what `rhythm_of` gave, if it was asked already.
    """
    rhythm, last = known or rhythm_of(archive, source, now=now)
    until = expected_silence(rhythm, last) if last and rhythm.observed >= _ENOUGH_TO_KNOW else None
    alarms.set_silence(archive, source.id, until=until, per_day=rhythm.per_day)
    crawls = history.last_crawls(archive, source.id, limit=_FAILURES_IN_A_ROW)
    found = {**_failures(crawls), **_fields(archive, source, now), **_flood(archive, source, rhythm, now)}
    if not found and last is not None and until is not None and now > until:
        found["silent"] = (
            f"nothing new since {last:%Y-%m-%d %H:%M} UTC; by its rhythm something was due by {until:%Y-%m-%d %H:%M}"
        )
    return alarms.update(archive, source.id, found, now=now)


def sweep(archive: Archive, sources: Iterable[Source], *, now: datetime) -> list[tuple[str, str]]:
    """Judges the sources whose normal silence has passed and that have no alarm yet; (source, kind) of what was raised."""
    raised = []
    alarmed = {row["source"] for row in alarms.standing(archive)}
    for source in sources:
        until = alarms.silence(archive, source.id)
        if source.id not in alarmed and until is not None and datetime.fromisoformat(until) < now:
            raised += [(source.id, kind) for kind in check(archive, source, now=now)[0]]
    return raised


def _failures(crawls: list[dict[str, object]]) -> dict[str, str]:
    """Two crawls in a row without success: by the newest, blocked or failing."""
    bad = [crawl for crawl in crawls if crawl["outcome"] in ("failed", "blocked")]
    if len(bad) < _FAILURES_IN_A_ROW:
        return {}
    kind = "blocked" if crawls[0]["outcome"] == "blocked" else "failing"
    return {kind: str(crawls[0]["message"]) or KINDS[kind]}


def _fields(archive: Archive, source: Source, now: datetime) -> dict[str, str]:
    """A field that was there and is suddenly always empty: the site was rebuilt, or its reader broke."""
    week, before = now - timedelta(days=7), now - timedelta(days=97)
    new = history.recent(archive, source.id, since=week, until=now + timedelta(days=1))
    old = history.recent(archive, source.id, since=before, until=week)
    if new.seen < 4 or old.seen < 10:
        return {}
    found = {}
    if new.dated == 0 and old.dated >= 0.8 * old.seen:
        found["undated"] = f"none of its {new.seen} articles of the last 7 days has a date; before, {old.dated} of {old.seen} had"
    if new.titled == 0 and old.titled >= 0.8 * old.seen:
        found["untitled"] = f"none of its {new.seen} articles of the last 7 days has a title"
    return found


def _flood(archive: Archive, source: Source, rhythm: Rhythm, now: datetime) -> dict[str, str]:
    """A day far off its history: a listing that now shows the whole site, or addresses that change with every visit."""
    if rhythm.observed < 30:
        return {}
    day = history.recent(archive, source.id, since=now - timedelta(days=1), until=now + timedelta(days=1))
    before = history.recent(archive, source.id, since=now - timedelta(days=31), until=now - timedelta(days=1))
    usual = before.seen / 30
    if before.seen >= 30 and day.seen > 20 + 10 * usual:
        return {"flood": f"{day.seen} new pages within a day; {usual:.1f} a day before"}
    return {}
