"""Where near-copies are looked up, and what stories are made from. What each column means is in `storage.schema`.

The look-up tables are without foreign keys: a row whose article is gone is passed over, and `regroup` makes them all anew.
"""

from __future__ import annotations

import sqlite3

_TABLES = (
    """
    CREATE TABLE copy_sketches (
        article INTEGER PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
        version INTEGER NOT NULL,
        hashes BLOB NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE copy_index (
        hash INTEGER NOT NULL,
        article INTEGER NOT NULL,
        PRIMARY KEY (hash, article)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE story_features (
        article INTEGER PRIMARY KEY REFERENCES articles (id) ON DELETE CASCADE,
        version INTEGER NOT NULL,
        day INTEGER NOT NULL,
        norm REAL NOT NULL,
        features BLOB NOT NULL,
        keys BLOB NOT NULL
    ) STRICT
    """,
    "CREATE TABLE story_terms (term INTEGER PRIMARY KEY, articles INTEGER NOT NULL) STRICT",
    """
    CREATE TABLE story_index (
        term INTEGER NOT NULL,
        day INTEGER NOT NULL,
        article INTEGER NOT NULL,
        PRIMARY KEY (term, day, article)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE story_links (
        article INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
        other INTEGER NOT NULL,
        score REAL NOT NULL,
        PRIMARY KEY (article, other)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE TABLE merged_stories (story INTEGER PRIMARY KEY, into_story INTEGER NOT NULL) STRICT",
)


def migrate(conn: sqlite3.Connection) -> None:
    for statement in _TABLES:
        conn.execute(statement)
