"""`avtoklaster forget`: a source or an address leaves the archive."""

from __future__ import annotations

import re
import sys

import click

from crawler.cli.common import Settings, json_option, now, pass_settings, say
from crawler.cli.output import plain, to_json
from crawler.errors import UsageError
from crawler.tables import suggest


@click.command(short_help="Forgets an address, or a source with everything that came from it.")
@click.argument("what", metavar="ADDRESS-OR-SOURCE")
@click.option("--why", default="", metavar="TEXT", help="The reason, kept with a forgotten address.")
@click.option("--yes", is_flag=True, help="Do not ask first.")
@json_option
@pass_settings
def command(settings: Settings, what: str, why: str, yes: bool, as_json: bool) -> None:
    """Forgets what was ever read at an ADDRESS, or a SOURCE with its pages, articles and crawls, and overwrites it in the file.

    A forgotten address keeps a bare row, so that it is neither fetched nor imported again; a forgotten source is crawled again
    unless it is turned off in avtoklaster.toml. An article whose very words stand at another source too lives on there.

    Make a backup first: this cannot be undone.
    """
    from storage import forgetting, sources

    address = re.match(r"https?://", what, re.IGNORECASE) is not None
    with settings.open() as archive:
        if not address and sources.get(archive, what) is None:
            raise UsageError(f"there is no source {what!r} in the archive.{suggest(what, sources.names(archive))}")
        if not yes:
            _ask(what)
        try:
            if address:
                done = forgetting.forget_address(archive, what, why=why, now=now())
            else:
                done = forgetting.forget_source(archive, what, now=now())
        except (LookupError, ValueError) as error:
            raise UsageError(f"{error.args[0]}.") from None
    if as_json:
        click.echo(to_json({"pages": done.pages, "removed": done.removed, "moved": done.moved}))
        return
    say(f"{what}: {done.pages} pages, {len(done.removed)} articles forgotten, {len(done.moved)} live on at another source.")
    if not address and what in settings.config.sources and settings.config.sources[what].enabled:
        say(f"It is still in the catalogue: write [sources.{what}] enabled = false into avtoklaster.toml to keep it away.")


def _ask(what: str) -> None:
    if not sys.stdin.isatty():
        raise UsageError("this cannot be undone: say --yes where nobody can be asked.")
    click.confirm(f"Forget {plain(what)} for good?", abort=True, err=True)
