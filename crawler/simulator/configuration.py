"""The world's sources as an avtoklaster.toml. TOML has no writer in the standard library; JSON's strings and lists are
TOML's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any


def _value(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def as_toml(catalogue: Mapping[str, Mapping[str, Any]]) -> str:
    """A configuration that knows these sources and no others, and asks without pause: the sites are on this machine."""
    lines = ["catalogue = false", 'contact = "demo@localhost"', "", "[crawl]", "delay = 0.0", ""]
    for name, entry in catalogue.items():
        lines.append(f"[sources.{name}]")
        lines += [f"{key} = {_value(value)}" for key, value in entry.items() if not isinstance(value, dict)]
        for key, table in entry.items():
            if isinstance(table, dict):
                lines += ["", f"[sources.{name}.{key}]", *(f"{inner} = {_value(value)}" for inner, value in table.items())]
        lines.append("")
    return "\n".join(lines)
