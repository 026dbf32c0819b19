"""The Atom feed of stories (RFC 4287): one entry an event, with every source that tells of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from crawler.reporting.telling import members_of, one_line, regions_of
from storage.regions import NAMES


def atom(stories: Sequence[Mapping[str, Any]], *, archive_id: str, now: datetime) -> str:
    """The feed of these stories (as `storage.alerting.stories` gives them), newest first.

    `archive_id` tells the entries of one archive from those of another; an entry's id never changes, and it is updated when an
    article joins the story.
    """
    archive_id = quote(archive_id, safe="!$&'()*+,;=:@-._~")  # an id is an IRI: a file's name may have spaces
    updated = max((_updated(story) for story in stories), default=now.astimezone(UTC).isoformat(timespec="seconds"))
    entries = "".join(_entry(story, archive_id) for story in stories)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ru">'
        f"<id>urn:avtoklaster:{escape(archive_id)}</id><title>avtoklaster: сюжеты</title>"
        f"<author><name>avtoklaster</name></author><updated>{updated}</updated>\n{entries}</feed>\n"
    )


def _updated(story: Mapping[str, Any]) -> str:
    return max(str(member["first_seen"]) for member in story["members"])


def _entry(story: Mapping[str, Any], archive_id: str) -> str:
    members = members_of(story)
    first = members[0]
    regions = "".join(
        f"<category term={quoteattr(code)} label={quoteattr(NAMES.get(code, code))}/>" for code in regions_of(story)
    )
    rows = "".join(
        f"<li>{escape(member['day'] or 'без даты')} "
        f"{_link(str(member['url']), one_line(member['source_name']))}: {escape(one_line(member['title']))}</li>"
        for member in members
    )
    link = f"<link href={quoteattr(first['url'])}/>" if first["url"].startswith(("http://", "https://")) else ""
    return (
        f"<entry><id>urn:avtoklaster:{escape(archive_id)}:story:{story['id']}</id>"
        f"<title>{escape(one_line(story['title']))}</title>{link}<updated>{_updated(story)}</updated>{regions}"
        f'<content type="html">{escape(f"<ol>{rows}</ol>")}</content></entry>\n'
    )


def _link(url: str, text: str) -> str:
    """A link only to http(s): an address from the web must not become `javascript:`."""
    return f"<a href={quoteattr(url)}>{escape(text)}</a>" if url.startswith(("http://", "https://")) else escape(text)
