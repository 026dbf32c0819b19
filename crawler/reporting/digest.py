"""A message for people: new stories by region, alarms of sources; as text and as HTML, the same content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from crawler.reporting.page import page
from crawler.reporting.telling import Alarm, Story, by_region, detail, lead, members_of, one_line, state, trouble, with_leads

_DIGESTS = {"daily": "Сводка за день", "weekly": "Сводка за неделю"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What is sent: a subject of one line, the text and the HTML of it; `number` is the same if it is sent once more."""

    subject: str
    text: str
    html: str
    number: str = ""


def compose(stories: Sequence[Story], alarms: Sequence[Alarm], *, number: str = "", digest: str = "") -> Message:
    """The message about these stories (as `storage.alerting.stories` gives them) and changes of alarms.

    `digest` is "daily" or "weekly" when it is one.
    """
    subject = _subject(stories, alarms, digest)
    return Message(subject=subject, text=_text(stories, alarms), html=page(subject, stories, alarms), number=number)


def _subject(stories: Sequence[Story], alarms: Sequence[Alarm], digest: str) -> str:
    if len(stories) == 1 and not alarms and not digest:
        return one_line(str(stories[0]["title"]))[:150]
    parts = [f"Новых сюжетов: {len(stories)}"] if stories else []
    raised = {alarm["source"] for alarm in alarms if alarm["state"] == "raised" and alarm["source"]}
    refused = sum(alarm["state"] == "raised" and not alarm["source"] for alarm in alarms)
    cleared = sum(alarm["state"] != "raised" for alarm in alarms)
    if raised:
        parts.append(f"неисправных источников: {len(raised)}")
    if refused:
        parts.append(f"сообщений не доставлено: {refused}")
    if cleared:
        parts.append(f"восстановлено: {cleared}")
    text = ", ".join(parts)
    return f"{_DIGESTS[digest]} — {text[:1].lower()}{text[1:]}" if digest else text[:1].upper() + text[1:]


def _text(stories: Sequence[Story], alarms: Sequence[Alarm]) -> str:
    lines: list[str] = []
    for region, group in by_region(stories):
        lines += [region.upper(), ""]
        for story in group:
            lines.append(f"— {one_line(story['title'])}")
            if with_leads(stories) and (said := lead(story)):
                lines.append(f"  {said}")
            lines += [
                f"  {member['day'] or 'без даты'}  {one_line(member['source_name'])}: {member['url']}"
                for member in members_of(story)
            ]
            lines.append("")
    if alarms:
        lines += ["ИСТОЧНИКИ", ""]
        lines += [f"— {state(alarm)} {_place(alarm)}: {trouble(alarm)} — {detail(alarm)}" for alarm in alarms]
    return "\n".join(lines).strip() + "\n"


def _place(alarm: Alarm) -> str:
    name = one_line(alarm["name"])
    return f"{name} ({alarm['source']})" if alarm["source"] else name
