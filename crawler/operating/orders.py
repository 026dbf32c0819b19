"""What the daemon was told, and how it tells its children the same."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from crawler.config import DEFAULT_FILE, Config, load_config
from crawler.errors import ConfigError
from storage.errors import ArchiveError

_CHECK_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Orders:
    """The options with which the daemon was started; `program` is what its children run."""

    config_file: Path | None
    archive: Path | None
    program: Sequence[str]

    def read(self) -> tuple[Config, bytes]:
        """The configuration and the text it was read from. Raises ConfigError; ArchiveError when it is the archive that is amiss.

        Its topic, its addressees and its archive are looked at by `daemon --check-config` in a process of its own: what they need
        would stay in our memory for months.
        """
        file = self.config_file or DEFAULT_FILE
        text = file.read_bytes() if file.is_file() else None
        config = load_config(self.config_file, text=text)
        config = replace(config, archive=self.archive) if self.archive else config
        command = [*self.program, *self.arguments(config, "daemon", "--check-config")]
        done = subprocess.run(command, input=text or b"", capture_output=True, check=False, timeout=_CHECK_SECONDS)
        if done.returncode:
            said = done.stderr.decode("utf-8", "replace").strip().removeprefix("Error: ") or f"{file}: cannot be checked"
            raise ArchiveError(said) if done.returncode == ArchiveError.exit_code else ConfigError(said)
        return config, text or b""

    def arguments(self, config: Config, *command: str) -> list[str]:
        """The arguments of a child. It is given the text on its stdin: the file may be half written, or wrong, by now."""
        file = ["--config", str(self.config_file)] if self.config_file else []
        return ["--config-on-stdin", *file, "--archive", str(config.archive), *command]


def identity(archive: Path) -> tuple[int, int]:
    """Which file it is: another one may be put in its place, as from a backup."""
    found = archive.stat()
    return found.st_dev, found.st_ino
