"""What kinds of site have in common (`crawler/sources/presets.toml`): filled into an entry that names a preset."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from crawler.errors import SourceError
from crawler.tables import one_of, read_toml

FILE = Path(__file__).parent / "sources" / "presets.toml"

_PATH = "/:@!$&'()*+,;=~-._%"
"""What a canonical path leaves unescaped (`storage.address`)."""


def known_name(value: str) -> str:
    """The name of a preset, or "" for none; raises ValueError naming those there are."""
    one_of("", *_presets())(value)
    return value


def fill(name: str, *, home: str, listings: Sequence[str] | None = None) -> dict[str, Any]:
    """A preset's fields for a site; what its places mean stands at the head of the file.

    `home` is an absolute address. `listings` are the entry's own, which `{listing}` then stands for, else the preset's.
    """
    home = home if home.endswith("/") else home + "/"
    preset = _presets()[name]
    host = _host_pattern(home)
    own = listings or [url.replace("{home}", home) for url in preset.get("listings", ())]
    below = [_host_pattern(url) + re.escape(quote(urlsplit(url).path.rstrip("/"), safe=_PATH)) for url in own]
    listing = "https?://" + (host if not below else below[0] if len(below) == 1 else f"(?:{'|'.join(below)})")
    places = {"{home}": home, "{host}": host, "{listing}": listing}
    return {key: _filled(value, places) for key, value in preset.items()}


def _filled(value: Any, places: dict[str, str]) -> Any:
    if isinstance(value, str):
        for place, text in places.items():
            value = value.replace(place, text)
        return value
    if isinstance(value, dict):
        return {key: _filled(item, places) for key, item in value.items()}
    return tuple(_filled(item, places) for item in value) if isinstance(value, list) else value


def _host_pattern(url: str) -> str:
    return r"(?:www\.)?" + re.escape(urlsplit(url).netloc.removeprefix("www."))


@cache
def _presets() -> dict[str, dict[str, Any]]:
    return {str(name): dict(table) for name, table in read_toml(FILE, error=SourceError).get("presets", {}).items()}
