"""The federal subjects of Russia by ISO 3166-2 code: the name people write and the time zone of the capital. Pure.

Here and not in the catalogue because both the archive (names in SQL) and the sources (time zones) need it. Zones are IANA
names, as `zone1970.tab` of tzdata divides the country. ISO 3166-2:RU has 83 subjects.
"""

from __future__ import annotations

from typing import Final

FEDERAL: Final = "RU"
"""What stands for the whole country: federal bodies, national media."""

_ZONES: Final = {
    "Europe/Kaliningrad": {"KGD": "Калининградская область"},
    "Europe/Moscow": {
        "AD": "Республика Адыгея",
        "ARK": "Архангельская область",
        "BEL": "Белгородская область",
        "BRY": "Брянская область",
        "CE": "Чеченская Республика",
        "CU": "Чувашская Республика",
        "DA": "Республика Дагестан",
        "IN": "Республика Ингушетия",
        "IVA": "Ивановская область",
        "KB": "Кабардино-Балкарская Республика",
        "KC": "Карачаево-Черкесская Республика",
        "KDA": "Краснодарский край",
        "KL": "Республика Калмыкия",
        "KLU": "Калужская область",
        "KO": "Республика Коми",
        "KOS": "Костромская область",
        "KR": "Республика Карелия",
        "KRS": "Курская область",
        "LEN": "Ленинградская область",
        "LIP": "Липецкая область",
        "ME": "Республика Марий Эл",
        "MO": "Республика Мордовия",
        "MOS": "Московская область",
        "MOW": "Москва",
        "MUR": "Мурманская область",
        "NEN": "Ненецкий автономный округ",
        "NGR": "Новгородская область",
        "NIZ": "Нижегородская область",
        "ORL": "Орловская область",
        "PNZ": "Пензенская область",
        "PSK": "Псковская область",
        "ROS": "Ростовская область",
        "RYA": "Рязанская область",
        "SE": "Республика Северная Осетия — Алания",
        "SMO": "Смоленская область",
        "SPE": "Санкт-Петербург",
        "STA": "Ставропольский край",
        "TA": "Республика Татарстан",
        "TAM": "Тамбовская область",
        "TUL": "Тульская область",
        "TVE": "Тверская область",
        "VLA": "Владимирская область",
        "VLG": "Вологодская область",
        "VOR": "Воронежская область",
        "YAR": "Ярославская область",
    },
    "Europe/Kirov": {"KIR": "Кировская область"},
    "Europe/Volgograd": {"VGG": "Волгоградская область"},
    "Europe/Astrakhan": {"AST": "Астраханская область"},
    "Europe/Saratov": {"SAR": "Саратовская область"},
    "Europe/Ulyanovsk": {"ULY": "Ульяновская область"},
    "Europe/Samara": {"SAM": "Самарская область", "UD": "Удмуртская Республика"},
    "Asia/Yekaterinburg": {
        "BA": "Республика Башкортостан",
        "CHE": "Челябинская область",
        "KGN": "Курганская область",
        "KHM": "Ханты-Мансийский автономный округ — Югра",
        "ORE": "Оренбургская область",
        "PER": "Пермский край",
        "SVE": "Свердловская область",
        "TYU": "Тюменская область",
        "YAN": "Ямало-Ненецкий автономный округ",
    },
    "Asia/Omsk": {"OMS": "Омская область"},
    "Asia/Barnaul": {"AL": "Республика Алтай", "ALT": "Алтайский край"},
    "Asia/Novokuznetsk": {"KEM": "Кемеровская область"},
    "Asia/Novosibirsk": {"NVS": "Новосибирская область"},
    "Asia/Tomsk": {"TOM": "Томская область"},
    "Asia/Krasnoyarsk": {"KK": "Республика Хакасия", "KYA": "Красноярский край", "TY": "Республика Тыва"},
    "Asia/Irkutsk": {"BU": "Республика Бурятия", "IRK": "Иркутская область"},
    "Asia/Chita": {"ZAB": "Забайкальский край"},
    "Asia/Yakutsk": {"AMU": "Амурская область", "SA": "Республика Саха (Якутия)"},
    "Asia/Vladivostok": {"KHA": "Хабаровский край", "PRI": "Приморский край", "YEV": "Еврейская автономная область"},
    "Asia/Sakhalin": {"SAK": "Сахалинская область"},
    "Asia/Magadan": {"MAG": "Магаданская область"},
    "Asia/Kamchatka": {"KAM": "Камчатский край"},
    "Asia/Anadyr": {"CHU": "Чукотский автономный округ"},
}

NAMES: Final[dict[str, str]] = {FEDERAL: "Россия"} | {
    f"RU-{code}": name for subjects in _ZONES.values() for code, name in subjects.items()
}
"""Code -> name: "RU-KGD" -> «Калининградская область», "RU" -> «Россия»."""

TIMEZONES: Final[dict[str, str]] = {FEDERAL: "Europe/Moscow"} | {
    f"RU-{code}": zone for zone, subjects in _ZONES.items() for code in subjects
}
"""Code -> IANA time zone of the subject's capital; federal bodies keep Moscow time."""
