"""What was found of a site as an entry of avtoklaster.toml: only ways that answered, and the day on which they did."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from crawler import presets
from crawler.discovery.finding import Discovered
from storage.address import u_label

_LETTERS = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
_SPELLED = (
    *("a", "b", "v", "g", "d", "e", "e", "zh", "z", "i", "y", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "kh", "ts"),
    *("ch", "sh", "sch", "", "y", "", "e", "yu", "ya"),
)
_LATIN = dict(zip(_LETTERS, _SPELLED, strict=True))
_COMMON = {"www", "m", "ru", "рф", "com", "org", "net", "su", "info", "news", "gov", "online", "example", "invalid"}


def entry_for(found: Discovered, *, region: str, kind: str, name: str, today: date) -> dict[str, Any]:
    """The fields of the entry, in the order of DESIGN's example; empty ones left out."""
    fields: dict[str, Any] = {
        "name": name or found.name or urlsplit(found.home).hostname or found.home,
        "region": region,
        "kind": kind,
        "home": found.home,
        "feeds": [way.url for way in found.feeds[:2]],
        "sitemaps": [way.url for way in found.sitemaps],
        "listings": [way.url for way in found.listings],
        "telegram": found.channel,
        "article": found.article,
        "next": found.next,
        "example": found.read[0].url if found.read and not found.previews else "",
        "certainty": "high",
        "verified": today.isoformat(),
    }
    if found.apis:
        fields["api"] = presets.fill(found.platform, home=found.home)["api"]
    return {key: value for key, value in fields.items() if value}


def id_for(home: str, taken: Collection[str]) -> str:
    """A name for the source out of its host: «klops.ru» -> klops, «minprom.nobl.ru» -> minprom_nobl; never one that is taken."""
    parts = urlsplit(home)
    host = u_label(parts.hostname or "").lower()
    labels = [label for label in host.split(".") if label not in _COMMON] or host.split(".")
    if re.fullmatch(r"[\d.]+", host):
        labels = [*host.split("."), str(parts.port or "")]
    if "/s/" in parts.path:
        labels = ["tg", parts.path.rstrip("/").rsplit("/", 1)[1]]
    latin = "".join(_LATIN.get(char, char) for char in "_".join(filter(None, labels)).lower())
    base = re.sub(r"[^a-z0-9_]+", "_", latin).strip("_")[:50] or "source"
    number = 2
    name = base
    while name in taken:
        name, number = f"{base}_{number}", number + 1
    return name
