"""Which addresses a crawl may go to, and which hosts are one machine. Pure."""

from __future__ import annotations

import ipaddress
from functools import cache, lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.sources import Source

if TYPE_CHECKING:
    import tldextract

_PORTS = {"http": 80, "https": 443}


@lru_cache(maxsize=256)
def endpoint(url: str) -> tuple[str, int]:
    """Host (lower case, no brackets) and port of an http(s) address. Raises ValueError for anything else."""
    parts = urlsplit(url)
    if parts.scheme.lower() not in _PORTS or not parts.hostname:
        raise ValueError(f"not an http address: {url[:200]!r}")
    return parts.hostname.rstrip("."), parts.port or _PORTS[parts.scheme.lower()]


def ways(source: Source) -> tuple[str, ...]:
    """Every address that the source's own entry names as a way; the Telegram channel only when there is no other."""
    api = (source.api.url.replace("{page}", "1"),) if source.api else ()
    return (*source.feeds, *source.listings, *api, *source.sitemaps) or ((preview(source),) if source.telegram else ())


def preview(source: Source) -> str:
    """The address of the preview of the source's Telegram channel, "" when it has none; a mirror is given as a whole address."""
    if not source.telegram or "://" in source.telegram:
        return source.telegram
    return f"https://t.me/s/{source.telegram}"


@cache
def own_endpoints(source: Source) -> frozenset[tuple[str, int]]:
    """Host and port of each of the source's own entries: only there may a crawl go into a private network."""
    return frozenset(endpoint(url) for url in (source.home, *ways(source), preview(source)) if url)


def is_public(address: str) -> bool:
    """Is this literal IP address one of the open Internet? IPv4 inside IPv6 (mapped, 6to4, NAT64) counts as itself."""
    ip = ipaddress.ip_address(address.split("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast


@cache
def _suffixes() -> tldextract.TLDExtract:
    import tldextract

    # the list that is shipped with the package: no file of the user's cache, no request
    return tldextract.TLDExtract(
        cache_dir=None, suffix_list_urls=(), extra_suffixes=("gov.ru", "spb.ru", "msk.ru", "com.ru", "org.ru")
    )


def machine(url: str) -> str:
    """The key under which hosts share their delay and their lease: the registered domain (all *.tatarstan.ru are one machine).

    A port that is not the scheme's belongs to it; IP addresses and single-label hosts stand for themselves.
    """
    return _machine(*endpoint(url))


@cache
def _machine(host: str, port: int) -> str:
    try:
        ipaddress.ip_address(host)
        name = host
    except ValueError:
        name = _suffixes()(host).top_domain_under_public_suffix or host
    return name if port in _PORTS.values() else f"{name}:{port}"
