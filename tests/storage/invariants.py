"""What must be true of every archive at any time, in SQL."""

from storage import Archive, fulltext
from storage.text import lemmatize

_MONTHS = (
    "SELECT source, region, coalesce(substr(day, 1, 7), ''), count(*) FROM articles WHERE id NOT IN unwanted GROUP BY 1, 2, 3"
)
_NOTED = "SELECT kind, name, day, article, region FROM mentions"
_SPOKEN = """
    SELECT * FROM (
        WITH wanted AS (SELECT * FROM articles WHERE id NOT IN unwanted)
        SELECT 'company', value, coalesce(day, ''), articles.id, region FROM wanted AS articles, json_each(companies)
        UNION SELECT 'region', value, coalesce(day, ''), articles.id, region FROM wanted AS articles, json_each(regions)
        UNION SELECT 'region', region, coalesce(day, ''), id, region FROM wanted WHERE region <> ''
    )
"""
_NEVER = {
    "an article without a page": "SELECT url FROM articles AS a WHERE NOT EXISTS (SELECT 1 FROM pages AS p WHERE p.url = a.url)",
    "a page of an article that is not there": "SELECT url FROM pages WHERE article IS NOT NULL"
    " AND article NOT IN (SELECT id FROM articles)",
    "a copy without its article": "SELECT url FROM copies WHERE article NOT IN (SELECT id FROM articles)",
    "a copy without a page": "SELECT url FROM copies AS c WHERE NOT EXISTS (SELECT 1 FROM pages AS p WHERE p.url = c.url)",
    "an address that is article and copy": "SELECT url FROM articles INTERSECT SELECT url FROM copies",
    "an address that is tried, well, and still pending": "SELECT url FROM links INTERSECT SELECT url FROM pages"
    " WHERE outcome NOT IN ('failed', 'blocked') AND attempts = 0 AND article IS NOT NULL",
    # an article whose page came to show another one's text stays what it was: its earlier wordings are its own
    "one text twice": "SELECT text_hash FROM articles WHERE id NOT IN (SELECT article FROM revisions)"
    " GROUP BY text_hash HAVING count(*) > 1",
    "a stored page without its article": "SELECT url FROM pages WHERE article IS NULL"
    " AND outcome IN ('stored', 'revised', 'copy')",
    "a crawl that ended without outcome": "SELECT id FROM crawls WHERE (finished IS NULL) <> (outcome IS NULL)",
    "an article of an unknown source": "SELECT id FROM articles WHERE source NOT IN (SELECT id FROM sources)",
    "a month miscounted": f"{_MONTHS} EXCEPT SELECT source, region, month, articles FROM month_counts",
    "a month that has articles no more": "SELECT source, region, month, articles FROM month_counts WHERE articles > 0"
    f" EXCEPT {_MONTHS}",
    "a mention not noted": f"{_SPOKEN} EXCEPT {_NOTED}",
    "a mention that is none": f"{_NOTED} EXCEPT {_SPOKEN}",
    "a date that is not of its time": "SELECT id FROM articles WHERE (published IS NULL) <> (day IS NULL)",
}


def broken(archive: Archive) -> list[str]:
    """What is wrong with an archive; empty if nothing is."""
    wrong = [f"integrity: {row[0]}" for row in archive.conn.execute("PRAGMA integrity_check") if row[0] != "ok"]
    wrong += [f"foreign key: {tuple(row)}" for row in archive.conn.execute("PRAGMA foreign_key_check")]
    for what, sql in _NEVER.items():
        wrong += [f"{what}: {row[0]}" for row in archive.conn.execute(sql)]
    return wrong + unindexed(archive)


def unindexed(archive: Archive) -> list[str]:
    """Where the full-text index is not what the articles say: an index made anew beside it has exactly the same words."""
    archive.conn.execute("CREATE VIRTUAL TABLE temp.there USING fts5vocab(main, articles_fts, instance)")
    archive.conn.execute(
        "CREATE VIRTUAL TABLE temp.fresh USING fts5 (title, text, title_lemmas, text_lemmas,"
        " tokenize = 'unicode61 remove_diacritics 2')"
    )
    archive.conn.execute("CREATE VIRTUAL TABLE temp.wanted USING fts5vocab(temp, fresh, instance)")
    try:
        for row in archive.conn.execute("SELECT id, title, text FROM articles").fetchall():
            title, text = row["title"], row["text"]
            archive.conn.execute(
                "INSERT INTO temp.fresh (rowid, title, text, title_lemmas, text_lemmas) VALUES (?, ?, ?, ?, ?)",
                (row["id"], title, text, lemmatize(title), lemmatize(text)),
            )
        columns = "doc, col, term, offset"
        wrong = [
            f"{what} in the index: {tuple(row)}"
            for what, one, other in (("missing", "wanted", "there"), ("left over", "there", "wanted"))
            for row in archive.conn.execute(f"SELECT {columns} FROM temp.{one} EXCEPT SELECT {columns} FROM temp.{other} LIMIT 3")
        ]
        archive.conn.execute("INSERT INTO articles_fts (articles_fts) VALUES ('integrity-check')")
    finally:
        for table in ("there", "wanted", "fresh"):
            archive.conn.execute(f"DROP TABLE temp.{table}")
    known = fulltext.Words(archive).met(row[0] for row in archive.conn.execute("SELECT form FROM words LIMIT 1"))
    return wrong + ([] if known or not archive.one("SELECT 1 FROM articles") else ["no words"])
