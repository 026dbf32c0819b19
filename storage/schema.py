"""What each table, view and column means, read from `schema.toml` beside this file."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Final

SCHEMA: Final[dict[str, dict[str, str]]] = tomllib.loads(Path(__file__).with_name("schema.toml").read_text(encoding="utf-8"))
"""Table or view -> column -> meaning; the meaning of the table itself has the empty name."""
