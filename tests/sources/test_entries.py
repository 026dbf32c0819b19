"""Writing entries into a user's file: the rest of it stays as it was, and a mistake changes nothing."""

import stat
from pathlib import Path

import pytest

from crawler.config import load_config
from crawler.entries import as_toml, save
from crawler.errors import ConfigError
from crawler.sources import load_catalogue, merge

MINE = """# the desk's own file
archive = "desk.db"   # kept on the server

[sources.gov39]   # asked by the desk
every = "30m" # not too often

[sources.zavod]
listings = ["https://zavod.example/news/"]

[[alert]]
to = "mailto://desk@example.org"
"""


def _file(tmp_path: Path, text: str = MINE) -> Path:
    file = tmp_path / "avtoklaster.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_a_field_is_added_and_every_other_line_stays(tmp_path: Path) -> None:
    file = _file(tmp_path)
    save(file, {"gov39": {"verified": "2026-10-01"}})
    lines = file.read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if line not in MINE.splitlines()] == ['verified = "2026-10-01"']
    assert [line for line in lines if line in MINE.splitlines()] == MINE.splitlines()
    assert load_config(file).sources["gov39"].verified == "2026-10-01"
    save(file, {"gov39": {"verified": "2026-10-02"}})
    assert load_config(file).sources["gov39"].verified == "2026-10-02"


def test_an_entry_that_is_not_there_yet_is_added(tmp_path: Path) -> None:
    file = _file(tmp_path)
    save(file, {"frprf": {"verified": "2026-10-01"}})
    config = load_config(file)
    assert config.sources["frprf"].verified == "2026-10-01"
    assert config.sources["frprf"].listings
    assert len(config.alerts) == 1


def test_a_file_is_made_when_there_is_none(tmp_path: Path) -> None:
    file = tmp_path / "avtoklaster.toml"
    save(file, {"novyy": {"listings": ["https://novyy.example/news/"], "article": r"/news/\d+/$"}})
    assert load_config(file).sources["novyy"].article == r"/news/\d+/$"


def test_tables_written_in_other_ways_are_found(tmp_path: Path) -> None:
    file = _file(tmp_path, '[sources]\ngov39 = { every = "1h" }\nfrprf.every = "2h"\n')
    save(file, {"gov39": {"verified": "2026-10-01"}})
    save(file, {"frprf": {"verified": "2026-10-01"}})
    sources = load_config(file).sources
    assert [(sources[id].every, sources[id].verified) for id in ("gov39", "frprf")] == [
        ("1h", "2026-10-01"),
        ("2h", "2026-10-01"),
    ]


def test_the_mode_of_the_file_stays(tmp_path: Path) -> None:
    file = _file(tmp_path)
    file.chmod(0o600)
    save(file, {"gov39": {"verified": "2026-10-01"}})
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("given", [{"region": "nowhere"}, {"artikle": "x"}, {"article": "("}])
def test_what_would_be_invalid_is_refused_and_nothing_changes(tmp_path: Path, given: dict[str, str]) -> None:
    file = _file(tmp_path)
    with pytest.raises(ConfigError, match=r"avtoklaster\.toml: sources\.gov39"):
        save(file, {"gov39": given})
    assert file.read_text(encoding="utf-8") == MINE
    assert [path.name for path in tmp_path.iterdir()] == ["avtoklaster.toml"]


def test_a_file_that_is_broken_or_cannot_be_written_is_left_alone(tmp_path: Path) -> None:
    file = _file(tmp_path, "archive = \n")
    with pytest.raises(ConfigError, match="not valid TOML"):
        save(file, {"gov39": {"verified": "2026-10-01"}})
    with pytest.raises(ConfigError, match="cannot be written"):
        save(tmp_path / "missing" / "avtoklaster.toml", {"gov39": {"verified": "2026-10-01"}})


def test_every_shipped_entry_survives_being_written_and_read(tmp_path: Path) -> None:
    import tomllib
    from dataclasses import replace

    for source in load_catalogue().values():
        text = as_toml(source)
        again = merge(tomllib.loads(text)["sources"], file=Path("x"), shipped=False)[source.id]
        assert replace(again, origin="") == replace(source, origin="")
