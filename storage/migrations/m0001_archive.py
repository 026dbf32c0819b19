"""The archive as it begins. What each column means is in `storage.schema`."""

from __future__ import annotations

import sqlite3

_CATALOGUE = (
    """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT
    """,
    """
    CREATE TABLE sources (
        id TEXT PRIMARY KEY,
        name TEXT NOT NULL DEFAULT '',
        region TEXT NOT NULL DEFAULT 'RU',
        kind TEXT NOT NULL DEFAULT 'other',
        home TEXT NOT NULL DEFAULT '',
        enabled INTEGER NOT NULL DEFAULT 1 CHECK (enabled IN (0, 1)),
        next_due TEXT,
        last_success TEXT,
        last_new TEXT,
        failures INTEGER NOT NULL DEFAULT 0
    ) STRICT
    """,
    """
    CREATE TABLE crawls (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        source TEXT NOT NULL REFERENCES sources (id),
        started TEXT NOT NULL,
        finished TEXT,
        outcome TEXT CHECK (outcome IN ('finished', 'partial', 'failed', 'blocked', 'interrupted', 'killed', 'busy')),
        requests INTEGER NOT NULL DEFAULT 0,
        bytes INTEGER NOT NULL DEFAULT 0,
        new INTEGER NOT NULL DEFAULT 0,
        revised INTEGER NOT NULL DEFAULT 0,
        copies INTEGER NOT NULL DEFAULT 0,
        irrelevant INTEGER NOT NULL DEFAULT 0,
        failed INTEGER NOT NULL DEFAULT 0,
        message TEXT NOT NULL DEFAULT '',
        alive TEXT,
        pid INTEGER,
        pid_started INTEGER,
        boot TEXT,
        machine TEXT,
        CHECK ((finished IS NULL) = (outcome IS NULL))
    ) STRICT
    """,
    "CREATE INDEX crawls_by_source ON crawls (source, started)",
    "CREATE INDEX crawls_running ON crawls (id) WHERE finished IS NULL",
    """
    CREATE TABLE leases (
        host TEXT PRIMARY KEY,
        source TEXT NOT NULL,
        pid INTEGER NOT NULL,
        pid_started INTEGER NOT NULL,
        boot TEXT NOT NULL,
        machine TEXT NOT NULL,
        acquired TEXT NOT NULL,
        expires TEXT NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE gaps (
        id INTEGER PRIMARY KEY,
        source TEXT NOT NULL REFERENCES sources (id),
        noticed TEXT NOT NULL,
        since TEXT,
        until TEXT,
        reason TEXT NOT NULL,
        closed TEXT
    ) STRICT
    """,
    "CREATE INDEX gaps_by_source ON gaps (source, noticed)",
)

_ARTICLES = (
    """
    CREATE TABLE stories (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        title TEXT NOT NULL DEFAULT '',
        first_published TEXT,
        last_published TEXT,
        articles INTEGER NOT NULL DEFAULT 0,
        sources INTEGER NOT NULL DEFAULT 0
    ) STRICT
    """,
    # AUTOINCREMENT: an id that a person has written down never comes to mean another article
    """
    CREATE TABLE articles (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        url TEXT NOT NULL UNIQUE,
        source TEXT NOT NULL REFERENCES sources (id),
        region TEXT NOT NULL DEFAULT '',
        title TEXT NOT NULL,
        text TEXT NOT NULL,
        author TEXT NOT NULL DEFAULT '',
        published TEXT,
        published_utc TEXT,
        day TEXT,
        published_by TEXT NOT NULL DEFAULT '',
        first_seen TEXT NOT NULL,
        last_seen TEXT NOT NULL,
        gone_since TEXT,
        language TEXT NOT NULL DEFAULT '',
        words INTEGER NOT NULL DEFAULT 0,
        score REAL NOT NULL DEFAULT 0,
        matched TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(matched)),
        story INTEGER REFERENCES stories (id),
        reader_version INTEGER NOT NULL DEFAULT 0,
        reason TEXT NOT NULL DEFAULT '',
        judged_by TEXT NOT NULL DEFAULT '',
        regions TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(regions)),
        companies TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(companies)),
        image TEXT NOT NULL DEFAULT '',
        tags TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(tags)),
        captions TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(captions)),
        text_hash TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX articles_by_day ON articles (day, published_utc)",
    "CREATE INDEX articles_by_region ON articles (region, day)",
    "CREATE INDEX articles_by_source ON articles (source, day)",
    "CREATE INDEX articles_by_story ON articles (story, day)",
    "CREATE INDEX articles_by_first_seen ON articles (first_seen)",
    "CREATE INDEX articles_by_text ON articles (text_hash)",
    """
    CREATE TABLE corrections (
        article INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
        field TEXT NOT NULL,
        value TEXT NOT NULL,
        who TEXT NOT NULL DEFAULT '',
        at TEXT NOT NULL,
        note TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (article, field, value)
    ) STRICT
    """,
    """
    CREATE TABLE dates (
        article INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
        witness TEXT NOT NULL,
        value TEXT NOT NULL,
        believed INTEGER NOT NULL CHECK (believed IN (0, 1)),
        why TEXT NOT NULL DEFAULT ''
    ) STRICT
    """,
    "CREATE INDEX dates_by_article ON dates (article)",
    """
    CREATE TABLE copies (
        url TEXT PRIMARY KEY,
        article INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
        source TEXT NOT NULL REFERENCES sources (id),
        title TEXT NOT NULL DEFAULT '',
        published TEXT,
        first_seen TEXT NOT NULL,
        similarity REAL NOT NULL,
        text_hash TEXT NOT NULL DEFAULT ''
    ) STRICT
    """,
    "CREATE INDEX copies_by_article ON copies (article)",
    "CREATE INDEX copies_by_source ON copies (source)",
    "CREATE INDEX copies_by_text ON copies (text_hash)",
    """
    CREATE TABLE revisions (
        id INTEGER PRIMARY KEY,
        article INTEGER NOT NULL REFERENCES articles (id) ON DELETE CASCADE,
        seen TEXT NOT NULL,
        replaced TEXT NOT NULL,
        title TEXT NOT NULL,
        text TEXT NOT NULL,
        url TEXT NOT NULL DEFAULT ''
    ) STRICT
    """,
    "CREATE INDEX revisions_by_article ON revisions (article, seen)",
    "CREATE INDEX revisions_by_time ON revisions (replaced)",
)

_PAGES = (
    """
    CREATE TABLE pages (
        url TEXT PRIMARY KEY,
        source TEXT NOT NULL REFERENCES sources (id),
        first_seen TEXT NOT NULL,
        last_fetched TEXT NOT NULL,
        status INTEGER,
        etag TEXT NOT NULL DEFAULT '',
        last_modified TEXT NOT NULL DEFAULT '',
        outcome TEXT NOT NULL CHECK (outcome IN ('stored', 'revised', 'unchanged', 'copy', 'irrelevant', 'not_article',
            'blocked', 'soft404', 'gone', 'robots', 'off_limits', 'failed')),
        reason TEXT NOT NULL DEFAULT '',
        article INTEGER REFERENCES articles (id) ON DELETE SET NULL,
        title TEXT NOT NULL DEFAULT '',
        lead TEXT NOT NULL DEFAULT '',
        published TEXT,
        score REAL,
        matched TEXT NOT NULL DEFAULT '[]' CHECK (json_valid(matched)),
        judged_by TEXT NOT NULL DEFAULT '',
        attempts INTEGER NOT NULL DEFAULT 0,
        polls INTEGER NOT NULL DEFAULT 0
    ) STRICT
    """,
    "CREATE INDEX pages_by_source ON pages (source, last_fetched)",
    "CREATE INDEX pages_by_article ON pages (article) WHERE article IS NOT NULL",
    "CREATE INDEX pages_by_outcome ON pages (outcome, last_fetched)",
    """
    CREATE TABLE links (
        url TEXT PRIMARY KEY,
        source TEXT NOT NULL REFERENCES sources (id),
        address TEXT NOT NULL,
        title TEXT NOT NULL DEFAULT '',
        date TEXT NOT NULL DEFAULT '',
        summary TEXT NOT NULL DEFAULT '',
        text TEXT NOT NULL DEFAULT '',
        via TEXT NOT NULL DEFAULT '',
        position INTEGER NOT NULL DEFAULT 0,
        found TEXT NOT NULL,
        attempts INTEGER NOT NULL DEFAULT 0,
        not_before TEXT
    ) STRICT
    """,
    "CREATE INDEX links_by_source ON links (source, found DESC, position)",
    """
    CREATE TABLE kept_pages (
        id INTEGER PRIMARY KEY,
        url TEXT NOT NULL,
        source TEXT NOT NULL REFERENCES sources (id),
        fetched TEXT NOT NULL,
        status INTEGER,
        headers TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(headers)),
        size INTEGER NOT NULL,
        digest TEXT NOT NULL,
        body BLOB NOT NULL
    ) STRICT
    """,
    "CREATE INDEX kept_pages_by_url ON kept_pages (url, fetched)",
    "CREATE INDEX kept_pages_by_source ON kept_pages (source, fetched)",
    """
    CREATE TABLE folded_hosts (
        origin TEXT PRIMARY KEY,
        home TEXT NOT NULL,
        evidence TEXT NOT NULL DEFAULT '',
        at TEXT NOT NULL
    ) STRICT
    """,
)

_FULL_TEXT = (
    # The index holds the words as they stand and, aligned token for token, their lemmas; the content table of both is the
    # article itself. Never run 'rebuild' on it: it would put the words where the lemmas belong (`storage.fulltext` has its own).
    """
    CREATE VIEW articles_fts_content AS
    SELECT id, title, text, title AS title_lemmas, text AS text_lemmas FROM articles
    """,
    """
    CREATE VIRTUAL TABLE articles_fts USING fts5 (
        title, text, title_lemmas, text_lemmas,
        content = 'articles_fts_content', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2'
    )
    """,
    "INSERT INTO articles_fts (articles_fts, rank) VALUES ('rank', 'bm25(10.0, 1.0, 10.0, 1.0)')",
    "CREATE TABLE words (form TEXT PRIMARY KEY, lemma TEXT NOT NULL) STRICT, WITHOUT ROWID",
    "CREATE INDEX words_by_lemma ON words (lemma)",
)


def migrate(conn: sqlite3.Connection) -> None:
    """Makes every table of an empty archive."""
    for statement in (*_CATALOGUE, *_ARTICLES, *_PAGES, *_FULL_TEXT):
        conn.execute(statement)
