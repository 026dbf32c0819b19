"""Scrapy's view of the catalogue: every source is a spider name, so that `scrapy list` and `scrapy crawl gov39` work."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Self
from urllib.parse import urlsplit

from scrapy import Request, Spider
from scrapy.exceptions import UsageError
from scrapy.settings import BaseSettings
from scrapy.utils.misc import load_object

from crawler.errors import ConfigError
from crawler.sources import Source, load_catalogue, suggest


class UnknownSpider(UsageError, KeyError):
    """A KeyError, as Scrapy's interface asks for, which its commands print as one line instead of a traceback."""


class SourceLoader:
    """Makes one spider class a source, with `name` and `source` set, out of the class that the setting SOURCE_SPIDER names.

    SOURCES_FROM names a function without arguments that returns the sources by id (the configured ones); without it the shipped
    catalogue is used. A mistake in a configuration is raised as UsageError when sources are first asked for: `scrapy` prints it
    as one line.
    """

    def __init__(self, settings: BaseSettings) -> None:
        self._settings = settings

    @classmethod
    def from_settings(cls, settings: BaseSettings) -> Self:
        return cls(settings)

    @cached_property
    def _sources(self) -> Mapping[str, Source]:
        given = self._settings.get("SOURCES_FROM")
        try:
            sources: Mapping[str, Source] = load_object(given)() if given else load_catalogue()
        except ConfigError as error:
            raise UsageError(str(error)) from None
        return sources

    def load(self, spider_name: str) -> type[Spider]:
        """The spider class of a source. Raises UnknownSpider suggesting the nearest name."""
        source = self._sources.get(spider_name)
        if source is None:
            raise UnknownSpider(f"there is no source {spider_name!r}.{suggest(spider_name, self._sources)}")
        kind = load_object(self._settings.get("SOURCE_SPIDER", "spiders.press.PressSpider"))
        spider: type[Spider] = type(kind.__name__, (kind,), {"name": source.id, "source": source, "__module__": kind.__module__})
        return spider

    def list(self) -> list[str]:
        """The names of all enabled sources, sorted."""
        return sorted(id for id, source in self._sources.items() if source.enabled)

    def find_by_request(self, request: Request) -> list[str]:  # type: ignore[valid-type]  # `list` is the method above here
        """The sources whose home has the host of a request."""
        host = (urlsplit(request.url).hostname or "").removeprefix("www.")
        homes = ((id, (urlsplit(source.home).hostname or "").removeprefix("www.")) for id, source in self._sources.items())
        return sorted(id for id, home in homes if home == host)
