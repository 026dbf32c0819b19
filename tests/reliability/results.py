"""The last results of the long runs, in RESULTS.md beside this file: a chapter a run, each with its date and machine."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
import subprocess
from datetime import UTC, datetime
from pathlib import Path

FILE = Path(__file__).with_name("RESULTS.md")


def record(chapter: str, command: str, said: str, seconds: float) -> None:
    """Puts a run in the place of its chapter's last one, or at the end."""
    told = f"## {chapter}\n{command}, {seconds / 60:.0f} minutes, {_circumstances()}\n\n{said.strip()}\n"
    before = FILE.read_text(encoding="utf-8") if FILE.exists() else "# Last results of the long runs\n"
    pattern = re.compile(rf"## {re.escape(chapter)}\n.*?(?=\n## |\Z)", re.DOTALL)
    after = pattern.sub(lambda _: told, before) if pattern.search(before) else f"{before.rstrip()}\n\n{told}"
    FILE.write_text(after.rstrip() + "\n", encoding="utf-8")


def _circumstances() -> str:
    system = f"{platform.system()} {platform.release().split('-')[0]} {platform.machine()}"
    asked = ["git", "rev-parse", "--short", "HEAD"]
    revision = subprocess.run(asked, cwd=FILE.parent, capture_output=True, text=True, check=False)
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {system}, {os.cpu_count()} cores, Python {platform.python_version()},"
        f" SQLite {sqlite3.sqlite_version}, commit {revision.stdout.strip() or 'unknown'}"
    )
