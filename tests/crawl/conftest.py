"""Crawls as users run them: the command as a process of its own, over real HTTP on loopback, into a real archive.

Most are forks of a process that has imported everything (tests.crawl.warm).
"""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from crawler.simulator import World, start
from tests.cli.conftest import Done
from tests.crawl.warm import server

ROOT = Path(__file__).resolve().parents[2]


def _environment() -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("AVTOKLASTER_")}
    return kept | {"PYTHONPATH": str(ROOT)}


class Desk:
    """A folder with an archive and a configuration, in which crawls are run."""

    def __init__(self, folder: Path, config: str) -> None:
        self.folder = folder
        self.archive = folder / "avtoklaster.db"
        (folder / "avtoklaster.toml").write_text(config, encoding="utf-8")

    def start(self, *args: object, **environment: str) -> "subprocess.Popen[str]":
        """A crawl in an interpreter that is started for it, to be watched, stopped and killed."""
        return subprocess.Popen(
            [sys.executable, "-m", "crawler", "crawl", *map(str, args)],
            cwd=self.folder,
            env=_environment() | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def crawl(self, *args: object, code: int | None = 0) -> Done:
        """A crawl to its end."""
        done = server().run(["crawl", *map(str, args)], self.folder, _environment())
        assert code is None or done.code == code, f"exit {done.code}\n{done.out}\n{done.err}"
        assert "Traceback" not in done.err, done.err
        return done

    def rows(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        """What a person would get from plain sqlite3."""
        with sqlite3.connect(f"file:{self.archive}?mode=ro", uri=True) as conn:
            return conn.execute(sql, parameters).fetchall()

    def one(self, sql: str, *parameters: object) -> Any:
        return self.rows(sql, *parameters)[0][0]

    def contents(self) -> dict[str, list[tuple[Any, ...]]]:
        """What the archive holds, without ids and times: equal for two archives that know the same."""
        return {
            "articles": self.rows("SELECT url, source, title, text, published, published_by FROM articles ORDER BY url"),
            "copies": self.rows("SELECT c.url, c.source, a.url FROM copies c JOIN articles a ON a.id = c.article ORDER BY c.url"),
            "pages": self.rows(
                "SELECT p.url, p.source, p.outcome, a.url FROM pages p LEFT JOIN articles a ON a.id = p.article"
                " WHERE p.reason <> 'a way of the source' ORDER BY p.url"
            ),
            "waiting": self.rows("SELECT url FROM links ORDER BY url"),
        }


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """One simulated press world for the tests of a file; each test gets its own archive."""
    with start() as running:
        yield running


@pytest.fixture()
def desk(tmp_path: Path, world: World) -> Iterator[Desk]:
    yield Desk(tmp_path, world.config)
    world.heal()


MakeDesk = Callable[[str], Desk]


@pytest.fixture()
def another(tmp_path: Path, world: World) -> MakeDesk:
    """Makes a further desk beside the first one."""

    def make(name: str) -> Desk:
        folder = tmp_path / name
        folder.mkdir()
        return Desk(folder, world.config)

    return make
