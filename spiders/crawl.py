"""One crawl over one source: its ways are asked, then what waits is fetched, newest first, and handed on."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from crawler.errors import Blocked, FetchError, NoBrowser, RobotsForbidden, Unreachable
from crawler.items import Link, Page
from crawler.sources import Source
from spiders import ways
from spiders.asking import Asking, Checked, Fetches
from spiders.hinted import page_of
from spiders.revisiting import Revisiting, revisit

_BATCH = 50
_PATIENCE: dict[type[FetchError], int] = {Blocked: 10, Unreachable: 5, NoBrowser: 1}
"""So many pages in a row refused, or without any answer, and the source is left alone until later. What fails otherwise may be
that page's own fault."""


class Remembering(Revisiting, Protocol):
    """The part of `crawler.frontier.Frontier` that a crawl needs; documented there."""

    def pending(self, source: Source, limit: int) -> list[Link]: ...
    def tried(self, source: Source) -> None: ...
    def out_of_reach(self, source: Source) -> list[tuple[Link, str, str]]: ...
    def gap(self, source: Source, reason: str) -> None: ...
    def caught_up(self, source: Source) -> None: ...


@dataclass(slots=True)
class _Tally:
    """What became of the article pages of this crawl.

    `had` were fetched, `instead` made of the list's text; `refused` counts the others by outcome; `row` is the kind of the last
    failure and how often it came in a row.
    """

    had: int = 0
    instead: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    row: tuple[type[FetchError] | None, int] = (None, 0)
    reason: str = ""

    def good(self) -> None:
        self.had += 1
        self.row = (None, 0)

    def bad(self, error: FetchError) -> None:
        self.refused[error.outcome] = self.refused.get(error.outcome, 0) + 1
        kind, times = self.row
        self.row = (type(error), times + 1 if kind is type(error) else 1)
        if error.outcome in ("blocked", "failed", "robots"):
            self.reason = error.reason

    @property
    def hopeless(self) -> bool:
        """Has the same refusal come so often in a row that it will come again?"""
        kind, times = self.row
        return kind in _PATIENCE and times >= _PATIENCE[kind]


class SourceCrawl:
    """Carries its state for one run; `deliver` takes a page through reading, judging and storage."""

    def __init__(
        self,
        source: Source,
        fetches: Fetches,
        remembers: Remembering,
        stopping: asyncio.Event,
        deliver: Callable[[Page], Awaitable[None]],
    ) -> None:
        self._source = source
        self._fetches = fetches
        self._remembers = remembers
        self._stopping = stopping
        self._deliver = deliver
        self._tried: set[str] = set()
        self._tally = _Tally()
        self._closed = ""

    async def run(self) -> tuple[str, str]:
        """The crawl's outcome and message (`crawls.outcome`, `crawls.message`)."""
        asking = Asking(
            source=self._source, fetches=self._fetches, remembers=self._remembers, stopping=self._stopping, drain=self._drain
        )
        checked = await ways.ask(asking)
        self._look_for_gaps(checked)
        await self._drain()
        if self._is_closed(checked):
            self._closed = self._tally.reason
            checked.append(await ways.ask_channel(asking))
            await self._drain()
        if not self._stopping.is_set():
            self._remembers.asked_all(self._source, [way.url for way in checked])
        if not self._tally.hopeless and not self._closed:
            await revisit(
                self._source, fetches=self._fetches, remembers=self._remembers, stopping=self._stopping, deliver=self._deliver
            )
        unread = await self._out_of_reach()
        return outcome(checked, self._tally, unread, closed=self._closed, stopped=self._stopping.is_set())

    async def _out_of_reach(self) -> list[tuple[str, str]]:
        """The pages that cannot be had, where that says something of the site (`outcome`). If none of them was due to be tried,
        one is all the same: a site that is well again is to be seen, and one that is not must not look so."""
        if self._tally.had or self._tally.instead:
            return []
        unread = self._remembers.out_of_reach(self._source)
        if len(unread) > 1 and not self._tally.refused and not self._stopping.is_set():
            page = await self._fetch(unread[0][0])
            if page is not None:
                await self._deliver(page)
                return []
        return [(outcome, reason) for _, outcome, reason in unread]

    def _is_closed(self, checked: Sequence[Checked]) -> bool:
        """Are the lists to be had, but none of the articles, so that only the channel may tell what they say?"""
        tally = self._tally
        refused = tally.refused.get("blocked", 0) + tally.refused.get("failed", 0)
        asked = any(way.kind == "telegram" for way in checked)
        return bool(
            self._source.telegram and not asked and refused and not (tally.had or tally.instead) and not self._stopping.is_set()
        )

    def _look_for_gaps(self, checked: Sequence[Checked]) -> None:
        """New links on every way and what was known before on none: something between them may be missing.

        A search for history that came to its day on a way of many pages has found what was missing.
        """
        if self._remembers.since:
            if any(way.reached for way in checked) and not self._stopping.is_set():
                self._remembers.caught_up(self._source)
            return
        unread = any(self._remembers.cursor(self._source, way.url) for way in checked)  # the next crawl goes on there
        if any(way.new for way in checked) and not any(way.reached for way in checked) and not unread:
            self._remembers.gap(
                self._source, "no way reached back to what was known: " + ", ".join(way.url for way in checked if way.new)
            )

    async def _drain(self) -> None:
        """Fetches what waits until the budget is used up; one page is read and stored while the next one is on its way."""
        delivering: asyncio.Task[None] | None = None
        try:
            while not self._stopping.is_set() and (left := self._remembers.budget(self._source)) > 0 and not self._given_up:
                batch = self._next(min(left, _BATCH))
                if not batch:
                    break
                for link in batch:
                    if self._stopping.is_set() or self._given_up:
                        break
                    page = await self._fetch(link)
                    if delivering is not None:
                        await delivering
                    delivering = asyncio.ensure_future(self._deliver(page)) if page is not None else None
                if delivering is not None:  # its address leaves the frontier, or waits for a later crawl, before we look again
                    await delivering
                    delivering = None
        finally:
            if delivering is not None:
                await delivering

    @property
    def _given_up(self) -> bool:
        return self._tally.hopeless and not self._closed

    def _next(self, most: int) -> list[Link]:
        """What is to be fetched next: of a site that is closed only the posts of its channel, whatever else waits."""
        if self._closed:
            waiting = self._remembers.pending(self._source, self._remembers.count_pending(self._source))
            return [link for link in waiting if link.via == "telegram" and link.url not in self._tried][:most]
        asked = most
        while True:  # what was tried in vain waits too, behind the rest: it is passed over, and more is asked for
            waiting = self._remembers.pending(self._source, asked)
            fresh = [link for link in waiting if link.url not in self._tried]
            if len(fresh) >= most or len(waiting) < asked:
                return fresh[:most]
            asked *= 2

    async def _fetch(self, link: Link) -> Page | None:
        self._tried.add(link.url)
        self._remembers.tried(self._source)
        if link.via == "telegram":  # a post has no page of its own: the preview carried all of it
            self._tally.good()
            return page_of(self._source, link)
        try:
            page = await self._fetches.fetch(self._source, link)
        except FetchError as error:
            self._tally.bad(error)
            if link.text and isinstance(error, Blocked | RobotsForbidden):  # what fails may come another time
                self._tally.instead += 1
                return page_of(self._source, link, error.reason)
            self._remembers.refused(self._source, link, error)
            return None
        self._tally.good()
        return page


def outcome(
    checked: Sequence[Checked], tally: _Tally, unread: Sequence[tuple[str, str]] = (), *, closed: str = "", stopped: bool
) -> tuple[str, str]:
    """(`finished`, `partial`, `failed`, `blocked` or `interrupted`, why). A way that failed is named with its reason.

    `unread`: (outcome, reason) of the pages that cannot be had and are newer than any that could be, when this crawl had none:
    one that failed among others which were read is its own fault. `closed`: why the channel of the site was asked instead.
    """
    broken = [way for way in checked if way.error is not None]
    notes = [f"{way.kind} {way.url}: {way.error}" for way in broken]
    if tally.hopeless:
        notes.append(f"left alone after {tally.row[1]} pages in a row: {tally.reason}")
    if closed:
        notes.append(f"no article page could be had: {closed}; its channel was asked instead")
    if tally.instead:
        notes.append(f"{tally.instead} articles read from the text of the list, since their pages are refused: {tally.reason}")
    message = "; ".join(notes)
    if stopped:
        return "interrupted", message or "asked to stop"
    dead = [way for way in broken if not (way.new or way.reached)]
    if checked and len(dead) == len(checked):
        return ("blocked" if all(isinstance(way.error, Blocked) for way in dead) else "failed"), message
    lost = sum(tally.refused.get(name, 0) for name in ("blocked", "failed"))
    if unread and (lost or len(unread) > 1):
        kind = "blocked" if all(outcome == "blocked" for outcome, _ in unread) else "failed"
        return kind, message or f"no article page could be had: {tally.reason or unread[0][1]}"
    if lost > tally.had + tally.instead > 0 and not closed:
        notes.append(f"{lost} of {lost + tally.had + tally.instead} article pages could not be had, the last: {tally.reason}")
        message = "; ".join(notes)
    return ("partial" if notes else "finished"), message
