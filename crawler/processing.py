"""From bytes to a verdict: one pure function, so that it can run in a worker process, in a reread, in `explain` alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from crawler.items import Hints, Reading, Verdict
from crawler.judging import Topic, gate, judge, load_topic
from crawler.reading import read
from storage.derived import Derived, derive


@dataclass(frozen=True, slots=True, kw_only=True)
class Processed:
    """What was made of a page. `refused`: why the gate did not let it be read, "" when it was read.

    `verdict` is None when the page is no article; `derived` is there when the article is to be stored, for `article_record`.
    """

    reading: Reading | None = None
    verdict: Verdict | None = None
    refused: str = ""
    derived: Derived | None = None


@lru_cache(maxsize=4)
def topic_of(name: str) -> Topic:
    """A topic by its name or path, loaded once a process. Raises TopicError."""
    return load_topic(name)


def company_names(topic: str) -> dict[str, str]:
    """What the companies of a topic are called, by their ids."""
    return {company.id: company.name for company in topic_of(topic).companies.values()}


def passes(body: bytes, hints: Hints, topic: str) -> str:
    """ "" when the page may be about the topic, else the reason for not reading it. Half a millisecond a page.

    What a person would see of a text file is all of it: it is never refused unread.
    """
    return "" if hints.is_text else gate(body, topic_of(topic), content_type=hints.headers.get("content-type", ""))


def process(body: bytes, url: str, hints: Hints, topic: str, *, gated: bool = False) -> Processed:
    """Gate, reading, verdict. `gated`: the gate was passed already. `topic` is a name or path: it is loaded where this runs."""
    if not gated and (refused := passes(body, hints, topic)):
        return Processed(refused=refused)
    reading = read(body, url, hints)
    verdict = judge(reading.title, reading.text, topic_of(topic)) if reading.kind == "article" else None
    return Processed(reading=reading, verdict=verdict)


def process_gated(body: bytes, url: str, hints: Hints, topic: str) -> Processed:
    """What a crawl makes of a page that has passed the gate, up to what storing it would have to work out."""
    found = process(body, url, hints, topic, gated=True)
    if found.reading is None or found.verdict is None or not found.verdict.relevant:
        return found
    return replace(found, derived=derive(found.reading.title, found.reading.text))


def judge_texts(texts: Sequence[tuple[str, str]], topic: str) -> list[tuple[Verdict, Derived | None]]:
    """The verdicts on some (title, text), of the relevant ones what storing needs: a batch of an import, here or in a worker."""
    verdicts = [judge(title, text, topic_of(topic)) for title, text in texts]
    return [(said, derive(*text) if said.relevant else None) for said, text in zip(verdicts, texts, strict=True)]
