"""Numbered migrations, forward only: one file a migration, `mNNNN_what.py` with `migrate(conn)`; numbers without a gap.

The version of an archive is its `PRAGMA user_version`. All pending migrations run in one write transaction, so a process that is
killed half-way leaves the old version. An archive that holds something is copied beside itself before the first one.
"""

from __future__ import annotations

import os
import pkgutil
import re
import sqlite3
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from storage import partial
from storage.errors import NewerArchive

_NAME = re.compile(r"m(\d{4})_\w+")
NAMES: tuple[str, ...] = tuple(sorted(module.name for module in pkgutil.iter_modules(__path__) if _NAME.fullmatch(module.name)))
LATEST = len(NAMES)
"""The version this program writes."""


def migrate(path: Path, conn: sqlite3.Connection, application_id: int, *, target: int = LATEST) -> Path | None:
    """Brings an archive to version `target`; the backup's path if one was made.

    `conn` is in autocommit mode, outside a transaction. Raises NewerArchive if the archive is ahead of us.
    """
    if conn.execute("PRAGMA user_version").fetchone()[0] == target:
        return None
    backup = None
    conn.execute("BEGIN IMMEDIATE")
    try:
        version = conn.execute("PRAGMA user_version").fetchone()[0]  # another process may have been quicker
        if version > target:
            raise NewerArchive(f"{path}: written by a newer avtoklaster (version {version}, this one knows {target}); update it")
        if 0 < version < target:
            backup = _back_up(path, version)
        for number, name in enumerate(NAMES[version:target], start=version + 1):
            import_module(f"{__name__}.{name}").migrate(conn)
            conn.execute(f"PRAGMA user_version = {number}")
        if version == 0:
            conn.execute(f"PRAGMA application_id = {application_id}")
        broken = conn.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise sqlite3.IntegrityError(f"migrating {path} left {len(broken)} rows that point nowhere")
        conn.execute("COMMIT")
    except BaseException:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        raise
    return backup


def _back_up(path: Path, version: int) -> Path:
    """Copies the committed state beside the file; called while we hold the write lock, so nothing can be missing from it."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    target = path.with_name(f"{path.name}.v{version}-{stamp}.bak")
    made = partial.begin(target, path)
    source, copy = sqlite3.connect(path), sqlite3.connect(made)
    try:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
    finally:
        copy.close()
        source.close()
    with made.open("rb") as file:
        os.fsync(file.fileno())
    made.rename(target)
    return target
