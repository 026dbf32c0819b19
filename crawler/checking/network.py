"""The name and the certificate of a host, before anything is fetched: what fails here fails for every way on that host."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from cryptography import x509
from cryptography.x509.oid import NameOID

T = TypeVar("T")

PATIENCE = 10.0
"""Seconds for a name to be resolved, and again for a handshake."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """The leaf a host shows. `issuer` is the organisation or name of who signed it, `expires` the last day (UTC)."""

    issuer: str
    expires: datetime

    @property
    def days_left(self) -> int:
        """Whole days until it expires, negative when it has."""
        return (self.expires - datetime.now(UTC)).days


async def resolve(hosts: Collection[str], *, patience: float = PATIENCE) -> dict[str, str]:
    """Host -> "" when its name is known, else why not. All at once, over after `patience` seconds whatever the resolver does."""
    asked = {host: _in_thread(partial(_addresses, host)) for host in hosts}
    if asked:
        await asyncio.wait(asked.values(), timeout=patience)
    return {host: _why_not(answer, patience) for host, answer in asked.items()}


def _why_not(answer: asyncio.Future[None], patience: float) -> str:
    if not answer.done():
        answer.cancel()
        return f"DNS: no answer within {patience:g} s"
    error = answer.exception()
    return "" if error is None else f"DNS: {_reason(error)}"


def _addresses(host: str) -> None:
    socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)


async def certificate(host: str, port: int = 443, *, patience: float = PATIENCE) -> Certificate | str:
    """The certificate that a host shows, trusted or not, or why there is none: "TLS: the connection was cut" and its like."""
    answer = _in_thread(partial(_handshake, host, port, patience))
    try:
        der = await asyncio.wait_for(answer, patience + 1)
    except (OSError, TimeoutError) as error:  # ssl.SSLError is an OSError
        return f"TLS: {_reason(error)}"
    leaf = x509.load_der_x509_certificate(der)
    names = [
        *leaf.issuer.get_attributes_for_oid(NameOID.ORGANIZATION_NAME),
        *leaf.issuer.get_attributes_for_oid(NameOID.COMMON_NAME),
    ]
    return Certificate(issuer=", ".join(dict.fromkeys(str(name.value) for name in names)), expires=leaf.not_valid_after_utc)


def _handshake(host: str, port: int, patience: float) -> bytes:
    """Trust is not the question here: fetching verifies. Old versions and ciphers are taken so that their issuer is seen too."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    with (
        socket.create_connection((host, port), timeout=patience) as plain,
        context.wrap_socket(plain, server_hostname=host) as secure,
    ):
        der = secure.getpeercert(binary_form=True)
    if der is None:
        raise ssl.SSLError("no certificate was shown")
    return der


def _reason(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, ssl.SSLEOFError | ConnectionResetError):
        return "the connection was cut (a geographical block or a firewall, not the certificate)"
    if isinstance(error, ssl.SSLError):
        return (error.reason or str(error)).lower().replace("_", " ")
    if isinstance(error, OSError) and error.strerror:
        return error.strerror[0].lower() + error.strerror[1:]
    return str(error) or type(error).__name__


def _in_thread(work: Callable[[], T]) -> asyncio.Future[T]:
    """The result of blocking work in a daemon thread of its own: one that hangs holds up neither the others nor the end."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type]  # None only with an error

    def run() -> None:
        result, error = None, None
        try:
            result = work()
        except (OSError, UnicodeError, ValueError) as failed:
            error = failed
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=run, daemon=True).start()
    return future
