"""Scrapy's settings for this project. The runner adds the user's configuration; `scrapy crawl gov39` reads it here."""

from __future__ import annotations

from typing import Any

from scrapy.settings import BaseSettings

from crawler import __version__
from crawler.config import Config, load_config
from crawler.sources import Source

BOT_NAME = "avtoklaster"
SPIDER_LOADER_CLASS = "spiders.loader.SourceLoader"
SPIDER_MODULES: list[str] = []
SOURCE_SPIDER = "spiders.press.PressSpider"
SOURCES_FROM = "crawler.settings.configured_sources"
FETCHER = "crawler.fetching.fetcher.Fetcher"
FRONTIER = "crawler.frontier.Frontier"

# 2.19 starts a server that runs code, and a console, in every crawl
REMOTE_CONTROL_ENABLED = False
TELNETCONSOLE_ENABLED = False

TWISTED_REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
# the Twisted handler: aiohttp's failed on 5 of 5 servers with sloppy headers
DOWNLOAD_HANDLERS = {
    **dict.fromkeys(("http", "https"), "crawler.fetching.tls.Handler"),
    **dict.fromkeys(("file", "data", "ftp", "s3")),
}
DOWNLOAD_VERIFY_CERTIFICATES = True
DOWNLOAD_TIMEOUT = 30  # seconds for the whole answer: a slow drip is over then
DOWNLOAD_MAXSIZE = 16 << 20  # also after unpacking
DOWNLOAD_WARNSIZE = 0
DNS_TIMEOUT = 20
TWISTED_DNS_RESOLVER = "crawler.fetching.resolver.Resolver"
REDIRECT_MAX_TIMES = 8
CONCURRENT_REQUESTS = 0  # the spider runs so many sources at a time and each of them sends one request
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 2.0
DOWNLOAD_DELAY_JITTER = 0.0  # a delay is a promise: never shorter
CONCURRENT_ITEMS = 1  # 2.19 makes as many tasks for each response
COOKIES_ENABLED = False
METAREFRESH_ENABLED = False

DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "ru,en;q=0.5",
}

# Scrapy imports what its own lists name to find out that it is switched off: 20 MB of cookies (requests, tldextract) and remote
# control (aiohttp) in every crawl. So the lists are empty, and what we use of them stands in ours
DOWNLOADER_MIDDLEWARES_BASE: dict[str, int] = {}
SPIDER_MIDDLEWARES_BASE: dict[str, int] = {}  # pages do not come through callbacks
EXTENSIONS_BASE: dict[str, int] = {}
DOWNLOADER_MIDDLEWARES = {
    "crawler.fetching.offlimits.OffLimitsMiddleware": 40,
    "crawler.fetching.politeness.PolitenessMiddleware": 60,
    "crawler.fetching.robots.RobotsMiddleware": 100,
    "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 350,
    "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 400,
    "scrapy.downloadermiddlewares.useragent.UserAgentMiddleware": 500,
    "crawler.fetching.obstacles.ObstacleMiddleware": 540,
    "crawler.fetching.retry.RetryMiddleware": 550,
    "crawler.fetching.compression.CompressionMiddleware": 590,
    "crawler.fetching.redirect.RedirectMiddleware": 600,
    "crawler.fetching.obstacles.CookieLoopMiddleware": 610,
    "crawler.fetching.traffic.ProxyMiddleware": 740,
    "scrapy.downloadermiddlewares.httpproxy.HttpProxyMiddleware": 750,
    "crawler.fetching.traffic.TrafficMiddleware": 870,
}
EXTENSIONS = {"scrapy.extensions.corestats.CoreStats": 0}
ITEM_PIPELINES = {"crawler.pipelines.ArticlePipeline": 300}

ADDONS = {"crawler.settings.Configured": 100}
AVTOKLASTER_CONCURRENCY = 8

LOG_LEVEL = "WARNING"
STATS_DUMP = False
WARN_ON_GENERATOR_RETURN_VALUE = False


def configured_sources() -> dict[str, Source]:
    """The sources of the user's configuration, for the loader."""
    return dict(load_config().sources)


class Configured:
    """Scrapy add-on: the user's configuration for `scrapy crawl`; the runner has set it already."""

    def update_settings(self, settings: BaseSettings) -> None:
        if "AVTOKLASTER_CONFIG" not in settings:
            config = load_config()
            settings.setdict(of(config), priority="project")


def of(config: Config) -> dict[str, Any]:
    """What the user's configuration changes."""
    contact = f"; +{config.contact}" if config.contact else ""
    return {
        "AVTOKLASTER_CONFIG": config,
        "AVTOKLASTER_CONCURRENCY": config.crawl.concurrency,
        "DOWNLOAD_DELAY": config.crawl.delay,
        "DOWNLOAD_TIMEOUT": config.crawl.timeout,
        "USER_AGENT": f"avtoklaster/{__version__} (news archive{contact})",
    }
