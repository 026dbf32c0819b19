"""`avtoklaster alerts`."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from crawler.cli.common import Settings, json_option, pass_settings

if TYPE_CHECKING:
    from crawler.reporting.digest import Message
    from storage import Archive


@click.command()
@click.option("--dry-run", is_flag=True, help="Print the messages instead of sending them, and note nothing as sent.")
@click.option("--test", is_flag=True, help="Send a test message to every recipient, and nothing else.")
@click.option("--again", is_flag=True, help="Try the messages that were set aside once more, and nothing else.")
@click.option("--give-up", is_flag=True, help="End what was set aside without sending it, and nothing else.")
@json_option
@pass_settings
def command(settings: Settings, dry_run: bool, test: bool, again: bool, give_up: bool, as_json: bool) -> None:
    """Tells the recipients of the [[alert]] tables what is new: stories, and sources that broke or recovered.

    The daemon does this after every crawl; by hand it is good for trying rules. A recipient begins with the archive as it stands;
    after that it is told of each story once. Ends with 1 if a service did not take a message: it is tried again next time.

    A message that its service refused five times in an hour or more, though it takes a short notice of that, is set aside, and
    those after it are sent; `status` names it until it is sent --again or given up. A service that takes nothing is waited for.
    """
    from crawler.reporting import alerts, refusals
    from crawler.reporting.sending import apprise_sender
    from storage import open_archive
    from storage.locking import alone

    if dry_run + test + again + give_up > 1:
        raise click.UsageError("--dry-run, --test, --again and --give-up exclude each other")
    if not settings.config.alerts:
        raise click.UsageError("no [[alert]] in the configuration: there is nobody to tell")
    if test:
        raise SystemExit(_test(settings))

    with open_archive(settings.archive, create=False) as archive, alone(settings.archive, "alerts") as nobody_else:
        if not nobody_else:
            click.echo("Another process is telling them right now.", err=True)
            return
        if dry_run:
            _show(archive, settings)
            return
        if give_up:
            click.echo(f"{alerts.give_up(archive, settings.config.alerts, now=datetime.now(UTC))} messages given up")
            return
        send = alerts.send_set_aside if again else alerts.send_round
        rounds = send(archive, settings.config.alerts, apprise_sender(), now=datetime.now(UTC))
        complaints = refusals.complaints(archive, settings.config.alerts)
    if as_json:
        click.echo(json.dumps([asdict(r) for r in rounds], ensure_ascii=False))
    else:
        for r in rounds:
            aside = f" ({r.set_aside} set aside)" if r.set_aside else ""
            waiting = ", waiting for the hour of its digest" if r.waiting else ""
            click.echo(f"{r.name}: {r.sent} sent, {r.failed} not taken{aside}{waiting}")
    for line in complaints:
        click.echo(line, err=True)
    raise SystemExit(1 if any(r.failed for r in rounds) else 0)


class _Undone(Exception):
    """Everything is noted as if it had been sent, and then none of it."""


def _show(archive: Archive, settings: Settings) -> None:
    """Prints what would be sent, and leaves the archive as it is."""
    from crawler.reporting import alerts

    def show(address: str, message: Message) -> bool:
        click.echo(f"== {address.split('://')[0]}: {message.subject}\n{message.text}")
        return True

    with suppress(_Undone), archive.write():
        alerts.send_round(archive, settings.config.alerts, show, now=datetime.now(UTC))
        raise _Undone


def _test(settings: Settings) -> int:
    """Writes to every recipient; the exit code."""
    from crawler.reporting.digest import Message
    from crawler.reporting.sending import apprise_sender

    text = "Проверка связи: avtoklaster может писать сюда."
    send = apprise_sender()
    failed = [
        a for a in settings.config.alerts if not send(a.to, Message(subject="avtoklaster", text=text, html=f"<p>{text}</p>"))
    ]
    for alert in failed:
        click.echo(f"Error: {alert.name or alert.to.split('://')[0]}: the service did not take the message", err=True)
    return 1 if failed else 0
