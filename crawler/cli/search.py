"""`avtoklaster search`: full-text search with Russian morphology."""

from __future__ import annotations

import os
import re
import sys
from datetime import date
from typing import Any

import click

from crawler.cli.common import DAY, NUMBER, REGION, Settings, known_source, pass_settings
from crawler.cli.output import emphasis, output_options, plain, write_rows
from crawler.errors import UsageError

COLUMNS = ("id", "url", "title", "published", "source", "region", "story", "score", "snippet")
_OPEN, _CLOSE = "\ue000", "\ue001"


class _Search(click.Command):
    """Lets -word through as a word that must not occur, though it looks like an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, [_excluded(arg) for arg in args])


def _excluded(arg: str) -> str:
    """`-слово` with a minus that is not a hyphen; what the shell kept together is a phrase."""
    if not re.match(r"-[^\W\d_]\w", arg) and not re.match(r"-[\"«“„]", arg):
        return arg
    return f'−"{arg[1:]}"' if " " in arg and '"' not in arg else f"−{arg[1:]}"


@click.command(cls=_Search, short_help="Searches titles and texts with Russian morphology.")
@click.argument("words", nargs=-1, required=True, metavar="WORDS")
@click.option("--since", type=DAY, metavar="DATE", help="Only articles published on this day or later.")
@click.option("--until", type=DAY, metavar="DATE", help="Only articles published on this day or earlier.")
@click.option("--region", type=REGION, metavar="REGION", help="Only sources of this region: RU-KGD, KGD, or its name.")
@click.option("--source", metavar="SOURCE", help="Only articles of this source.")
@click.option("--story", type=NUMBER, metavar="ID", help="Only articles of this story.")
@click.option("--limit", default=20, type=click.IntRange(1, 10_000), show_default=True, help="At most so many articles.")
@output_options
@pass_settings
def command(
    settings: Settings,
    words: tuple[str, ...],
    since: date | None,
    until: date | None,
    region: str | None,
    source: str | None,
    story: int | None,
    limit: int,
    fmt: str | None,
) -> None:
    """Finds articles by words in any of their forms, best first: titles and new articles count more.

    автокомпоненты finds «автокомпонентов», елки finds «Ёлки», Avtotor finds «Автотор». A phrase stands in quotes, -word must not
    occur, завод* finds what begins so, OR between two words means either. Without a hit the exit code is 0.

    Examples:

    \b
      avtoklaster search новый завод автокомпонентов --region Калуга --since 30d
      avtoklaster search '"серийная сборка"' -Москвич --json
    """
    from storage.search import search

    if since and until and since > until:
        raise UsageError(f"--since {since} lies after --until {until}.")
    terminal = fmt is None and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    with settings.open(read_only=True) as archive:
        if source:
            known_source(settings, archive, source)
        rows = search(
            archive,
            " ".join(words),
            since=since.isoformat() if since else None,
            until=until.isoformat() if until else None,
            region=region,
            source=source,
            story=story,
            limit=limit + (fmt is None),  # one more tells whether there are more
            mark=(_OPEN, _CLOSE) if terminal else ("[", "]"),
        )
    if fmt:
        write_rows(COLUMNS, ([row[name] for name in COLUMNS] for row in rows), fmt)
        return
    for row in rows[:limit]:
        _print(row)
    found = f"The best {limit}; there are more (--limit)." if len(rows) > limit else f"{len(rows)} found."
    click.echo(found if rows else "Nothing found.", err=True)


def _print(row: dict[str, Any]) -> None:
    published = (row["published"] or "undated")[:16].replace("T", " ")
    story = f"  story {row['story']}" if row["story"] else ""
    snippet = plain(row["snippet"]).replace(_OPEN, click.style("", bold=True, reset=False)).replace(_CLOSE, "\x1b[0m")
    click.echo(emphasis(f"{row['id']}  {plain(row['title'])}", sys.stdout))
    click.echo(f"    {published}  {plain(row['source'])}  {row['region']}{story}")
    click.echo(f"    {plain(row['url'])}")
    click.echo(f"    {snippet}\n")
