"""What holds for every command: help in sentences, errors of one line, exit codes, broken pipes."""

import importlib
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

from crawler.cli import COMMANDS, cli
from storage import open_archive
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


_ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT x FROM c WHERE x < 5000 OR x < 0"
"""Rows first, and then none any more for ever: whoever has read some knows that SQLite is at work."""


def _endless(folder: Path, *command: str) -> "subprocess.Popen[str]":
    open_archive(folder / "avtoklaster.db").close()
    return subprocess.Popen(
        [*AVTOKLASTER, *command], cwd=folder, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_a_long_query_is_ended_by_ctrl_c_and_said_to_be(tmp_path: Path) -> None:
    process = _endless(tmp_path, "query", _ENDLESS, "--nl")
    assert process.stdout is not None
    for _ in range(4000):
        process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (130, "Interrupted.\n")


def test_sigterm_leaves_no_half_file_and_is_what_ended_the_process(tmp_path: Path) -> None:
    process = _endless(tmp_path, "export", "--query", _ENDLESS.replace(" WHERE x < 5000 OR x < 0", ""), "-o", "a.csv")
    deadline = time.monotonic() + 20
    while not (tmp_path / "a.csv.part").exists():
        assert time.monotonic() < deadline and process.poll() is None
        time.sleep(0.01)
    process.terminate()
    _, err = process.communicate(timeout=20)
    assert (process.returncode, err) == (-signal.SIGTERM, "")
    assert not list(tmp_path.glob("a.csv*"))


def test_every_file_of_a_command_is_listed() -> None:
    helpers = {"common", "output"}
    folder = Path(importlib.import_module("crawler.cli").__file__ or "").parent
    for path in folder.glob("*.py"):
        if not path.stem.startswith("_") and path.stem not in helpers and "command =" in path.read_text(encoding="utf-8"):
            assert path.stem.rstrip("_").replace("_", "-") in COMMANDS
