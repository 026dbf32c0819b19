"""The README's chapter on commands is made from their own help: `python -m tests.documentation` writes it anew."""

import inspect
import re
from pathlib import Path

import click

from crawler import cli

README = Path(__file__).resolve().parent.parent / "README.md"
_BEGIN, _END = "<!-- commands -->\n", "<!-- end of commands -->\n"


def commands() -> list[tuple[str, click.Command]]:
    """(full name, command) of every command, in the order of `--help`; a group stands before its own."""
    return _walk(cli.cli, "avtoklaster")[1:]


def _walk(command: click.Command, name: str) -> list[tuple[str, click.Command]]:
    found: list[tuple[str, click.Command]] = [(name, command)]
    if isinstance(command, click.Group):
        ctx = click.Context(command)
        for child in command.list_commands(ctx):
            inner = command.get_command(ctx, child)
            assert inner is not None
            found += _walk(inner, f"{name} {child}")
    return found


def chapter() -> str:
    """The chapter as it should stand in the README, from marker to marker."""
    return _BEGIN + "\n" + "\n".join(_describe(name, command) for name, command in commands()) + _END


def _describe(name: str, command: click.Command) -> str:
    arguments = [_argument(p) for p in command.params if isinstance(p, click.Argument)]
    head = f"### `{' '.join([name.removeprefix('avtoklaster '), *arguments])}`\n"
    help = inspect.cleandoc(command.help or "").replace("\b\n", "")
    options = [p for p in command.params if isinstance(p, click.Option) and not p.hidden]
    rows = [f"| `{_option(option)}` | {_cell(option.help or '')} |" for option in options]
    table = "\n".join(["", "| option | |", "|---|---|", *rows, ""]) if rows else ""
    return f"{head}\n{_code_as_blocks(help)}\n{table}"


def _argument(argument: click.Argument) -> str:
    return (
        (argument.metavar or (argument.name or "").upper())
        if argument.required
        else argument.metavar or f"[{(argument.name or '').upper()}]"
    )


def _option(option: click.Option) -> str:
    value = "" if option.is_flag or option.count else " " + (option.metavar or (option.name or "").upper())
    return f"{', '.join([*option.opts, *option.secondary_opts])}{value}"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _code_as_blocks(text: str) -> str:
    """Paragraphs of example lines (indented in the help) become code blocks."""
    return (
        re.sub(r"(?m)(?:^(?:  +|\t).*\n?)+", lambda found: f"```sh\n{inspect.cleandoc(found[0])}\n```\n", text + "\n").strip()
        + "\n"
    )


def main() -> None:
    """Writes the chapter into the README."""
    text = README.read_text(encoding="utf-8")
    if _END not in text:
        text = text.replace(_BEGIN, _BEGIN + _END)
    begin, end = text.index(_BEGIN), text.index(_END) + len(_END)
    README.write_text(text[:begin] + chapter() + text[end:], encoding="utf-8")


if __name__ == "__main__":
    main()
