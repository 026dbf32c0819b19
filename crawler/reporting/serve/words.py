"""The words of the pages in Russian and English, read from `words.toml`."""

from __future__ import annotations

import tomllib
from pathlib import Path

WORDS: dict[str, dict[str, str]] = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
"""Language -> key -> words; both languages have the same keys (tested)."""
