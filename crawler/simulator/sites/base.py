"""What every simulated site shares: routes, addresses and its entry in the catalogue."""

from __future__ import annotations

import re
from abc import ABC
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, TypeVar

from crawler.simulator.messages import Request, Response, html, plain
from crawler.simulator.press import Piece, Press

T = TypeVar("T")

_CYRILLIC = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
_LATIN = "a,b,v,g,d,e,e,zh,z,i,j,k,l,m,n,o,p,r,s,t,u,f,h,c,ch,sh,shch,,y,,e,yu,ya"
_TRANSLITERATION = dict(zip(map(ord, _CYRILLIC), _LATIN.split(","), strict=True))


def slug(title: str, words: int = 8) -> str:
    """A title as WordPress plugins for Russian spell it in an address: zavod-otkryl-cekh."""
    latin = title.lower().translate(_TRANSLITERATION)
    return "-".join(re.findall(r"[a-z0-9]+", latin)[:words])


def page_number(request: Request, name: str = "page") -> int:
    """The number asked for, 1 for nonsense."""
    value = request.query.get(name, "1")
    return max(1, int(value)) if value.isdecimal() else 1


def pages(count: int, size: int) -> int:
    """How many pages a list of `count` has, at least one."""
    return max(1, -(-count // size))


def portion(things: Sequence[T], number: int, size: int) -> Sequence[T]:
    """The page `number`, from 1."""
    return things[(number - 1) * size : number * size]


def paragraphs_html(piece: Piece) -> str:
    """The text as <p> elements, a line each."""
    return "\n".join(f"<p>{escape(paragraph, quote=False)}</p>" for paragraph in piece.paragraphs)


@dataclass(slots=True)
class Surroundings:
    """What a site is told when it answers: the press, all sites by key, and their addresses, each ending in a slash."""

    press: Press
    bases: Mapping[str, str] = field(default_factory=dict)
    sites: Mapping[str, Site] = field(default_factory=dict)


class Site(ABC):
    """One invented publisher. Subclasses give `routes`: a regular expression over the whole path, and the method that answers."""

    key: str
    name: str
    region: str
    kind: str
    timezone: str = "Europe/Moscow"
    charset: str = "utf-8"
    robots: str = "User-agent: *\nDisallow:\n"
    routes: tuple[tuple[str, str], ...] = ()
    sections: tuple[tuple[str, str], ...] = ()
    """The menu of the front page as (path, text); without one, and without a route of its own, the front page is missing."""

    def __init__(self, surroundings: Surroundings) -> None:
        self._surroundings = surroundings

    @property
    def press(self) -> Press:
        """The state of the world."""
        return self._surroundings.press

    @property
    def base(self) -> str:
        """The site's own address, ending in a slash."""
        return self._surroundings.bases[self.key]

    def address(self, piece: Piece) -> str:
        """The path of a piece, with query if that is its identity."""
        raise NotImplementedError

    def entry(self) -> dict[str, Any]:
        """The ways of the site as fields of its catalogue entry."""
        raise NotImplementedError

    def catalogue(self) -> dict[str, dict[str, Any]]:
        """The sources that watch this site, by id; most sites have one."""
        common = {"name": self.name, "region": self.region, "kind": self.kind, "timezone": self.timezone, "home": self.base}
        return {self.key: {**common, "delay": 0.0, **self.entry()}}

    def url(self, piece: Piece) -> str:
        """The full address of a piece of this site."""
        return self.base.rstrip("/") + self.address(piece)

    def elsewhere(self, piece: Piece) -> str:
        """The full address of a piece of any site."""
        return self._surroundings.sites[piece.site].url(piece)

    def expected(self) -> dict[str, list[str]]:
        """Addresses of this site that are no articles, with the outcomes that are right for them."""
        return {}

    def find(self, number: str) -> Piece | None:
        """The published piece with this number."""
        return next((piece for piece in self.press.published(self.key) if str(piece.number) == number), None)

    def respond(self, request: Request) -> Response:
        """The site's answer when nothing is wrong with it."""
        for pattern, method in self.routes:
            if found := re.fullmatch(pattern, request.path):
                answer: Response | None = getattr(self, method)(request, *found.groups())
                return answer or self.missing(request)
        if request.path == "/robots.txt":
            return plain(self.robots.replace("{base}", self.base))
        if request.path == "/" and self.sections:
            return self.front()
        return self.missing(request)

    def front(self) -> Response:
        """A front page as every site has one: its feed declared, its press section and its newest pieces linked."""
        feeds = "".join(
            f'<link rel="alternate" type="application/rss+xml" href="{url}">' for url in self.entry().get("feeds", ())
        )
        menu = "".join(f'<li><a href="{path}">{escape(text)}</a></li>' for path, text in self.sections)
        news = "".join(
            f'<div class="card"><a href="{self.address(piece)}">{escape(piece.title)}</a></div>'
            for piece in self.press.published(self.key)[:4]
        )
        return html(
            f'<!DOCTYPE html><html lang="ru"><head><meta charset="utf-8"><title>{escape(self.name)}</title>{feeds}</head><body>'
            f'<ul class="menu">{menu}</ul><h1>{escape(self.name)}</h1>{news}</body></html>'
        )

    def missing(self, request: Request) -> Response:
        """An honest 404."""
        return html("<html><head><title>404</title></head><body><h1>Страница не найдена</h1></body></html>", status=404)
