"""The configuration: `avtoklaster.toml`, read in one place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from dataclasses import fields as dataclass_fields
from pathlib import Path
from typing import Any

from crawler import checks
from crawler.errors import ConfigError
from crawler.sources import Source, load_catalogue, merge
from crawler.tables import Check, between, fields, known, one_of, read_toml, suggest

DEFAULT_FILE = Path("avtoklaster.toml")
"""Read from the current directory when no file is named."""

KEEP_PAGES = ("relevant", "all", "none")
DIGESTS = ("", "daily", "weekly")
SENT = ("stories", "alarms")


@dataclass(frozen=True, slots=True, kw_only=True)
class CrawlConfig:
    """`[crawl]`: `delay` in seconds between two requests to one host, `concurrency` in hosts, `budget` in article pages.

    `timeout` is in seconds for a whole answer: a site that drips is given up then. `keep_pages` is relevant, all or none.
    `ca_file` is the operator's PEM file with the Russian Trusted root and sub CA, for sources with `tls = "ru-ca"`.
    """

    delay: float = 2.0
    concurrency: int = 8
    budget: int = 1000
    timeout: float = 30.0
    keep_pages: str = "relevant"
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """`[[alert]]`: whom to tell what. An empty rule lets everything through; several rules must all hold.

    `to` is an Apprise address: it holds passwords, so it is never printed. `send` says what goes there: new relevant stories,
    alarms of sources, or both. `words` are looked for by lemma, one of them is enough. `score` is the least score of a story in
    [0, 1]. `digest` "" sends at once, "daily" and "weekly" (Mondays) gather and send at `at` o'clock in `timezone`.
    """

    to: str = field(repr=False)
    name: str = ""
    send: tuple[str, ...] = SENT
    regions: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    score: float = 0.5
    digest: str = ""
    at: str = "09:00"
    timezone: str = "Europe/Moscow"


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """Everything a command may be told by file, environment or option; `sources` holds enabled and disabled ones by id.

    Relative paths in a file start at the file's folder; the default archive is in the current directory.
    """

    archive: Path = Path("avtoklaster.db")
    topic: str = "automotive-clusters"
    contact: str = ""
    catalogue: bool = True
    crawl: CrawlConfig = field(default_factory=CrawlConfig)
    sources: Mapping[str, Source] = field(default_factory=dict)
    alerts: tuple[Alert, ...] = ()
    file: Path | None = None


def load_config(file: Path | None = None, *, text: bytes | None = None) -> Config:
    """Reads `file`, or `avtoklaster.toml` in the current directory if there is one, over the shipped catalogue.

    `text` is what stood in it when the daemon read it: its children work by that, whatever is being written there now.
    Raises ConfigError naming file, key and what is allowed.
    """
    if file is None and text is None and not DEFAULT_FILE.exists():
        return Config(sources=load_catalogue())
    path = file or DEFAULT_FILE
    tables = read_toml(path, text=text)
    where = str(path)
    _known_at_top(tables, where)
    folder = path.parent
    given = {name: value for name, value in tables.items() if name not in ("crawl", "sources", "alert")}
    top = fields(Config, given, where=where, checks=_top_checks(folder))
    crawl = fields(CrawlConfig, tables.get("crawl", {}), where=f"{where}: crawl", checks=_crawl_checks(folder))
    entries = tables.get("sources", {})
    if not isinstance(entries, dict):
        raise ConfigError(f"{where}: sources: must be tables, as [sources.gov39]")
    sources = merge(entries, file=path, shipped=top.get("catalogue", True))
    alerts = _alerts(tables.get("alert", []), where, sources)
    return Config(**top, crawl=CrawlConfig(**crawl), sources=sources, alerts=alerts, file=path)


def _known_at_top(tables: Mapping[str, Any], where: str) -> None:
    allowed = [item.name for item in dataclass_fields(Config) if item.name not in ("file", "alerts")] + ["alert"]
    known(tables, allowed, where=where)


def _top_checks(folder: Path) -> dict[str, Check]:
    def topic(value: str) -> str:
        is_path = value.endswith(".toml") or "/" in value
        return str(folder / Path(value).expanduser()) if is_path else value

    return {"archive": _path(folder), "topic": _not_empty(topic), "contact": _one_line}


def _crawl_checks(folder: Path) -> dict[str, Check]:
    return {
        "delay": between(0, 3600, "seconds"),
        "concurrency": between(1, 64, "hosts"),
        "budget": between(1, 1_000_000, "article pages"),
        "timeout": between(1, 600, "seconds"),
        "keep_pages": one_of(*KEEP_PAGES),
        "ca_file": _certificates(folder),
    }


def _path(folder: Path) -> Check:
    def check(value: object) -> Path:
        if not isinstance(value, str) or not value or "\0" in value:
            raise ValueError("must be the path of a file")
        return folder / Path(value).expanduser()

    return check


def _certificates(folder: Path) -> Check:
    def check(value: object) -> Path:
        path: Path = _path(folder)(value)
        import ssl

        try:
            ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(path)
        except ssl.SSLError:
            raise ValueError("must be a file with certificates in PEM") from None
        except OSError as error:
            raise ValueError(f"cannot be read: {error.strerror}") from None
        return path

    return check


def _not_empty(then: Check) -> Check:
    def check(value: str) -> Any:
        if not value.strip():
            raise ValueError("must not be empty")
        return then(value)

    return check


def _one_line(value: str) -> str:
    if not value.isprintable():
        raise ValueError("must be one line of text: it goes into a header")
    return value.strip()


def _to(value: str) -> str:
    if "://" not in value or not value.isprintable():
        raise ValueError("must be an Apprise address, as mailto://user:password@example.org (its value is not shown here)")
    return value


_ALERT_CHECKS: dict[str, Check] = {
    "to": _to,
    "send": one_of(*SENT),
    "regions": checks.region,
    "score": between(0, 1),
    "digest": one_of(*DIGESTS),
    "at": checks.clock,
    "timezone": checks.timezone,
}


def _alerts(tables: object, where: str, sources: Mapping[str, Source]) -> tuple[Alert, ...]:
    """The `[[alert]]` tables as records; sources and kinds they name must exist. Raises ConfigError."""
    if not isinstance(tables, list):
        raise ConfigError(f"{where}: alert: must be tables in double brackets, as [[alert]]")
    from crawler.sources import KINDS

    named = {
        **_ALERT_CHECKS,
        "sources": lambda value: _existing(value, sources),
        "kinds": one_of(*KINDS),
    }
    alerts = []
    for number, table in enumerate(tables, 1):
        here = f"{where}: alert {number}"
        given = fields(Alert, table, where=here, checks=named, secret=frozenset({"to"}))
        if not given.get("to"):
            raise ConfigError(f"{here}: 'to' is missing; it is the Apprise address to send to, as mailto://…")
        alerts.append(Alert(**given))
    return tuple(alerts)


def _existing(value: str, sources: Mapping[str, Source]) -> str:
    if value not in sources:
        raise ValueError(f"there is no source {value!r}.{suggest(value, sources)}")
    return value
