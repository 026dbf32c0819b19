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
from twisted.internet.error import DNSLookupError

from crawler.errors import FetchError, OffLimits, Unreachable

EXPECTED = (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
    UnsupportedURLSchemeError,
    OSError,
    ValueError,
)
"""What a download raises that is nobody's bug: anything else is ours and is not caught."""


def explain(error: BaseException) -> FetchError:
    """The typed failure for what a download raised, with one line of reason."""
    if isinstance(error, FetchError):
        return error
    if isinstance(error, UnsupportedURLSchemeError):
        return OffLimits("not http")
    reason = _reason(error)
    dead = isinstance(error, CannotResolveHostError | DownloadConnectionRefusedError | DownloadTimeoutError | DNSLookupError)
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
        return "larger than allowed" if "MAXSIZE" in text or "maxsize" in text or not text else f"broken off: {text}"
    if "max redirections" in text:
        return "too many redirects"
    if "certificate" in text or "SSL" in text or "TLS" in text or "verify" in text.lower():
        return f"TLS: {text}"
    return f"connection failed: {text}" if isinstance(error, DownloadFailedError | OSError) else text or type(error).__name__


def _flat(error: BaseException) -> str:
    """The words of an exception and of those that Twisted wraps in it, on one line, without addresses in memory."""
    words = str(error)
    cause = error.__cause__
    for failure in getattr(cause, "reasons", None) or ():
        inner = getattr(failure, "value", None)
        words = f"{type(inner).__name__}: {inner}" if inner is not None else words
    words = re.sub(r"<[^<>]*(?:Failure|object at)[^<>]*>|0x[0-9a-f]{6,}", "", words)
    return " ".join(words.split())[:300]
