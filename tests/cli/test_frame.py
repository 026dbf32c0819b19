"""What holds for every command: help in sentences, errors of one line, exit codes, broken pipes."""

import importlib
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from crawler.cli import COMMANDS, cli
from tests.cli.conftest import Run, environment

AVTOKLASTER = [sys.executable, "-m", "crawler"]


def _commands() -> list[tuple[str, click.Command]]:
    context = click.Context(cli, info_name="avtoklaster")
    found = []
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        found.append((name, command))
        if isinstance(command, click.Group):
            found += [(f"{name} {sub}", command.commands[sub]) for sub in command.commands]
    return found


@pytest.mark.parametrize(("name", "command"), _commands(), ids=lambda value: value if isinstance(value, str) else "")
def test_every_command_and_option_is_explained_in_sentences(name: str, command: click.Command) -> None:
    help_text = (command.help or "").strip()
    assert re.match(r"[A-Z].*\.", help_text, re.DOTALL), f"{name}: {help_text!r}"
    for option in command.params:
        if isinstance(option, click.Option):
            said = (option.help or "").strip()
            assert re.match(r"[A-Z].*\.$", said, re.DOTALL), f"{name} {option.opts}: {said!r}"


def test_every_command_has_its_line_in_the_list() -> None:
    for name, line in COMMANDS.items():
        assert re.fullmatch(r"[A-Z].*\.", line), f"{name}: {line!r}"


def test_help_lists_the_commands_and_imports_none_of_them() -> None:
    code = (
        "import sys; sys.argv = ['avtoklaster', '--help']\n"
        "import atexit; from crawler.cli import main\n"
        "heavy = {'scrapy', 'trafilatura', 'pymorphy3', 'sqlite_utils', 'twisted'}\n"
        "atexit.register(lambda: print('HEAVY', sorted(heavy & set(sys.modules))))\n"
        "main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment(), check=True)
    assert done.stdout.splitlines()[-1] == "HEAVY []"
    for name in COMMANDS:
        assert re.search(rf"^  {name} ", done.stdout, re.MULTILINE)


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["-h"]])
def test_asking_what_this_is_ends_well(run: Run, arguments: list[str]) -> None:
    assert "avtoklaster" in run(*arguments).out


@pytest.mark.skipif(not COMMANDS, reason="no command has landed yet")
def test_an_unknown_command_suggests_the_nearest(run: Run) -> None:
    name = next(iter(COMMANDS))
    done = run(name[:-1] + "x" + name[-1], code=2)
    assert f"Did you mean {name!r}?" in done.err
    assert done.err.startswith("Error: ")
    assert len(done.err.splitlines()) == 1


def test_an_unknown_option_is_one_line_and_exit_2(run: Run) -> None:
    done = run("--arhive", "x.db", "status", code=2)
    assert done.err.startswith("Error: ")
    assert "--archive" in done.err


def test_an_error_never_carries_escape_sequences_to_the_terminal(run: Run) -> None:
    done = run("\x1b]0;owned\x07qu\x1b[2J\nery", code=2)
    assert not set(done.err.strip("\n")) & set("\x1b\x07\n")


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as pipe:
        done = subprocess.run(
            [*AVTOKLASTER, "--help"], stdout=pipe, stderr=subprocess.PIPE, env=environment(), cwd=tmp_path, check=False
        )
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_under_the_output_is_one_line_and_exit_1(tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*AVTOKLASTER, "--help"], stdout=full, stderr=subprocess.PIPE, env=environment(), cwd=tmp_path, check=False
        )
    assert done.returncode == 1
    assert done.stderr.decode().splitlines() == ["Error: [Errno 28] No space left on device"]


def test_every_file_of_a_command_is_listed() -> None:
    helpers = {"common", "output"}
    folder = Path(importlib.import_module("crawler.cli").__file__ or "").parent
    for path in folder.glob("*.py"):
        if not path.stem.startswith("_") and path.stem not in helpers and "command =" in path.read_text(encoding="utf-8"):
            assert path.stem.rstrip("_").replace("_", "-") in COMMANDS
