"""`avtoklaster demo`: the whole thing working, without the Internet and without a configuration."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from crawler.cli.common import Settings, json_option, pass_settings
from crawler.errors import AvtoklasterError, UsageError

if TYPE_CHECKING:
    from crawler.simulator import World

_MARK = "demo"
"""Key in the archive's `meta`: only files that carry it are ever overwritten."""

_WIDEST = 48

_QUERIES = (
    (
        "What is new, and where",
        "SELECT day, region, source, title FROM articles ORDER BY published_utc DESC LIMIT 6",
    ),
    (
        "One event, told by several sources",
        "SELECT s.id AS story, s.sources, a.source, a.title FROM stories AS s JOIN articles AS a ON a.story = s.id "
        "WHERE s.sources > 1 ORDER BY s.first_published DESC, s.id, a.published_utc LIMIT 8",
    ),
    (
        "What was refused, and why",
        "SELECT source, title, reason FROM pages WHERE outcome = 'irrelevant' ORDER BY score DESC, title LIMIT 5",
    ),
)

_SOURCES = """SELECT s.id, s.name, l.outcome, t.requests, t.new, t.copies, t.irrelevant, t.failed, l.message
    FROM sources AS s JOIN (SELECT source, min(id) AS first, max(id) AS last, sum(requests) AS requests, sum(new) AS new,
    sum(copies) AS copies, sum(irrelevant) AS irrelevant, sum(failed) AS failed FROM crawls GROUP BY source) AS t
    ON t.source = s.id JOIN crawls AS l ON l.id = t.last ORDER BY t.first"""

_COUNTS = """SELECT (SELECT count(*) FROM articles) AS articles, (SELECT count(*) FROM copies) AS copies,
    (SELECT count(*) FROM pages WHERE outcome = 'irrelevant') AS irrelevant, (SELECT count(*) FROM pages) AS pages,
    (SELECT count(*) FROM stories WHERE sources > 1) AS stories, (SELECT sum(requests) FROM crawls) AS requests"""


@click.command("demo")
@click.argument("file", metavar="[FILE]", required=False)
@json_option
@pass_settings
def command(settings: Settings, file: str | None, as_json: bool) -> None:
    """Crawls a simulated press world into a fresh archive and shows what is in it.

    The world runs on this machine, on loopback only: a regional government in windows-1251, two ministries, a paper, a trade
    outlet that reprints, a fund, a portal that does everything wrong and a site that refuses crawlers. Their texts are invented.
    They are crawled twice, with a morning's news in between, by the same `avtoklaster crawl` that reads real sources.

    The archive is FILE, or else that of --archive, or else demo.db in the current directory. An earlier demo archive of that
    name is replaced; anything else is left alone.
    """
    path = Path(file or settings.archive_path or "demo.db")
    _make_room(path)
    began = time.monotonic()
    from crawler.simulator import start

    with start() as world, tempfile.TemporaryDirectory(prefix="avtoklaster-demo-") as folder:
        config = Path(folder) / "avtoklaster.toml"
        config.write_text(world.config, encoding="utf-8")
        crawls = _crawl_twice(world, config, path)
    told = _told(path, crawls, time.monotonic() - began)
    if as_json:
        from crawler.cli.output import to_json

        click.echo(to_json(told))
    else:
        _show(path, told)


def _make_room(path: Path) -> None:
    """An empty, marked archive at `path`. Raises UsageError for a file that no demo made, ArchiveError as `open_archive`."""
    from storage import meta, open_archive

    if path.exists():
        with open_archive(path, create=False, read_only=True) as archive:
            if meta.get(archive, _MARK) is None:
                raise UsageError(f"{path} is not an archive of an earlier demo: name another file, as in `avtoklaster demo FILE`")
        for leftover in (path, *(path.with_name(path.name + tail) for tail in ("-wal", "-shm"))):
            leftover.unlink(missing_ok=True)
    with open_archive(path) as archive:
        meta.put(archive, _MARK, "a simulated press world; `avtoklaster demo` replaces this file")


def _crawl_twice(world: World, config: Path, path: Path) -> list[dict[str, Any]]:
    """The first crawl sees what the press wrote until yesterday, the second what it wrote this morning."""
    world.advance(-1)
    sites = sum(source.enabled for source in world.sources.values())
    click.echo(f"A press world is running on this machine: {sites} sources, {len(world.truth)} articles so far.", err=True)
    first = _crawl(world, config, path, "Everything for the first time")
    world.advance(1)
    second = _crawl(world, config, path, "A morning later: only what is new")
    return [first, second]


def _crawl(world: World, config: Path, path: Path, title: str) -> dict[str, Any]:
    """One run of `avtoklaster crawl`; its requests as the sites counted them. Raises AvtoklasterError when it fails."""
    command = [sys.executable, "-m", "crawler", "--config", str(config), "--archive", str(path), "crawl", "--json"]
    click.echo(f"\n{title}: avtoklaster crawl", err=True)
    world.take_log()
    began = time.monotonic()
    root = str(Path(__file__).resolve().parents[2])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))}
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=environment, check=False)
    if done.returncode:
        raise AvtoklasterError(f"the crawl ended with exit code {done.returncode}")
    seconds = round(time.monotonic() - began, 1)
    requests = len(world.take_log())
    click.echo(f"{requests} requests in {seconds} s", err=True)
    return {"title": title, "requests": requests, "seconds": seconds}


def _rows(path: Path, sql: str) -> list[dict[str, Any]]:
    from storage.query import run

    columns, rows = run(path, sql)
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _told(path: Path, crawls: list[dict[str, Any]], seconds: float) -> dict[str, Any]:
    """All that the command prints, as plain data."""
    return {
        "archive": str(path),
        "seconds": round(seconds, 1),
        "crawls": crawls,
        "counts": _rows(path, _COUNTS)[0],
        "sources": _rows(path, _SOURCES),
        "queries": [{"title": title, "sql": sql, "rows": _rows(path, sql)} for title, sql in _QUERIES],
    }


def _show(path: Path, told: dict[str, Any]) -> None:
    from crawler.cli.output import emphasis

    counts = told["counts"]
    click.echo(f"\n{emphasis('Sources', sys.stdout)}")
    _table(told["sources"])
    click.echo(
        f"\nKept: {counts['articles']} articles, each once; {counts['copies']} copies recorded on them; {counts['stories']} "
        f"stories told by several sources; {counts['irrelevant']} pages refused with a reason. {told['seconds']} s."
    )
    for number, query in enumerate(told["queries"], 1):
        click.echo(f"\n{emphasis(f'{number}. ' + query['title'], sys.stdout)}")
        click.echo(f'avtoklaster --archive {path} query "{" ".join(query["sql"].split())}"')
        _table(query["rows"])
    click.echo(f"\n{emphasis('What to do next', sys.stdout)}")
    for line, meaning in _next_steps(path):
        click.echo(f"{line:<{_WIDEST}}  {meaning}")


def _next_steps(path: Path) -> list[tuple[str, str]]:
    from crawler.cli import COMMANDS

    archive = f"avtoklaster --archive {path}"
    steps = {
        "search": (f"{archive} search сиденье", "words are found in every form"),
        "status": (f"{archive} status", "how each source is doing"),
        "serve": (f"{archive} serve", "the archive in a browser"),
        "crawl": ("avtoklaster crawl", "the real sources, into avtoklaster.db"),
    }
    return [step for name, step in steps.items() if name in COMMANDS]


def _table(rows: list[dict[str, Any]]) -> None:
    from crawler.cli.output import write_rows

    if rows:
        write_rows(list(rows[0]), [list(row.values()) for row in rows])
