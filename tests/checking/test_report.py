"""The verdict of a check: what works, and what a person can do about the rest."""

import json
from dataclasses import replace

import pytest

from crawler.checking.report import ArticleReport, Report, WayReport

GOOD_WAY = WayReport(kind="feed", url="https://a.example/rss", status=200, links=20, fitting=18)
READ = ArticleReport(url="https://a.example/1", kind="article", title="Т", published="2026-01-01", length=900)


@pytest.mark.parametrize(
    ("report", "verdict"),
    [
        (Report(id="a", ways=[GOOD_WAY], articles=[READ]), "works: feed (18)"),
        (
            Report(id="a", ways=[WayReport(kind="listing", url="https://a.example/n/", status=200, links=24)]),
            "the listing https://a.example/n/: it answers, but none of 24 links fits `article`",
        ),
        (Report(id="a", dns="DNS: name or service not known"), "unreachable: DNS: name or service not known"),
        (
            Report(
                id="a",
                ways=[WayReport(kind="feed", url="u", error="timed out"), WayReport(kind="listing", url="v", error="timed out")],
            ),
            "unreachable: timed out",
        ),
        (
            Report(id="a", ways=[GOOD_WAY, WayReport(kind="listing", url="v", status=404, error="HTTP 404")], articles=[READ]),
            "works: feed (18); but listing does not: HTTP 404",
        ),
        (
            Report(id="a", ways=[GOOD_WAY], articles=[ArticleReport(url="https://a.example/1", kind="listing")]),
            "the feed lists 18 articles, but none could be read: https://a.example/1 is listing",
        ),
        (
            Report(id="a", ways=[WayReport(kind="feed", url="u", status=403, error="DDoS-Guard", blocked=True)]),
            "blocked: DDoS-Guard",
        ),
        (
            Report(
                id="a",
                ways=[
                    WayReport(
                        kind="feed",
                        url="u",
                        error="certificate verify failed",
                        issuer="The Ministry of Digital Development and Communications, Russian Trusted Sub CA",
                    )
                ],
            ),
            "unreachable: certificate verify failed; signed by the Russian Trusted CA: "
            'set tls = "ru-ca" here and ca_file under [crawl]',
        ),
        (
            Report(
                id="a",
                ways=[replace(GOOD_WAY, days_left=300), replace(GOOD_WAY, days_left=3, expires="2026-12-01")],
                articles=[ArticleReport(url="u", kind="article", title="Т", length=900)],
            ),
            "works: feed (18), feed (18); no date was believed: give date_css; the certificate expires in 3 days (2026-12-01)",
        ),
        (
            Report(id="a", ways=[WayReport(kind="listing", url="v", status=200, drawn=True)]),
            "the listing v: it answers, but is drawn by scripts: set javascript = true, or find its feed or API",
        ),
        (
            Report(id="a", ways=[WayReport(kind="feed", url="u", error="no complete answer in time")]),
            "unreachable: no complete answer in time; if it is closed to addresses like ours, give proxy or telegram",
        ),
        (Report(id="a"), "nothing to check: the source has no way"),
    ],
)
def test_the_verdict_says_what_to_do(report: Report, verdict: str) -> None:
    assert report.verdict == verdict
    assert report.works == verdict.startswith("works")


def test_json_holds_everything_with_the_verdict() -> None:
    told = json.loads(json.dumps(Report(id="a", ways=[GOOD_WAY], articles=[READ]).as_json()))
    assert (told["works"], told["verdict"], told["ways"][0]["works"], told["articles"][0]["works"]) == (
        True,
        "works: feed (18)",
        True,
        True,
    )
