"""What `avtoklaster explain` prints of a page: lines for people, an object for programs."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from crawler.cli.output import emphasis, plain, printable

if TYPE_CHECKING:
    from crawler.items import Reading, Verdict


def as_object(name: str, reading: Reading, verdict: Verdict) -> dict[str, Any]:
    """The object of `--json`: its keys are a promise. `source` is the input as it was given."""
    return {
        "source": name,
        "url": reading.url or reading.canonical,
        "kind": reading.kind,
        "kind_reason": reading.kind_reason,
        "title": reading.title,
        "text": reading.text,
        "author": reading.author,
        "published": reading.published,
        "published_by": reading.published_by,
        "dates": [
            {"witness": said.witness, "value": said.value, "believed": said.believed, "why": said.why} for said in reading.dates
        ],
        "language": reading.language,
        "encoding": reading.encoding,
        "verdict": {
            "relevant": verdict.relevant,
            "score": verdict.score,
            "matched": [{"term": match.term, "group": match.group, "where": match.where} for match in verdict.matched],
            "reason": verdict.reason,
            "regions": list(verdict.regions),
            "companies": list(verdict.companies),
        },
        "cut": list(reading.cut),
    }


def for_people(name: str, reading: Reading, verdict: Verdict, corrections: list[dict[str, Any]]) -> Iterator[str]:
    """The lines for a terminal; `corrections` are what people said of the article, if the archive has it."""
    yield emphasis(plain(name), sys.stdout)
    if reading.url and reading.url != name:
        yield _field("address", reading.url)
    yield _field("kind", f"{reading.kind}: {reading.kind_reason}" if reading.kind_reason else reading.kind)
    yield _field("title", reading.title)
    for title in reading.titles:
        yield _field("", f"{'✓' if title.chosen else '✗'} {title.witness}: {title.value} ({title.why})")
    yield _field("author", reading.author)
    by = f" (said by {reading.published_by})" if reading.published_by else ""
    yield _field("published", (reading.published or "unknown") + by)
    for said in reading.dates:
        yield _field("", f"{'✓' if said.believed else '✗'} {said.witness}: {said.value} {f'({said.why})' if said.why else ''}")
    yield _field("language", f"{reading.language or 'unknown'}, encoding {reading.encoding or 'unknown'}")
    yield _field("verdict", f"{'relevant' if verdict.relevant else 'not relevant'}, score {verdict.score:.2f}: {verdict.reason}")
    for term, group, where, count in _grouped(verdict):
        yield _field("", f"{term} ({group}, in the {where}{f', {count} times' if count > 1 else ''})")
    for index, word in enumerate(corrections):
        why = f" ({word['note']})" if word["note"] else ""
        who = word["who"] or "a person"
        yield _field(
            "" if index else "corrected", f"{word['field']}: {word['value'] or 'none'}, by {who}, {word['at'][:10]}{why}"
        )
    yield _field("regions", ", ".join(verdict.regions))
    yield _field("companies", ", ".join(verdict.companies))
    for index, removed in enumerate(reading.cut):
        yield _field("" if index else "cut", removed)
    yield _field("text", f"{len(reading.text)} characters")
    yield ""
    yield printable(reading.text)


def _grouped(verdict: Verdict) -> Iterator[tuple[str, str, str, int]]:
    """Matches of a verdict, each term once a place, with how often it stands there."""
    counts: dict[tuple[str, str, str], int] = {}
    for match in verdict.matched:
        key = (match.term, match.group, match.where)
        counts[key] = counts.get(key, 0) + 1
    for (term, group, where), count in counts.items():
        yield term, group, where, count


def _field(name: str, value: str) -> str:
    return f"  {name:<10} {plain(value)}".rstrip()
