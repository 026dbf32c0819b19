"""The fault matrix: what a server may do, and which outcomes are right for it, on an article and on each way of discovery.

`article` are the right `pages.outcome`s of an article with this fault, `way` the right `crawls.outcome`s of a source whose
only way has it. `tries` is how often the address is asked within a crawl (None: not counted). Names and options of faults:
crawler.simulator.
"""

import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

WAYS = ("feed", "sitemap", "listing", "api")
FIRST = {"feed": "rss.xml", "sitemap": "sitemap.xml", "listing": "news/", "api": "api/news?page=1", "article": "news/2/"}

LONG = {"silence", "silence after half of the body", "slow drip", "headers without an end"}
"""Names of cases that only a time limit ends."""

KEPT = frozenset({"stored", "copy"})
LOST = frozenset({"failed"})
WORKED = frozenset({"finished"})
REFUSED = frozenset({"blocked"})


@dataclass(frozen=True)
class Case:
    """One behaviour of a server."""

    name: str
    kind: str
    how: dict[str, Any] = field(default_factory=dict, hash=False)
    article: frozenset[str] = LOST
    way: frozenset[str] = LOST
    tries: int | None = 3
    group: str = ""
    coding: str = ""
    """A Content-Encoding beside."""


def case(name: str, kind: str, /, *, article: Any = LOST, way: Any = LOST, tries: int | None = 3, **how: Any) -> Case:
    return Case(name, kind, how, frozenset(article), frozenset(way), tries)


def refused(name: str, kind: str, /, **how: Any) -> Case:
    """Blocked: recorded and not argued with."""
    return case(name, kind, article=REFUSED, way=REFUSED, tries=1, **how)


def fine(name: str, kind: str, /, **how: Any) -> Case:
    """Sloppy, but readable."""
    return case(name, kind, article=KEPT, way=WORKED, tries=1, **how)


_CONNECTIONS = (
    case("closed before the first byte", "drop"),
    case("reset before the first byte", "reset"),
    case("closed within the headers", "drop_in_headers"),
    case("closed before the body", "drop_in_body", share=0.0),
    case("closed at a quarter of the body", "drop_in_body", share=0.25),
    case("closed at half of the body", "drop_in_body", share=0.5),
    case("closed at three quarters of the body", "drop_in_body", share=0.75),
    case("reset at half of the body", "reset", share=0.5),
    case("silence", "hang"),
    case("silence after half of the body", "hang_in_body"),
    case("slow drip", "drip", size=1, seconds=0.2),
    case("length too long", "too_long"),
    case("two lengths", "two_lengths"),
    case("broken chunks", "broken_chunks"),
    case("chunks without an end", "unfinished_chunks"),
    case("headers without an end", "endless_headers", tries=None),
    case("1 GB announced", "endless_body", announced=True, tries=None),
    case("1 GB unannounced", "endless_body", tries=None),
    case("a status line that is not HTTP", "bad_status_line", tries=None),
    case("no status line", "no_status_line", tries=None),
    fine("no length", "no_length"),
    fine("well-formed chunks", "chunked"),
    fine("lines that end in LF", "bare_newlines"),
    fine("a header in windows-1251", "header_bytes"),
    fine("half a second late", "delay", seconds=0.5),
)
_STATUSES = (
    case("500", "status", code=500),
    case("502", "status", code=502),
    case("503", "status", code=503),
    case("504", "status", code=504),
    case("503 for an hour", "status", code=503, retry_after="3600", tries=1),
    case("503 with a Retry-After that is none", "status", code=503, retry_after="soon"),
    case("400", "status", code=400, tries=1),
    case("404", "status", code=404, article={"gone"}, tries=1),
    case("410", "status", code=410, article={"gone"}, tries=1),
    refused("401", "status", code=401),
    refused("403", "status", code=403),
    refused("429", "status", code=429),
    refused("429 for an hour", "status", code=429, retry_after="3600"),
    refused("451", "status", code=451),
    case("304 to a request without validators", "not_modified", tries=1),
    fine("Last-Modified in 2041", "header", name="Last-Modified", value="Sat, 05 Jan 2041 10:00:00 GMT"),
)
_REDIRECTS = (
    case("redirect to itself", "loop", tries=None),
    case("redirects to ever new addresses", "chain", tries=None),
    refused("redirects until a cookie comes back", "cookie_loop"),
    case("redirect to loopback", "to", url="http://127.0.0.1:9/", article={"off_limits"}, tries=1),
    case("redirect to loopback by name", "to", url="http://localhost:9/", article={"off_limits"}, tries=1),
    case("redirect to loopback in IPv6", "to", url="http://[::1]/", article={"off_limits"}, tries=1),
    case("redirect to loopback as a number", "to", url="http://2130706433/", article={"off_limits", "failed"}, tries=1),
    case("redirect to a private address", "to", url="http://192.168.0.1/", code=301, article={"off_limits"}, tries=1),
    case("redirect to a cloud's metadata", "to", url="http://169.254.169.254/latest/", code=307, article={"off_limits"}, tries=1),
    case("redirect to a file", "to", url="file:///etc/passwd", article={"off_limits"}, tries=1),
    case("redirect to data", "to", url="data:text/html,<p>a", article={"off_limits"}, tries=1),
    case("redirect to a name that does not exist", "to", url="http://nowhere.invalid/", tries=None),
)
_BODIES = (
    case("gzip bomb", "bomb", coding="gzip", tries=None),
    case("deflate bomb", "bomb", coding="deflate", tries=None),
    case("brotli bomb", "bomb", coding="br", tries=None),
    case("zstd bomb", "bomb", coding="zstd", tries=None),
    case("a coding that the body does not have", "coding", value="gzip", tries=None),
    case("empty", "empty", article={"soft404", "not_article"}, tries=1),
    case("a page of something else", "page", article={"not_article", "soft404", "irrelevant"}, tries=1),
    case("not found with status 200", "soft404", article={"soft404"}, tries=1),
    case("NULs", "nuls", article={"stored", "copy"}, way=WORKED, tries=1),
    case("a picture", "raw", text="\x89PNG\r\n\x1a\n" + "\x00\x01\xff" * 999, article={"not_article", "failed"}, tries=1),
    case("ten megabytes in one line", "one_line", article={"not_article", "soft404", "irrelevant", "failed"}, tries=None),
    case("a million open tags", "nested", article={"not_article", "soft404", "irrelevant", "failed"}, tries=None),
)
_CHALLENGES = (
    *(
        refused(f"challenge of {vendor}", "challenge", vendor=vendor)
        for vendor in ("ddos_guard", "qrator", "servicepipe", "beget", "cloudflare", "smartcaptcha", "stormwall", "rambler")
    ),
)


def _shared() -> tuple[Case, ...]:
    """The bombs and broken bodies that other projects keep for their tests; none where that folder is not."""
    folder = Path(os.environ.get("AVTOKLASTER_SHARED") or Path(__file__).resolve().parents[3] / "shared") / "data/compression"
    codings = {
        "bomb-gzip.bin": "gzip",
        "bomb-deflate.bin": "deflate",
        "bomb-br.bin": "br",
        "bomb-zstd.bin": "zstd",
        "truncated-crc-error.gz": "gzip",
        "truncated-crc-error-short.gz": "gzip",
    }
    became = {"not_article", "soft404", "irrelevant", "failed"}
    return tuple(
        replace(
            case(f"{name}", "raw", article=became, tries=None, text=(folder / name).read_bytes().decode("latin-1")), coding=coding
        )
        for name, coding in codings.items()
        if (folder / name).exists()
    )


GROUPS = {
    "connections and lengths": _CONNECTIONS,
    "statuses": _STATUSES,
    "redirects": _REDIRECTS,
    "bodies": _BODIES,
    "bombs and broken codings of other projects": _shared(),
    "challenges of vendors": _CHALLENGES,
}
CASES = tuple(replace(case, group=group) for group, cases in GROUPS.items() for case in cases)
