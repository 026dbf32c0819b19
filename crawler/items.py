"""What passes from room to room, as plain frozen records: no behaviour, no Scrapy, no SQL.

The way is one direction: `Link` -> `Page` -> `Reading` -> `Verdict` -> archive.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

WAYS = ("feed", "sitemap", "listing", "api", "telegram", "lead", "revisit", "import")
"""How an address became known. `lead`: a link in a Telegram post. `revisit`: a kept article fetched again."""

KINDS = ("article", "listing", "tag", "search", "login", "soft404", "challenge", "empty", "other")
"""What a fetched document is (`Reading.kind`)."""


INSTEAD = "x-avtoklaster-instead"
"""Header of a page made of the text that a list carried; its value says why the page itself was not read, "" if it has none."""

UNVERIFIED = "x-avtoklaster-unverified"
"""Header of a page that came, or was led to, over a connection whose certificate was not verified (`tls = "insecure"`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An address that a source lists, with the hints that came with it.

    `url` is absolute, as the source wrote it. `date` is the raw text of the date (RFC 822, ISO 8601, «вчера, 12:30» …), "" if
    none. `text` is the full text when the way itself carries it (full-text feeds, APIs, Telegram posts), else "".
    `position` counts from 0 in the order of the list it came from.
    """

    url: str
    title: str = ""
    date: str = ""
    summary: str = ""
    text: str = ""
    via: str = "listing"
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """How far a paged way (a listing, an API, a sitemap index) was read.

    `next` is the address to be read next, `page` its number from 1, `position` that of its first link in the whole list.
    `started` is when this reading began, ISO 8601 in UTC, "" while it has not begun.
    """

    next: str
    page: int
    position: int
    started: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often a feed wants to be asked (RSS 2.0 §ttl, skipHours, skipDays), as far as it says so.

    `ttl` is in seconds, 0 if none; the hours (0 to 23) and days (0 is Monday) in which it is not to be asked are in UTC.
    """

    ttl: int = 0
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One fetched document, as bytes.

    `url` is the final address after redirects, `requested` the address asked for. `headers` has lower-case names; values are
    joined with ", ". `fetched` is aware, UTC. `link` is the hint that led here.
    """

    url: str
    requested: str
    source: str
    body: bytes
    status: int
    headers: Mapping[str, str]
    fetched: datetime
    link: Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What several pages of a source have taught: whole lines that are no text, tails of titles; each with the pages it is on."""

    lines: Mapping[str, int] = field(default_factory=dict)
    tails: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What reading may know about a page besides its bytes.

    `first_seen` (aware, UTC) is when the address was first seen: relative dates («вчера») are resolved against it and no date
    later than it (+ 1 day) is believed. `timezone` is an IANA name. `title_css`, `date_css`, `text_css` are the source's
    own selectors. `learned` is what other pages of the source have taught. `is_text`: the body is plain text, always an article.
    """

    first_seen: datetime
    link: Link | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    timezone: str = "Europe/Moscow"
    site_name: str = ""
    title_css: str = ""
    date_css: str = ""
    text_css: str = ""
    learned: Learned = field(default_factory=Learned)
    is_text: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DateWitness:
    """A date that spoke: who said it, what it said (ISO 8601, or the raw text if it could not be read), believed or not, why."""

    witness: str
    value: str
    believed: bool
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleWitness:
    """A title that spoke: who said it and what, whether its words are the title's, and why or why not."""

    witness: str
    value: str
    chosen: bool
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What was read from a page. Only `kind == "article"` goes on to judging.

    `published` is ISO 8601: with the offset of the place when a time is known, else a bare date, None when no witness was
    believed; `published_by` names the witness. `canonical` is rel=canonical as the page states it. `cut` lists what was removed
    from text and title, for `explain`. `reader_version` is the version of the code that read it. `stated` is the title as the
    head of the page states it, `shared` the lines that were cut because they are learned: what is learned from comes from them.
    """

    url: str
    kind: str
    kind_reason: str
    title: str = ""
    titles: tuple[TitleWitness, ...] = ()
    text: str = ""
    author: str = ""
    published: str | None = None
    published_by: str = ""
    dates: tuple[DateWitness, ...] = ()
    language: str = ""
    encoding: str = ""
    image: str = ""
    tags: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    canonical: str = ""
    cut: tuple[str, ...] = ()
    stated: str = ""
    shared: tuple[str, ...] = ()
    reader_version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A term of the topic found in an article.

    `where` is "title", "lead" or "text"; `start` is the offset in that part, in characters.
    """

    term: str
    group: str
    where: str
    start: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Is the article about the topic, and why.

    `score` is in [0, 1], relevant from 0.5. `regions` are ISO 3166-2 codes in order of weight, `companies` their
    ids in the topic.
    `judged_by` is the topic's name and a fingerprint of its definition: "automotive-clusters@1f3a…".
    """

    relevant: bool
    score: float
    matched: tuple[Match, ...]
    reason: str
    regions: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    judged_by: str = ""
