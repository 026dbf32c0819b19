"""What the daemon was told, and how it tells its children the same."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from crawler.config import DEFAULT_FILE, Config, load_config


@dataclass(frozen=True, slots=True)
class Orders:
    """The options with which the daemon was started."""

    config_file: Path | None
    archive: Path | None

    def read(self) -> tuple[Config, bytes]:
        """The configuration and the text it was read from. Raises ConfigError."""
        file = self.config_file or DEFAULT_FILE
        text = file.read_bytes() if file.is_file() else None
        config = load_config(self.config_file, text=text)
        return replace(config, archive=self.archive) if self.archive else config, text or b""

    def arguments(self, config: Config, *command: str) -> list[str]:
        """The arguments of a child. It is given the text on its stdin: the file may be half written, or wrong, by now."""
        file = ["--config", str(self.config_file)] if self.config_file else []
        return ["--config-on-stdin", *file, "--archive", str(config.archive), *command]
