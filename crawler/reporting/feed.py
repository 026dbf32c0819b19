"""Atom feeds (RFC 4287): of stories, one entry an event with every source that tells of it; and of the rows of a query."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape, quoteattr

from crawler.reporting.telling import members_of, one_line, regions_of
from storage import alerting
from storage.connection import Archive
from storage.regions import NAMES


def atom(stories: Sequence[Mapping[str, Any]], *, archive_id: str, now: datetime, address: str = "") -> str:
    """The feed of these stories (as `storage.alerting.stories` gives them), newest first.

    `archive_id` tells the entries of one archive from those of another; an entry's id never changes, and it is updated when an
    article joins the story. `address` is where the feed itself is found.
    """
    archive_id = _iri(archive_id)
    updated = max((_updated(story) for story in stories), default=now.astimezone(UTC).isoformat(timespec="seconds"))
    entries = "".join(_entry(story, archive_id) for story in stories)
    return (
        f"{_HEAD}<id>urn:avtoklaster:{escape(archive_id)}</id><title>avtoklaster: сюжеты</title>{_self(address)}"
        f"<author><name>avtoklaster</name></author><updated>{updated}</updated>\n{entries}</feed>\n"
    )


_STORIES = 50
"""Newest stories in the feed."""


def newest(archive: Archive, address: str, now: datetime) -> str:
    """The feed of the newest stories of an archive, as it is found at `address`."""
    return atom(alerting.newest(archive, limit=_STORIES), archive_id=archive.path.stem, now=now, address=address)


_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ru">'


def _iri(text: str) -> str:
    """An id is an IRI: a file's name may have spaces."""
    return quote(text, safe="!$&'()*+,;=:@-._~")


def _self(address: str) -> str:
    return f'<link rel="self" type="application/atom+xml" href={quoteattr(address)}/>' if address else ""


COLUMNS = ("url", "title", "updated")
"""What a row must have to be an entry; `summary` and `source` may be there too."""


def of_rows(rows: Iterable[Mapping[str, Any]], *, archive_id: str, now: datetime) -> Iterator[str]:
    """The pieces of a feed with one entry a row, which has COLUMNS. Raises ValueError for a row that can be none."""
    yield (
        f"{_HEAD}<id>urn:avtoklaster:{escape(_iri(archive_id))}:articles</id><title>avtoklaster: статьи</title>"
        f"<author><name>avtoklaster</name></author><updated>{now.astimezone(UTC).isoformat(timespec='seconds')}</updated>\n"
    )
    for row in rows:
        entry = {name: one_line(str(value)) for name, value in row.items() if value is not None}
        url = quote(entry.get("url", ""), safe="!#$%&'()*+,/:;=?@[]~")
        if not re.match(r"[a-z][a-z0-9+.-]*:.", url):
            raise ValueError(f"a feed needs an address in each row, not {entry.get('url', '')!r}")
        source, summary = entry.get("source"), entry.get("summary")
        yield (
            f"<entry><id>{escape(url)}</id><title>{escape(entry.get('title') or url)}</title>"
            f"<updated>{_moment(entry.get('updated', ''), url)}</updated><link href={quoteattr(url)}/>"
            + (f"<author><name>{escape(source)}</name></author>" if source else "")
            + (f"<summary>{escape(summary)}</summary>" if summary else "")
            + "</entry>\n"
        )
    yield "</feed>\n"


def _moment(value: str, url: str) -> str:
    """A time as RFC 3339 wants it; a bare day begins at midnight in UTC."""
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError(f"a feed needs a time in each row: {value or 'none'} of {url} is no ISO 8601; see coalesce()") from None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat(timespec="seconds")


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
