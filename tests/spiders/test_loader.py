"""Every source is a spider name."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from scrapy import Request, Spider
from scrapy.settings import Settings
from scrapy.spiderloader import get_spider_loader

from crawler.sources import Source, load_catalogue
from spiders.loader import SourceLoader

ROOT = Path(__file__).resolve().parents[2]


class Kind(Spider):
    """Stands for the press spider: only what the loader sets is looked at."""

    source: Source


def two() -> dict[str, Source]:
    """What a configuration with one source on and one off gives."""
    on = Source(id="novosti", name="Новости", home="https://www.novosti.example/")
    return {"novosti": on, "off": Source(id="off", name="Выключен", enabled=False)}


def _loader(**settings: str) -> SourceLoader:
    names = {"SPIDER_LOADER_CLASS": "spiders.loader.SourceLoader", "SOURCE_SPIDER": f"{__name__}.Kind"}
    loader = get_spider_loader(Settings(names | settings))
    assert isinstance(loader, SourceLoader)
    return loader


def test_every_shipped_source_that_is_enabled_is_a_spider() -> None:
    loader = _loader()
    assert loader.list() == sorted(id for id, source in load_catalogue().items() if source.enabled)
    for name in loader.list():
        spider = loader.load(name)
        assert issubclass(spider, Kind)
        assert (spider.name, spider.source.id) == (name, name)


def test_the_configured_sources_are_asked_for_when_a_setting_names_them() -> None:
    loader = _loader(SOURCES_FROM=f"{__name__}.two")
    assert loader.list() == ["novosti"]
    assert loader.load("off").name == "off", "a source that is turned off can still be crawled by name"
    assert loader.find_by_request(Request("https://novosti.example/a/1")) == ["novosti"]
    assert loader.find_by_request(Request("https://other.example/")) == []


def test_an_unknown_name_is_a_key_error_with_the_nearest() -> None:
    with pytest.raises(KeyError, match=r"gov93.*Did you mean 'gov39'"):
        _loader().load("gov93")


def _scrapy(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Scrapy's own command in the checkout's project, in a folder with its own configuration."""
    shutil.copy(ROOT / "scrapy.cfg", folder)
    environment = {key: value for key, value in os.environ.items() if not key.startswith("AVTOKLASTER_")}
    return subprocess.run(
        [sys.executable, "-m", "scrapy", *arguments],
        cwd=folder,
        env=environment | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_scrapy_crawl_of_an_unknown_source_suggests_the_nearest_in_one_line(tmp_path: Path) -> None:
    done = _scrapy(tmp_path, "crawl", "gov93")
    assert done.returncode == 2
    assert "there is no source 'gov93'. Did you mean 'gov39'?" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_scrapy_names_file_and_key_of_a_mistake_in_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "avtoklaster.toml").write_text("[crawl]\ndelay = 'long'\n", encoding="utf-8")
    done = _scrapy(tmp_path, "list")
    assert done.returncode == 2
    assert "avtoklaster.toml: crawl.delay" in done.stderr
    assert "Traceback" not in done.stderr


def test_scrapy_list_prints_the_catalogue() -> None:
    code = "import sys; from scrapy.cmdline import execute; execute(['scrapy', 'list', '-s', sys.argv[1]])"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SCRAPY_SETTINGS_MODULE": "scrapy.settings.default_settings"}
    done = subprocess.run(
        [sys.executable, "-c", code, "SPIDER_LOADER_CLASS=spiders.loader.SourceLoader"],
        capture_output=True,
        text=True,
        env=environment,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert {"gov39", "tatarstan", "tg_besprozvannih"} <= set(done.stdout.split())
