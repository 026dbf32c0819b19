"""What was read and judged, as records of the archive, and what reading may know beforehand: one way for all who store."""

from __future__ import annotations

from typing import Any

from crawler.items import INSTEAD, Hints, Learned, Page, Reading, Verdict
from crawler.sources import Source
from storage.address import believed
from storage.derived import Derived
from storage.records import ArticleRecord, DateRecord

OUTCOME = {"soft404": "soft404", "challenge": "blocked"}
"""`pages.outcome` by `Reading.kind`; every other kind but "article" is `not_article`."""


NOTHING = Learned()


def hints_for(page: Page, source: Source, learned: Learned = NOTHING) -> Hints:
    """What reading may know of a page of a source besides its bytes. `learned`: what its other pages have taught."""
    return Hints(
        first_seen=page.fetched,
        link=page.link,
        headers=page.headers,
        status=page.status,
        timezone=source.timezone,
        site_name=source.name,
        title_css=source.title_css,
        date_css=source.date_css,
        text_css=source.text_css,
        learned=learned,
        is_text=INSTEAD in page.headers,
    )


def matches(verdict: Verdict) -> tuple[dict[str, Any], ...]:
    """The matched terms as plain values (dataclasses.asdict takes ten times as long, and there are dozens an article)."""
    return tuple({"term": m.term, "group": m.group, "where": m.where, "start": m.start} for m in verdict.matched)


def judged(reading: Reading, verdict: Verdict) -> dict[str, Any]:
    """The fields of a PageRecord that say what was read and what was thought of it."""
    return {
        "title": reading.title,
        "lead": reading.text,
        "published": reading.published,
        "score": verdict.score,
        "matched": matches(verdict),
        "judged_by": verdict.judged_by,
    }


def article_record(url: str, source: Source, reading: Reading, verdict: Verdict, derived: Derived | None = None) -> ArticleRecord:
    """An article of a source, fetched at `url` or naming a better address itself; `derived` from its words, if it was."""
    return ArticleRecord(
        url=believed(url, reading.canonical),
        source=source.id,
        region=source.region,
        title=reading.title,
        text=reading.text,
        author=reading.author,
        published=reading.published,
        published_by=reading.published_by,
        language=reading.language,
        score=verdict.score,
        matched=matches(verdict),
        reason=verdict.reason,
        regions=verdict.regions,
        companies=verdict.companies,
        judged_by=verdict.judged_by,
        reader_version=reading.reader_version,
        dates=tuple(DateRecord(witness=d.witness, value=d.value, believed=d.believed, why=d.why) for d in reading.dates),
        image=reading.image,
        tags=reading.tags,
        captions=reading.captions,
        derived=derived,
    )
