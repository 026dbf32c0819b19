"""SQL from people, read-only by construction: the file is opened read-only, SQLite is told to refuse every write, an authorizer
lets through nothing but reading, and a clock ends what takes too long."""

from __future__ import annotations

import difflib
import re
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from storage.connection import open_archive, typed_errors
from storage.errors import QueryRefused
from storage.functions import FUNCTIONS, register

TIMEOUT = 60.0
"""Seconds of work in SQLite, the reader's own time not counted."""

_READS = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_RECURSIVE}
_READING_PRAGMAS = {
    *("table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo", "foreign_key_list"),
    *("database_list", "function_list", "module_list", "pragma_list", "collation_list", "compile_options"),
    # asked by the full-text index itself
    "data_version",
}
_ASKED_PRAGMAS = {"user_version", "application_id", "encoding", "page_count", "page_size", "freelist_count", "journal_mode"}
_DENIED_FUNCTIONS = {"load_extension", "fts3_tokenizer", "writefile", "edit"}
_ACTIONS = {
    getattr(sqlite3, name): name.removeprefix("SQLITE_").replace("_", " ")
    for name in dir(sqlite3)
    if re.match(
        r"SQLITE_(CREATE|DROP|ALTER|INSERT|UPDATE|DELETE|ATTACH|DETACH|PRAGMA|TRANSACTION|SAVEPOINT|REINDEX|ANALYZE|FUNCTION)",
        name,
    )
}
_BATCH = 200
_STEPS = 20_000
"""SQLite instructions between two looks at the clock: about a millisecond."""


class _Guard:
    """The authorizer and the clock of one query."""

    def __init__(self, timeout: float) -> None:
        self.left = timeout
        self.deadline = 0.0
        self.denied = ""

    def authorize(self, action: int, first: str | None, second: str | None, schema: str | None, inner: str | None) -> int:
        if action in _READS:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_FUNCTION and (second or "").lower() not in _DENIED_FUNCTIONS:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_PRAGMA:
            name = (first or "").lower()
            if name in _READING_PRAGMAS or (name in _ASKED_PRAGMAS and second is None):
                return sqlite3.SQLITE_OK
        what = second if action == sqlite3.SQLITE_FUNCTION else first
        self.denied = self.denied or f"{_ACTIONS.get(action, 'this')} {what or ''}".strip()
        return sqlite3.SQLITE_DENY

    def late(self) -> int:
        return int(time.monotonic() > self.deadline)


def run(
    path: Path, sql: str, *, params: Mapping[str, Any] | Sequence[Any] = (), timeout: float = TIMEOUT
) -> tuple[list[str], Iterator[tuple[Any, ...]]]:
    """Runs one SELECT over the archive at `path`: the names of its columns, and its rows as they are asked for.

    Raises QueryRefused (one line for a person: what is not allowed, or the nearest name to a mistyped one) at once or while
    rows are read, if more than `timeout` seconds of work were needed; the errors of `open_archive` if the file is no archive.
    """
    archive = open_archive(path, create=False, read_only=True)
    conn = archive.conn
    conn.row_factory = None
    guard = _Guard(timeout)
    try:
        register(conn)
        _declare_functions_that_are_tables(conn)
        conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 256 * 1024 * 1024)
        conn.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        names = table_columns(conn)
        asked = {word.lower() for word in re.findall(r"\w+", sql)}
        # a mistyped column is looked for in the tables that the query names
        names = {table: columns if table in asked else [] for table, columns in names.items()}
        conn.set_authorizer(guard.authorize)
        conn.set_progress_handler(guard.late, _STEPS)
        with _refusing(path, guard, names, timeout):
            cursor = conn.execute(sql, params)
        if cursor.description is None:
            raise QueryRefused("nothing to read: one SELECT is wanted")
    except BaseException:
        conn.close()
        raise
    return [column[0] for column in cursor.description], _rows(path, conn, cursor, guard, names, timeout)


def _declare_functions_that_are_tables(conn: sqlite3.Connection) -> None:
    """SQLite declares json_each and its like at their first use, which the authorizer would see as a change of the schema."""
    pragmas = (f"pragma_{name}" for name in sorted(_READING_PRAGMAS | _ASKED_PRAGMAS))
    for module in ("json_each('[]')", "json_tree('[]')", "dbstat", *pragmas):
        with suppress(sqlite3.OperationalError):  # not every build has each of them
            conn.execute(f"SELECT 1 FROM {module} LIMIT 0")


def _rows(
    path: Path, conn: sqlite3.Connection, cursor: sqlite3.Cursor, guard: _Guard, names: dict[str, list[str]], timeout: float
) -> Iterator[tuple[Any, ...]]:
    try:
        while True:
            with _refusing(path, guard, names, timeout):
                rows = cursor.fetchmany(_BATCH)
            if not rows:
                return
            yield from rows
    finally:
        conn.close()


class _refusing:
    """Counts the time spent inside against the query's, and says what SQLite says in words for a person."""

    def __init__(self, path: Path, guard: _Guard, names: dict[str, list[str]], timeout: float) -> None:
        self.path, self.guard, self.names, self.timeout = path, guard, names, timeout

    def __enter__(self) -> None:
        self.began = time.monotonic()
        self.guard.deadline = self.began + self.guard.left

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        self.guard.left -= time.monotonic() - self.began
        if not isinstance(error, (sqlite3.Error, sqlite3.Warning, ValueError, OverflowError)):
            return
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code == sqlite3.SQLITE_INTERRUPT:
            if time.monotonic() < self.guard.deadline:  # Ctrl-C, raised in the guard: SQLite passes no exception on
                raise KeyboardInterrupt from None
            raise QueryRefused(
                f"the query took more than {self.timeout:g} s and was ended; narrow it, or allow more time"
            ) from None
        if self.guard.denied:
            raise QueryRefused(f"a query may only read; not allowed: {self.guard.denied}") from None
        if code in (
            sqlite3.SQLITE_CORRUPT,
            sqlite3.SQLITE_NOTADB,
            sqlite3.SQLITE_IOERR,
            sqlite3.SQLITE_CANTOPEN,
            sqlite3.SQLITE_BUSY,
        ):
            with typed_errors(self.path):
                raise error
        raise QueryRefused(_helpful(str(error), self.names)) from None


def table_columns(conn: sqlite3.Connection) -> dict[str, list[str]]:
    """Every table and view with its columns, those that FTS5 keeps for itself left out."""
    rows = conn.execute(
        "SELECT t.name, c.name FROM pragma_table_list AS t JOIN pragma_table_xinfo(t.name) AS c"
        " WHERE t.schema = 'main' AND t.type <> 'shadow' AND t.name NOT LIKE 'sqlite!_%' ESCAPE '!'"
    )
    names: dict[str, list[str]] = {}
    for table, column in rows:
        names.setdefault(table, []).append(column)
    return names


def _alike(wrong: str, name: str) -> float:
    return difflib.SequenceMatcher(None, wrong.lower(), name).ratio()


def _helpful(message: str, names: dict[str, list[str]]) -> str:
    """SQLite's words with the nearest table, column or function behind them."""
    missing = re.match(r"no such (table|column|function): (?:(\w+)\.)?\"?(.+?)\"?$", message)
    if missing is None:
        if "one statement at a time" in message:
            return "one statement at a time: only a single SELECT is run"
        return message
    kind, _, wrong = missing.groups()
    known = {
        "table": list(names),
        "column": sorted({column for columns in names.values() for column in columns}),
        "function": sorted({re.sub(r"\(.*", "", name) for name in FUNCTIONS}),
    }[kind]
    near = difflib.get_close_matches(wrong.lower(), known, n=3, cutoff=0.6)
    near = [name for name in near if _alike(wrong, name) > _alike(wrong, near[0]) - 0.1]
    where = "" if kind == "function" else "; `avtoklaster schema` lists what there is"
    return f"{message}; did you mean {' or '.join(near)}?" if near else f"{message}{where}"
