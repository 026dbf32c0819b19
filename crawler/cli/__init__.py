"""The command line: one file a command, imported only when it is called."""

from __future__ import annotations

import importlib
import sys

import click

import crawler
from crawler.errors import AvtoklasterError
from storage.errors import ArchiveError

COMMANDS: dict[str, str] = {}
"""Command name -> one line of help. The command is the object `command` in `crawler.cli.<name>`."""


class _LazyGroup(click.Group):
    """Imports a command's file when it is called or asked for its own help, so that `--help` stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"crawler.cli.{name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            ctx.fail(f"No such command {args[0]!r}." + (f" Did you mean {near[0]!r}?" if near else ""))
        return super().resolve_command(ctx, args)


@click.command(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Exit codes: 0 all well; 1 a source failed or input had unreadable lines, the rest was kept; "
    "2 wrong use or configuration; 3 the archive could not be opened or written.",
)
@click.version_option(crawler.__version__, prog_name="avtoklaster")
@click.option(
    "--config",
    "config_file",
    metavar="FILE",
    envvar="AVTOKLASTER_CONFIG",
    help="The configuration file; otherwise avtoklaster.toml in the current directory, if there is one.",
)
@click.option(
    "--archive",
    "archive_path",
    metavar="FILE",
    envvar="AVTOKLASTER_ARCHIVE",
    help="The archive; otherwise `archive` in the configuration, or avtoklaster.db in the current directory.",
)
@click.pass_context
def cli(ctx: click.Context, config_file: str | None, archive_path: str | None) -> None:
    """Watches Russian press pages and keeps what they publish about automotive clusters in one SQLite archive.

    Try `avtoklaster demo` first: it needs neither the Internet nor a configuration.
    """
    from crawler.cli.common import Settings

    ctx.obj = Settings(config_file=config_file, archive_path=archive_path)


def main() -> None:
    """Runs a command and ends the process with its exit code; each error is one line on stderr."""
    try:
        result = cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("Interrupted.", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (AvtoklasterError, ArchiveError) as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of a pipe went away: not an error
        sys.exit(0)
    sys.exit(result if isinstance(result, int) else 0)
