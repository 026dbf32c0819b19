"""`avtoklaster prune`: old raw pages leave, everything that was read stays."""

from __future__ import annotations

from datetime import UTC, date, datetime

import click

from crawler.cli.common import DAY, Settings, json_option, known_source, pass_settings, say, size_text
from crawler.cli.output import to_json


@click.command(short_help="Removes old raw pages; articles and their evidence stay.")
@click.option("--before", type=DAY, required=True, help="Remove raw pages fetched before this day: 2026-01-30, 90d, 52w.")
@click.option("--source", metavar="SOURCE", help="Only those of this source.")
@click.option("--all", "last_too", is_flag=True, help="Remove the newest of an address too; it can then not be read again.")
@click.option("--dry-run", is_flag=True, help="Only say what would be removed.")
@click.option("--compact", is_flag=True, help="Then rewrite the file without free space: needs as much room again.")
@json_option
@pass_settings
def command(
    settings: Settings, before: date, source: str | None, last_too: bool, dry_run: bool, compact: bool, as_json: bool
) -> None:
    """Removes raw pages that were fetched before a day. The newest of each address stays, so that `reread` can read it again.

    Articles, their wordings, dates and verdicts are not touched. Freed room is used again before the file grows; --compact makes
    the file smaller at once.
    """
    from storage import forgetting

    with settings.open() as archive:
        if source:
            known_source(settings, archive, source)
        moment = datetime(before.year, before.month, before.day, tzinfo=UTC)
        freed = forgetting.prune(archive, before=moment, source=source, last_too=last_too, dry_run=dry_run)
        if compact and not dry_run:
            forgetting.compact(archive)
    if as_json:
        click.echo(to_json({"pages": freed.rows, "bytes": freed.size, "dry_run": dry_run}))
        return
    say(f"{freed.rows} raw pages{' would be' if dry_run else ''} removed, {size_text(freed.size)}.")
