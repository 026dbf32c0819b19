"""Cells of Datasette's tables that lead to our pages. Pure."""

from __future__ import annotations

from collections.abc import Collection

from markupsafe import Markup


def cell(columns: Collection[str], value: object, column: str, table: str | None) -> Markup | None:
    """A link for the number of an article or a story in a row with these columns; None leaves the cell to Datasette.

    `table` is None for answers to SQL: there an `id` is that of an article only beside its title and source.
    """
    if not isinstance(value, int):
        return None
    page = {"article": "article", "story": "story"}.get(column)
    if column == "id" and (table in ("articles", "latest") or (table is None and {"title", "source"} <= set(columns))):
        page = "article"
    elif column == "id" and table == "stories":
        page = "story"
    return Markup('<a href="/{}/{}">{}</a>').format(page, value, value) if page else None
