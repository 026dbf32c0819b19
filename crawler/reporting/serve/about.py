"""What Datasette is told of the archive: titles, descriptions of columns, facets, the named questions."""

from __future__ import annotations

from typing import Any

from storage import cookbook
from storage.schema import SCHEMA

MAIN = (
    *("latest", "by_region", "story_sources", "edits", "refused", "source_health", "coverage", "marked"),
    *("articles", "stories", "sources", "copies", "revisions", "dates", "pages", "crawls", "corrections"),
    *("mentions", "companies", "regions", "month_counts", "words", "alarms", "gaps", "source_days", "labels", "notes"),
)
"""The views and tables that are meant for people; the others are how the archive works."""

_FACETS = {
    "articles": ["region", "source"],
    "latest": ["region_name", "source_name"],
    "pages": ["outcome"],
    "crawls": ["outcome"],
    "sources": ["kind", "region"],
}
LARGE = ("articles", "latest", "pages")
"""What is without facets in a large archive unless they are asked for (`?_facet=region`): each reads every row."""


_ROWS = 100
"""Rows of an answer in the browser, unless more are asked for."""


def shown(recipe: cookbook.Recipe) -> str:
    """The SQL of a named question as the browser asks it: where it does not say how many rows, the form does."""
    sql = recipe.sql.strip()
    return sql if "\nLIMIT " in sql else f"{sql}\nLIMIT coalesce(nullif(:limit, ''), {_ROWS})"


def usual(recipe: cookbook.Recipe) -> dict[str, str | int | float]:
    """What is asked unless a person changes it."""
    return dict(recipe.params) | ({"limit": _ROWS} if ":limit" in shown(recipe) else {})


def metadata(database: str, *, large: bool) -> dict[str, Any]:
    """Datasette's metadata; `database` is the name under which it serves the file."""
    queries = {
        name: {
            "title": recipe.russian["title"],
            "description": recipe.russian["answer"],
            "sql": shown(recipe),
            "params": list(usual(recipe)),
        }
        for name, recipe in cookbook.load().items()
    }
    tables: dict[str, Any] = {
        name: {
            "description": columns[""],
            "columns": {column: meaning for column, meaning in columns.items() if column},
            "hidden": name not in MAIN,
        }
        for name, columns in SCHEMA.items()
    }
    for name, facets in _FACETS.items():
        if not (large and name in LARGE):
            tables[name]["facets"] = facets
    tables["articles"].update({"fts_table": "articles_fts", "fts_pk": "id", "sort_desc": "day", "label_column": "title"})
    tables["crawls"]["sort_desc"] = "id"
    tables["stories"].update({"label_column": "title", "sort_desc": "id"})
    tables["sources"]["label_column"] = "name"
    return {
        "title": "avtoklaster",
        "description": "Новости об автомобильных кластерах России: каждая статья один раз, с историей, копиями и свидетельствами",
        "extra_css_urls": ["/-avtoklaster/tables.css"],
        "databases": {database: {"tables": tables, "queries": queries}},
    }
