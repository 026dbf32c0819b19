"""`avtoklaster sources list` and `show`, as real processes."""

from pathlib import Path

from storage import crawls, open_archive
from tests.cli.archives import NOW
from tests.cli.conftest import Run

MINE = """
[sources.gov39]
every = "30m"
enabled = false

[sources.zavod]
name = "Завод"
region = "RU-KGD"
listings = ["https://завод.рф/новости/"]
proxy = "http://desk:hunter2@proxy.example:3128"
article = '/novosti/\\d+$'
"""


def _configure(tmp_path: Path) -> None:
    (tmp_path / "avtoklaster.toml").write_text(MINE, encoding="utf-8")


def test_the_list_is_a_table_of_the_whole_catalogue(run: Run) -> None:
    done = run("sources", "list")
    assert "gov39 " in done.out
    assert "Правительство Калининградской области" in done.out
    assert len(done.out.splitlines()) >= 240
    assert "sources" in done.err


def test_the_list_can_be_narrowed_by_region_and_kind(run: Run) -> None:
    for region in ("ru-kgd", "KGD", "Калининградская область"):
        rows = run("sources", "list", "--region", region, "--kind", "government", "--json").json()
        assert {row["id"] for row in rows} == {"gov39", "tg_besprozvannih"}
    assert "is no region" in run("sources", "list", "--region", "XX", code=2).err


def test_json_is_one_array_of_the_catalogues_fields_with_id(run: Run, tmp_path: Path) -> None:
    _configure(tmp_path)
    rows = {row["id"]: row for row in run("sources", "list", "--json").json()}
    assert rows["gov39"]["every"] == "30m"
    assert rows["gov39"]["enabled"] is False
    assert rows["tatarstan"]["api"]["items"] == "items"
    assert rows["zavod"]["listings"] == ["https://" + "завод.рф".encode("idna").decode() + "/новости/"]
    assert rows["zavod"]["timezone"] == "Europe/Kaliningrad"
    assert "gov39" not in {row["id"] for row in run("sources", "list", "--enabled", "--json").json()}


def test_show_prints_an_entry_that_can_be_pasted_back(run: Run, tmp_path: Path) -> None:
    _configure(tmp_path)
    shown = run("sources", "show", "kp40", "tatarstan_mpt").out
    (tmp_path / "avtoklaster.toml").write_text("catalogue = false\n" + shown, encoding="utf-8")
    before, after = (
        run("sources", "show", "kp40", "tatarstan_mpt", "--json", env=env).json() for env in ({}, _elsewhere(tmp_path))
    )
    for row in (*before, *after):
        del row["origin"]
    assert before == after


def _elsewhere(tmp_path: Path) -> dict[str, str]:
    other = tmp_path / "empty.toml"
    other.write_text("", encoding="utf-8")
    return {"AVTOKLASTER_CONFIG": str(other)}


def test_a_password_is_not_shown(run: Run, tmp_path: Path) -> None:
    _configure(tmp_path)
    for options in ((), ("--json",)):
        out = run("sources", "show", "zavod", *options).out
        assert "hunter2" not in out
        assert "proxy.example:3128" in out


def test_an_unknown_source_suggests_the_nearest(run: Run) -> None:
    done = run("sources", "show", "gov93", code=2)
    assert "'gov93'" in done.err
    assert "Did you mean 'gov39'?" in done.err
    assert not done.out


def test_a_mistake_in_the_configuration_is_one_line_and_exit_2(run: Run, tmp_path: Path) -> None:
    (tmp_path / "avtoklaster.toml").write_text('[sources.gov39]\nartikle = "x"\n', encoding="utf-8")
    done = run("sources", "list", code=2)
    assert "avtoklaster.toml: sources.gov39: unknown key 'artikle'. Did you mean 'article'?" in done.err


def test_a_crawl_that_went_well_proves_a_source_as_a_check_does(run: Run, tmp_path: Path) -> None:
    _configure(tmp_path)
    with open_archive(tmp_path / "avtoklaster.db") as archive:
        for source, outcome in (("gov39", "finished"), ("kp40", "failed"), ("zavod", "partial")):
            crawls.finish(archive, crawls.start(archive, source, now=NOW), outcome=outcome, now=NOW)
    with (tmp_path / "avtoklaster.toml").open("a", encoding="utf-8") as config:
        config.write('verified = "2200-01-01"\n')  # of zavod, later than its crawl
    rows = {row["id"]: row["verified"] for row in run("sources", "list", "--json").json()}
    day = NOW.date().isoformat()
    assert (rows["gov39"], rows["kp40"], rows["zavod"]) == (day, "never", "2200-01-01")
    assert day in next(line for line in run("sources", "list").out.splitlines() if line.startswith("gov39 "))
    (tmp_path / "avtoklaster.db").write_bytes(b"no archive")
    assert "gov39" in run("sources", "list").out, "the catalogue needs no archive"
