"""`avtoklaster new`: what has come since one looked last."""

from __future__ import annotations

import click

from crawler.cli.articles import somebody
from crawler.cli.common import Settings, now, pass_settings
from crawler.cli.output import output_options, write_rows

_COLUMNS = ("what", "id", "published", "region", "source", "story", "told", "title", "url")


@click.command(short_help="Shows what has come since you looked last, and notes that you have seen it.")
@click.option("--seen", is_flag=True, help="Note that everything shown has been seen: the next call begins after it.")
@click.option("--who", metavar="NAME", help="Whose mark it is; otherwise the name you are logged in with.")
@output_options
@pass_settings
def command(settings: Settings, seen: bool, who: str | None, fmt: str | None) -> None:
    """Shows the articles that have come since you looked last, and older ones whose wording has changed since.

    "Since you looked last" is since your last call with --seen; everything is new at first. The column `told` says how many
    articles tell of the same event.
    """
    from storage import marks

    person = somebody(who)
    with settings.open(read_only=not seen) as archive:
        article, revision, at = marks.last_seen(archive, person)
        until = marks.newest(archive)
        rows = marks.unseen(archive, (article, revision), until)
        write_rows(_COLUMNS, ([_value(row, name) for name in _COLUMNS] for row in rows), fmt)
        if seen:
            marks.set_seen(archive, person, until, now=now())
    if not fmt:
        since = f"since {at[:16].replace('T', ' ')} UTC" if at else "so far"
        click.echo(f"{len(rows)} new or edited {since}.", err=True)


def _value(row: dict[str, object], name: str) -> object:
    value = row[name]
    return str(value)[:16].replace("T", " ") if name == "published" and value else value
