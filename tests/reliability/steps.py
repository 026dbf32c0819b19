"""The named steps at which processes are killed, by the task that passes them; nothing of the product knows of them.

A step is the moment before or after a function of the product, or before a statement of SQL. Each must be passed at least once
by its task when nobody disturbs it (the tests ask for that), so that a function that is renamed cannot empty a row of the matrix.
"""

from __future__ import annotations

Where = tuple[str, str]

_WRITE: dict[str, Where] = {
    "before the write": ("storage.articles:store", "before"),
    "inside the write: before the article's row": ("sql:INSERT INTO articles ", "before"),
    "inside the write: between article and index": ("storage.fulltext:add", "before"),
    "inside the write: between index and copies": ("storage.copies:remember", "before"),
    "inside the write: between copies and story": ("storage.stories:assign", "before"),
    "inside the write: between article and page": ("storage.pages:put", "before"),
    "at the commit": ("sql:COMMIT", "before"),
    "after the write": ("storage.articles:store", "after"),
}

STEPS: dict[str, dict[str, Where]] = {
    "crawl": {
        "the crawl's row is begun": ("storage.crawls:start", "after"),
        "a list was fetched, not noted": ("crawler.frontier:Frontier.discovered", "before"),
        "a list was noted": ("crawler.frontier:Frontier.discovered", "after"),
        "fetched": ("crawler.fetching.fetcher:Fetcher.fetch", "after"),
        "read": ("crawler.processing:read", "after"),
        "judged": ("crawler.processing:judge", "after"),
        **_WRITE,
        "a refused page is noted": ("storage.pages:record", "after"),
        "before the closing counts": ("storage.crawls:finish", "before"),
        "between closing counts and lease": ("storage.leases:release", "before"),
        "any statement": ("sql:", "before"),
    },
    "crawl again": {
        "between revision and article": ("storage.article_rows:update", "before"),
        "between revision and index": ("storage.fulltext:remove", "before"),
        "inside the index: between old and new words": ("storage.fulltext:remove", "after"),
        "between index and page": ("storage.pages:put", "before"),
        "any statement": ("sql:", "before"),
    },
    "import": {
        "read": ("crawler.importing:Importer._readings", "after"),
        "judged": ("crawler.importing:Importer._write", "before"),
        **_WRITE,
        "any statement": ("sql:", "before"),
    },
    "reread": {
        "read": ("crawler.processing:read", "after"),
        "judged": ("crawler.processing:judge", "after"),
        "before the write": ("storage.rereading:apply", "before"),
        "inside the write: between article and index": ("storage.fulltext:remove", "before"),
        "inside the write: between index and dates": ("storage.article_rows:write_dates", "before"),
        "at the commit": ("sql:COMMIT", "before"),
        "after the write": ("storage.rereading:apply", "after"),
        "any statement": ("sql:", "before"),
    },
    "regroup": {
        "copies are looked for": ("storage.copies:find", "before"),
        "between copies and stories": ("storage.regrouping:_find_stories", "before"),
        "a story is found": ("storage.stories:reconsider", "after"),
        "at the commit": ("sql:COMMIT", "before"),
        "any statement": ("sql:", "before"),
    },
    "migrate": {
        "before the copy": ("storage.migrations:_back_up", "before"),
        "inside the copy": ("sql:PRAGMA journal_mode = DELETE", "before"),
        "between copy and migration": ("storage.migrations:_back_up", "after"),
        "a statement of a migration": ("sql:(CREATE|ALTER|DROP|INSERT|UPDATE|DELETE|PRAGMA user_version =)", "before"),
        "at the commit": ("sql:COMMIT", "before"),
    },
    "backup": {
        "before the copy": ("sql:VACUUM INTO", "before"),
        "copied, not checked": ("storage.backups:check", "before"),
        "checked, not renamed": ("storage.backups:check", "after"),
        "renamed": ("storage.backups:_sync_folder", "before"),
    },
    "restore": {
        "the present archive is kept": ("storage.backups:make", "after"),
        "put back, not opened": ("sql:PRAGMA journal_mode = WAL", "before"),
        "any statement": ("sql:", "before"),
    },
    "forget": {
        "between article and index": ("storage.article_rows:remove", "before"),
        "at the commit": ("sql:COMMIT", "before"),
        "committed, the log not emptied": ("sql:PRAGMA wal_checkpoint", "before"),
        "any statement": ("sql:", "before"),
    },
    "prune": {
        "inside the write": ("sql:DELETE FROM kept_pages", "before"),
        "before the file is rewritten": ("sql:VACUUM", "before"),
        "rewritten, the log not emptied": ("sql:PRAGMA wal_checkpoint", "before"),
    },
    "export": {
        "a row is written": ("crawler.cli.output:csv_cell", "after"),
    },
}
"""Task -> step -> (where, "before" or "after")."""
