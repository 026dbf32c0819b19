"""What is documented is what there is: commands, options, settings, and the two commands on the first screen."""

import dataclasses
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

from crawler import cli
from crawler.config import Alert, Config, CrawlConfig
from crawler.sources import Source
from tests.documentation import chapter, commands

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_chapter_on_commands_is_their_own_help() -> None:
    assert chapter() in README, "run: python -m tests.documentation"


@pytest.mark.parametrize(("name", "command"), commands(), ids=lambda value: value if isinstance(value, str) else "")
def test_every_command_and_option_explains_itself(name: str, command: click.Command) -> None:
    assert len((command.help or "").split()) >= 5, f"`{name}` has no help"
    for option in command.params:
        if isinstance(option, click.Option) and not option.hidden:
            assert option.help, f"{option.opts[-1]} of `{name}` has no help"


def test_every_setting_is_documented() -> None:
    for record in (Config, CrawlConfig, Source, Alert):
        for field in dataclasses.fields(record):
            if field.name not in {"id", "file", "origin"}:
                assert re.search(rf"\b{field.name}\b", README), f"the README does not name the setting {field.name!r}"


def test_help_names_every_command() -> None:
    done = subprocess.run([sys.executable, "-m", "crawler", "--help"], cwd=ROOT, capture_output=True, text=True, check=True)
    for name in cli.COMMANDS:
        assert re.search(rf"^  {re.escape(name)}\s", done.stdout, re.MULTILINE)


def test_the_ci_runs_what_the_readme_says() -> None:
    for marker in ("demo-command", "test-command"):
        assert re.search(rf"<!-- {marker} -->\n```sh\n(python3 -m venv [^\n]+)\n```", README), f"no command after {marker}"
