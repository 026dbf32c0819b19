"""The tasks of the kill matrix: archives as they are before, the command that is killed and given again, what must come of it.

Every task begins from a copy of the same prepared archive; what it ends with when nobody disturbs it is what every disturbed run
has to end with.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crawler.simulator import World
from crawler.simulator.generated import release
from storage import Archive, article_rows, fulltext, open_archive, stories
from storage.connection import APPLICATION_ID
from storage.migrations import LATEST, migrate
from tests.reliability.launcher import Launcher
from tests.storage.invariants import broken

SOURCES = ("bitrix", "trade")
NAME = "avtoklaster.db"


@dataclass(frozen=True)
class Task:
    """`args` is the command; `before` makes of a crawled archive the one that the task begins with (None: begins with none)."""

    args: tuple[str, ...]
    before: Callable[[Path], None] | None = None
    made: str = NAME
    fresh: bool = False
    """Are the counts of the crawls those of everything in the archive?"""
    ready: Callable[[Path], None] = field(default=lambda folder: None)
    """Called before the command is given again."""


def _nothing(folder: Path) -> None:
    pass


def _a_day_later(folder: Path) -> None:
    """Kept articles are due to be looked at again."""
    with closing(sqlite3.connect(folder / NAME)) as conn:
        for column in ("pages.first_seen", "pages.last_fetched", "articles.first_seen", "articles.last_seen"):
            table, name = column.split(".")
            then = f"strftime('%Y-%m-%dT%H:%M:%S+00:00', {name}, '-1 day')"
            conn.execute(f"UPDATE {table} SET {name} = {then}")
        conn.commit()


def _read_worse(folder: Path) -> None:
    """As an earlier reader would have left the articles: a menu in the texts, other titles, no dates."""
    with open_archive(folder / NAME) as archive:
        for row in archive.conn.execute("SELECT id, title, text FROM articles").fetchall():
            with archive.write():
                worse = {"title": row["title"] + " — Сайт", "text": "Главная Новости\n" + row["text"], "reader_version": 0}
                article_rows.apply(archive, row["id"], worse)
                article_rows.write_dates(archive, row["id"], ())


def _ungrouped(folder: Path) -> None:
    """Every article a story of its own, as if none had been compared."""
    with open_archive(folder / NAME) as archive, archive.write():
        for (number,) in archive.conn.execute("SELECT id FROM articles").fetchall():
            cursor = archive.conn.execute("INSERT INTO stories (articles) VALUES (1)")
            archive.conn.execute("UPDATE articles SET story = ? WHERE id = ?", (cursor.lastrowid, number))
        numbers = [row[0] for row in archive.conn.execute("SELECT id FROM stories")]
        stories.refresh(archive, numbers)


def _oldest_version(folder: Path) -> None:
    """The same rows in an archive of version 1."""
    new, old = folder / NAME, folder / "old.db"
    conn = sqlite3.connect(old, isolation_level=None)
    conn.row_factory = sqlite3.Row
    conn.execute("PRAGMA journal_mode = WAL")
    migrate(old, conn, APPLICATION_ID, target=1)
    conn.execute("ATTACH ? AS new", (str(new),))
    conn.execute("BEGIN")
    for table in ("meta", "sources", "crawls", "stories", "articles", "pages", "copies", "revisions", "dates", "kept_pages"):
        shared = _columns(conn, "main", table) & _columns(conn, "new", table)
        names = ", ".join(sorted(shared))
        conn.execute(f"INSERT INTO main.{table} ({names}) SELECT {names} FROM new.{table}")
    conn.execute("COMMIT")
    conn.execute("DETACH new")
    with Archive(old, conn) as archive:
        fulltext.reindex(archive)
    _remove(new)
    old.rename(new)


def _columns(conn: sqlite3.Connection, schema: str, table: str) -> set[str]:
    return {row["name"] for row in conn.execute(f"PRAGMA {schema}.table_info({table})")}


def _backed_up(folder: Path) -> None:
    """A backup of an earlier day lies beside the archive."""
    with closing(sqlite3.connect(folder / NAME)) as conn:
        conn.execute("VACUUM INTO ?", (str(folder / "earlier.db"),))
    with open_archive(folder / "earlier.db") as archive:
        oldest = archive.one("SELECT min(id) FROM articles")
        assert oldest is not None
        with archive.write():
            article_rows.apply(archive, oldest[0], {"title": "Прежний заголовок"})


def _lines(folder: Path) -> None:
    """A file to import: releases and reprints."""
    lines = []
    for number in range(24):
        title, paragraphs = release(9_000_001 + number)
        line = {"url": f"https://press{number % 3}.example/{number}/", "title": title, "text": "\n".join(paragraphs)}
        lines.append({**line, "published": f"2026-01-{1 + number % 28:02}T10:00:00+03:00"})
        if number % 6 == 0:
            lines.append({**line, "url": f"https://reprint.example/{number}/", "published": "2026-02-01"})
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    (folder / "lines.jsonl").write_text(text, encoding="utf-8")


TASKS: dict[str, Task] = {
    "crawl": Task(("crawl", *SOURCES), fresh=True),
    "crawl again": Task(("crawl", *SOURCES), _a_day_later),
    "import": Task(("import", "lines.jsonl"), _lines),
    "reread": Task(("reread",), _read_worse),
    "regroup": Task(("regroup",), _ungrouped),
    "migrate": Task(("prune", "--before", "90d"), _oldest_version),
    "backup": Task(("backup", "copy.db"), _nothing, made="copy.db", ready=lambda folder: _remove(folder / "copy.db")),
    "restore": Task(("backup", "--restore", "earlier.db"), _backed_up),
    "forget": Task(("forget", "bitrix", "--yes"), _nothing),
    "prune": Task(("prune", "--before", "2099-01-01", "--all", "--compact"), _nothing),
    "export": Task(("export", "-o", "out.csv"), _nothing, made="out.csv"),
}


def _remove(path: Path) -> None:
    for name in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
        name.unlink(missing_ok=True)


class Stage:
    """Prepared archives by task. The world's edited piece is edited after the first crawl, so that a second one finds it."""

    def __init__(self, folder: Path, world: World, launcher: Launcher, only: set[str]) -> None:
        self._folder = folder
        self._config = world.config
        crawled = self._new("crawled")
        done = launcher.run(crawled, "crawl", *SOURCES)
        assert done.code == 0, done.text
        world.edit("gov-seats")
        for name, task in TASKS.items():
            if name in only:
                ready = self._new(f"before {name}")
                if task.before is not None:
                    with closing(sqlite3.connect(crawled / NAME)) as conn:
                        conn.execute("VACUUM INTO ?", (str(ready / NAME),))
                    task.before(ready)

    def _new(self, name: str) -> Path:
        folder = self._folder / name
        folder.mkdir()
        (folder / "avtoklaster.toml").write_text(self._config, encoding="utf-8")
        return folder

    def copy(self, task: str, name: str) -> Path:
        """A folder of its own in which the task can be begun."""
        return Path(shutil.copytree(self._folder / f"before {task}", self._folder / name))


def wrong(folder: Path, task: Task, *, ended: bool) -> list[str]:
    """What is wrong with the files of a folder, after a kill or after the end (`ended`); empty if nothing is."""
    path, found = folder / NAME, []
    if not path.exists():
        return ["no archive"] if ended else []
    with closing(sqlite3.connect(path)) as conn:
        said = conn.execute("PRAGMA integrity_check").fetchall()
        version = conn.execute("PRAGMA user_version").fetchone()[0]
    if said != [("ok",)]:
        return [f"integrity: {said}"]
    if version not in ({LATEST} if ended else {0, 1, LATEST}):
        found.append(f"half-way between versions: {version}")
    if version == LATEST:  # looking at an older one would bring it forward
        with open_archive(path) as archive:
            found += broken(archive)
            found += _miscounted(archive) if task.fresh else []
    if task.made != NAME and (made := folder / task.made).exists() and made.suffix == ".db":
        with closing(sqlite3.connect(made)) as conn:
            found += [f"{task.made}: {row[0]}" for row in conn.execute("PRAGMA integrity_check") if row[0] != "ok"]
    if ended:
        found += [f"left behind: {file.name}" for file in folder.glob("*.part*")]
    return found


def _miscounted(archive: Archive) -> list[str]:
    """Where the rows of the crawls do not count what is in the archive."""
    rows = archive.conn.execute(
        "SELECT 'new', sum(new), (SELECT count(*) FROM articles) FROM crawls"
        " UNION ALL SELECT 'copies', sum(copies), (SELECT count(*) FROM copies) FROM crawls"
        " UNION ALL SELECT 'irrelevant', sum(irrelevant), (SELECT count(*) FROM pages WHERE outcome = 'irrelevant') FROM crawls"
    )
    return [f"the crawls count {row[1]} {row[0]}, the archive has {row[2]}" for row in rows if (row[1] or 0) != row[2]]


_CONTENTS = {
    "articles": "SELECT url, source, title, text, published, published_by, score, gone_since IS NULL FROM articles",
    "copies": "SELECT c.url, c.source, a.url, c.similarity FROM copies AS c JOIN articles AS a ON a.id = c.article",
    "revisions": "SELECT a.url, r.title, r.text FROM revisions AS r JOIN articles AS a ON a.id = r.article",
    "dates": "SELECT a.url, d.witness, d.value, d.believed FROM dates AS d JOIN articles AS a ON a.id = d.article",
    "pages": "SELECT p.url, p.source, p.outcome, a.url FROM pages AS p LEFT JOIN articles AS a ON a.id = p.article"
    " WHERE p.reason <> 'a way of the source'",
    "kept pages": "SELECT url, digest FROM kept_pages",
    "stories": "SELECT group_concat(url, ' ') FROM (SELECT story, url FROM articles ORDER BY url) GROUP BY story",
    "waiting": "SELECT url FROM links",
    "sources": "SELECT id, failures FROM sources",
}
"""What an archive knows, without numbers and times: the same rows for two archives that know the same."""


def contents(folder: Path, task: Task) -> dict[str, list[tuple[Any, ...]]]:
    """What a task has made."""
    made = folder / task.made
    if made.suffix == ".csv":
        return {"lines": [(line,) for line in made.read_text(encoding="utf-8").splitlines()]}
    with closing(sqlite3.connect(made)) as conn:
        return {name: sorted(conn.execute(sql).fetchall(), key=repr) for name, sql in _CONTENTS.items()}
