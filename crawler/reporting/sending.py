"""Messages go out through Apprise, which knows e-mail, Telegram, webhooks and a hundred more.

E-mail gets the HTML and our text beside it, and the message's number as its Message-ID; a webhook gets the number as `id` in its
payload and as the header Idempotency-Key. Whoever receives a message a second time knows it by that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_string
from email.charset import QP, Charset
from typing import Any

from crawler.errors import UsageError
from crawler.reporting.digest import Message

Send = Callable[[str, Message], bool]

_UNBOUNDED = 32768
"""What Apprise takes for the longest body of a service that states none: e-mail, webhooks."""


def _apprise() -> Any:
    try:
        import apprise
    except ImportError:
        raise UsageError("sending alerts needs the extra 'alerts': pip install 'avtoklaster[alerts]'") from None
    return apprise


def is_understood(address: str) -> bool:
    """Whether Apprise knows how to send to this address. Raises UsageError where the extra `alerts` is not installed."""
    return bool(_apprise().Apprise().add(address))


def apprise_sender() -> Send:
    """Sends through Apprise. Raises UsageError where the extra `alerts` is not installed."""
    apprise = _apprise()

    def send(address: str, message: Message) -> bool:
        service = apprise.Apprise()
        if not service.add(address):
            return False
        html = apprise.NotifyFormat.HTML
        wants_html = False
        one: Any
        for one in service:
            if one.body_maxlen < _UNBOUNDED and one.overflow_mode == apprise.OverflowMode.UPSTREAM:
                one.overflow_mode = apprise.OverflowMode.SPLIT  # Telegram refuses what is longer than 4,096 characters
            if message.number and hasattr(one, "payload_extras"):
                one.payload_extras.setdefault("id", message.number)
                one.headers.setdefault("Idempotency-Key", message.number)
            formats = one.notify_format if isinstance(one.notify_format, tuple) else (one.notify_format,)
            first = one.resolve_format(apprise.NotifyFormat.TEXT) if one.resolve_format(html) == html else None
            # e-mail can do both and is asked for HTML, unless its address says format=text
            wants_html |= one.body_maxlen >= _UNBOUNDED and (first == html or (first is not None and formats[0] == html))
        with _as_ours(message):
            return bool(
                service.notify(
                    title=message.subject,
                    body=message.html if wants_html else message.text,
                    body_format=html if wants_html else apprise.NotifyFormat.TEXT,
                )
            )

    return send


@contextmanager
def _as_ours(message: Message) -> Iterator[None]:
    """While it lasts, the e-mails that Apprise makes are this message: with its number, and its text for who reads no HTML.

    Apprise gives each e-mail a random Message-ID, and a text made from the HTML in which the addresses of links are lost.
    """
    from apprise.plugins.email import base

    service: Any = base.NotifyEmail
    made: Callable[..., Iterator[Any]] = service.prepare_emails

    def ours(**what: Any) -> Iterator[Any]:
        for place, email in enumerate(made(**what)):
            email.body = _rewritten(email.body, message, place)
            yield email

    service.prepare_emails = staticmethod(ours)
    try:
        yield
    finally:
        service.prepare_emails = staticmethod(made)


def _rewritten(source: str, message: Message, place: int) -> str:
    """The e-mail with our Message-ID and, where it has HTML with a text beside it, our text; a signed part is left alone."""
    mail = message_from_string(source)
    if message.number:
        host = str(mail["Message-ID"]).rpartition("@")[2] or "avtoklaster>"
        mail.replace_header("Message-ID", f"<{message.number}.{place}@{host}")
    parts = mail.get_payload()
    if mail.get_content_type() == "multipart/alternative" and isinstance(parts, list):
        utf8 = Charset("utf-8")
        utf8.body_encoding = QP
        del parts[0]["Content-Transfer-Encoding"]  # type: ignore[union-attr]
        parts[0].set_payload(message.text, utf8)  # type: ignore[union-attr]
    return mail.as_string()
