"""Articles that others have collected, on the way of our own: judged, stored once, with a row and a reason for each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from crawler.errors import ReadingFailed
from crawler.incoming import Incoming, Unreadable, published, site
from crawler.items import DateWitness, Reading, Verdict
from crawler.processing import company_names, judge_texts, topic_of
from crawler.records import article_record, judged
from crawler.sources import Source
from crawler.workers import LIMIT, WORKERS, pool, within
from storage import articles, companies, importing, pages, sources
from storage.connection import Archive
from storage.derived import Derived
from storage.records import PageRecord

_CHUNK = 64
"""Articles that are judged at a time, and written in one transaction: a tenth of a second of the write lock."""

_LONG = 8
"""After so many of them the rest of a file is worth the start of processes."""

_Judged = tuple[Verdict, Derived | None] | str
_COUNTED = {"stored": "new", "revised": "revised", "unchanged": "unchanged", "copy": "copies"}


@dataclass(slots=True)
class Report:
    """What an import did. `undated` counts dates that could not be read; `sources` are those that were not known before."""

    counts: Counter[str] = field(default_factory=Counter)
    sources: list[str] = field(default_factory=list)
    unreadable: list[tuple[str, int, str]] = field(default_factory=list)

    COUNTS = ("lines", "new", "revised", "unchanged", "copies", "irrelevant", "kept", "forgotten", "undated", "unreadable")
    REMEMBERED = 1000
    """Unreadable lines that are remembered with file, number and reason; the others are only counted."""

    def refuse(self, file: str, item: Unreadable) -> None:
        self.counts["unreadable"] += 1
        if len(self.unreadable) < self.REMEMBERED:
            self.unreadable.append((file, item.line, item.reason))


@dataclass(frozen=True, slots=True)
class _Read:
    """One line that is to be judged."""

    line: int
    reading: Reading
    source: Source


class Importer:
    """Takes articles into an archive; `clock` gives the moment that is written down as first sight (aware, UTC)."""

    def __init__(self, archive: Archive, topic: str, catalogue: Mapping[str, Source], clock: Callable[[], datetime]) -> None:
        self.report = Report()
        self._archive = archive
        self._topic = topic
        self._judged_by = topic_of(topic).judged_by
        companies.remember(archive, company_names(topic))
        self._clock = clock
        self._catalogue = catalogue
        self._hosts = {site(source.home): source for source in reversed(list(catalogue.values())) if source.home}
        self._known: dict[str, Source] = {}
        self._there = set(sources.names(archive))

    def take(self, file: str, records: Iterable[tuple[int, Incoming | Unreadable]]) -> Iterator[int]:
        """Reads, judges and stores everything of one file; yields the number of lines so far, now and then.

        What was written stays when it is broken off; taken again, what is known is passed over.
        """
        with ExitStack() as stack:
            judges: ProcessPoolExecutor | None = None
            waiting: list[tuple[list[_Read], Future[list[_Judged]]]] = []
            for number, chunk in enumerate(_chunks(records)):
                read = self._readings(file, chunk)
                if number == _LONG and WORKERS > 1:
                    judges = stack.enter_context(pool())
                waiting.append((read, _judge(judges, read, self._topic)))
                if len(waiting) > (2 * WORKERS if judges else 0):
                    self._write(file, *waiting.pop(0))
                yield self.report.counts["lines"]
            while waiting:
                self._write(file, *waiting.pop(0))
        yield self.report.counts["lines"]

    def _readings(self, file: str, chunk: list[tuple[int, Incoming | Unreadable]]) -> list[_Read]:
        """What is to be judged of a chunk of lines."""
        found = []
        for line, item in chunk:
            self.report.counts["lines"] += 1
            if isinstance(item, Unreadable):
                self.report.refuse(file, item)
                continue
            try:
                source = self._source(item)
                reading = self._reading(item, source)
                known = importing.known(self._archive, article_record(item.url, source, reading, _NOT_JUDGED), self._judged_by)
            except ValueError as error:
                self.report.refuse(file, Unreadable(line=line, reason=str(error)))
                continue
            if known:
                self.report.counts[{"same": "unchanged", "ours": "kept", "forgotten": "forgotten"}[known]] += 1
                continue
            found.append(_Read(line, reading, source))
        return found

    def _reading(self, item: Incoming, source: Source) -> Reading:
        date = published(item.published, source.timezone, self._clock())
        self.report.counts["undated"] += bool(item.published and date is None)
        why = "given by the file" if date else "cannot be a date of publication"
        return Reading(
            url=item.url,
            kind="article",
            kind_reason="imported",
            title=item.title,
            text=item.text,
            author=item.author,
            published=date,
            published_by="import" if date else "",
            dates=tuple(
                DateWitness(witness="import", value=date or raw, believed=bool(date), why=why) for raw in (item.published,) if raw
            ),
            language=item.language[:2].lower(),
            image=item.image,
        )

    def _source(self, item: Incoming) -> Source:
        """The source a file names, or that of the address: from the catalogue, else one of kind `other` that is not crawled."""
        name = item.source or site(item.url)
        if name not in self._known:
            self._known[name] = self._catalogue.get(name) or self._hosts.get(name) or self._by_host(item) or _other(name)
        return self._known[name]

    def _by_host(self, item: Incoming) -> Source | None:
        return None if item.source else self._hosts.get(site(item.url))

    def _write(self, file: str, read: list[_Read], verdicts: Future[list[_Judged]]) -> None:
        """One transaction for a chunk: other writers wait for a tenth of a second at most."""
        judgements = verdicts.result()
        with self._archive.write():
            for item, said in zip(read, judgements, strict=True):
                self._remember(item.source)
                if isinstance(said, str):
                    self._fail(file, item, said)
                else:
                    self.report.counts[self._store(item.reading, item.source, *said)] += 1

    def _remember(self, source: Source) -> None:
        if source.id not in self._there:
            self._there.add(source.id)
            sources.put(self._archive, source)
            self.report.sources.append(source.id)

    def _fail(self, file: str, item: _Read, reason: str) -> None:
        """A text that could not be judged is a row that says why, and is tried again when the file is given again."""
        page = PageRecord(url=item.reading.url, source=item.source.id, outcome="failed", reason=reason, title=item.reading.title)
        pages.record(self._archive, page, now=self._clock())
        self.report.refuse(file, Unreadable(line=item.line, reason=f"{item.reading.url}: {reason}"))

    def _store(self, reading: Reading, source: Source, verdict: Verdict, derived: Derived | None) -> str:
        now = self._clock()
        page = PageRecord(
            url=reading.url, source=source.id, outcome="irrelevant", reason=verdict.reason, **judged(reading, verdict)
        )
        if not verdict.relevant:
            pages.record(self._archive, page, now=now)
            return "irrelevant"
        article = article_record(reading.url, source, reading, verdict, derived)
        return _COUNTED[articles.store(self._archive, article, page, now=now).outcome]


_NOT_JUDGED = Verdict(relevant=True, score=1.0, matched=(), reason="")


def _other(name: str) -> Source:
    return Source(id=name, name=name, kind="other", enabled=False)


def _chunks(records: Iterable[tuple[int, Incoming | Unreadable]]) -> Iterator[list[tuple[int, Incoming | Unreadable]]]:
    source = iter(records)
    while chunk := list(islice(source, _CHUNK)):
        yield chunk


def _judge(judges: ProcessPoolExecutor | None, read: list[_Read], topic: str) -> Future[list[_Judged]]:
    texts = [(item.reading.title, item.reading.text) for item in read]
    if judges is not None:
        return judges.submit(_judge_each, texts, topic)
    done: Future[list[_Judged]] = Future()
    done.set_result(_judge_each(texts, topic))
    return done


def _judge_each(texts: list[tuple[str, str]], topic: str) -> list[_Judged]:
    """`judge_texts` for texts of which one may take for ever or break what reads it: that costs only itself, and is told.

    Runs in the main thread of a process.
    """
    topic_of(topic)  # the first one must not pay for loading it
    found: list[_Judged] = []
    for text in texts:
        try:
            with within(LIMIT):
                found += judge_texts([text], topic)
        except ReadingFailed as error:
            found.append(str(error))
        except Exception as error:  # noqa: BLE001  # the edge of a worker: a mistake of a library becomes the text's reason
            found.append(f"{type(error).__name__}: {error}"[:300])
    return found
