"""What Datasette is told of the archive: titles, descriptions of columns, facets, the named questions."""

from __future__ import annotations

from typing import Any

from storage import cookbook
from storage.schema import SCHEMA


def metadata(database: str) -> dict[str, Any]:
    """Datasette's metadata; `database` is the name under which it serves the file."""
    queries = {
        name: {"title": recipe.title, "description": recipe.answer, "sql": recipe.sql, "params": list(recipe.params)}
        for name, recipe in cookbook.load().items()
    }
    tables: dict[str, Any] = {name: {"columns": dict(columns)} for name, columns in SCHEMA.items()}
    tables.setdefault("articles", {}).update(
        {"fts_table": "articles_fts", "fts_pk": "id", "facets": ["region", "source"], "sort_desc": "day", "label_column": "title"}
    )
    tables.setdefault("latest", {}).update({"facets": ["region_name", "source_name"]})
    tables.setdefault("pages", {}).update({"facets": ["outcome"]})
    tables.setdefault("crawls", {}).update({"facets": ["outcome"], "sort_desc": "id"})
    tables.setdefault("stories", {}).update({"label_column": "title", "sort_desc": "id"})
    tables.setdefault("sources", {}).update({"label_column": "name", "facets": ["kind", "region"]})
    return {
        "title": "avtoklaster",
        "description": "Новости об автомобильных кластерах России: каждая статья один раз, с историей, копиями и свидетельствами",
        "databases": {database: {"tables": tables, "queries": queries}},
    }
