"""The time zone that a byline states behind its time: «(МСК)», «МСК+2», «UTC+5», «по самарскому времени»."""

from __future__ import annotations

import re

from crawler.reading.stamps import offset_of

_ZONE = re.compile(r"\s*\(?\s*(мск|msk|utc|gmt|cet|cest|est|edt|cst|cdt|pst|pdt|ist|jst|bst)?\s*([+-]\d{1,2}(?::?\d\d)?)?(?!\d)")
_TOWN = re.compile(
    r"\s*\(?\s*(?:по\s+|время\s+)?(моск|мск|калинингр|самар|екатеринб|уральск|омск|краснояр|новосиб|томск|барнаул|иркут|якут|чит"
    r"|владивост|хабаров|магадан|сахалин|камчат)[а-я]*"
)
_HOURS = {
    "калинингр": 2,
    "моск": 3,
    "мск": 3,
    "самар": 4,
    "екатеринб": 5,
    "уральск": 5,
    "омск": 6,
    "краснояр": 7,
    "новосиб": 7,
    "томск": 7,
    "барнаул": 7,
    "иркут": 8,
    "якут": 9,
    "чит": 9,
    "владивост": 10,
    "хабаров": 10,
    "магадан": 11,
    "сахалин": 11,
    "камчат": 12,
}
"""Hours east of UTC of the towns by which Russians name their zones, by the beginnings of the words."""


def stated_zone(text: str, position: int) -> int | None:
    """Minutes east of UTC that the folded text states from a position on, None when it states none.

    A town counts only with «по …» or «… время» around it: «12:45 Калининград» says where, not by which clock.
    """
    zone = _ZONE.match(text, position)
    if zone and (zone[1] or (zone[2] and (":" in zone[2] or len(zone[2]) >= 5))):
        return offset_of(zone[1], zone[2])
    town = _TOWN.match(text, position)
    if town and ("по " in town[0] or re.match(r"\s+врем", text[town.end() :]) or "время" in town[0]):
        return 60 * _HOURS[town[1]]
    return None
