"""The one way to open an archive, and the one way to write to it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from storage import migrations
from storage.errors import (
    ArchiveBusy,
    ArchiveDamaged,
    ArchiveError,
    ArchiveMissing,
    ArchiveUnwritable,
    NewerArchive,
    NotAnArchive,
    OlderArchive,
)

if TYPE_CHECKING:
    import sqlite_utils

APPLICATION_ID = 0x41564B4C
"""`PRAGMA application_id` of our files: "AVKL". Tells them from the SQLite files of other programs."""

BUSY_SECONDS = 30.0
_SHARED_MEMORY = 32_768
"""Bytes of the file that SQLite lays beside an archive that is open."""

_MAGIC = b"SQLite format 3\x00"
_UNWRITABLE = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}
_BROKEN = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


class Archive:
    """An open archive. Not to be shared between threads or processes; a context manager that closes it."""

    def __init__(self, path: Path, conn: sqlite3.Connection, *, read_only: bool = False, immutable: bool = False) -> None:
        self.path = path
        self.conn = conn
        self.read_only = read_only
        self.immutable = immutable
        """Is it read without a look at what other processes do, because the folder takes none of SQLite's own files?"""
        self.lemmatizer_checked = False
        self.words_met: set[str] = set()
        """Forms that the table of words surely has: spares a look for each word of each article."""

    @cached_property
    def db(self) -> sqlite_utils.Database:
        """The same connection through sqlite-utils, imported when first asked for (0.2 s, which `query` need not pay).

        Its own `atomic()` begins deferred transactions, which fail under concurrent writers: always write inside `write()`.
        """
        import sqlite_utils

        return sqlite_utils.Database(self.conn, execute_plugins=False)

    @contextmanager
    def write(self) -> Iterator[None]:
        """One write transaction, taken at once (BEGIN IMMEDIATE); inside another it joins it, undone alone if it fails.

        Raises ArchiveBusy when another process held the lock for 30 s, ArchiveUnwritable on a full disk or a read-only file.
        """
        nested = self.conn.in_transaction
        with typed_errors(self.path):
            self.conn.execute("SAVEPOINT inner_write" if nested else "BEGIN IMMEDIATE")
            try:
                yield
                self.conn.execute("RELEASE inner_write" if nested else "COMMIT")
            except BaseException:
                # the index may have been made anew, words may have been met, in what is undone now
                self.lemmatizer_checked = False
                self.words_met.clear()
                # SQLite has already rolled back by itself on a full disk and on I/O errors
                if self.conn.in_transaction:
                    if nested:
                        self.conn.execute("ROLLBACK TO inner_write")
                        self.conn.execute("RELEASE inner_write")
                    else:
                        self.conn.execute("ROLLBACK")
                raise

    def one(self, sql: str, parameters: Any = ()) -> sqlite3.Row | None:
        """The first row of a query, or None."""
        row: sqlite3.Row | None = self.conn.execute(sql, parameters).fetchone()
        return row

    def optimize(self) -> None:
        """Lets SQLite bring its statistics up to date where they are stale; cheap, for the daemon to call now and then."""
        with typed_errors(self.path):
            self.conn.execute("PRAGMA optimize")

    def close(self) -> None:
        self.conn.close()

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


@contextmanager
def typed_errors(path: Path) -> Iterator[None]:
    """Turns what SQLite says about the file into the tree of `storage.errors`; mistakes in SQL stay what they are."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if typed := archive_error(path, error):
            raise typed from error
        raise


def archive_error(path: Path, error: Exception) -> ArchiveError | None:
    """What SQLite says about the file at `path`, as an error of ours; None for a mistake in SQL, or of another origin."""
    if not isinstance(error, sqlite3.DatabaseError):
        return None
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return ArchiveBusy(f"{path}: another process is writing and did not finish within {BUSY_SECONDS:.0f} s")
    if code in _UNWRITABLE:
        return ArchiveUnwritable(f"{path}: cannot be written: {error}{_no_room(path, code)}")
    if code in _BROKEN:
        return ArchiveDamaged(f"{path}: not an archive, or a damaged one: {error}")
    return None


def _no_room(path: Path, code: int) -> str:
    """SQLite says "disk I/O error" when there is no room for its shared memory, which readers need too."""
    try:
        free = shutil.disk_usage(path.parent).free
    except OSError:
        return ""
    return "; the disk is full" if code == sqlite3.SQLITE_IOERR and free < _SHARED_MEMORY else ""


def open_archive(path: Path, *, create: bool = True, read_only: bool = False, current: bool = False) -> Archive:
    """Opens the archive at `path`, brings it to the newest version, and makes it if it is not there and `create` is set.

    `read_only` opens without writing anything and without migrating, also from a folder that cannot be written; whoever needs the
    tables of today says so (`current`): then an archive of an older version is brought up to date first.
    Raises ArchiveMissing, NotAnArchive, NewerArchive, OlderArchive, ArchiveUnwritable or ArchiveBusy, each one line for a person.
    """
    path = Path(path)
    _look(path, create=create and not read_only)
    with typed_errors(path):
        conn, immutable = _connect_read_only(path) if read_only else (_connect(path), False)
        try:
            _refuse_strangers(path, conn)
            if not read_only:
                _enter_wal(path, conn)
                migrations.migrate(path, conn, APPLICATION_ID)
            version = conn.execute("PRAGMA user_version").fetchone()[0]
            if version == 0:
                raise NotAnArchive(f"{path}: an empty file, not an archive")
        except BaseException:
            conn.close()
            raise
    if version < migrations.LATEST and current:
        conn.close()
        _bring_up_to_date(path, version)
        return open_archive(path, read_only=True)
    return Archive(path, conn, read_only=read_only, immutable=immutable)


def _bring_up_to_date(path: Path, version: int) -> None:
    try:
        open_archive(path, create=False).close()
    except ArchiveUnwritable as error:
        why = f"(version {version}, this one knows {migrations.LATEST}), and cannot be brought up to date"
        raise OlderArchive(f"{path}: written by an older avtoklaster {why}: {error}") from error


def _look(path: Path, *, create: bool) -> None:
    """What can be said before SQLite is asked, in words that SQLite does not have."""
    try:
        if path.is_dir():
            raise NotAnArchive(f"{path}: a folder, not an archive")
        if not path.parent.is_dir():
            raise ArchiveMissing(f"{path}: the folder {path.parent} does not exist")
        if not path.exists():
            if not create:
                raise ArchiveMissing(f"{path}: no such archive; a crawl or an import makes one")
            if not os.access(path.parent, os.W_OK | os.X_OK):
                raise ArchiveUnwritable(f"{path}: no permission to make a file in {path.parent}")
            return
        with path.open("rb") as file:
            head = file.read(len(_MAGIC))
    except PermissionError:
        raise ArchiveUnwritable(f"{path}: no permission to read it") from None
    except OSError as error:
        raise ArchiveMissing(f"{path}: {error.strerror}") from None
    if head and head != _MAGIC:
        raise NotAnArchive(f"{path}: not an SQLite file")


def _connect(path: Path) -> sqlite3.Connection:
    if path.exists() and not os.access(path, os.W_OK):
        raise ArchiveUnwritable(f"{path}: no permission to write it")
    if not os.access(path.parent, os.W_OK):
        raise ArchiveUnwritable(f"{path}: no permission to write in {path.parent}, where SQLite keeps its log beside the archive")
    conn = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    conn.row_factory = sqlite3.Row
    conn.execute("PRAGMA foreign_keys = ON")
    # WAL with NORMAL: a killed process loses nothing; a power cut may undo the last transactions, whole ones
    conn.execute("PRAGMA synchronous = NORMAL")
    # 16 MB of log between two checkpoints: an article changes a hundred pages, many of them those that the one before changed
    conn.execute("PRAGMA wal_autocheckpoint = 4000")
    conn.execute("PRAGMA journal_size_limit = 67108864")
    return conn


def _connect_read_only(path: Path) -> tuple[sqlite3.Connection, bool]:
    """Read-only, by SQLite's own means; where the folder takes no -shm file (a CD, another user's folder) as immutable: True."""
    address = f"file:{quote(str(path.resolve()))}?mode=ro"
    for flags in ("", "&immutable=1"):
        conn = sqlite3.connect(address + flags, uri=True, timeout=BUSY_SECONDS, isolation_level=None)
        try:
            conn.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except sqlite3.OperationalError as error:
            conn.close()
            # a log that could not be read may hold the newest rows: then immutable would lie
            if flags or error.sqlite_errorcode & 0xFF not in _UNWRITABLE or Path(f"{path}-wal").exists():
                raise
            continue
        except sqlite3.DatabaseError:
            conn.close()
            raise
        conn.row_factory = sqlite3.Row
        conn.execute("PRAGMA query_only = ON")
        return conn, bool(flags)
    raise AssertionError("unreachable")


def _refuse_strangers(path: Path, conn: sqlite3.Connection) -> None:
    conn.execute("BEGIN")  # one snapshot: another process may be making the archive this moment
    application = conn.execute("PRAGMA application_id").fetchone()[0]
    version = conn.execute("PRAGMA user_version").fetchone()[0]
    tables = conn.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    conn.execute("COMMIT")
    if application != APPLICATION_ID and (tables or application or version):
        raise NotAnArchive(f"{path}: an SQLite file of another program")
    if version > migrations.LATEST:
        raise NewerArchive(
            f"{path}: written by a newer avtoklaster (version {version}, this one knows {migrations.LATEST}); update it"
        )


def _enter_wal(path: Path, conn: sqlite3.Connection) -> None:
    """Two first starts at once meet here: SQLite does not call its busy handler in every case of this switch, so we wait."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            if conn.execute("PRAGMA journal_mode = WAL").fetchone()[0] != "wal":
                raise ArchiveError(
                    f"{path}: this file system cannot hold an SQLite write-ahead log; keep the archive on a local disk"
                )
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
