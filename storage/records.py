"""What other rooms hand to the archive and get back: plain frozen records, no behaviour."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

if TYPE_CHECKING:
    from storage.derived import Derived

OUTCOMES = (
    *("stored", "revised", "unchanged", "copy", "irrelevant", "not_article"),
    *("blocked", "soft404", "gone", "robots", "off_limits", "failed"),
)
"""What can become of a page (`pages.outcome`)."""

RETRIED = ("blocked", "failed")
"""Outcomes after which the address stays in the frontier for later crawls."""

CRAWL_OUTCOMES = ("finished", "partial", "failed", "blocked", "interrupted", "killed", "busy")
"""How a crawl can end (`crawls.outcome`)."""

COUNTS = ("requests", "bytes", "new", "revised", "copies", "irrelevant", "failed")
"""What a crawl counts, as columns of `crawls`."""


class LinkLike(Protocol):
    """Anything with the attributes of a link: `crawler.items.Link` and LinkRecord are."""

    @property
    def url(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def date(self) -> str: ...
    @property
    def summary(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def via(self) -> str: ...
    @property
    def position(self) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkRecord:
    """A queued address with its hints; `url` is as the source wrote it, the archive knows it by its canonical form."""

    url: str
    title: str = ""
    date: str = ""
    summary: str = ""
    text: str = ""
    via: str = "listing"
    position: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class DateRecord:
    """A date that spoke: who, what (ISO 8601, or raw text that could not be read), believed or not, why."""

    witness: str
    value: str
    believed: bool
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleRecord:
    """An article as read and judged. `url` is canonical; `published` ISO 8601 with offset, a bare date, or None.

    `region` is the source's (ISO 3166-2:RU), `regions` and `companies` are those the text speaks of, in order of weight.
    `derived` is what was worked out of title and text already, so that storing need not; of other words it is passed over.
    """

    url: str
    source: str
    region: str
    title: str
    text: str
    author: str = ""
    published: str | None = None
    published_by: str = ""
    language: str = ""
    score: float = 0.0
    matched: tuple[Mapping[str, Any], ...] = ()
    reason: str = ""
    regions: tuple[str, ...] = ()
    companies: tuple[str, ...] = ()
    judged_by: str = ""
    reader_version: int = 0
    dates: tuple[DateRecord, ...] = ()
    image: str = ""
    tags: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    derived: Derived | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRecord:
    """A fetched document and what became of it. `url` is canonical, the final one after redirects.

    `requested` is the address that was asked for, if it was another. `body` are the bytes to keep for rereading, None: keep none.
    `lead` is cut to 500 characters. `insecure`: it came without its certificate being verified; None: nothing came, or it was not
    fetched just now.
    """

    url: str
    source: str
    outcome: str = ""
    reason: str = ""
    status: int | None = None
    etag: str = ""
    last_modified: str = ""
    title: str = ""
    lead: str = ""
    published: str | None = None
    score: float | None = None
    matched: tuple[Mapping[str, Any], ...] = ()
    judged_by: str = ""
    headers: Mapping[str, str] | None = None
    body: bytes | None = None
    requested: str = ""
    insecure: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What `articles.store` did. `article` is the id of the article that now stands for the address."""

    outcome: Literal["stored", "revised", "unchanged", "copy"]
    article: int
    reason: str = ""
