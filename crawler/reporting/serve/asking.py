"""What a request asks for, as values: the language, the span of days, a day, the number of a page. Pure."""

from __future__ import annotations

import re
from typing import Any

from crawler.reporting.serve.words import WORDS

SPANS = (7, 30, 90, 365)


def language(request: Any) -> str:
    return "en" if request.args.get("lang") == "en" else "ru"


def words(request: Any) -> dict[str, str]:
    return WORDS[language(request)]


def number(request: Any) -> int:
    return int(request.url_vars["id"])


def span(request: Any, otherwise: int = 7) -> int:
    given = request.args.get("days") or ""
    return int(given) if given.isdigit() and int(given) in SPANS else otherwise


def day(given: str) -> str | None:
    return given if re.fullmatch(r"\d{4}-\d{2}-\d{2}", given) else None
