"""Copies of the archive that can be trusted: made while it is in use, checked before they are called a backup, and put back."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from storage import partial as part
from storage.connection import APPLICATION_ID, Archive, archive_error, open_archive, typed_errors
from storage.errors import ArchiveDamaged, ArchiveMissing, ArchiveUnwritable, NewerArchive, NotAnArchive

_COUNTED = ("articles", "pages", "sources", "corrections")


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """A checked copy: where it is, its size in bytes, and how many rows of the main tables it holds."""

    file: Path
    size: int
    rows: dict[str, int]


def make(path: Path, target: Path) -> Backup:
    """Writes a compact copy of the archive to `target`, which must not exist, and checks it; the archive stays in use meanwhile.

    The copy appears under its name only when it is whole and on the disk. Raises ArchiveError when it is not, ArchiveUnwritable
    when there is no room or no permission.
    """
    if target.exists():
        raise ArchiveUnwritable(f"{target}: is already there; name another file")
    with _in_the_making(target, path) as partial:
        with open_archive(path, create=False, read_only=True) as archive:
            _copy(archive, partial)
        rows = check(partial, called=path)
        with partial.open("rb") as file:
            os.fsync(file.fileno())
        partial.rename(target)
        _sync_folder(target.parent)
    return Backup(file=target, size=target.stat().st_size, rows=rows)


@contextmanager
def _in_the_making(target: Path, archive: Path) -> Iterator[Path]:
    """The name under which to make `target`, a copy of `archive`; what is left there is taken away. Raises ArchiveUnwritable."""
    try:
        yield part.begin(target, archive)
    except OSError as error:
        raise ArchiveUnwritable(f"{target}: {error.strerror or error}") from error
    finally:
        with suppress(OSError):
            part.remove(target)


def _copy(archive: Archive, target: Path) -> None:
    try:
        archive.conn.execute("PRAGMA query_only = OFF")  # VACUUM INTO writes elsewhere; the archive itself is open read-only
        archive.conn.execute("VACUUM INTO ?", (str(target),))
    except sqlite3.DatabaseError as error:
        # whether the one could not be read or the other not be written
        typed = archive_error(archive.path, error)
        raise (archive_error(target, error) if isinstance(typed, ArchiveUnwritable) else typed) or error from error


def check(path: Path, *, called: Path | None = None) -> dict[str, int]:
    """Reads a copy to the last page: SQLite's integrity check, no row that points nowhere; the rows of its main tables.

    Raises ArchiveError saying what is broken, in the file `called` so if that is another one.
    """
    called = called or path
    if not path.is_file():
        raise ArchiveMissing(f"{path}: no such file")
    conn = _connect(path)
    try:
        with typed_errors(path):
            if conn.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
                raise NotAnArchive(f"{path}: not an archive of avtoklaster")
            said = conn.execute("PRAGMA integrity_check(3)").fetchall()
            if said != [("ok",)]:
                raise ArchiveDamaged(f"{called}: damaged: {'; '.join(row[0] for row in said)}")
            if conn.execute("PRAGMA foreign_key_check").fetchone():
                raise ArchiveDamaged(f"{called}: damaged: some rows point nowhere")
            return {table: conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in _COUNTED}
    finally:
        conn.close()


def _connect(path: Path) -> sqlite3.Connection:
    """Reads a file that nobody writes, also from a folder where SQLite could not lay its own files beside it."""
    lonely = not Path(f"{path}-wal").exists()
    return sqlite3.connect(f"file:{quote(str(path.resolve()))}?mode=ro{'&immutable=1' if lonely else ''}", uri=True)


def restore(path: Path, backup: Path, *, now: datetime) -> tuple[Backup, Path | None]:
    """Puts a checked backup in the place of the archive, in one transaction; readers meanwhile see the old or the new.

    What was there is itself backed up beside it first; what is damaged, or of a newer version, is moved there as it is. Returns
    what was restored and where the old one went (None: there was none). Raises ArchiveError, and then nothing has changed.
    """
    rows = check(backup)
    kept = None
    if path.exists() and path.stat().st_size:
        kept = _free(path.with_name(f"{path.name}.before-restore-{now.strftime('%Y%m%dT%H%M%SZ')}.bak"))
        try:
            make(path, kept)
            _write(backup, path)
        except (ArchiveDamaged, NewerArchive):
            _exchange(path, backup, kept)
    else:
        _write(backup, path)
    open_archive(path).close()  # an older backup is migrated at once
    return Backup(file=backup, size=backup.stat().st_size, rows=rows), kept


def _write(backup: Path, target: Path) -> None:
    """The pages of a backup over those of an SQLite file, made if it is not there, in one transaction."""
    with typed_errors(target):
        source, conn = _connect(backup), sqlite3.connect(target, timeout=30)
        try:
            source.backup(conn)
            conn.execute("PRAGMA journal_mode = WAL")
        finally:
            conn.close()
            source.close()


def _exchange(path: Path, backup: Path, aside: Path) -> None:
    """Moves what stands at `path` away, as it is, and a copy of the backup there: SQLite would not write over a damaged file."""
    with _in_the_making(path, path) as partial:
        _write(backup, partial)
        # its log first: beside another file it would be taken for that one's
        for ending in ("-wal", ""):
            with suppress(FileNotFoundError):
                Path(f"{path}{ending}").rename(f"{aside}{ending}")
        Path(f"{path}-shm").unlink(missing_ok=True)
        partial.rename(path)
        _sync_folder(path.parent)


def _free(file: Path) -> Path:
    """A name that no file has: two restores within a second, the first of them killed, keep two archives."""
    number, free = 2, file
    while free.exists():
        number, free = number + 1, file.with_name(f"{file.stem}-{number}{file.suffix}")
    return free


def rotate(folder: Path, pattern: str, keep: int) -> list[Path]:
    """Removes the oldest files of a pattern beyond the newest `keep`, by name; those removed."""
    old = sorted(folder.glob(pattern))[:-keep]
    for file in old:
        file.unlink()
    return old


def _sync_folder(folder: Path) -> None:
    """A renamed file survives a power cut only when its folder is on the disk too; not every system can open one."""
    try:
        number = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(number)
    finally:
        os.close(number)
