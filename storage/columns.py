"""What reading and judging say of an article, as the columns of its row. Pure."""

from __future__ import annotations

import json
from typing import Any

from storage.derived import identity, kept
from storage.records import ArticleRecord
from storage.regions import FEDERAL
from storage.text import clean
from storage.times import publication


def columns(article: ArticleRecord, url: str) -> dict[str, Any]:
    """The values of the columns that come from reading and judging. Raises ValueError for a publication date that is none."""
    title, text = kept(article.title, article.text)
    published = publication(article.published)
    derived = article.derived
    known = derived is not None and (derived.title, derived.text) == (title, text)
    count, digest = (derived.words, derived.text_hash) if derived and known else identity(title, text)
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
        "words": count,
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
        "text_hash": digest,
    }


def _region(article: ArticleRecord) -> str:
    """The source's region; of federal sources the one that the text speaks of most."""
    return article.region if article.region not in ("", FEDERAL) else next(iter(article.regions), article.region)


def _json(value: object) -> str:
    return clean(json.dumps(value, ensure_ascii=False))
