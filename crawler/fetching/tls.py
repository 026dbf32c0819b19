"""Certificates are verified; what a source needs otherwise is said in its entry and holds for its own hosts and requests only.

`default` verifies with the system's authorities. `ru-ca` adds the operator's file with the Russian Trusted root and sub CA: many
servers do not send the intermediate. `legacy` verifies too, but speaks TLS 1.0 and old ciphers. `insecure` verifies nothing.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Any
from weakref import ref

from cryptography import x509
from OpenSSL import SSL, crypto
from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadTimeoutError
from scrapy.http import Response
from service_identity import CertificateError, VerificationError
from service_identity.hazmat import DNS_ID, IPAddress_ID, ServiceID, verify_service_identity
from service_identity.pyopenssl import extract_patterns
from twisted.internet._sslverify import ClientTLSOptions, IOpenSSLTrustRoot
from twisted.internet.ssl import CertificateOptions, TLSVersion, platformTrust
from twisted.python.failure import Failure
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer  # type: ignore[import-untyped]

from crawler.fetching.addresses import endpoint, own_endpoints
from crawler.fetching.headers import BoundedFactory
from crawler.sources import Source

_OLD_CIPHERS = b"DEFAULT:@SECLEVEL=0"
_OLD_SERVERS = 0x4
"""SSL_OP_LEGACY_SERVER_CONNECT (openssl/ssl.h): servers without secure renegotiation (RFC 5746), refused since OpenSSL 3."""

_REASONS = {
    9: "the certificate is not valid yet",
    18: "the certificate is self-signed",
    19: "the certificate is signed by an authority that this system does not know",
    23: "the certificate was revoked",
    66: "the key of the certificate is too short",
    67: "the key of an authority is too short",
    68: "the certificate is signed with a broken hash",
}
"""Error of the verification (X509_V_ERR_*, openssl/x509_vfy.h) -> words."""
_EXPIRED = 10
_NO_ISSUER = (2, 20, 21)
_UNVERIFIED = "unverified"
"""Key of a request's `meta`, which redirects and further tries pass on."""


class UntrustedCertificate(Exception):
    """Why a certificate was not accepted, in words."""


def unverified(response: Response) -> bool:
    """Was the certificate of this answer, or of one that redirected to it, taken as it came?"""
    return response.request is not None and _UNVERIFIED in response.request.meta


def profile_of(source: Source, url: str) -> str:
    """The profile for a request of a source: its own on its own hosts (with `www.` and without), else the default one."""
    if source.tls == "default":
        return "default"
    host, port = endpoint(url)
    own = own_endpoints(source)
    standard = port in (80, 443)  # an entry may say http:// where the site redirects to https://
    mine = (host, port) in own or (standard and any((_bare(host), port) == (_bare(h), port) for h, p in own if p in (80, 443)))
    return source.tls if mine else "default"


def _bare(host: str) -> str:
    return host.removeprefix("www.")


@implementer(IOpenSSLTrustRoot)
class _ExtraTrust:
    """The system's authorities and those of a PEM file."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def _addCACertsToContext(self, context: SSL.Context) -> None:
        platformTrust()._addCACertsToContext(context)  # type: ignore[no-untyped-call]
        context.load_verify_locations(str(self._file))


class _Verifying(ClientTLSOptions):
    """Verification of chain and name that says why it refuses: OpenSSL alone says «certificate verify failed».

    Twisted's own (26.10) accepts a certificate that names no host at all: `CertificateError` is none of its VerificationErrors.
    """

    def clientConnectionForTLS(self, tlsProtocol: Any) -> SSL.Connection:
        connection: SSL.Connection = super().clientConnectionForTLS(tlsProtocol)
        name: ServiceID = (DNS_ID if self._hostnameIsDnsName else IPAddress_ID)(self._hostnameASCII)
        protocol = ref(tlsProtocol)  # the connection belongs to the protocol: it must not hold it in its turn

        def verified(conn: SSL.Connection, certificate: crypto.X509, error: int, depth: int, ok: int) -> bool:
            if ok and (depth or _is_for(certificate, name)):
                return True
            if (waiting := protocol()) is not None:
                why = _why(certificate.to_cryptography(), 0 if ok else error)
                waiting.failVerification(Failure(UntrustedCertificate(why)))  # type: ignore[no-untyped-call]
            return False

        connection.set_verify(SSL.VERIFY_PEER | SSL.VERIFY_FAIL_IF_NO_PEER_CERT, verified)
        return connection


class _Trusting(ClientTLSOptions):
    """Takes every certificate."""

    def clientConnectionForTLS(self, tlsProtocol: Any) -> SSL.Connection:
        connection: SSL.Connection = super().clientConnectionForTLS(tlsProtocol)
        connection.set_verify(SSL.VERIFY_PEER, lambda *_: True)  # without a callback OpenSSL keeps the one it has
        return connection


def _is_for(certificate: crypto.X509, name: ServiceID) -> bool:
    """Is a certificate made out to a host (RFC 9525)? One that names nobody is not."""
    try:
        verify_service_identity(extract_patterns(certificate), [name], [])
    except (VerificationError, CertificateError, ValueError):  # ValueError: names that cannot be read
        return False
    return True


def _why(shown: x509.Certificate, error: int) -> str:
    """Words for an error of the verification of a certificate; 0: the chain is fine, the name is not."""
    if not error:
        with suppress(x509.ExtensionNotFound, ValueError):
            told = shown.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
            return f"the certificate is for another host: {', '.join(str(name.value) for name in list(told)[:3])}"
        return "the certificate is for another host"
    if error in _NO_ISSUER:
        issuer = (shown.issuer.rfc4514_string() or "without a name")[:120]
        return f"the certificate is signed by an authority that is not known here ({issuer}), or an intermediate one was not sent"
    if error == _EXPIRED:
        return f"the certificate has expired on {shown.not_valid_after_utc:%Y-%m-%d}"
    return _REASONS.get(error, f"the certificate was not accepted (OpenSSL's error {error})")


@implementer(IPolicyForHTTPS)
class Policy:
    """How connections of one profile are secured. One OpenSSL context for all of them: a trust store takes 1 MB."""

    def __init__(self, profile: str, ca_file: Path | None) -> None:
        options: dict[str, Any] = {"fixBrokenPeers": True}
        self._creator: type[ClientTLSOptions] = _Trusting
        if profile != "insecure":
            self._creator = _Verifying
            extra = profile == "ru-ca" and ca_file is not None
            options["trustRoot"] = _ExtraTrust(ca_file) if extra and ca_file else platformTrust()  # type: ignore[no-untyped-call]
        if profile in ("legacy", "insecure"):
            options["insecurelyLowerMinimumTo"] = TLSVersion.TLSv1_0
        self._options = CertificateOptions(**options)
        if profile in ("legacy", "insecure"):
            context = self._options.getContext()
            context.set_options(_OLD_SERVERS)
            context.set_cipher_list(_OLD_CIPHERS)  # Twisted's list of ciphers has no place for the level

    def creatorForNetloc(self, hostname: bytes, port: int) -> Any:
        return self._creator(self._options._makeTLSConnection, hostname.decode("ascii"))


class _Profiled(HTTP11DownloadHandler):
    """Scrapy's Twisted handler (the one that bears sloppy servers) with a policy for TLS and an end to headers."""

    def __init__(self, crawler: Crawler, policy: Policy) -> None:
        super().__init__(crawler)
        self._pool._factory = BoundedFactory
        self._pool.retryAutomatically = False  # we try again ourselves, and count it
        self._contextFactory: Any = policy


_GRACE = 5.0
"""Seconds after Scrapy's own time limit. That limit breaks the connection off; when a body has failed in between (no memory left,
in a protocol of Twisted) there is none any more, and the request would be waited for for ever."""


class Handler(BaseDownloadHandler):
    """Downloads with the profile of each request. Every profile has its own pool: a connection is never lent to another one."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._handlers: dict[str, _Profiled] = {}

    async def download_request(self, request: Request) -> Response:
        profile = profile_of(request.meta["source"], request.url)
        if profile not in self._handlers:
            policy = Policy(profile, self.crawler.settings["AVTOKLASTER_CONFIG"].crawl.ca_file)
            self._handlers[profile] = _Profiled(self.crawler, policy)
        patience = request.meta.get("download_timeout", self.crawler.settings.getfloat("DOWNLOAD_TIMEOUT")) + _GRACE
        try:
            response = await asyncio.wait_for(self._handlers[profile].download_request(request), patience)
        except TimeoutError:
            raise DownloadTimeoutError("no end") from None
        if profile == "insecure" and request.url.startswith("https:"):
            request.meta[_UNVERIFIED] = True
        return response

    async def close(self) -> None:
        for handler in self._handlers.values():
            await handler.close()
