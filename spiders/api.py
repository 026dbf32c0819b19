"""JSON APIs of press sites, read with the JMESPath expressions of the source's entry. Pure: bytes -> links.

A page of Next.js counts as one: its data is JSON in the page (`script#__NEXT_DATA__`), as in the press releases of lada.ru.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

import jmespath

from crawler.errors import ParseError
from crawler.items import Link
from crawler.sources import Api
from spiders.found import Found, decode, one_line, plain, without_nuls

_NEXT = re.compile(r"""<script[^<>]{0,300}\bid=["']?__NEXT_DATA__["']?[^<>]{0,300}>""")


def address(api: Api, page: int) -> str:
    """The address of a page of the API, counted from 1."""
    return api.url.replace("{page}", str(page))


def parse(body: bytes, url: str, api: Api, page: int = 1) -> Found:
    """The items of one answer in its own order; `next` is the following page when the API is paged and listed anything.

    Numbers given as a date are Unix times (seconds, or milliseconds). Raises ParseError when the answer is not JSON or
    `items` is not there.
    """
    text = decode(without_nuls(body)).strip().removeprefix("﻿")
    if text.startswith("<") and (opening := _NEXT.search(text)):
        text = text[opening.end() :].partition("</script")[0].strip()
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ParseError(f"not JSON: {str(error)[:120]}") from None
    items = _search(api.items, answer) if api.items else answer
    if not isinstance(items, list):
        raise ParseError(f"the answer has no list at items = {api.items!r}")
    links = [link for position, item in enumerate(items) if (link := _link(item, url, api, position))]
    if items and not links:
        raise ParseError(f"no item of the answer has an address at link = {api.link!r}")
    if not items and page == 1:
        raise ParseError("the API lists nothing")
    following = address(api, page + 1) if links and "{page}" in api.url else ""
    return Found(links=tuple(links), next=following)


def _search(expression: str, data: Any) -> Any:
    try:
        return jmespath.search(expression, data)
    except jmespath.exceptions.JMESPathError as error:
        raise ParseError(f"JMESPath {expression!r}: {error}") from None


def _text(expression: str, item: Any) -> str:
    value = _search(expression, item) if expression else None
    if isinstance(value, list):
        value = "\n".join(str(part) for part in value if part)
    return "" if value is None or isinstance(value, dict) else str(value)


def _link(item: Any, base: str, api: Api, position: int) -> Link | None:
    where = _text(api.link, item).strip()
    if not where:
        return None
    try:
        absolute = urljoin(base, where)
    except ValueError:
        return None
    return Link(
        url=absolute,
        title=one_line(_text(api.title, item)),
        date=_date(_text(api.date, item).strip()),
        summary=one_line(_text(api.summary, item))[:1000],
        text=plain(_text(api.text, item)),
        via="api",
        position=position,
    )


def _date(value: str) -> str:
    """The date as stated; a Unix time becomes ISO 8601 in UTC, since digits alone say nothing to whoever reads the hint."""
    if value.isdigit() and len(value) in (10, 13):
        return datetime.fromtimestamp(int(value[:10]), UTC).isoformat()
    return value
