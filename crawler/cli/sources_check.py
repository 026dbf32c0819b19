"""`avtoklaster sources check`: does a source work from here, and if not, why."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from crawler.cli.common import Settings, json_option, pass_settings
from crawler.sources import pick

if TYPE_CHECKING:
    from crawler.checking.report import Report
    from crawler.config import Config

_DETAILED = 5
"""Up to so many sources are shown way by way, more as one line each."""


@click.command("check")
@click.argument("names", metavar="[SOURCE]...", nargs=-1)
@click.option("--save", is_flag=True, help="Write the day into `verified` of every source that works, in the configuration file.")
@json_option
@pass_settings
def command(settings: Settings, names: tuple[str, ...], save: bool, as_json: bool) -> int:
    """Asks every way of the named sources, or of all that are enabled, once, and reads up to three articles of each.

    For each source it says what works, what does not and why: the name, the certificate, robots.txt, whether the feed, listing,
    API, sitemap or channel could be parsed, how many of its links fit `article`, what the articles read like. Nothing is
    stored in the archive. A source that is being crawled is waited for, for half a minute. Exit code 1 when a source does not
    work.
    """
    from crawler.checking.check import check_all
    from crawler.checking.live import Fetching, run

    config = settings.config
    chosen = pick(config.sources, names)
    if not chosen:
        click.echo("There is no source that is enabled.", err=True)
        return 0
    show = _Progress(len(chosen), quiet=as_json or len(chosen) <= _DETAILED)

    async def work(fetching: Fetching) -> list[Report]:
        return await check_all(chosen, fetching, show)

    reports = run(config, work)
    _print(reports, as_json)
    if save:
        _save(config, reports, settings)
    return 0 if all(report.works or report.busy for report in reports) else 1


class _Progress:
    """One line a source on stderr as it is ready: a check of all takes a minute or more."""

    def __init__(self, total: int, *, quiet: bool) -> None:
        self._total, self._done, self._quiet = total, 0, quiet

    def __call__(self, report: Report) -> None:
        self._done += 1
        if not self._quiet:
            click.echo(f"{self._done}/{self._total} {report.id}: {report.verdict}", err=True)


def _print(reports: list[Report], as_json: bool) -> None:
    from crawler.cli.output import write_rows

    if as_json:
        told = [report.as_json() for report in reports]
        write_rows(list(told[0]), (list(row.values()) for row in told), "json")
        return
    if len(reports) > _DETAILED:
        rows = ([report.id, "yes" if report.works else "no", report.verdict] for report in reports)
        write_rows(["source", "works", "verdict"], rows)
        working = sum(report.works for report in reports)
        click.echo(f"{working} of {len(reports)} sources work", err=True)
        return
    for report in reports:
        _detail(report)


def _detail(report: Report) -> None:
    from crawler.cli.output import plain

    def line(label: str, text: str) -> None:
        click.echo(f"  {label:<10}{plain(text)}")

    click.echo(plain(f"{report.id}  {report.name}"))
    if report.dns:
        line("name", report.dns)
    for way in report.ways:
        newest = f", newest {way.newest}" if way.newest else ""
        good = f"{way.links} links, {way.fitting} of them articles{newest}{', goes on' if way.goes_on else ''}"
        facts = ", ".join(filter(None, [f"{way.status}" if way.status else "", way.charset, f"{way.seconds:.1f} s"]))
        line(way.kind, f"{way.url}  {way.error or good}  [{facts}]")
        if signed := way.tls or (
            f"signed by {way.issuer}, expires {way.expires} (in {way.days_left} days)" if way.issuer else ""
        ):
            line("", signed)
    for article in report.articles:
        read = f"{article.published or 'no date'}  {article.title}  ({article.length} characters, {article.charset})"
        line("article", f"{article.url}  {article.error or (read if article.works else f'is {article.kind}')}")
    line("verdict", report.verdict)


def _save(config: Config, reports: list[Report], settings: Settings) -> None:
    from crawler.config import DEFAULT_FILE
    from crawler.entries import save

    today = datetime.now(UTC).date().isoformat()
    working = {report.id: {"verified": today} for report in reports if report.works}
    file = config.file or Path(settings.config_file or DEFAULT_FILE)
    if working:
        save(file, working)
    click.echo(f"verified = {today} for {len(working)} sources in {file}", err=True)
