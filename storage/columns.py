"""What reading and judging say of an article, as the columns of its row. Pure."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from storage.records import ArticleRecord
from storage.regions import FEDERAL
from storage.text import clean, words
from storage.times import publication

_SHORT = 30
"""Below so many words a text alone does not identify an article: its title counts too."""


def columns(article: ArticleRecord, url: str) -> dict[str, Any]:
    """The values of the columns that come from reading and judging. Raises ValueError for a publication date that is none."""
    title, text = " ".join(clean(article.title).split()), clean(article.text)
    published = publication(article.published)
    found = words(text)
    return {
        "url": url,
        "source": article.source,
        "region": _region(article),
        "title": title,
        "text": text,
        "author": clean(article.author),
        "published": published.published,
        "published_utc": published.utc,
        "day": published.day,
        "published_by": article.published_by if published.published else "",
        "language": article.language,
        "words": len(found),
        "score": article.score,
        "matched": _json([dict(match) for match in article.matched]),
        "reader_version": article.reader_version,
        "reason": clean(article.reason),
        "judged_by": article.judged_by,
        "regions": _json(article.regions),
        "companies": _json(article.companies),
        "image": clean(article.image),
        "tags": _json(article.tags),
        "captions": _json(article.captions),
        "text_hash": _hash(title, found),
    }


def _region(article: ArticleRecord) -> str:
    """The source's region; of federal sources the one that the text speaks of most."""
    return article.region if article.region not in ("", FEDERAL) else next(iter(article.regions), article.region)


def _json(value: object) -> str:
    return clean(json.dumps(value, ensure_ascii=False))


def text_hash(title: str, text: str) -> str:
    """Equal for texts of the same words, whatever their case, punctuation and spacing; for a few words the title counts too."""
    return _hash(title, words(text))


def _hash(title: str, found: list[str]) -> str:
    if len(found) < _SHORT:
        found = [*words(title), "|", *found]
    return hashlib.sha256(" ".join(found).encode()).hexdigest()
