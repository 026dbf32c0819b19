"""`avtoklaster regroup`: copies and stories from scratch."""

from __future__ import annotations

import json
import sys

import click

from crawler.cli.common import Settings, json_option, now, pass_settings

_SHOWN = 20


@click.command(short_help="Finds copies and stories anew and says what changed.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@json_option
@pass_settings
def command(settings: Settings, dry_run: bool, as_json: bool) -> None:
    """Finds the copies and stories of the whole archive anew, with the code of today, and says what changed.

    Worth it after an update that recognises copies or stories better, or after many corrected dates. What a person said about a
    copy or a story stands; numbers of articles stay, and a story keeps its number where most of its articles stay together.

    Crawls go on meanwhile. Broken off, it leaves a whole archive and can be started again. --dry-run works in a copy of the
    archive beside it, and needs as much room on the disk.
    """
    from storage.regrouping import regroup

    with settings.open() as archive:
        found = regroup(archive, now=now(), dry_run=dry_run, progress=None if as_json or not sys.stderr.isatty() else _progress)
    if as_json:
        report = {
            "dry_run": dry_run,
            "articles": found.articles,
            "stories_before": found.stories_before,
            "stories": found.stories,
            "copies": [{"url": url, "article": article} for url, article in found.copies],
            "moved": [{"article": article, "from": was, "to": story} for article, was, story in found.moved],
        }
        click.echo(json.dumps(report, ensure_ascii=False))
        return
    for url, article in found.copies[:_SHOWN]:
        click.echo(f"copy      {url} of article {article}")
    for article, was, story in found.moved[:_SHOWN]:
        click.echo(f"moved     article {article} from story {was or '-'} to {story}")
    left = max(0, len(found.copies) - _SHOWN) + max(0, len(found.moved) - _SHOWN)
    if left:
        click.echo(f"… and {left} more; --json lists all.")
    would = "would be" if dry_run else "are"
    click.echo(
        f"{found.articles} articles; {len(found.copies)} {would} copies of others now, {len(found.moved)} {would} in another"
        " story; "
        f"{found.stories} stories, {found.stories_before} before."
    )


def _progress(what: str, done: int, of: int) -> None:
    if done % 50 == 0:
        click.echo(f"\r{what} {done}/{of}   ", nl=False, err=True)
    if done + 1 == of:
        click.echo("\r" + " " * 40 + "\r", nl=False, err=True)
