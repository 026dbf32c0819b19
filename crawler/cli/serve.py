"""`avtoklaster serve`."""

from __future__ import annotations

import click

from crawler.cli.common import Settings, pass_settings


@click.command()
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="The address to listen at; others than loopback show the archive to a network.",
)
@click.option("--port", default=8001, show_default=True, type=click.IntRange(0, 65535), help="The port; 0 takes a free one.")
@pass_settings
def command(settings: Settings, host: str, port: int) -> None:
    """Shows the archive in a browser, read-only: what is new by region, stories, evidence, wordings, search, charts, and SQL.

    The pages load nothing from other hosts and stay readable while a crawl writes. The tables, the named queries and SQL of one's
    own are Datasette's, with lemma(), region_name() and Russian case folding. Ctrl-C ends it.
    """
    from crawler.reporting import serve

    serve.run(settings.archive, host, port, lambda address: click.echo(f"The archive is at {address} (Ctrl-C ends)."))
