"""Kept pages once more on the way of a page, with the code and topic of today; in processes when there are many."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from datetime import datetime

from crawler.errors import ReadingFailed
from crawler.items import Hints, Learned, Link, Page, Verdict
from crawler.learning import Teacher
from crawler.processing import Processed, company_names, process, topic_of
from crawler.reading import READER_VERSION, read
from crawler.reading.learning import FEWEST
from crawler.records import article_record, hints_for, judged, matches
from crawler.sources import Source
from crawler.workers import LIMIT, WORKERS, pool, within
from storage import articles, companies, learning, rereading, sources
from storage import kept as raw
from storage.address import canonical
from storage.connection import Archive
from storage.kept import KeptPage
from storage.records import ArticleRecord, PageRecord
from storage.rereading import Change, Known, Waiting

FEW = 50
"""So many pages are read sooner than processes start."""

_DATE_FIELDS = ("published", "published_by", "dates")


@dataclass(slots=True)
class Report:
    """What a rereading changed. `titles`, `texts`, `dates` (of publication) and `verdicts` count articles, `others` those with
    only other changes; `unreadable` are articles that this reader takes for none: they stay as they are.
    """

    counts: Counter[str] = field(default_factory=Counter)
    changes: list[Change] = field(default_factory=list)
    recovered: list[tuple[str, str]] = field(default_factory=list)
    unreadable: list[tuple[str, str]] = field(default_factory=list)

    COUNTS = (
        *("pages", "unchanged", "titles", "texts", "dates", "verdicts", "others"),
        *("recovered", "refused", "unreadable", "outdated"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """One page with what it is read with. `first` is the page of the first wording where it is another: it knows the date.

    `learned` is what other pages of its source have taught.
    """

    waiting: Waiting
    page: KeptPage
    first: KeptPage | None
    source: Source
    known: Known | None
    learned: Learned


def reread(
    archive: Archive,
    topic: str,
    catalogue: Mapping[str, Source],
    *,
    source: str = "",
    since: datetime | None = None,
    every: bool = False,
    dry_run: bool = False,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Report:
    """Reads what is waiting again and writes it, one transaction an article; interrupted, it goes on where it stopped.

    Nothing is written in a `dry_run`. Raises TopicError, storage.errors.* .
    """
    report = Report()
    judged_by = topic_of(topic).judged_by
    teacher = Teacher(archive, keeps=not dry_run)
    if not dry_run:
        companies.remember(archive, company_names(topic))

    def waiting() -> list[Waiting]:
        return rereading.waiting(archive, READER_VERSION, judged_by, source=source, since=since, every=every)

    pages = waiting()
    if _study(archive, teacher, {page.source for page in pages}, catalogue) and not dry_run:
        pages = waiting()  # what was learned just now may stand in articles that were read by this reader
    jobs = _jobs(archive, pages, catalogue, report, teacher)
    for done, (job, result) in enumerate(_results(jobs, topic, many=len(pages) > FEW), 1):
        if job.waiting.article is None:
            _refused(archive, job, result, judged_by, report, dry_run)
        else:
            _article(archive, job, result, report, dry_run)
        progress(done, len(pages))
    return report


def _study(archive: Archive, teacher: Teacher, names: Iterable[str], catalogue: Mapping[str, Source]) -> bool:
    """Learns from the newest kept pages of sources that have taught nothing yet (crawled by an older version); was there one?"""
    found = learning.untaught(archive, sorted(names), fewest=FEWEST)
    for name in found:
        for kept in raw.newest_pages(archive, name, learning.NEWEST):
            page = _as_fetched(kept, Link(url=kept.url))
            reading = read(kept.body, kept.url, hints_for(page, _source(archive, catalogue, name)))
            teacher.take(name, kept.url, reading, now=page.fetched)
    return bool(found)


def _jobs(
    archive: Archive, pages: list[Waiting], catalogue: Mapping[str, Source], report: Report, teacher: Teacher
) -> Iterator[_Job]:
    """What waits, with its bytes; what was fetched again, pruned or removed meanwhile is counted and passed over."""
    for page in pages:
        report.counts["pages"] += 1
        newest, first = raw.page(archive, page.newest), raw.page(archive, page.first)
        known = rereading.known(archive, page, (first or newest).fetched) if page.article and newest else None
        if newest is None or (page.article is not None and known is None):
            report.counts["outdated"] += 1
            continue
        earlier = first if page.first != page.newest and known is not None and not known.dates_stand else None
        origin, learned = _source(archive, catalogue, page.source), teacher.learned(page.source)
        yield _Job(waiting=page, page=newest, first=earlier, source=origin, known=known, learned=learned)


def _source(archive: Archive, catalogue: Mapping[str, Source], name: str) -> Source:
    """The entry of the catalogue, or what the archive remembers of a source that has none any more."""
    if name in catalogue:
        return catalogue[name]
    row = sources.get(archive, name) or {}
    return Source(id=name, **{key: row[key] for key in ("name", "region", "kind", "home") if key in row})


def _results(jobs: Iterable[_Job], topic: str, *, many: bool) -> Iterator[tuple[_Job, Processed | str]]:
    """Every job with what was made of it, in order; a few pages ahead of what is asked for, so that memory stays bounded."""
    if not many or WORKERS == 1:
        for job in jobs:
            yield job, _read(job, topic)
        return
    readers = pool()
    try:
        ahead: deque[tuple[_Job, Future[Processed | str]]] = deque()
        for job in jobs:
            ahead.append((job, readers.submit(_read, job, topic)))
            if len(ahead) > 8 * WORKERS:
                job, future = ahead.popleft()
                yield job, future.result()
        while ahead:
            job, future = ahead.popleft()
            yield job, future.result()
    finally:
        readers.shutdown(cancel_futures=True)


def _read(job: _Job, topic: str) -> Processed | str:
    """Reading and verdict of one page. What no reader can bear is told as text."""
    try:
        with within(LIMIT):
            gated = job.waiting.article is not None
            return _dated(job, process(job.page.body, job.page.url, _hints(job, job.page), topic, gated=gated), topic)
    except ReadingFailed as error:
        return str(error)
    except Exception as error:  # noqa: BLE001  # one page must not end the rereading of all others
        return f"reading it failed: {type(error).__name__}: {error}"[:300]


def _dated(job: _Job, result: Processed, topic: str) -> Processed:
    """With the date as the first wording had it."""
    reading = result.reading
    if job.first is None or reading is None or result.verdict is None:
        return result
    before = process(job.first.body, job.first.url, _hints(job, job.first), topic, gated=True).reading
    if before is None or before.kind != "article":
        return result
    dated = replace(reading, published=before.published, published_by=before.published_by, dates=before.dates)
    return replace(result, reading=dated)


def _hints(job: _Job, page: KeptPage) -> Hints:
    """As when the page was fetched; of the link that led there the date is left, and texts that a list carried have their own."""
    said = Link(url=page.url)
    if job.known is not None and job.known.link_date:
        said = Link(url=page.url, date=job.known.link_date, via=job.known.link_via)
    hints = hints_for(_as_fetched(page, said), job.source, job.learned)
    return replace(hints, link=said if said.date and "x-avtoklaster-date" not in page.headers else None)


def _as_fetched(page: KeptPage, link: Link) -> Page:
    """A kept page as it was when it came, without its bytes."""
    return Page(
        url=page.url,
        requested=page.url,
        source=page.source,
        body=b"",
        status=page.status or 200,
        headers=page.headers,
        fetched=datetime.fromisoformat(page.fetched),
        link=link,
    )


def _article(archive: Archive, job: _Job, result: Processed | str, report: Report, dry_run: bool) -> None:
    if isinstance(result, str) or result.reading is None or result.verdict is None:
        reason = result if isinstance(result, str) else result.reading.kind_reason if result.reading else result.refused
        report.unreadable.append((job.waiting.url, reason))
        report.counts["unreadable"] += 1
        return
    assert job.known is not None
    title = result.reading.title
    if title.endswith(("…", "...")) and job.known.title.startswith(title.rstrip("….")):
        title = job.known.title  # completed by the title of a link, which is gone
    record = _record(job, result, title)
    change = rereading.apply(archive, job.waiting, record, dates_stand=job.known.dates_stand, dry_run=dry_run)
    if change is None:
        report.counts["outdated"] += 1
        return
    told = kinds(change)
    report.counts.update(told or ["unchanged"])
    if told:
        report.changes.append(change)


def _record(job: _Job, result: Processed, title: str) -> ArticleRecord:
    assert result.reading is not None and result.verdict is not None
    return article_record(job.waiting.url, job.source, replace(result.reading, title=title), result.verdict)


def kinds(change: Change) -> list[str]:
    """What of an article changed, as the words of `Report.counts`; empty when only who read and judged it is noted anew."""
    after = change.after
    told = [name for name, column in (("titles", "title"), ("texts", "text"), ("dates", "published")) if column in after]
    if "score" in after and (change.before["score"] >= 0.5) != (after["score"] >= 0.5):
        told.append("verdicts")
    ours = {"reader_version", "judged_by", "words", "text_hash"}
    return told or (["others"] if after.keys() - ours else [])


def _refused(archive: Archive, job: _Job, result: Processed | str, judged_by: str, report: Report, dry_run: bool) -> None:
    """A page that was no article of the topic: it becomes one as if it had been seen to be one when it was fetched."""
    verdict: Verdict | None = None if isinstance(result, str) else result.verdict
    if isinstance(result, str) or verdict is None or result.reading is None or not verdict.relevant:
        report.counts["refused"] += 1
        if isinstance(result, str) or dry_run:
            return
        kind_reason = result.reading.kind_reason if result.reading else ""
        rereading.refuse_again(
            archive,
            job.waiting,
            reason=result.refused or (verdict.reason if verdict else kind_reason),
            judged_by=judged_by,
            score=verdict.score if verdict else None,
            matched=matches(verdict) if verdict else (),
        )
        return
    report.counts["recovered"] += 1
    report.recovered.append((job.waiting.url, result.reading.title))
    if dry_run:
        return
    record = _record(job, result, result.reading.title)
    page = PageRecord(
        url=canonical(job.page.url),
        source=job.source.id,
        status=job.page.status,
        etag=job.page.headers.get("etag", ""),
        last_modified=job.page.headers.get("last-modified", ""),
        **judged(result.reading, verdict),
    )
    articles.store(archive, record, page, now=datetime.fromisoformat(job.page.fetched))
