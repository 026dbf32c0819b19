"""`avtoklaster schema`: what the tables and columns of the archive mean."""

from __future__ import annotations

import sys

import click

from crawler.cli.common import json_option
from crawler.cli.output import emphasis, to_json
from crawler.errors import UsageError
from crawler.tables import suggest


@click.command(short_help="Explains the tables, views and columns of the archive, and the functions of query.")
@click.argument("tables", nargs=-1, metavar="[TABLE]...")
@json_option
def command(tables: tuple[str, ...], as_json: bool) -> None:
    """Explains every table and view of the archive, or the named ones, column by column, and the functions that `query` adds.

    --json prints one object: table -> column -> meaning, the meaning of the table itself under the empty name.
    """
    from storage.functions import FUNCTIONS
    from storage.schema import SCHEMA

    for name in tables:
        if name not in SCHEMA:
            raise UsageError(f"there is no table {name!r}.{suggest(name, SCHEMA)}")
    chosen = {name: SCHEMA[name] for name in tables or SCHEMA}
    if as_json:
        click.echo(to_json(chosen))
        return
    for name, columns in chosen.items():
        click.echo(f"{emphasis(name, sys.stdout)}  {columns['']}")
        width = max(map(len, columns))
        for column, meaning in columns.items():
            if column:
                click.echo(f"    {column:<{width}}  {meaning}")
        click.echo("")
    if not tables:
        click.echo(emphasis("functions of `avtoklaster query`", sys.stdout))
        for call, meaning in FUNCTIONS.items():
            click.echo(f"    {call:<22}  {meaning}")
