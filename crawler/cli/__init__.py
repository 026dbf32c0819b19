"""The command line: one file a command, imported only when it is called."""

from __future__ import annotations

import difflib
import errno
import importlib
import os
import signal
import sys
import traceback
from collections.abc import Sequence

import click

import crawler
from crawler.errors import AvtoklasterError
from storage.connection import archive_error
from storage.errors import ArchiveError

COMMANDS: dict[str, str] = {
    "crawl": "Crawls all or the named sources once.",
    "daemon": "Watches all enabled sources until it is stopped.",
    "alerts": "Tells the recipients of the [[alert]] tables what is new.",
    "query": "Answers questions in SQL, read-only, as a table, CSV, JSON or JSON lines.",
    "search": "Searches titles and texts with Russian morphology.",
    "sources": "Shows the catalogue of sources that are watched.",
    "status": "Shows the health of every source and the size of the archive.",
    "new": "Shows what has come since you looked last, and notes that you have seen it.",
    "explain": "Reads a page without storing it and says why it would be kept or not.",
    "judge": "Shows what a changed topic would keep and drop.",
    "import": "Adds articles from JSON lines, or from what news-please wrote, through judging and storage.",
    "mark": "Puts tags and notes on an article or its story, or shows them.",
    "correct": "Corrects verdict, date, title, region, story or copy of an article, for good.",
    "diff": "Shows what was removed from and added to an article between its wordings.",
    "regroup": "Finds copies and stories anew and says what changed.",
    "schema": "Explains the tables, views and columns of the archive, and the functions of query.",
    "prune": "Removes old raw pages; articles and their evidence stay.",
    "forget": "Forgets an address, or a source with everything that came from it.",
    "export": "Writes the archive, or a query of it, as CSV, JSON lines, Parquet, Atom or XLSX.",
    "reread": "Reads all kept pages again with the current code and topic.",
    "backup": "Makes a checked copy of the archive while it is in use, or puts one back.",
    "serve": "Shows the archive in a browser, read-only.",
    "demo": "Crawls a simulated press world on this machine into a fresh archive: no Internet needed.",
}
"""Command name -> one line of help, in the order of DESIGN §3. The command is the object `command` in `crawler.cli.<name>`."""

_MODULES = {"import": "import_"}
"""Commands whose name cannot be a module's."""


class _LazyGroup(click.Group):
    """Imports a command's file when it is called or asked for its own help, so that `--help` stays quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"crawler.cli.{_MODULES.get(name, name.replace('-', '_'))}")
        command: click.Command = module.command
        command.name = name
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if not COMMANDS:
            return
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
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
@click.option("--config-on-stdin", is_flag=True, hidden=True)  # the daemon to its children: what stood there when it read it
@click.pass_context
def cli(ctx: click.Context, config_file: str | None, archive_path: str | None, config_on_stdin: bool) -> None:
    """Watches Russian press pages and keeps what they publish about automotive clusters in one SQLite archive.

    Try `avtoklaster demo` first: it needs neither the Internet nor a configuration.
    """
    from crawler.cli.common import Settings

    text = sys.stdin.buffer.read() if config_on_stdin else None
    ctx.obj = Settings(config_file=config_file, archive_path=archive_path, config_text=text)


def main(args: Sequence[str] | None = None) -> None:
    """Runs a command and ends the process with its exit code; each error is one line on stderr."""
    from crawler.cli.output import prepare_streams

    prepare_streams()
    if "_AVTOKLASTER_COMPLETE" in os.environ:
        cli.main(prog_name="avtoklaster")  # shell completion; never returns
    before = signal.signal(signal.SIGTERM, _end)
    try:
        code = _run(list(sys.argv[1:] if args is None else args))
        sys.stdout.flush()
    except _Terminated:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTERM)  # whoever sent it is told that it ended us
        raise
    except OSError as error:
        # whatever is still buffered must not fail again when the interpreter flushes it at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        # a reader that went away (`| head`) is not an error; on Windows it is EINVAL
        code = 0 if error.errno in (errno.EPIPE, errno.EINVAL) else _say(str(error), 1)
    finally:
        signal.signal(signal.SIGTERM, before)
    sys.exit(code)


class _Terminated(BaseException):
    """SIGTERM came: what is in the making is taken away on the way out, as after Ctrl-C. Some commands have their own way."""


def _end(*_: object) -> None:
    raise _Terminated


def _run(args: list[str]) -> int:
    """The exit code of one command. Raises BrokenPipeError and other errors of printing."""
    try:
        with cli.make_context("avtoklaster", args) as ctx:
            result = _invoke(ctx)
            return result if isinstance(result, int) else 0
    except click.exceptions.Exit as done:
        return done.exit_code
    except (click.exceptions.Abort, KeyboardInterrupt, EOFError):
        click.echo("Interrupted.", err=True)
        return 130
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return error.exit_code
    except click.UsageError as error:
        said = error.format_message()
        hint = f"{'' if said.endswith(('.', '?')) else '.'} Try '{error.ctx.command_path} --help'." if error.ctx else ""
        return _say(said + hint, error.exit_code)
    except click.ClickException as error:
        return _say(error.format_message(), error.exit_code)
    except (AvtoklasterError, ArchiveError) as error:
        return _say(str(error), error.exit_code)
    except OSError:
        raise
    except Exception as error:
        if os.environ.get("AVTOKLASTER_TRACEBACK"):
            raise
        where = traceback.extract_tb(error.__traceback__)[-1]
        bug = f"{type(error).__name__}: {error} ({where.filename}:{where.lineno})"
        return _say(f"this is a bug of avtoklaster: {bug}; AVTOKLASTER_TRACEBACK=1 shows more", 1)


def _invoke(ctx: click.Context) -> object:
    """What the command returns. What SQLite says of the archive while it is read becomes an ArchiveError."""
    try:
        return cli.invoke(ctx)
    except Exception as error:
        if ctx.obj and (typed := archive_error(ctx.obj.archive, error)):
            raise typed from error
        raise


def _say(message: str, code: int) -> int:
    """One line on stderr, whatever the message holds; passes the exit code on."""
    from crawler.cli.output import plain

    click.echo(f"Error: {plain(message)}", err=True)
    return code
