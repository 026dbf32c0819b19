"""`avtoklaster mark`: tags and notes on an article or its story."""

from __future__ import annotations

import click

from crawler.cli.articles import WHO_HELP, named, somebody
from crawler.cli.common import NUMBER, Settings, json_option, now, pass_settings, say
from crawler.cli.output import write_rows
from crawler.errors import UsageError


@click.command(short_help="Puts tags and notes on an article or its story, or shows them.")
@click.argument("article", metavar="ARTICLE")
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="Put this tag on it; may be repeated.")
@click.option("--untag", "untags", multiple=True, metavar="TAG", help="Take this tag off; may be repeated.")
@click.option("--note", metavar="TEXT", help="Add this note.")
@click.option("--drop-note", "dropped", type=NUMBER, metavar="ID", help="Remove the note of this id.")
@click.option("--story", "on_story", is_flag=True, help="Mark the story of the article instead of the article alone.")
@click.option("--who", metavar="NAME", help=WHO_HELP)
@json_option
@pass_settings
def command(
    settings: Settings,
    article: str,
    tags: tuple[str, ...],
    untags: tuple[str, ...],
    note: str | None,
    dropped: int | None,
    on_story: bool,
    who: str | None,
    as_json: bool,
) -> None:
    """Puts tags and notes on an ARTICLE, named by its id or address, and prints all that it then has.

    Without an option the marks are only shown. Marks stay through rereading, regrouping and import; the view `marked` has them
    in SQL, and `avtoklaster query @tagged` lists what has a tag.
    """
    from storage import marks

    with settings.open() as archive, archive.write():
        row = named(archive, article)
        scope, by = "story" if on_story else "article", somebody(who)
        try:
            if tags:
                marks.tag(archive, row["id"], tags, scope=scope, who=by, now=now())
            if untags and marks.untag(archive, row["id"], untags, scope=scope) < len(set(untags)):
                raise UsageError(f"article {row['id']} has no such tag: {', '.join(untags)}.")
            if note is not None:
                marks.note(archive, row["id"], note, scope=scope, who=by, now=now())
        except ValueError as error:
            raise UsageError(f"{error}.") from None
        if dropped is not None and not marks.drop_note(archive, dropped):
            raise UsageError(f"there is no note {dropped}.")
        found = marks.marks(archive, row["id"])
    if not as_json:
        say(f"{row['id']}  {row['title']}")
    columns = ["kind", "scope", "id", "text", "who", "at"]
    if as_json or found:
        write_rows(columns, ([mark[name] for name in columns] for mark in found), "json" if as_json else None)
