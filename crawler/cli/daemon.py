"""`avtoklaster daemon`."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from pathlib import Path

import click

from crawler.cli.common import Settings, pass_settings
from crawler.config import Config
from crawler.errors import ConfigError, TopicError, UsageError
from storage.connection import open_archive
from storage.errors import ArchiveMissing, ArchiveUnwritable


@click.command()
@click.option("--check-config", is_flag=True, help="Read the configuration, say what would be watched, and end.")
@click.option("--children", default=2, show_default=True, type=click.IntRange(1, 16), help="Crawling processes at a time.")
@click.option(
    "--listen",
    metavar="[HOST:]PORT",
    help="Serve /healthz, /metrics (Prometheus) and /stories.atom there; the host is 127.0.0.1 unless given.",
)
@pass_settings
def command(settings: Settings, check_config: bool, children: int, listen: str | None) -> None:
    """Watches all enabled sources until SIGTERM or SIGINT.

    When a source is crawled is said by its `every` or `cron`, otherwise learned from when it publishes. Each crawl runs in a
    process of its own, exactly as `avtoklaster crawl` would; a source that fails is asked more rarely and never given up.
    SIGHUP reads the configuration again. Every night the archive is backed up beside itself; every week `sources check` runs
    and says in the log what no longer works. Your configuration is never written.
    The log goes to stderr, one line a crawl. Under systemd it reports readiness and feeds the watchdog.
    """
    config = settings.config
    enabled = [source for source in config.sources.values() if source.enabled]
    if not enabled:
        raise UsageError(f"{config.file or 'no configuration file'}: no source is enabled; there is nothing to watch")
    if check_config:
        _try(config)
        click.echo(f"{config.file or 'no configuration file'}: all right; {len(enabled)} sources into {config.archive}.")
        return
    import scheduler

    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    daemon = scheduler.Daemon(
        Path(settings.config_file) if settings.config_file else None,
        Path(settings.archive_path) if settings.archive_path else None,
        scheduler.Rules(children=children),
        listen=_address(listen),
    )
    asyncio.run(daemon.run())


def _try(config: Config) -> None:
    """Looks at what the configuration names: its topic, addressees, archive. Raises ConfigError or ArchiveError."""
    from crawler.judging import load_topic

    where = config.file or "no configuration file"
    try:
        load_topic(config.topic)
    except TopicError as error:
        raise ConfigError(f"{where}: topic: {error}") from None
    if config.alerts:
        from crawler.reporting.sending import is_understood

        for number, alert in enumerate(config.alerts, 1):
            if not is_understood(alert.to):
                raise ConfigError(
                    f"{where}: alert {number}.to: Apprise does not understand this address (its value is not shown here);"
                    " allowed are those of https://appriseit.com/services/"
                )
    if not config.archive.parent.is_dir():
        raise ArchiveMissing(f"{where}: archive: the folder {config.archive.parent} does not exist")
    if config.archive.exists():
        open_archive(config.archive, read_only=True).close()
    for path in (config.archive, config.archive.parent):
        if path.exists() and not os.access(path, os.W_OK):
            raise ArchiveUnwritable(f"{where}: archive: no permission to write {path}")


def _address(listen: str | None) -> tuple[str, int] | None:
    if not listen:
        return None
    host, _, port = listen.rpartition(":")
    if not port.isdigit() or not 0 <= int(port) <= 65535:
        raise click.BadParameter("must be a port, or HOST:PORT", param_hint="--listen")
    return host.strip("[]") or "127.0.0.1", int(port)
