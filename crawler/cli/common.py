"""What every command shares: settings, the archive, and how rows are printed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import click

from crawler.config import Config

F = TypeVar("F", bound=Callable[..., Any])


@dataclass
class Settings:
    """The options before the command; the configuration is read when a command first asks for it."""

    config_file: str | None = None
    archive_path: str | None = None

    @cached_property
    def config(self) -> Config:
        """The whole configuration, `--archive` applied. Raises ConfigError."""
        from crawler.config import load_config

        config = load_config(Path(self.config_file) if self.config_file else None)
        return replace(config, archive=Path(self.archive_path)) if self.archive_path else config

    @property
    def archive(self) -> Path:
        """The archive's path, without reading the catalogue when `--archive` names it."""
        return Path(self.archive_path) if self.archive_path else self.config.archive


pass_settings = click.make_pass_decorator(Settings, ensure=True)


def json_option(command: F) -> F:
    """`--json`, for every command that prints data."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")(command)
