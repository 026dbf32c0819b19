"""Sites on loopback over https, with certificates made for the test: good ones and every way in which one can be wrong."""

from __future__ import annotations

import json
import ssl
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme

from crawler.simulator.generated import release
from tests.discovery.serving import Pages, serve

WAYS = ("feed", "sitemap", "listing", "api")
HOST = "127.0.0.1"
EXPIRED = datetime(2025, 3, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Secured:
    """Running sites by name; `trusted` is a file with the authority that a test's system knows, `operator` one with another
    authority and the intermediate one that a server does not send."""

    sites: dict[str, str]
    trusted: Path
    operator: Path


def _context(key: trustme.Blob, *certificates: trustme.Blob) -> ssl.SSLContext:
    """Of a server that sends these certificates."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    sent = trustme.Blob(b"".join(each.bytes() for each in certificates))
    with key.tempfile() as own, sent.tempfile() as chain:
        context.load_cert_chain(chain, own)
    return context


def _issued(authority: trustme.CA, *hosts: str, chain: int = 9, **how: datetime) -> ssl.SSLContext:
    """Of a server with a certificate of an authority, and at most so many in its chain."""
    leaf = authority.issue_cert(*hosts, **how)
    return _context(leaf.private_key_pem, *leaf.cert_chain_pems[:chain])


def _old(context: ssl.SSLContext) -> ssl.SSLContext:
    """Speaks TLS 1.1 and nothing later."""
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that it is old is the point
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    return context


@contextmanager
def secured(folder: Path) -> Iterator[Secured]:
    """The sites, while they run; their authorities are written into `folder`."""
    known, unknown = trustme.CA(), trustme.CA()
    intermediate = known.create_child_ca()
    trusted, operator = folder / "trusted.pem", folder / "operator.pem"
    known.cert_pem.write_to_path(str(trusted))
    unknown.cert_pem.write_to_path(str(operator))
    intermediate.cert_pem.write_to_path(str(operator), append=True)
    itself = trustme.CA()
    contexts = {
        "good": _issued(known, HOST),
        "expired": _issued(known, HOST, not_before=EXPIRED - timedelta(days=365), not_after=EXPIRED),
        "wrong_host": _issued(known, "press.example.org"),
        "no_name": _context(intermediate.private_key_pem, intermediate.cert_pem),
        "self_signed": _context(itself.private_key_pem, itself.cert_pem),
        "no_intermediate": _issued(intermediate, HOST, chain=1),
        "private_ca": _issued(unknown, HOST),
        "old": _old(_issued(known, HOST)),
        "plain": None,
    }
    with ExitStack() as running:
        sites = {}
        for number, (name, context) in enumerate(contexts.items()):
            base, _ = running.enter_context(serve(lambda base, number=number: pages(base, number), context))  # type: ignore[misc]
            sites[name] = base.replace("http:", "https:")
        yield Secured(sites, trusted, operator)


def pages(base: str, number: int) -> Pages:
    """A site of two releases, `/news/1/` and `/news/2/`, listed by every way."""
    base = base.replace("http:", "https:")
    links = [f"{base}news/{article}/" for article in (1, 2)]
    items = "".join(f"<item><title>Новость</title><link>{link}</link></item>" for link in links)
    feed = f'<?xml version="1.0"?><rss version="2.0"><channel><title>a</title>{items}</channel></rss>'
    sitemap = f'<?xml version="1.0"?><urlset>{"".join(f"<url><loc>{link}</loc></url>" for link in links)}</urlset>'
    listing = "".join(f'<li><a href="{link}">Автокластер получит завод</a></li>' for link in links)
    found = {
        "/feed": ("application/rss+xml", feed.encode()),
        "/sitemap": ("text/xml", sitemap.encode()),
        "/listing": ("text/html; charset=utf-8", f"<html><body><ul>{listing}</ul></body></html>".encode()),
        "/api": ("application/json", json.dumps({"items": [{"url": link} for link in links]}).encode()),
    }
    for article in (1, 2):
        title, paragraphs = release(7_000 + 10 * number + article)
        body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
        page = (
            f'<html lang="ru"><head><meta charset="utf-8"><title>{title}</title></head><body><h1>{title}</h1>{body}</body></html>'
        )
        found[f"/news/{article}/"] = ("text/html; charset=utf-8", page.encode())
    return found


def entry(id: str, base: str, way: str, *, tls: str = "", at: str = "") -> str:
    """A source of avtoklaster.toml that knows one way of a site; `at`: its feed is at another address than the site."""
    ways = {"feed": "feeds", "sitemap": "sitemaps", "listing": "listings"}
    lines = [f"[sources.{id}]", f'name = "{id}"', f'home = "{base}"', "article = '/news/\\d+/$'"]
    lines += [f'tls = "{tls}"'] if tls else []
    if way == "api":
        lines += [f"[sources.{id}.api]", f'url = "{base}api"', 'items = "items"', 'link = "url"']
    else:
        lines.append(f'{ways[way]} = ["{at or base + way}"]')
    return "\n".join(lines) + "\n\n"
