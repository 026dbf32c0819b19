"""The catalogue: every source that is watched, as typed records read from TOML (`crawler/sources/*.toml`)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from crawler import checks, presets
from crawler.errors import SourceError, UnknownSource
from crawler.tables import Check, between, known, one_of, read_toml, suggest
from crawler.tables import fields as read_fields
from storage.regions import TIMEZONES

__all__ = ["KINDS", "TLS", "Api", "Source", "fits", "load_catalogue", "merge", "pick", "readable", "suggest", "without_password"]

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
CERTAINTY = ("high", "medium", "low", "")
SHIPPED = Path(__file__).parent / "sources"
"""The shipped entries: a folder beside this module; `presets.toml` in it holds what kinds of site have in common."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """A JSON API, or a page of Next.js with its data in it; `url` may hold `{page}`.

    `items` is a JMESPath expression over the answer, the others over one item. `since` is the query that asks for what is not
    older than a day, as `Source.since`.
    """

    url: str
    items: str
    link: str
    title: str = ""
    date: str = ""
    summary: str = ""
    text: str = ""
    since: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One publisher being watched.

    Addresses are absolute with A-label hosts. `region` is ISO 3166-2:RU, "RU" for federal. `timezone` is an IANA name, never
    empty after loading. `article` is a regular expression searched in the canonical address (`fits`); empty: every link of a
    listing that looks like an article on the same site. `next` is how listings go on, of a source without any how feeds do.
    `cron` has weekdays as names. `since`, for `crawl --since`, is the query by which a listing shows only what is not older
    than a day {YYYY}, {MM}, {DD}; `day_sitemap` the address of the sitemap of a day, by these or by {begins} and {ends}, the Unix
    times of its first and last second. `delay` is in seconds, None: the crawl's. `certainty` is how sure the entry's addresses
    are (high, medium, low, "" unknown) until `verified` holds the day of a live check. `example` is an article's address that was
    really seen. `origin` is the file the entry came from.
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
    since: str = ""
    day_sitemap: str = ""
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
    proxy: str = field(default="", repr=False)
    tls: str = "default"
    javascript: bool = False
    example: str = ""
    certainty: str = ""
    note: str = ""
    origin: str = ""


_HIDDEN = frozenset({"id", "origin"})
_SECRET = frozenset({"proxy"})
_WAYS = ("feeds", "sitemaps", "listings", "api", "telegram")
_API_CHECKS: dict[str, Check] = {
    "url": checks.paged_address,
    **dict.fromkeys(("items", "link", "title", "date", "summary", "text"), checks.expression),
    "since": checks.dated,
}
_CHECKS: dict[str, Check] = {
    **dict.fromkeys(("home", "feeds", "sitemaps", "listings"), checks.address),
    **dict.fromkeys(("title_css", "date_css", "text_css"), checks.css),
    "example": lambda value: value and checks.address(value),
    "region": checks.region,
    "kind": one_of(*KINDS),
    "telegram": checks.channel,
    "article": checks.pattern,
    "next": checks.paged,
    "since": checks.dated,
    "day_sitemap": checks.daily,
    "every": checks.every,
    "cron": checks.cron,
    "preset": presets.known_name,
    "verified": checks.day,
    "timezone": checks.timezone,
    "delay": between(0, 3600, "seconds"),
    "budget": between(1, 1_000_000, "article pages"),
    "proxy": checks.proxy,
    "tls": one_of(*TLS),
    "certainty": one_of(*CERTAINTY),
}
# our own files are tested with every check; at run time the dear ones (compiling 200 patterns costs 60 ms) are left out for them
_DEAR = frozenset({"article", "title_css", "date_css", "text_css", "timezone"})
_QUICK = {name: check for name, check in _CHECKS.items() if name not in _DEAR}
_QUICK_API = {"url": checks.paged_address}


def load_catalogue(*, thorough: bool = False) -> dict[str, Source]:
    """The shipped sources by id. `thorough` applies every check to our own files too (tests do). Raises SourceError."""
    return {id: _build(id, entry, origin) for id, (entry, origin) in _shipped(thorough).items()}


def merge(tables: Mapping[str, Any], *, file: Path, shipped: bool = True) -> dict[str, Source]:
    """The catalogue with a user's `[sources.X]` tables over it: each adds a source or changes fields of a shipped one.

    `shipped=False`: only the tables. Raises SourceError naming file and key.
    """
    base = _shipped() if shipped else {}
    sources = {id: _build(id, entry, origin) for id, (entry, origin) in base.items() if id not in tables}
    for id, table in tables.items():
        entry = _read(id, table, file, thorough=True)
        below, origin = base.get(id, ({}, ""))
        if not below and entry.get("enabled") is False and not any(entry.get(way) for way in _WAYS):
            raise SourceError(f"{file}: sources.{id}: there is no such source to turn off.{suggest(id, base)}")
        merged = _over(below, entry)
        sources[id] = _build(id, merged, f"{origin}, {file}" if origin else str(file), near=suggest(id, base))
    return sources


def pick(sources: Mapping[str, Source], names: Collection[str]) -> list[Source]:
    """The named sources, in the order named, or all that are enabled. Raises UnknownSource suggesting the nearest name."""
    for name in names:
        if name not in sources:
            raise UnknownSource(f"there is no source {name!r}.{suggest(name, sources)} `avtoklaster sources list` shows all.")
    if names:
        return [sources[name] for name in dict.fromkeys(names)]
    return [source for source in sources.values() if source.enabled]


def without_password(proxy: str) -> str:
    """A proxy's address for output: user name and password are stars."""
    return re.sub(r"//[^/@]*@", "//***@", proxy)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def fits(source: Source, url: str) -> bool:
    """Does a canonical address fit the source's `article` pattern? Without a pattern: every address does.

    The pattern is also tried on the address as a person reads it (Unicode host, decoded path), so that it may be written so.
    """
    if not source.article:
        return True
    pattern = _compiled(source.article)
    if pattern.search(url):
        return True
    return ("xn--" in url or "%" in url) and pattern.search(readable(url)) is not None


def readable(url: str) -> str:
    """An address as a person reads it: Unicode host, decoded path and query. For output and patterns, never a key."""
    from storage.address import u_label

    host = urlsplit(url).hostname or ""
    return unquote(url.replace(host, u_label(host), 1) if "xn--" in host else url, errors="replace")


@cache
def _shipped(thorough: bool = False) -> dict[str, tuple[dict[str, Any], str]]:
    """Id -> (fields as given, file's name) of every shipped entry, in the order of files and of entries in them."""
    entries: dict[str, tuple[dict[str, Any], str]] = {}
    for file in sorted(SHIPPED.glob("*.toml")):
        if file.name == "presets.toml":
            continue
        tables = read_toml(file, error=SourceError)
        known(tables, ["sources"], where=str(file), error=SourceError)
        for id, table in tables.get("sources", {}).items():
            if id in entries:
                raise SourceError(f"{file}: sources.{id}: is also in {entries[id][1]}; an id stands once in the catalogue")
            entries[id] = (_read(id, table, file, thorough=thorough), file.name)
    return entries


def _read(id: str, table: object, file: Path, *, thorough: bool) -> dict[str, Any]:
    """The fields that a table gives, checked; `api` stays a table of checked fields. Raises SourceError."""
    where = f"{file}: sources.{id}"
    try:
        checks.identifier(id)
    except ValueError as reason:
        raise SourceError(f"{where}: the id {reason}") from None
    every_check = _CHECKS if thorough else _QUICK
    entry = read_fields(Source, table, where=where, checks=every_check, error=SourceError, hidden=_HIDDEN, secret=_SECRET)
    if entry.get("every") and entry.get("cron"):
        raise SourceError(f"{where}: has every and cron; give one of them, or none and the rhythm is learned")
    if "api" in entry:
        api_checks = _API_CHECKS if thorough else _QUICK_API
        entry["api"] = read_fields(Api, entry["api"], where=f"{where}.api", checks=api_checks, error=SourceError)
    return entry


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """`above` wins field by field, in `api` too; its rhythm replaces the other's, whichever way each is written."""
    merged = {**below, **above}
    if below.get("api") and above.get("api"):
        merged["api"] = {**below["api"], **above["api"]}
    for given, other in (("every", "cron"), ("cron", "every")):
        if above.get(given):
            merged[other] = ""
    return merged


def _build(id: str, entry: Mapping[str, Any], origin: str, *, near: str = "") -> Source:
    """A Source out of checked fields: the preset fills what is left out, then the defaults. Raises SourceError."""
    where = f"{origin}: sources.{id}"
    given = dict(entry)
    if not given.get("home"):
        given["home"] = _home(given)
    if given.get("preset"):
        given = _over(_preset(given, where), given)
    if given.get("api"):
        for name in ("url", "items", "link"):
            if not given["api"].get(name):
                raise SourceError(f"{where}.api: {name!r} is missing; an API needs url, items and link")
        given["api"] = Api(**given["api"])
    if given.get("enabled", True) and not any(given.get(way) for way in _WAYS):
        raise SourceError(f"{where}: has no way to find articles; give one or more of {', '.join(_WAYS)}.{near}")
    region = given.get("region", "RU")
    defaults = {"name": id, "region": region, "timezone": TIMEZONES[region], "id": id, "origin": origin}
    return Source(**{**defaults, **given})


def _home(entry: Mapping[str, Any]) -> str:
    """The home of a source that names none: the root of its first way."""
    api = entry.get("api") or {}
    ways: Iterable[str] = (*entry.get("feeds", ()), *entry.get("sitemaps", ()), *entry.get("listings", ()), api.get("url", ""))
    for url in filter(None, ways):
        parts = urlsplit(url)
        return f"{parts.scheme}://{parts.netloc}/"
    channel = str(entry.get("telegram", ""))
    if "://" in channel:
        return channel.rpartition("/s/")[0] + "/"
    return f"https://t.me/{channel}" if channel else ""


def _preset(entry: Mapping[str, Any], where: str) -> dict[str, Any]:
    """What the preset of an entry fills in. Raises SourceError."""
    if not entry["home"]:
        raise SourceError(f"{where}: preset {entry['preset']!r} needs home, the address of the site")
    filled = presets.fill(entry["preset"], home=entry["home"], listings=entry.get("listings"))
    names = [item.name for item in fields(Source) if item.name not in _HIDDEN]
    known(filled, names, where=f"{presets.FILE}: presets.{entry['preset']}", error=SourceError)
    return filled
