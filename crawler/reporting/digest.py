"""A message for people: new stories by region, alarms of sources; as text and as HTML, the same content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from storage.regions import NAMES

Story = Mapping[str, Any]
Alarm = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is sent: a subject of one line, the text and the HTML of it."""

    subject: str
    text: str
    html: str


def compose(stories: Sequence[Story], alarms: Sequence[Alarm]) -> Message:
    """The message about these stories (as `storage.alerting.stories` gives them) and changes of alarms."""
    return Message(subject=_subject(stories, alarms), text=_text(stories, alarms), html=_html(stories, alarms))


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


def one_line(text: str) -> str:
    """Text on one line, without control characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _subject(stories: Sequence[Story], alarms: Sequence[Alarm]) -> str:
    if len(stories) == 1 and not alarms:
        return one_line(str(stories[0]["title"]))[:150]
    parts = [f"Новых сюжетов: {len(stories)}"] if stories else []
    raised = [alarm for alarm in alarms if alarm["state"] == "raised"]
    if raised:
        parts.append(f"неисправных источников: {len({alarm['source'] for alarm in raised})}")
    if alarms and len(raised) < len(alarms):
        parts.append(f"восстановлено: {len(alarms) - len(raised)}")
    text = ", ".join(parts)
    return text[:1].upper() + text[1:]


def members_of(story: Story) -> list[Mapping[str, Any]]:
    """One article of each source, in the order in which they told it."""
    seen: dict[str, Mapping[str, Any]] = {}
    for member in story["members"]:
        seen.setdefault(member["source"], member)
    return list(seen.values())


def _text(stories: Sequence[Story], alarms: Sequence[Alarm]) -> str:
    lines: list[str] = []
    for region, group in by_region(stories):
        lines += [region.upper(), ""]
        for story in group:
            lines.append(f"— {one_line(story['title'])}")
            lines += [
                f"  {member['day'] or 'без даты'}  {one_line(member['source_name'])}: {member['url']}"
                for member in members_of(story)
            ]
            lines.append("")
    if alarms:
        lines += ["ИСТОЧНИКИ", ""]
        lines += [
            f"— {_state(alarm)} {one_line(alarm['name'])} ({alarm['source']}): {one_line(alarm['message'])}" for alarm in alarms
        ]
    return "\n".join(lines).strip() + "\n"


def _state(alarm: Alarm) -> str:
    return "Неисправен" if alarm["state"] == "raised" else "Восстановлен"


def _html(stories: Sequence[Story], alarms: Sequence[Alarm]) -> str:
    parts = ['<!doctype html><html lang="ru"><meta charset="utf-8"><body style="font:16px/1.5 sans-serif;max-width:44em">']
    for region, group in by_region(stories):
        parts.append(f"<h2>{escape(region)}</h2>")
        for story in group:
            items = "".join(
                f"<li>{escape(member['day'] or 'без даты')} {_link(member['url'], member['source_name'])}</li>"
                for member in members_of(story)
            )
            parts.append(f"<h3>{escape(one_line(story['title']))}</h3><ol>{items}</ol>")
    if alarms:
        rows = "".join(
            f"<li>{_state(alarm)}: <b>{escape(one_line(alarm['name']))}</b> — {escape(one_line(alarm['message']))}</li>"
            for alarm in alarms
        )
        parts.append(f"<h2>Источники</h2><ul>{rows}</ul>")
    return "".join(parts) + "</body></html>"


def _link(url: str, text: str) -> str:
    """A link only to http(s): an address from the web must not become `javascript:`."""
    if not url.startswith(("http://", "https://")):
        return escape(text)
    return f'<a href="{escape(url)}">{escape(one_line(text))}</a>'
