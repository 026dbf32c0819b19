"""What is exported unless a person asks for something else: all articles but those that a person called irrelevant."""

from __future__ import annotations

from typing import Final

from storage.corrected import WANTED

ARTICLES: Final = (
    "SELECT id, url, source, region, title, text, author, published, published_utc, day, published_by, first_seen, last_seen,"
    f" gone_since, language, words, score, story, regions, companies, matched FROM articles AS a WHERE {WANTED} ORDER BY id"
)
"""One article a row, with the names that `import` understands."""

FEED: Final = (
    "SELECT url, title, substr(text, 1, 500) AS summary, coalesce(published_utc, first_seen) AS updated, source"
    f" FROM articles AS a WHERE {WANTED} ORDER BY id DESC LIMIT 100"
)
"""The newest articles as entries of a feed."""
