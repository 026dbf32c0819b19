"""What a check found, as records, and the verdict that follows from it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class WayReport:
    """How one way answered. `links` are those it lists, `fitting` those that `article` takes; `error` is why it failed.

    `drawn`: it is the empty frame of a page that scripts fill. Of its host's certificate: who signed it, its last day, how many
    days are left, or in `tls` why there is none to see.
    """

    kind: str
    url: str
    seconds: float = 0.0
    status: int | None = None
    charset: str = ""
    links: int = 0
    fitting: int = 0
    newest: str = ""
    goes_on: bool = False
    drawn: bool = False
    error: str = ""
    blocked: bool = False
    tls: str = ""
    issuer: str = ""
    expires: str = ""
    days_left: int | None = None

    @property
    def robots(self) -> str:
        """What robots.txt says of it."""
        return "forbidden" if "robots.txt does not allow" in self.error else "not known" if self.error else "allowed"

    @property
    def works(self) -> bool:
        """Does it lead to articles?"""
        return not self.error and self.fitting > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleReport:
    """One article read for the check; `length` is in characters."""

    url: str
    kind: str = ""
    reason: str = ""
    title: str = ""
    published: str | None = None
    published_by: str = ""
    length: int = 0
    charset: str = ""
    seconds: float = 0.0
    error: str = ""
    blocked: bool = False

    @property
    def works(self) -> bool:
        """Was it read as an article with a text?"""
        return self.kind == "article" and self.length > 0


@dataclass(slots=True, kw_only=True)
class Report:
    """Everything a check found out about one source."""

    id: str
    name: str = ""
    dns: str = ""
    robots: str = ""
    ways: list[WayReport] = field(default_factory=list)
    articles: list[ArticleReport] = field(default_factory=list)
    seconds: float = 0.0
    busy: str = ""

    @property
    def tls(self) -> str:
        """Why a host of it shows no certificate, "" when all do."""
        return next((way.tls for way in self.ways if way.tls), "")

    @property
    def issuer(self) -> str:
        """Who signed the certificate of its first https way."""
        return next((way.issuer for way in self.ways if way.issuer), "")

    @property
    def worn(self) -> WayReport | None:
        """The way whose certificate expires first."""
        return min((way for way in self.ways if way.days_left is not None), key=lambda way: way.days_left or 0, default=None)

    @property
    def works(self) -> bool:
        """A way leads to articles and one of them could be read; posts of a channel carry their text."""
        return any(way.works for way in self.ways) and any(article.works for article in self.articles)

    @property
    def verdict(self) -> str:
        """One sentence a person can act on."""
        return _verdict(self)

    def as_json(self) -> dict[str, Any]:
        """The whole report as plain values, `works` and `verdict` with it."""
        from dataclasses import asdict

        ways = [asdict(way) | {"robots": way.robots, "works": way.works} for way in self.ways]
        articles = [asdict(article) | {"works": article.works} for article in self.articles]
        worn = self.worn
        host: dict[str, Any] = {"tls": self.tls, "issuer": self.issuer, "expires": worn.expires if worn else ""}
        host |= {"days_left": worn.days_left if worn else None}
        return {**asdict(self), **host, "ways": ways, "articles": articles, "works": self.works, "verdict": self.verdict}


def _verdict(report: Report) -> str:
    if report.dns:
        return f"unreachable: {report.dns}"
    if report.busy:
        return f"not checked: {report.busy}; ask again later"
    if not report.ways:
        return "nothing to check: the source has no way"
    good = [way for way in report.ways if way.works]
    if not good:
        return _dead(report)
    bad = [f"{way.kind} does not: {_why(way)}" for way in report.ways if not way.works]
    also = "; but " + "; ".join(bad) if bad else ""
    if not any(article.works for article in report.articles):
        return f"the {good[0].kind} lists {good[0].fitting} articles, but none could be read: {_unread(report)}{also}"
    notes = []
    if not any(article.published for article in report.articles):
        notes.append("no date was believed: give date_css")
    if report.worn is not None and (report.worn.days_left or 0) < 14:
        notes.append(f"the certificate expires in {report.worn.days_left} days ({report.worn.expires})")
    ways = ", ".join(f"{way.kind} ({way.fitting})" for way in good)
    return f"works: {ways}{also}" + (f"; {'; '.join(notes)}" if notes else "")


def _dead(report: Report) -> str:
    """Why no way leads to articles."""
    reasons = list(dict.fromkeys(_why(way) for way in report.ways))
    if all(way.blocked for way in report.ways):
        return f"blocked: {'; '.join(reasons)}"
    if all(way.status is None for way in report.ways):
        tls = f"{report.tls}; " if report.tls else ""
        hint = _trust(report, reasons) or _abroad(report, reasons)
        return f"unreachable: {tls}{'; '.join(reasons)}{hint}"
    return "; ".join(f"the {way.kind} {way.url}: {_why(way)}" for way in report.ways)


def _why(way: WayReport) -> str:
    if way.error:
        return way.error
    if way.drawn:
        return "it answers, but is drawn by scripts: set javascript = true, or find its feed or API"
    if way.links:
        return f"it answers, but none of {way.links} links fits `article`"
    return "it answers, but lists nothing"


def _trust(report: Report, reasons: list[str]) -> str:
    if "Russian Trusted" in report.issuer or "The Ministry of Digital Development" in report.issuer:
        return '; signed by the Russian Trusted CA: set tls = "ru-ca" here and ca_file under [crawl]'
    untrusted = any("certificate" in reason for reason in reasons)
    return f"; the certificate is signed by {report.issuer}" if untrusted and report.issuer else ""


def _abroad(report: Report, reasons: list[str]) -> str:
    """A host that resolves and then cuts or never answers: mostly closed to foreign or data-centre addresses."""
    silent = any(
        re.search(r"cut|closed before|no complete answer|no answer in time", reason) for reason in [report.tls, *reasons]
    )
    ways = "" if any(way.kind == "telegram" for way in report.ways) else " or telegram"
    return f"; if it is closed to addresses like ours, give proxy{ways}" if silent else ""


def _unread(report: Report) -> str:
    reasons = [
        article.error or f"{article.url} is {article.kind or 'unread'}" + (f" ({article.reason})" if article.reason else "")
        for article in report.articles
    ]
    return "; ".join(dict.fromkeys(reasons)) or "no address could be tried"
