"""`avtoklaster sources`: the catalogue that is watched, and what is known of each entry."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import asdict, fields, replace
from typing import Any

import click

from crawler.cli import sources_add, sources_check
from crawler.cli.common import REGION, Settings, json_option, pass_settings
from crawler.sources import KINDS, Source, pick, without_password


@click.group("sources")
def command() -> None:
    """The catalogue: the sources that are watched, shipped ones and those of avtoklaster.toml.

    A source is a publisher (a government, a fund, a plant, a paper) with one or more ways to find its articles: feeds, sitemaps,
    listings, a JSON API, a Telegram channel. Entries are changed, added and turned off in avtoklaster.toml.
    """


command.add_command(sources_check.command)
command.add_command(sources_add.command)


@command.command("list")
@click.option(
    "--region",
    "regions",
    multiple=True,
    type=REGION,
    metavar="REGION",
    help="Only sources of this region: RU-KGD, KGD, or its name; may be repeated.",
)
@click.option("--kind", "kinds", multiple=True, type=click.Choice(KINDS), help="Only sources of this kind; may be repeated.")
@click.option("--enabled", is_flag=True, help="Only sources that are crawled.")
@json_option
@pass_settings
def list_command(settings: Settings, regions: tuple[str, ...], kinds: tuple[str, ...], enabled: bool, as_json: bool) -> None:
    """Lists the sources with region, kind and ways.

    The column `sure` says how certain the addresses of an entry are (high, medium, low) until `verified` holds the day on which
    it was last found working: by `sources check --save`, or by a crawl into the archive, if there is one.
    """
    from crawler.cli.output import write_rows

    proven = _proven(settings)

    wanted = set(regions)
    chosen = [
        replace(source, verified=_later(source.verified, proven.get(source.id)))
        for source in settings.config.sources.values()
        if (not wanted or source.region in wanted) and (not kinds or source.kind in kinds) and (source.enabled or not enabled)
    ]
    if as_json:
        print_json(chosen)
        return
    columns = ["id", "name", "region", "kind", "ways", "rhythm", "sure", "verified"]
    write_rows(columns, (_row(source) for source in chosen))
    off = sum(not source.enabled for source in chosen)
    click.echo(f"{len(chosen)} sources" + (f", {off} of them turned off" if off else ""), err=True)


def _proven(settings: Settings) -> dict[str, str]:
    """The day on which each source was last crawled with success; none where no archive can be read, which the list needs not."""
    from storage import sources
    from storage.errors import ArchiveError

    if not settings.archive.exists():
        return {}
    try:
        with settings.open(read_only=True) as archive:
            return sources.last_successes(archive)
    except ArchiveError:
        return {}


def _later(said: str, proven: str | None) -> str:
    return max(said, proven) if proven and said != "never" else proven or said


@command.command("show")
@click.argument("names", metavar="SOURCE...", nargs=-1, required=True)
@json_option
@pass_settings
def show_command(settings: Settings, names: tuple[str, ...], as_json: bool) -> None:
    """Shows every field of the named sources that is not empty, presets filled in, as an entry of avtoklaster.toml."""
    chosen = pick(settings.config.sources, names)
    if as_json:
        print_json(chosen)
        return
    from crawler.cli.output import printable
    from crawler.entries import as_toml

    for number, source in enumerate(chosen):
        click.echo(("\n" if number else "") + f"# from {source.origin}\n" + printable(as_toml(source)).rstrip("\n"))


def fields_of(source: Source) -> dict[str, Any]:
    """The catalogue's fields for JSON, `id` first; a password in `proxy` is not shown."""
    return asdict(source) | {"proxy": without_password(source.proxy)}


def print_json(sources: Iterable[Source]) -> None:
    """One array of objects, the same keys in each."""
    from crawler.cli.output import write_rows

    names = [field.name for field in fields(Source)]
    write_rows(names, ([fields_of(source)[name] for name in names] for source in sources), "json")
    sys.stdout.flush()


def ways(source: Source) -> str:
    """The ways of a source in the order they are tried: "2 feeds, listing, telegram"."""
    counted = {"feed": source.feeds, "sitemap": source.sitemaps, "listing": source.listings}
    parts = [f"{len(found)} {name}s" if len(found) > 1 else name for name, found in counted.items() if found]
    api = ["api"] if source.api else []
    place = 1 if source.feeds else 0
    return ", ".join([*parts[:place], *api, *parts[place:], *(["telegram"] if source.telegram else [])])


def _row(source: Source) -> list[object]:
    rhythm = "off" if not source.enabled else source.every or source.cron or "learned"
    name = source.name
    return [source.id, name, source.region, source.kind, ways(source), rhythm, source.certainty or "?", source.verified]
