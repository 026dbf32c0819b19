"""Pictures as SVG, drawn on the server: articles over time, and the regions as a map of tiles. Pure."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from datetime import date, timedelta
from html import escape
from pathlib import Path

from storage.regions import NAMES

TILES: dict[str, tuple[int, int, str]] = {
    f"RU-{code}": (column, row, short)
    for code, (column, row, short) in tomllib.loads(Path(__file__).with_name("tiles.toml").read_text(encoding="utf-8")).items()
}
"""Code of a federal subject -> column and row of its tile, and its name in three or four Russian letters."""

_SIZE = 44


def tile_map(counts: Mapping[str, int], label: str, language: str) -> str:
    """The federal subjects as tiles, darker with more articles; each leads to the page of its region in that language."""
    most = max(counts.values(), default=0)
    columns, rows = max(x for x, _, _ in TILES.values()) + 1, max(y for _, y, _ in TILES.values()) + 1
    parts = [f'<svg class="map" role="group" aria-label="{escape(label)}" viewBox="0 0 {columns * _SIZE} {rows * _SIZE}">']
    keep = "" if language == "ru" else f"?lang={language}"
    for code, (x, y, short) in TILES.items():
        count = counts.get(code, 0)
        # the root, or Moscow alone would have a colour
        shade = 0 if not count else 1 + min(4, int(4.99 * (count / most) ** 0.5))
        number = f'<text class="n" x="{x * _SIZE + 21}" y="{y * _SIZE + 34}">{count}</text>' if count else ""
        parts.append(
            f'<a href="/region/{code}{keep}"><g class="s{shade}"><title>{escape(NAMES[code])}: {count}</title>'
            f'<rect x="{x * _SIZE + 1}" y="{y * _SIZE + 1}" width="{_SIZE - 3}" height="{_SIZE - 3}" rx="5"/>'
            f'<text x="{x * _SIZE + 21}" y="{y * _SIZE + 19}">{short if language == "ru" else code[3:]}</text>{number}</g></a>'
        )
    return "".join([*parts, "</svg>"])


def bars(counts: Mapping[str, int], first: date, last: date, uncovered: Collection[str], label: str) -> str:
    """One bar a day from `first` to `last`; days that nobody watched are hatched: their silence means nothing."""
    span = (last - first).days + 1
    width, height = 420, 150
    step = width / span
    most = max(counts.values(), default=0) or 1
    parts = [
        f'<svg class="bars" role="img" aria-label="{escape(label)}" viewBox="0 0 {width} {height + 24}">'
        '<defs><pattern id="hatch" width="6" height="6" patternTransform="rotate(45)" patternUnits="userSpaceOnUse">'
        '<line class="hatch" x1="0" y1="0" x2="0" y2="6"/></pattern></defs>'
    ]
    for number in range(span):
        day = (first + timedelta(days=number)).isoformat()
        x, count = number * step, counts.get(day, 0)
        if day in uncovered:
            parts.append(
                f'<rect fill="url(#hatch)" x="{x:.1f}" y="0" width="{step:.1f}" height="{height}"><title>{day}: —</title></rect>'
            )
        if count:
            tall = max(2.0, count / most * (height - 20))
            parts.append(
                f'<rect class="bar" x="{x + step * 0.1:.1f}" y="{height - tall:.1f}" width="{step * 0.8:.1f}"'
                f' height="{tall:.1f}"><title>{day}: {count}</title></rect>'
            )
    parts.append(f'<line class="axis" x1="0" y1="{height}" x2="{width}" y2="{height}"/>')
    parts += [
        f'<text x="{at}" y="{height + 18}" text-anchor="{anchor}">{day}</text>' for at, anchor, day in _ticks(first, last, width)
    ]
    parts.append(f'<text x="0" y="13">{most}</text></svg>')
    return "".join(parts)


def _ticks(first: date, last: date, width: int) -> list[tuple[int, str, str]]:
    middle = first + (last - first) / 2
    return [(0, "start", f"{first:%d.%m.%Y}"), (width // 2, "middle", f"{middle:%d.%m.%Y}"), (width, "end", f"{last:%d.%m.%Y}")]
