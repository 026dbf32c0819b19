"""A person's marks: tags and notes on articles and on their stories, and how far each person has read."""

from __future__ import annotations

import sqlite3

_STATEMENTS = (
    """
    CREATE TABLE labels (
        article INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
        scope TEXT NOT NULL DEFAULT 'article' CHECK (scope IN ('article', 'story')),
        tag TEXT NOT NULL,
        who TEXT NOT NULL DEFAULT '',
        at TEXT NOT NULL,
        PRIMARY KEY (article, scope, tag)
    ) STRICT
    """,
    "CREATE INDEX labels_by_tag ON labels (tag)",
    """
    CREATE TABLE notes (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        article INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
        scope TEXT NOT NULL DEFAULT 'article' CHECK (scope IN ('article', 'story')),
        text TEXT NOT NULL,
        who TEXT NOT NULL DEFAULT '',
        at TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX notes_by_article ON notes (article)",
    """
    CREATE TABLE seen (
        who TEXT PRIMARY KEY,
        article INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        at TEXT NOT NULL
    ) STRICT
    """,
    # a story's marks hang on one of its articles: regrouping gives stories other ids, articles keep theirs
    """
    CREATE VIEW marked AS
    SELECT l.article, CASE l.scope WHEN 'story' THEN a.story END AS story, 'tag' AS kind, l.tag AS text, l.who, l.at
    FROM labels AS l JOIN articles AS a ON a.id = l.article
    UNION ALL
    SELECT n.article, CASE n.scope WHEN 'story' THEN a.story END, 'note', n.text, n.who, n.at
    FROM notes AS n JOIN articles AS a ON a.id = n.article
    """,
)


def migrate(conn: sqlite3.Connection) -> None:
    for statement in _STATEMENTS:
        conn.execute(statement)
