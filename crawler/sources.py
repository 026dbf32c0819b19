"""The catalogue: every source that is watched, as typed records read from TOML."""

from __future__ import annotations

from dataclasses import dataclass

KINDS = (
    "government",
    "ministry",
    "agency",
    "fund",
    "zone",
    "cluster",
    "association",
    "company",
    "trade",
    "media",
    "other",
)
"""Kinds of source, most official first: this order decides which of several copies is the article."""

TLS = ("default", "ru-ca", "legacy", "insecure")


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """A JSON API; `url` may hold `{page}`, the others are JMESPath over the answer (`items`) or over one item."""

    url: str
    items: str
    link: str
    title: str = ""
    date: str = ""
    summary: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One publisher being watched.

    Addresses are absolute with A-label hosts. `region` is ISO 3166-2:RU, "RU" for federal. `timezone` is an IANA name, never
    empty after loading. `article` is a regular expression searched in the canonical address; empty: every link of a listing that
    looks like an article on the same site. `delay` is in seconds, None: the crawl's. `origin` is the file the entry came from.
    """

    id: str
    name: str
    region: str = "RU"
    kind: str = "other"
    home: str = ""
    enabled: bool = True
    feeds: tuple[str, ...] = ()
    sitemaps: tuple[str, ...] = ()
    listings: tuple[str, ...] = ()
    api: Api | None = None
    telegram: str = ""
    article: str = ""
    next: str = ""
    every: str = ""
    cron: str = ""
    title_css: str = ""
    date_css: str = ""
    text_css: str = ""
    preset: str = ""
    verified: str = "never"
    timezone: str = "Europe/Moscow"
    delay: float | None = None
    budget: int | None = None
    proxy: str = ""
    tls: str = "default"
    javascript: bool = False
    example: str = ""
    note: str = ""
    origin: str = ""
