"""Why a page could not be had, in words for `pages.reason`: every exception of Scrapy and Twisted becomes a `FetchError`."""

from __future__ import annotations

import re

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
)
from twisted.internet.error import ConnectError, ConnectionClosed, DNSLookupError

from crawler.errors import FetchError, OffLimits, Unreachable
from crawler.fetching.tls import UntrustedCertificate

_OLD = "protocol version|unsupported protocol|no protocols available|legacy renegotiation|handshake failure|key too small|cipher"
EXPECTED = (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
    # Scrapy gives names of its own to some of Twisted's only: no route to a host, a network that went away
    ConnectError,
    ConnectionClosed,
    OSError,
    ValueError,
)
"""What a download raises that is nobody's bug: anything else is ours and is not caught."""


def explain(error: BaseException, *, proxy: str = "") -> FetchError:
    """The typed failure for what a download raised, with one line of reason. Behind a `proxy` nothing else is connected to."""
    if isinstance(error, FetchError):
        return error
    if isinstance(error, UnsupportedURLSchemeError):
        return OffLimits("not http")
    reason = _reason(error)
    unconnected = isinstance(error, CannotResolveHostError | DownloadConnectionRefusedError | DNSLookupError | ConnectError)
    if proxy and unconnected:
        reason = f"its proxy: {reason}"
    dead = unconnected or isinstance(error, DownloadTimeoutError)
    return Unreachable(reason) if dead or reason.startswith("TLS") else FetchError(reason)


def _reason(error: BaseException) -> str:
    text = _flat(error)
    if isinstance(error, CannotResolveHostError | DNSLookupError):
        return "the name does not resolve"
    if isinstance(error, DownloadConnectionRefusedError):
        return "connection refused"
    if isinstance(error, DownloadTimeoutError):
        return "no complete answer in time"
    if isinstance(error, ResponseDataLossError):
        return "the answer was cut off"
    if isinstance(error, DownloadFailedError) and re.match(r"ParseError|ValueError", text):
        return "more headers than allowed" if "KB of headers" in text else "the answer is not HTTP"
    if isinstance(error, DownloadFailedError) and re.match(r"Connection(?:Done|Lost|Aborted)", text):
        return "the connection was closed before the answer was there"
    if isinstance(error, DownloadCancelledError) or "DOWNLOAD_MAXSIZE" in text:
        return "larger than allowed" if re.search("MAXSIZE|max ?size", text) or not text else f"broken off: {text}"
    if "max redirections" in text:
        return "too many redirects"
    if isinstance(inner := _inner(error), UntrustedCertificate):
        return f"TLS: {inner}"
    if "SSL routines" in text:
        return f"TLS: {_handshake(text)}"
    if "certificate" in text or "SSL" in text or "TLS" in text or "verify" in text.lower():
        return f"TLS: {text}"
    return (
        f"connection failed: {text}"
        if isinstance(error, DownloadFailedError | OSError | ConnectError)
        else text or type(error).__name__
    )


def _handshake(text: str) -> str:
    """Words for an error of OpenSSL; its own words are in single quotes, the last of three."""
    told = re.findall(r"'([^']*)'", text)
    words = told[-1] if told else text
    if re.search("wrong version number|http request|packet length too long|record overflow", words):
        return f"the answer is not TLS ({words})"
    if re.search(_OLD, words):
        return f'only old versions or ciphers are spoken there: tls = "legacy" takes them ({words})'
    return words


def _inner(error: BaseException) -> BaseException | None:
    """The last of the exceptions that Twisted wraps in one."""
    values = [getattr(failure, "value", None) for failure in getattr(error.__cause__, "reasons", None) or ()]
    return values[-1] if values else None


def _flat(error: BaseException) -> str:
    """The words of an exception and of those that Twisted wraps in it, on one line, without addresses in memory."""
    words = str(error)
    cause = error.__cause__
    for failure in getattr(cause, "reasons", None) or ():
        inner = getattr(failure, "value", None)
        words = f"{type(inner).__name__}: {inner}" if inner is not None else words
    words = re.sub(r"<[^<>]*(?:Failure|object at)[^<>]*>|0x[0-9a-f]{6,}", "", words)
    return " ".join(words.split())[:300]
