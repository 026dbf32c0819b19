"""Certificates are verified; what a source needs otherwise is said in its entry and holds for its own hosts only.

`default` verifies with the system's authorities. `ru-ca` adds the operator's file with the Russian Trusted root and sub CA: many
servers do not send the intermediate. `legacy` verifies too, but speaks TLS 1.0 and old ciphers. `insecure` verifies nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from OpenSSL import SSL
from scrapy.core.downloader.contextfactory import _ScrapyClientContextFactory
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from twisted.internet._sslverify import ClientTLSOptions, IOpenSSLTrustRoot
from twisted.internet.ssl import AcceptableCiphers, CertificateOptions, TLSVersion, platformTrust
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer  # type: ignore[import-untyped]

from crawler.fetching.addresses import own_endpoints
from crawler.fetching.headers import BoundedFactory
from crawler.sources import Source

_LEGACY = AcceptableCiphers.fromOpenSSLCipherString("DEFAULT@SECLEVEL=0")  # type: ignore[no-untyped-call]


def profiles(sources: Iterable[Source]) -> dict[str, str]:
    """Host -> profile, for the hosts of every source that does not have the default one."""
    return {host: source.tls for source in sources if source.tls != "default" for host, _ in own_endpoints(source)}


@implementer(IOpenSSLTrustRoot)
class _ExtraTrust:
    """The system's authorities and those of a PEM file."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def _addCACertsToContext(self, context: SSL.Context) -> None:
        platformTrust()._addCACertsToContext(context)  # type: ignore[no-untyped-call]
        context.load_verify_locations(str(self._file))


@implementer(IPolicyForHTTPS)
class ProfiledPolicy:
    """Chooses how a connection is secured by the host it goes to. One OpenSSL context a profile: a trust store takes 1 MB."""

    def __init__(self, by_host: Mapping[str, str], ca_file: Path | None) -> None:
        self._by_host = by_host
        self._ca_file = ca_file
        self._insecure = _ScrapyClientContextFactory(verify_certificates=False)
        self._options: dict[str, CertificateOptions] = {}

    def creatorForNetloc(self, hostname: bytes, port: int) -> Any:
        host = hostname.decode("ascii")
        profile = self._by_host.get(host, "default")
        if profile == "insecure":
            return self._insecure.creatorForNetloc(hostname, port)
        if profile not in self._options:
            self._options[profile] = self._made(profile)
        return ClientTLSOptions(self._options[profile]._makeTLSConnection, host)

    def _made(self, profile: str) -> CertificateOptions:
        options: dict[str, Any] = {"fixBrokenPeers": True, "trustRoot": platformTrust()}  # type: ignore[no-untyped-call]
        if profile == "legacy":
            options |= {"insecurelyLowerMinimumTo": TLSVersion.TLSv1_0, "acceptableCiphers": _LEGACY}
        if profile == "ru-ca" and self._ca_file is not None:
            options["trustRoot"] = _ExtraTrust(self._ca_file)
        return CertificateOptions(**options)


class Handler(HTTP11DownloadHandler):
    """Scrapy's Twisted handler (the one that bears sloppy servers) with our policy for TLS and an end to headers."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = BoundedFactory
        self._pool.retryAutomatically = False  # we try again ourselves, and count it
        by_host = profiles(crawler.settings.get("AVTOKLASTER_SOURCES") or ())
        self._contextFactory: Any = ProfiledPolicy(by_host, crawler.settings.get("AVTOKLASTER_CA_FILE"))
