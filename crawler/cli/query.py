"""`avtoklaster query`: read-only SQL over the archive."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler.cli.common import REGION, Settings, pass_settings, say
from crawler.cli.output import emphasis, output_options, write_rows
from crawler.errors import UsageError
from crawler.tables import suggest

if TYPE_CHECKING:
    from storage.cookbook import Recipe


@click.command(short_help="Answers questions in SQL, read-only, as a table, CSV, JSON or JSON lines.")
@click.argument("sql", required=False, metavar="[SQL]")
@click.option("--file", "sql_file", metavar="FILE", help="Read the SQL from this file.")
@click.option(
    "--param", "-p", "given", multiple=True, metavar="NAME=VALUE", help="A value for :NAME in the SQL; may be repeated."
)
@click.option("--timeout", default=60.0, type=click.FloatRange(0, min_open=True), help="Seconds after which a query is ended.")
@click.option("--list", "listing", is_flag=True, help="List the named queries with their questions instead.")
@click.option("--show", is_flag=True, help="Print the SQL of a named query instead of running it.")
@output_options
@pass_settings
def command(
    settings: Settings,
    sql: str | None,
    sql_file: str | None,
    given: tuple[str, ...],
    timeout: float,
    listing: bool,
    show: bool,
    fmt: str | None,
) -> None:
    """Runs one SELECT over the archive and prints its rows.

    SQL is an argument, a file (--file), or stdin (-). @NAME runs a named query: --list shows which there are, --show prints one.

    Nothing can be written: the archive is opened read-only, and whatever is not reading is refused (exit code 2). Besides
    SQLite's own functions there are lemma(words), the dictionary forms of Russian words, for articles_fts MATCH;
    region_name(code); and lower(), upper() and LIKE know Cyrillic. `avtoklaster schema` tells what tables and columns mean.

    Examples:

    \b
      avtoklaster query "SELECT day, title FROM articles ORDER BY day DESC LIMIT 10"
      avtoklaster query "SELECT title FROM articles_fts WHERE articles_fts MATCH lemma('новые автокомпоненты')"
      avtoklaster query @regions --param days=30 --csv > regions.csv
    """
    if listing:
        _list(fmt)
        return
    if show:
        say_sql(_asked(sql, sql_file)[0])
        return
    from storage.query import run

    text, values = understood(sql, sql_file, given)
    columns, rows = run(settings.archive, text, params=values, timeout=timeout)
    write_rows(columns, rows, fmt)


def understood(sql: str | None, sql_file: str | None, given: tuple[str, ...]) -> tuple[str, dict[str, Any]]:
    """The SQL that was asked for and the values of its parameters; `sql` may be - or @NAME. Raises UsageError."""
    text, values = _asked(sql, sql_file)
    values |= _params(given, values)
    _match(_asked_for(text), values)
    return text, values


def _asked(sql: str | None, sql_file: str | None) -> tuple[str, dict[str, Any]]:
    """The SQL and the values of its parameters that a recipe brings along. Raises UsageError."""
    if sql is not None and sql_file is not None:
        raise UsageError("SQL was given twice, as an argument and with --file.")
    if sql_file is not None:
        return _read(sql_file), {}
    if sql is None:
        raise UsageError("no SQL was given: write it in quotes, name a file with --file, - for stdin, or @NAME (see --list).")
    if sql == "-":
        return _decoded(sys.stdin.buffer.read(), "stdin"), {}
    if sql.startswith("@"):
        recipe = _recipe(sql[1:])
        return recipe.sql, dict(recipe.params)
    return sql, {}


def _recipe(name: str) -> Recipe:
    """A named query. Raises UsageError suggesting the nearest name."""
    from storage import cookbook

    recipes = cookbook.load()
    if name not in recipes:
        raise UsageError(f"there is no named query @{name}.{suggest(name, recipes)} `avtoklaster query --list` shows all.")
    return recipes[name]


def _read(name: str) -> str:
    try:
        return _decoded(Path(name).read_bytes(), name)
    except OSError as error:
        raise UsageError(f"{name}: {error.strerror}") from None


def _decoded(body: bytes, name: str) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError(f"{name}: the SQL is not UTF-8.") from None


def _params(given: tuple[str, ...], known: dict[str, Any]) -> dict[str, Any]:
    """NAME=VALUE as values of SQL: whole and decimal numbers are numbers, everything else is text. Raises UsageError."""
    values: dict[str, Any] = {}
    for pair in given:
        name, equals, value = pair.partition("=")
        name = name.lstrip(":@$")
        if not equals or not re.fullmatch(r"\w+", name):
            raise UsageError(f"--param {pair!r}: write NAME=VALUE.")
        if isinstance(known.get(name), (int, float)) and not _is_number(value):
            raise UsageError(f"--param {name}: a number is wanted, not {value!r}.")
        if name == "region" and name in known:
            value = REGION.convert(value, None, None)
        values[name] = value if isinstance(known.get(name), str) or not _is_number(value) else _number(value)
    return values


def _is_number(value: str) -> bool:
    """A number without leading zeros: 007 is a text."""
    return re.fullmatch(r"-?(0|[1-9]\d{0,17})(\.\d+)?", value) is not None


def _number(value: str) -> int | float:
    return float(value) if "." in value else int(value)


def _asked_for(sql: str) -> list[str]:
    """The named parameters of some SQL; strings, quoted names and comments are passed over."""
    bare = re.sub(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|`[^`]*`|\[[^\]]*\]|--[^\n]*|/\*.*?\*/", " ", sql, flags=re.DOTALL)
    return re.findall(r"(?<![\w:])[:@$](\w+)", bare)


def _match(wanted: list[str], values: dict[str, Any]) -> None:
    """Raises UsageError when a parameter has no value, or a value no parameter."""
    for name in wanted:
        if name not in values:
            raise UsageError(f"the query asks for :{name}; give it with --param {name}=VALUE.")
    for name in values:
        if name not in wanted:
            raise UsageError(f"the query has no parameter :{name}.{suggest(name, wanted)}")


def _list(fmt: str | None) -> None:
    from storage import cookbook

    recipes = cookbook.load().values()
    if fmt:
        flat = fmt in ("csv", "table")
        rows = (
            [
                recipe.name,
                recipe.title,
                recipe.answer,
                " ".join(f"{name}={value}" for name, value in recipe.params.items()) if flat else dict(recipe.params),
                recipe.sql.strip(),
            ]
            for recipe in recipes
        )
        write_rows(["name", "question", "answer", "params", "sql"], rows, fmt)
        return
    for recipe in recipes:
        params = "".join(f" --param {name}={value}" for name, value in recipe.params.items())
        click.echo(emphasis(f"@{recipe.name}", sys.stdout) + params)
        say(recipe.title)
        click.echo(f"    {recipe.answer}\n")


def say_sql(sql: str) -> None:
    """SQL as it stands in the file, ready to be pasted elsewhere."""
    click.echo(sql.strip())
