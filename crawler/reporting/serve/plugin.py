"""The Datasette plugin: our pages, our SQL functions, links to other hosts made safe."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from datasette import hookimpl
from datasette.utils.asgi import Response
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from crawler.reporting import feed, reasons
from crawler.reporting.serve import asking, chart, typography, wording
from crawler.reporting.serve.about import LARGE, MAIN, usual
from crawler.reporting.serve.cells import cell
from crawler.reporting.serve.shortcuts import Application, Shortcuts
from crawler.reporting.serve.words import WORDS
from storage import Archive, browse, cookbook, functions, open_archive
from storage.errors import QueryRefused
from storage.regions import NAMES
from storage.schema import SCHEMA
from storage.search import search
from storage.text import fold

_LEAD = 400
"""Characters of an article that `browse.members` gives."""

_SHOWN = 50
"""Articles that a search shows."""

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; form-action 'self';"
    " base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_TEMPLATES = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True)
"""Ours are not asynchronous, as Datasette's are: twice as quick, and off the event loop."""

Ask = Callable[[Archive], Any]


class Pages:
    """The pages over one archive; each request opens it read-only for itself, off the event loop."""

    def __init__(self, archive: Path, *, large: bool = False) -> None:
        self._archive = archive
        self._large = large
        self.__name__ = "avtoklaster"  # Datasette lists its plugins by it

    @hookimpl
    def prepare_connection(self, conn: Any) -> None:
        """`lemma()`, `region_name()` and Russian case folding in the SQL of the browser too."""
        functions.register(conn)

    @hookimpl
    def register_routes(self) -> list[tuple[str, Callable[..., Any]]]:
        return [
            (r"^/$", self.start),
            (r"^/story/(?P<id>\d{1,18})$", self.story),
            (r"^/article/(?P<id>\d{1,18})$", self.article),
            (r"^/region/(?P<code>RU(?:-[A-Z]{2,3})?)$", self.region),
            (r"^/regions$", self.regions),
            (r"^/sources$", self.sources),
            (r"^/questions$", self.questions),
            (r"^/search$", self.search),
            (r"^/stories\.atom$", self.feed),
        ]

    @hookimpl
    def render_cell(self, row: Any, value: Any, column: str, table: str | None) -> Markup | None:
        """Numbers of articles and stories in tables and answers lead to their pages."""
        return cell(set(row.keys()), value, column, table)

    @hookimpl
    def asgi_wrapper(self) -> Callable[[Application], Application]:
        asked = {name: usual(recipe) for name, recipe in cookbook.load().items()}
        return lambda inner: Shortcuts(inner, self._archive.stem, "/questions", asked, LARGE if self._large else ())

    async def start(self, request: Any) -> Response:
        """What happened in the last days: figures, stories by region, days, the map."""
        span, words = asking.span(request), asking.words(request)

        def ask(archive: Archive) -> dict[str, Any]:
            last = _last_day(archive)
            first = last - timedelta(days=span - 1)
            since = first.isoformat()
            regions = browse.regions(archive, since)
            groups: dict[str, list[dict[str, Any]]] = {}
            for story in browse.stories(archive, since):
                groups.setdefault(story["region"], []).append(story)
            chart_first = min(first, last - timedelta(days=29))
            return {
                "figures": browse.figures(archive, since),
                "since": since,
                "span": span,
                "groups": [
                    (code, NAMES.get(code, code), groups[code])
                    for code in sorted(groups, key=lambda c: (c == "RU", -len(groups[c])))
                ],
                "regions": regions,
                "map": chart.tile_map(
                    {row["region"]: row["articles"] for row in regions}, words["map"], asking.language(request)
                ),
                "bars": _bars(archive, chart_first, last, words),
            }

        return await self._page(request, "start.html", ask)

    async def story(self, request: Any) -> Response:
        """One story: who told it when, who copied, what each said."""

        def ask(archive: Archive) -> dict[str, Any] | None:
            found = browse.story(archive, asking.number(request))
            if found is None:
                return None
            members = found["members"]
            shown = [(typography.shortened(m["lead"], _LEAD - 1), f"{m['title']}\n{m['text']}") for m in members]
            for member, pieces in zip(members, wording.fresh(shown), strict=True):
                member["pieces"] = pieces
            return {"story": found, "fresh": any(is_fresh for m in members for is_fresh, _ in m["pieces"])}

        return await self._page(request, "story.html", ask)

    async def article(self, request: Any) -> Response:
        """One article: text, evidence for date and verdict, wordings, copies."""

        def ask(archive: Archive) -> dict[str, Any] | None:
            found = browse.article(archive, asking.number(request))
            if found is None:
                return None
            worded = found["wordings"]
            found["changes"] = [
                {"at": new.seen, "pieces": wording.changes(f"{old.title}\n{old.text}", f"{new.title}\n{new.text}")}
                for old, new in pairwise(worded)
            ][::-1]
            return {"article": found}

        return await self._page(request, "article.html", ask)

    async def region(self, request: Any) -> Response:
        """One region: its stories, its articles, its days."""
        code, span, words = request.url_vars["code"], asking.span(request, 90), asking.words(request)

        def ask(archive: Archive) -> dict[str, Any] | None:
            if code not in NAMES:
                return None
            last = _last_day(archive)
            first = last - timedelta(days=span - 1)
            return {
                "code": code,
                "name": NAMES[code],
                "span": span,
                "stories": browse.stories(archive, first.isoformat(), region=code),
                "latest": browse.latest(archive, region=code, limit=40),
                "bars": _bars(archive, first, last, words, region=code),
            }

        return await self._page(request, "region.html", ask)

    async def regions(self, request: Any) -> Response:
        """All regions of a span as map and table."""
        span = asking.span(request, 365)

        def ask(archive: Archive) -> dict[str, Any]:
            found = browse.regions(archive, (_last_day(archive) - timedelta(days=span - 1)).isoformat())
            return {
                "regions": found,
                "span": span,
                "map": _map(found, request),
            }

        return await self._page(request, "regions.html", ask)

    async def sources(self, request: Any) -> Response:
        """The health of every source, those with an alarm first."""
        return await self._page(request, "sources.html", lambda a: {"sources": browse.health(a)})

    async def questions(self, request: Any) -> Response:
        """What analysts ask, each a click away; the tables; SQL of one's own."""
        russian = asking.language(request) == "ru"

        def ask(archive: Archive) -> dict[str, Any]:
            asked = [
                {**(recipe.russian if russian else {"title": recipe.title, "answer": recipe.answer}), "name": recipe.name}
                for recipe in cookbook.load().values()
            ]
            return {"questions": asked, "tables": [(name, SCHEMA[name][""]) for name in MAIN]}

        return await self._page(request, "questions.html", ask)

    async def search(self, request: Any) -> Response:
        """Search with Russian morphology, the found words marked as they stand."""
        given = {name: request.args.get(name) or "" for name in ("q", "region", "source", "since", "until")}

        def ask(archive: Archive) -> dict[str, Any]:
            rows: list[dict[str, Any]] = []
            refused = False
            if given["q"].strip():
                try:
                    rows = search(
                        archive,
                        given["q"],
                        region=given["region"] or None,
                        source=given["source"] or None,
                        since=asking.day(given["since"]),
                        until=asking.day(given["until"]),
                        limit=_SHOWN,
                        mark=wording.MARK,
                    )
                except QueryRefused:
                    refused = True
            names = browse.source_names(archive)
            for row in rows:
                row["pieces"] = wording.marked(row["snippet"])
                row["source_name"] = names.get(row["source"], row["source"])
            sources = sorted(names.items(), key=lambda item: fold(item[1]))
            return {"given": given, "rows": rows, "refused": refused, "most": _SHOWN, "sources": sources}

        return await self._page(request, "search.html", ask)

    async def feed(self, request: Any) -> Response:
        """The newest stories, for a feed reader."""

        def answer() -> str:
            with open_archive(self._archive, create=False, read_only=True) as archive:
                return feed.newest(archive, f"{request.scheme}://{request.host}{request.path}", datetime.now(UTC))

        body = await asyncio.to_thread(answer)
        return Response(body, content_type="application/atom+xml; charset=utf-8", headers=_HEADERS)

    async def _page(self, request: Any, template: str, ask: Ask) -> Response:
        language = asking.language(request)

        others = {key: request.args[key] for key in request.args if key != "lang"} | ({"lang": "en"} if language == "ru" else {})
        context = {
            "w": WORDS[language],
            "lang": language,
            "keep": "?lang=en" if language == "en" else "",
            "also": "&lang=en" if language == "en" else "",
            "other": f"{request.path}?{urlencode(others)}" if others else request.path,
            "database": self._archive.stem,
            "spans": asking.SPANS,
            "safe": _http,
            "NAMES": NAMES,
            "told": reasons.TELLERS[language],
            "when": partial(typography.when, language=language),
            "counted": typography.counted,
            "number": typography.number,
            "glued": typography.glued,
            "shortened": typography.shortened,
        }

        def answer() -> tuple[str, int]:
            with open_archive(self._archive, create=False, read_only=True) as archive:
                found = ask(archive)
            if found is None:
                return _TEMPLATES.get_template("missing.html").render(context), 404
            return _TEMPLATES.get_template(template).render({**context, **found}), 200

        html, status = await asyncio.to_thread(answer)
        return Response.html(html, status=status, headers=_HEADERS)


def _found(name: str, value: Any) -> dict[str, Any] | None:
    return {name: value} if value is not None else None


def _last_day(archive: Archive) -> date:
    """The newest day of the archive, but at least today: an archive that stopped must look like one."""
    newest = browse.last_day(archive)
    today = datetime.now(UTC).date()
    return max(today, min(date.fromisoformat(newest), today + timedelta(days=1))) if newest else today


def _map(regions: list[dict[str, Any]], request: Any) -> str:
    counts = {row["region"]: row["articles"] for row in regions}
    return chart.tile_map(counts, asking.words(request)["map"], asking.language(request))


def _bars(archive: Archive, first: date, last: date, words: dict[str, str], region: str | None = None) -> str:
    since = first.isoformat()
    return chart.bars(
        browse.days(archive, since, region=region), first, last, browse.uncovered(archive, since), words["over_time"]
    )


def _http(url: str) -> str:
    """An address from the web only if it is one: never `javascript:`."""
    return url if url.startswith(("http://", "https://")) else ""
