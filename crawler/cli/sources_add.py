"""`avtoklaster sources add`: the ways of a new site, found by looking at it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli.common import Settings, pass_settings
from crawler.errors import FetchError, UsageError
from crawler.sources import KINDS, Source

if TYPE_CHECKING:
    from crawler.discovery.finding import Discovered


@click.command("add")
@click.argument("url", metavar="URL")
@click.option("--id", "id", metavar="ID", help="The name of the source; otherwise made of its host.")
@click.option("--name", default="", help="What the publisher is called; otherwise what the site says.")
@click.option("--region", default="RU", show_default=True, metavar="CODE", help="ISO 3166-2 code, as RU-KGD; RU for federal.")
@click.option("--kind", type=click.Choice(KINDS), default="other", show_default=True, help="What the publisher is.")
@click.option("--dry-run", is_flag=True, help="Show the entry without writing it.")
@pass_settings
def command(settings: Settings, url: str, id: str | None, name: str, region: str, kind: str, dry_run: bool) -> int:
    """Looks at the site at URL, finds its feeds, sitemaps, listings and what its articles' addresses look like, and adds it.

    URL is the front page, the press section, a feed, or t.me/s/CHANNEL. Up to three articles are read to be sure. The entry is
    printed and written into the configuration file (avtoklaster.toml, or --config FILE), whose other lines stay as they are.
    Exit code 1 when no way to its articles was found: then nothing is written.
    """
    from crawler import checks
    from crawler.checking.live import Fetching, run
    from crawler.cli.output import printable
    from crawler.config import DEFAULT_FILE
    from crawler.discovery.entry import entry_for, id_for
    from crawler.discovery.finding import discover
    from crawler.entries import entry_toml, save

    config = settings.config
    try:
        address, region = checks.address(url if "://" in url else f"https://{url}"), checks.region(region)
        if id is not None:
            checks.identifier(id)
    except ValueError as reason:
        raise UsageError(f"sources add: {reason}") from None
    if id is not None and id in config.sources:
        raise UsageError(f"there is already a source {id!r}; choose another --id, or change its entry in avtoklaster.toml")
    source = Source(id="new", name="new", home=address, listings=(address,))

    async def work(fetching: Fetching) -> Discovered:
        async with fetching.alone(source) as busy:
            if busy:
                raise FetchError(f"{busy}; ask again later")
            return await discover(address, lambda url: fetching.get(source, url))

    try:
        found = run(config, work)
    except FetchError as error:
        click.echo(f"{address} cannot be had: {error.reason}", err=True)
        return 1
    _show(found)
    if not found.works:
        click.echo("No way to articles was found; nothing is written. " + "; ".join(found.notes), err=True)
        return 1
    id = id or id_for(found.home, config.sources)
    entry = entry_for(found, region=region, kind=kind, name=name, today=datetime.now(UTC).date())
    click.echo("\n" + printable(entry_toml(id, entry)).rstrip("\n"))
    if not dry_run:
        file = config.file or Path(settings.config_file or DEFAULT_FILE)
        save(file, {id: entry})
        click.echo(f"\nWritten to {file}. Try: avtoklaster crawl {id}", err=True)
    return 0


def _show(found: Discovered) -> None:
    """What was found, way by way."""
    from crawler.cli.output import plain

    def line(label: str, text: str) -> None:
        click.echo(f"  {label:<10}{plain(text)}")

    click.echo(plain(f"{found.home}  {found.name}" + (f"  ({found.platform})" if found.platform else "")))
    for way in [*found.feeds, *found.apis, *found.sitemaps, *found.listings, *found.previews]:
        line(way.kind, f"{way.url}  {len(way.links)} links" + (f", goes on at {way.next}" if way.next else ""))
    if found.article:
        line("article", found.article)
    for reading in found.read:
        line("read", f"{reading.published or 'no date'}  {reading.title}  ({len(reading.text)} characters)")
