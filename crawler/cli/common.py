"""What every command shares: settings, the archive, and how rows are printed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from crawler.cli.output import plain
from crawler.config import Config
from crawler.tables import suggest

if TYPE_CHECKING:
    from storage.connection import Archive

    _DayType = click.ParamType[date]
    _TextType = click.ParamType[str]
    _NumberType = click.ParamType[int]
else:
    _DayType = _TextType = _NumberType = click.ParamType  # generic only since click 8.5

F = TypeVar("F", bound=Callable[..., Any])


@dataclass
class Settings:
    """The options before the command; the configuration is read when a command first asks for it."""

    config_file: str | None = None
    archive_path: str | None = None
    config_text: bytes | None = None

    @cached_property
    def config(self) -> Config:
        """The whole configuration, `--archive` applied. Raises ConfigError."""
        from crawler.config import load_config

        config = load_config(Path(self.config_file) if self.config_file else None, text=self.config_text)
        return replace(config, archive=Path(self.archive_path)) if self.archive_path else config

    @property
    def archive(self) -> Path:
        """The archive's path, without reading the catalogue when `--archive` names it."""
        return Path(self.archive_path) if self.archive_path else self.config.archive

    def open(self, *, create: bool = False, read_only: bool = False) -> Archive:
        """The archive, opened for writing unless said otherwise. Raises storage.errors.ArchiveError."""
        from storage.connection import open_archive

        return open_archive(self.archive, create=create, read_only=read_only, current=True)


pass_settings = click.make_pass_decorator(Settings, ensure=True)


def json_option(command: F) -> F:
    """`--json`, for every command that prints data."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")(command)


class _Day(_DayType):
    """A calendar day: 2026-11-22, 22.11.2026, `today`, `yesterday`, or so many days or weeks ago: `7d`, `2w`."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        text = str(value).strip().lower()
        today = date.today()
        if text in ("today", "сегодня"):
            return today
        if text in ("yesterday", "вчера"):
            return today - timedelta(days=1)
        try:
            if ago := re.fullmatch(r"(\d{1,5})([dw])", text):
                return today - timedelta(days=int(ago[1]) * (7 if ago[2] == "w" else 1))
            if russian := re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text):
                return date(int(russian[3]), int(russian[2]), int(russian[1]))
            return date.fromisoformat(text)
        except (ValueError, OverflowError):
            self.fail(f"{value!r} is not a day: write 2026-11-22, 22.11.2026, today, yesterday, 7d or 2w.", param, ctx)


DAY = _Day()


class _Number(_NumberType):
    """The number of something in the archive: SQLite knows none above 2**63."""

    name = "id"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        from storage.articles import number

        found = number(value)
        return self.fail(f"{str(value)!r} is not a number that anything has here.", param, ctx) if found is None else found


NUMBER = _Number()


class _Region(_TextType):
    """A region by its ISO 3166-2 code, with or without RU-, by its name or enough of it, or by a town."""

    name = "region"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        from crawler.cli.places import codes
        from storage.regions import NAMES

        text = str(value)
        found = list(dict.fromkeys(codes(text)))
        if len(found) == 1:
            return found[0]
        if found:
            self.fail(f"{value!r} may be {' or '.join(f'{code} ({NAMES[code]})' for code in found[:5])}.", param, ctx)
        near = suggest(text, [*NAMES, *NAMES.values()])
        return self.fail(f"{value!r} is no region.{near} Write a code as RU-KGD, or a name.", param, ctx)


REGION = _Region()


def known_source(settings: Settings, archive: Archive, name: str) -> None:
    """Raises UnknownSource, suggesting the nearest, for a source that neither the archive nor the catalogue has."""
    from crawler.errors import UnknownSource
    from storage import sources

    if sources.get(archive, name) is None and name not in settings.config.sources:
        near = suggest(name, {*sources.names(archive), *settings.config.sources})
        raise UnknownSource(f"there is no source {name!r}.{near} `avtoklaster sources list` shows the catalogue.")


def now() -> datetime:
    """The one clock of the commands: aware, UTC."""
    return datetime.now(UTC)


def say(text: str) -> None:
    """One line for a person on stdout, without control characters."""
    click.echo(plain(text))


def size_text(size: float) -> str:
    """Bytes as people read them: 532 bytes, 1.2 MB (powers of 1000, as disks are sold)."""
    if size < 1000:
        return f"{size:.0f} bytes"
    power = 3 if size >= 1e9 else 2 if size >= 1e6 else 1
    return f"{size / 1000**power:.1f} {('kB', 'MB', 'GB')[power - 1]}"
