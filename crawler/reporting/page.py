"""A message as HTML: for e-mail programs, so with styles in every element, one column, nothing to load. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from crawler.reporting.telling import Alarm, Story, by_region, day, detail, lead, members_of, one_line, state, trouble, with_leads

_INK, _GREY, _LINE, _BLUE = "#1f2933", "#5f6b7a", "#d9dee5", "#12508f"
_FONT = "font-family:Segoe UI,Roboto,Helvetica Neue,Arial,sans-serif"  # without quotes: it stands between some
_SMALL = f"font-size:13px;line-height:1.5;color:{_GREY}"


def page(heading: str, stories: Sequence[Story], alarms: Sequence[Alarm]) -> str:
    """The message under `heading`: stories by region, then what has changed with the sources."""
    head = f"<h1 style='margin:0 0 4px;font-size:22px;line-height:1.3;color:{_INK}'>{escape(heading)}</h1>"
    body = "".join(_region(name, group, leads=with_leads(stories)) for name, group in by_region(stories))
    return (
        "<!doctype html><html lang='ru'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width,initial-scale=1'>"
        f"<title>{escape(heading)}</title></head>"
        f"<body style='margin:0;padding:0;background:#eef1f5;{_FONT}'>"
        "<table role='presentation' width='100%' cellpadding='0' cellspacing='0'><tr><td align='center' style='padding:16px 8px'>"
        "<table role='presentation' width='100%' cellpadding='0' cellspacing='0'"
        f" style='max-width:680px;background:#ffffff;border:1px solid {_LINE};text-align:left'><tr><td style='padding:24px 28px'>"
        f"{head}{_span(stories)}{body}{_sources(alarms)}"
        f"<p style='margin:28px 0 0;padding-top:12px;border-top:1px solid {_LINE};{_SMALL}'>"
        "Составлено автоматически по открытым публикациям. Сюжет назван по первому сообщению; ссылки ведут к источникам.</p>"
        "</td></tr></table></td></tr></table></body></html>"
    )


def _span(stories: Sequence[Story]) -> str:
    """From when to when, and from how many sources."""
    days = sorted(member["day"] for story in stories for member in story["members"] if member["day"])
    if not days:
        return ""
    span = day(days[-1], year=True) if days[0] == days[-1] else f"{day(days[0])} — {day(days[-1], year=True)}"
    sources = len({member["source"] for story in stories for member in story["members"]})
    return f"<p style='margin:0;{_SMALL}'>Публикации: {span}. Источников: {sources}.</p>"


def _region(name: str, stories: Sequence[Story], *, leads: bool) -> str:
    count = f"<span style='font-weight:normal;color:{_GREY}'>&nbsp;{len(stories)}</span>" if len(stories) > 1 else ""
    return (
        f"<h2 style='margin:28px 0 4px;padding-bottom:6px;border-bottom:2px solid {_BLUE};font-size:16px;color:{_BLUE}'>"
        f"{escape(name)}{count}</h2>" + "".join(_story(story, leads=leads) for story in stories)
    )


def _story(story: Story, *, leads: bool) -> str:
    first, *others = members_of(story)
    said = lead(story) if leads else ""
    told = f"{escape(one_line(first['source_name']))}, {day(first['day'])}"
    if others:
        also = ", ".join(f"{_link(other['url'], other['source_name'])} ({day(other['day'])})" for other in others)
        told += f"<br>Также: {also}"
    return (
        f"<h3 style='margin:14px 0 4px;font-size:17px;line-height:1.35'>{_link(first['url'], story['title'], _INK)}</h3>"
        + (f"<p style='margin:0 0 4px;font-size:15px;line-height:1.5;color:{_INK}'>{escape(said)}</p>" if said else "")
        + f"<p style='margin:0;{_SMALL}'>{told}</p>"
    )


def _sources(alarms: Sequence[Alarm]) -> str:
    if not alarms:
        return ""
    rows = "".join(
        f"<tr><td valign='top' style='padding:8px 12px 8px 0;border-bottom:1px solid {_LINE};font-size:13px;font-weight:bold;"
        f"white-space:nowrap;color:{'#a4262c' if alarm['state'] == 'raised' else '#1e6b34'}'>{state(alarm)}</td>"
        f"<td style='padding:8px 0;border-bottom:1px solid {_LINE};font-size:15px;line-height:1.4;color:{_INK}'>"
        f"{escape(one_line(alarm['name']))}: {escape(trouble(alarm))}"
        f"<br><span style='{_SMALL};word-break:break-word'>{escape(detail(alarm))}</span></td></tr>"
        for alarm in alarms
    )
    return (
        f"<h2 style='margin:28px 0 4px;font-size:16px;color:{_INK}'>Состояние источников</h2>"
        f"<table width='100%' cellpadding='0' cellspacing='0' style='border-collapse:collapse'>{rows}</table>"
    )


def _link(url: str, text: str, colour: str = _BLUE) -> str:
    """A link only to http(s): an address from the web must not become `javascript:`."""
    shown = escape(one_line(text))
    return f"<a href='{escape(url)}' style='color:{colour}'>{shown}</a>" if url.startswith(("http://", "https://")) else shown
