"""What pages of a source teach, kept in step while they are read: for the crawl, `reread` and `explain` alike."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from pathlib import Path

from crawler.items import Learned, Reading
from crawler.reading.learning import FEWEST, Lesson, lesson, lines_read, mark, shared_lines, shared_tails
from crawler.reading.trimming import tails_of
from storage.connection import Archive, open_archive
from storage.errors import ArchiveError
from storage.learning import NEWEST, LessonRecord, remember, remembered


def learned_in(path: Path, source: str) -> Learned:
    """What an archive has learned of a source; nothing where there is no archive that can be read."""
    try:
        with open_archive(path, read_only=True) as archive:
            return Teacher(archive, keeps=False).learned(source)
    except ArchiveError:
        return Learned()


class Teacher:
    """What was learned of every source that was asked for; one process, one archive. Nothing is written unless `keeps`."""

    def __init__(self, archive: Archive, *, keeps: bool = True) -> None:
        self._archive = archive
        self._keeps = keeps
        self._lessons: dict[str, dict[str, Lesson]] = {}
        self._learned: dict[str, tuple[dict[str, int], dict[str, int]]] = {}

    def learned(self, source: str) -> Learned:
        """What may be cut from the pages of a source by now."""
        lines, tails = self._of(source)
        return Learned(lines=dict(lines), tails=dict(tails))

    def take(self, source: str, url: str, reading: Reading, *, now: datetime) -> None:
        """Learns from a page as it was read; an address that was read before counts once. Raises storage.errors.* ."""
        found = lesson(reading)
        if found is None:
            return
        lines, tails = self._of(source)
        lessons = self._lessons[source]
        known = url in lessons
        lessons.pop(url, None)
        lessons[url] = found
        while len(lessons) > NEWEST:
            del lessons[next(iter(lessons))]
        here = dict.fromkeys(lines_read(reading))
        again = [] if known else [("line", line) for line in here if line in lines]
        again += [] if known else [("tail", tail) for tail in found.tails if tail in tails]
        news = _news("line", {line: mark(line) for line in here if line not in lines}, lessons.values())
        news += _news("tail", {tail: tail for tail in tails_of(reading.stated) if tail not in tails}, lessons.values())
        for what, text in again:
            (lines if what == "line" else tails)[text] += 1
        for what, text, pages in news:
            (lines if what == "line" else tails)[text] = pages
        if self._keeps:
            record = LessonRecord(title=found.title, tails=found.tails, lines=found.lines)
            remember(self._archive, source, url, record, news=news, again=again, now=now)

    def _of(self, source: str) -> tuple[dict[str, int], dict[str, int]]:
        if source not in self._learned:
            had = remembered(self._archive, source)
            self._lessons[source] = {
                url: Lesson(title=each.title, tails=each.tails, lines=each.lines) for url, each in had.lessons.items()
            }
            self._learned[source] = had.learned["line"], had.learned["tail"]
        return self._learned[source]


def _news(what: str, unknown: Mapping[str, str], lessons: Collection[Lesson]) -> list[tuple[str, str, int]]:
    """What is learned with a page: (what, text, pages it stands on). `unknown`: its lines or tails as lessons have them."""
    seen = [each.lines if what == "line" else each.tails for each in lessons]
    if not any(sum(had in page for page in seen) >= FEWEST for had in unknown.values()):
        return []  # as for most pages; to ask who may teach takes longer
    shared = shared_lines(list(lessons)) if what == "line" else shared_tails(list(lessons))
    return [(what, text, shared[had]) for text, had in unknown.items() if had in shared]
