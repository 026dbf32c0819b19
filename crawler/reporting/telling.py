"""What a message says of stories and of sources, whatever it is written in. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from crawler.reporting import reasons
from storage.regions import NAMES
from storage.text import fold

Story = Mapping[str, Any]
Alarm = Mapping[str, Any]

_LEADS = 40
"""With more stories than this a message has their titles alone."""

_LEAD_LENGTH = 280
_MONTHS = ["января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"]
_SENTENCE = re.compile(r"(?<=[.!?…])\s+(?=[«\"А-ЯЁA-Z\d])")


def regions_of(story: Story) -> list[str]:
    """The regions a story is about: those its texts name, else those of its sources; most often named first."""
    named: dict[str, int] = {}
    for member in story["members"]:
        for place, region in enumerate(member["regions"] or [member["region"]]):
            named[region] = named.get(region, 0) + (2 if place == 0 else 1)
    return sorted(named, key=lambda region: (-named[region], region))


def by_region(stories: Sequence[Story]) -> list[tuple[str, list[Story]]]:
    """(name of the region, its stories), federal last; each story stands once, under its first region."""
    groups: dict[str, list[Story]] = {}
    for story in stories:
        groups.setdefault(next(iter(regions_of(story)), "RU"), []).append(story)
    ordered = sorted(groups, key=lambda region: (region in ("", "RU"), NAMES.get(region, region)))
    return [(NAMES.get(region, region) or "Россия", groups[region]) for region in ordered]


def members_of(story: Story) -> list[Mapping[str, Any]]:
    """One article of each source, in the order in which they told it."""
    seen: dict[str, Mapping[str, Any]] = {}
    for member in story["members"]:
        seen.setdefault(member["source"], member)
    return list(seen.values())


def one_line(text: str) -> str:
    """Text on one line, without control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def day(value: str | None, *, year: bool = False) -> str:
    """A calendar day (ISO 8601) as Russians write it: «22 ноября»."""
    if not value:
        return "без даты"
    found = date.fromisoformat(value[:10])
    return f"{found.day} {_MONTHS[found.month - 1]}" + (f" {found.year}" if year else "")


def with_leads(stories: Sequence[Story]) -> bool:
    """Whether there is room for how each story begins."""
    return len(stories) <= _LEADS


def lead(story: Story) -> str:
    """How the first telling of a story begins: whole sentences, without its title; "" when it has no text."""
    first = story["members"][0]
    said = ""
    for paragraph in str(first["text"]).splitlines():
        for sentence in _SENTENCE.split(one_line(paragraph)):
            if fold(sentence).strip(" .") in fold(one_line(first["title"])):
                continue
            if said and len(said) + len(sentence) > _LEAD_LENGTH:
                return said
            said = f"{said} {sentence}".strip()
    if len(said) <= 2 * _LEAD_LENGTH:
        return said
    return said[:_LEAD_LENGTH].rsplit(" ", 1)[0].rstrip(" ,;:—") + "…"


def state(alarm: Alarm) -> str:
    """Whether the alarm has come or gone."""
    if alarm["kind"] == "undelivered":
        return "Не доставлено" if alarm["state"] == "raised" else "Улажено"
    return "Неисправен" if alarm["state"] == "raised" else "Восстановлен"


def trouble(alarm: Alarm) -> str:
    """What kind of alarm it is, or was, in Russian."""
    kind = reasons.named("alarm", str(alarm["kind"]))
    return kind if alarm["state"] == "raised" else f"было: {kind}"


def detail(alarm: Alarm) -> str:
    """Its message in Russian, as far as its words are ours: those of a library or of a server stay."""
    return one_line(reasons.of_alarm(str(alarm["message"])))
