"""What the archive already knows of an article that a file brings: so that an import can be begun again where it stopped."""

from __future__ import annotations

from typing import Literal

from storage import folding
from storage.connection import Archive
from storage.derived import identity, kept
from storage.forgetting import FORGOTTEN
from storage.pages import LEAD
from storage.records import ArticleRecord
from storage.text import clean

Known = Literal["", "same", "ours", "forgotten"]


def known(archive: Archive, article: ArticleRecord, judged_by: str) -> Known:
    """ "" when the article is to be judged and stored.

    "same": it was imported before with this wording and judged by this topic; "ours": its page was fetched and read by ourselves,
    which no file overrules; "forgotten": a person had it forgotten. Raises ValueError for an address that is none.
    """
    page = archive.one(_PAGE, (folding.resolve(archive, article.url),))
    if page is None:
        return ""
    if page["outcome"] == "off_limits" and page["reason"].startswith(FORGOTTEN):
        return "forgotten"
    if page["article"] is not None:
        if page["status"] is not None:
            return "ours"
        if page["worded"] and not article.text.strip():
            return "same"  # a list of titles says nothing of the wording
        same = page["text_hash"] == identity(*kept(article.title, article.text))[1]
        dated = page["published"] is not None or article.published is None
        return "same" if same and dated and page["article_judged_by"] in (judged_by, "person") else ""
    same = page["title"] == clean(article.title) and page["lead"] == clean(article.text)[:LEAD]
    return "same" if page["outcome"] == "irrelevant" and same and page["judged_by"] == judged_by else ""


_PAGE = """
    SELECT p.outcome, p.reason, p.status, p.article, p.title, p.lead, p.judged_by, a.published, a.judged_by AS article_judged_by,
        a.text <> '' AS worded,
        coalesce(c.text_hash, a.text_hash) AS text_hash
    FROM pages AS p LEFT JOIN articles AS a ON a.id = p.article LEFT JOIN copies AS c ON c.url = p.url
    WHERE p.url = ?
"""
