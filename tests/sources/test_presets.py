"""Each preset makes a whole source out of three lines: crawled against a loopback imitation of its platform."""

import sqlite3
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from crawler.presets import FILE
from tests.cli.conftest import environment
from tests.discovery.serving import serve
from tests.sources.imitations import PIECES, PLATFORMS

Kept = dict[str, list[tuple[str, str, str]]]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    """Title, day and beginning of what one crawl over all imitations read (most are copies of another's), newest first."""
    folder = tmp_path_factory.mktemp("presets")
    with ExitStack() as stack:
        entries = ["catalogue = false", "[crawl]", "delay = 0.0"]
        for name, (site, more) in PLATFORMS.items():
            base, _ = stack.enter_context(serve(site))
            entries += [
                f"[sources.{name}]",
                f'home = "{base}"',
                f'preset = "{name}"',
                "delay = 0.0",
                more.replace("{base}", base),
            ]
        (folder / "avtoklaster.toml").write_text("\n".join(entries), encoding="utf-8")
        command = [sys.executable, "-m", "crawler", "crawl"]
        done = subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    with sqlite3.connect(folder / "avtoklaster.db") as conn:
        rows = conn.execute(
            "SELECT source, title, substr(published, 1, 10), lead FROM pages"
            " WHERE outcome IN ('stored', 'copy') ORDER BY published DESC"
        ).fetchall()
    result: Kept = {name: [] for name in PLATFORMS}
    for source, *rest in rows:
        result[source].append((rest[0], rest[1], rest[2]))
    yield result


def test_every_preset_has_an_imitation() -> None:
    assert set(tomllib.loads(FILE.read_text(encoding="utf-8"))["presets"]) == set(PLATFORMS)


@pytest.mark.parametrize("preset", PLATFORMS)
def test_three_lines_are_enough_to_reach_every_article_with_title_and_day(preset: str, kept: Kept) -> None:
    found = kept[preset]
    assert [(title, day) for title, day, _ in found] == [(piece.title, f"{piece.when:%Y-%m-%d}") for piece in PIECES]
    assert all("вошло в автомобильный кластер" in text for _, _, text in found)
    assert not [text for _, _, text in found if "Контакты" in text], "menus are no text"
