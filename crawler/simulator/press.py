"""What the simulated press publishes and when: invented texts, dated relative to one "today", with edits and reprints."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

TEXTS = Path(__file__).with_name("texts")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """One publication on one site.

    `days` counts back from the world's first day (negative: published later, when the world is advanced), `at` is the
    wall clock of the site. `paragraphs` are the text; `edited` replaces them, and `edited_title` the title, once the piece is
    edited. `copy` is the key of the piece whose text this one reprints (with its own title and lead), `story` joins pieces
    that tell
    of one event. `relevant` is what a person says about the topic "automotive clusters". `byline` is the form of its date,
    "" leaves it to the site.
    """

    key: str
    site: str
    days: int
    at: time
    title: str
    paragraphs: tuple[str, ...]
    relevant: bool
    story: str = ""
    copy: str = ""
    author: str = ""
    rubric: str = ""
    byline: str = ""
    link: str = ""
    edited: tuple[str, ...] = ()
    edited_title: str = ""
    number: int = 0

    @property
    def lead(self) -> str:
        """The first paragraph."""
        return self.paragraphs[0]


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in text.strip().split("\n\n") if part.strip())


def _piece(raw: dict[str, object], file: Path) -> Piece:
    known = {"key", "site", "days", "at", "title", "text", "relevant", "story", "copy", "lead", "author"}
    known |= {"rubric", "byline", "link", "edited", "edited_title"}
    if unknown := set(raw) - known:
        raise ValueError(f"{file.name}: {raw.get('key')}: unknown {sorted(unknown)}")
    text = {name: str(raw.get(name, "")) for name in known}
    return Piece(
        key=text["key"],
        site=text["site"],
        days=int(text["days"] or 0),
        at=time.fromisoformat(text["at"]),
        title=text["title"],
        paragraphs=_paragraphs(text["lead"] + "\n\n" + text["text"]),
        relevant=bool(raw.get("relevant", False)),
        edited=_paragraphs(text["edited"]),
        story=text["story"],
        copy=text["copy"],
        author=text["author"],
        rubric=text["rubric"],
        byline=text["byline"],
        link=text["link"],
        edited_title=text["edited_title"],
    )


def _reprint(piece: Piece, origin: Piece) -> Piece:
    """The origin's text under the reprint's own title; its lead, if it has one, stands in place of the origin's."""
    body = piece.paragraphs + origin.paragraphs[1:] if piece.paragraphs else origin.paragraphs
    return replace(piece, paragraphs=body, relevant=origin.relevant, story=piece.story or origin.story)


@cache
def load_pieces() -> tuple[Piece, ...]:
    """Every piece of every site, numbered per site in the order of publication. Raises ValueError for a mistake in the texts."""
    pieces: dict[str, Piece] = {}
    for file in sorted(TEXTS.glob("*.toml")):
        for raw in tomllib.loads(file.read_text(encoding="utf-8"))["piece"]:
            piece = _piece(raw, file)
            if piece.key in pieces:
                raise ValueError(f"{file.name}: two pieces are called {piece.key}")
            pieces[piece.key] = piece
    filled = [_reprint(piece, pieces[piece.copy]) if piece.copy else piece for piece in pieces.values()]
    counted: dict[str, int] = defaultdict(int)
    numbered = []
    for piece in sorted(filled, key=lambda piece: (-piece.days, piece.at, piece.key)):
        counted[piece.site] += 1
        numbered.append(replace(piece, number=131_000 + 17 * counted[piece.site]))
    return tuple(numbered)


class Press:
    """The state of the world: its day, and which pieces were edited since."""

    def __init__(self, today: date, zones: dict[str, str], pieces: Iterable[Piece] | None = None) -> None:
        self.first_day = today
        self.advanced = 0
        self._zones = {site: ZoneInfo(zone) for site, zone in zones.items()}
        self._pieces = {piece.key: piece for piece in (load_pieces() if pieces is None else pieces)}
        self._edited: set[str] = set()

    @property
    def today(self) -> date:
        """The world's day; holding back the newest (a negative `advanced`) does not change what day it is."""
        return self.first_day + timedelta(days=max(0, self.advanced))

    def when(self, piece: Piece) -> datetime:
        """The moment of publication, aware, with the offset of the site's place."""
        return datetime.combine(self.first_day - timedelta(days=piece.days), piece.at, self._zones[piece.site])

    def zone(self, site: str) -> ZoneInfo:
        """The site's time zone."""
        return self._zones[site]

    def published(self, site: str) -> list[Piece]:
        """What the site has published up to today, as it reads today, newest first."""
        found = [self.now(piece) for piece in self._pieces.values() if piece.site == site and -piece.days <= self.advanced]
        return sorted(found, key=lambda piece: piece.number, reverse=True)

    def now(self, piece: Piece) -> Piece:
        """The piece in its present wording."""
        if piece.key not in self._edited:
            return piece
        return replace(piece, title=piece.edited_title or piece.title, paragraphs=piece.edited or piece.paragraphs)

    def get(self, key: str) -> Piece:
        """A piece by its key, in its present wording. Raises KeyError."""
        return self.now(self._pieces[key])

    def edit(self, key: str, *, was: str = "", becomes: str = "") -> None:
        """The newsroom silently changes a piece at the same address: some words of its text, or all to its other wording.

        Raises ValueError for a piece without these words, or without another wording.
        """
        piece = self._pieces[key]
        text = "\n".join(piece.paragraphs)
        if was:
            if was not in text:
                raise ValueError(f"{key} does not say {was!r}")
            self._pieces[key] = replace(piece, paragraphs=tuple(text.replace(was, becomes).splitlines()))
            return
        if not (piece.edited or piece.edited_title):
            raise ValueError(f"{key} has no other wording")
        self._edited.add(key)

    def all(self) -> list[Piece]:
        """Every piece published up to today, in its present wording."""
        return [piece for site in self._zones for piece in self.published(site)]
