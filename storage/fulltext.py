"""The full-text index: words as they stand and, aligned token for token, their lemmas; kept in step with the articles by hand.

FTS5's own 'rebuild' would put words where lemmas belong, and removing a row needs the very lemmas that went in: so all changes go
through here, and the index is made anew when the lemmatizer or its dictionary changes.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from storage.connection import Archive
from storage.derived import Lemmas, forms, lemmas
from storage.text import lemmatize, lemmatizer, unknown
from storage.text import recall as remember_lemmas

_WORDS_KEPT = 10_000


def add(archive: Archive, article: int, title: str, text: str, found: Lemmas) -> None:
    """Indexes an article; inside the caller's transaction, like all of these. `title` and `text` are exactly those of its row."""
    ready(archive)
    _insert(archive, article, title, text, found)


def remove(archive: Archive, article: int, title: str, text: str) -> None:
    """Takes an article out of the index; `title` and `text` are those it was indexed with."""
    recall(archive, title, text)
    archive.conn.execute(
        "INSERT INTO articles_fts (articles_fts, rowid, title, text, title_lemmas, text_lemmas) VALUES ('delete', ?, ?, ?, ?, ?)",
        (article, title, text, lemmatize(title), lemmatize(text)),
    )


def recall(archive: Archive, title: str, text: str) -> None:
    """Takes the lemmas of an article's words from the archive where it has them: a hundred times cheaper than parsing a word.

    To be called before the words of the article are asked for, by whatever part.
    """
    ready(archive)
    if new := unknown(forms(title, text)):
        asked = json.dumps(new, ensure_ascii=False)
        remember_lemmas(
            archive.conn.execute("SELECT form, lemma FROM words WHERE form IN (SELECT value FROM json_each(?))", (asked,))
        )


def _insert(archive: Archive, article: int, title: str, text: str, found: Lemmas) -> None:
    archive.conn.execute(
        "INSERT INTO articles_fts (rowid, title, text, title_lemmas, text_lemmas) VALUES (?, ?, ?, ?, ?)",
        (article, title, text, found.title, found.text),
    )
    _learn_words(archive, found.forms)


def _learn_words(archive: Archive, met: Iterable[tuple[str, str]]) -> None:
    """Every form that was met, with its lemma: morphology for those who have only `sqlite3`."""
    new = [pair for pair in met if pair[0] not in archive.words_met]
    archive.conn.executemany("INSERT OR IGNORE INTO words (form, lemma) VALUES (?, ?)", new)
    if len(archive.words_met) > _WORDS_KEPT:
        archive.words_met.clear()
    archive.words_met.update(form for form, _ in new)


class Words:
    """The Russian words of an archive, folded; what searching asks of them."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    def met(self, forms: Iterable[str]) -> set[str]:
        """Which of these forms were ever indexed; a form may be given with ё."""
        return {form for form in forms if self._column("form", "form = ?", (form.replace("ё", "е"),))}

    def forms(self, lemma: str) -> set[str]:
        """The forms of a lemma that were met."""
        return self._column("form", "lemma = ?", (lemma,))

    def beginning(self, prefix: str) -> tuple[set[str], set[str]]:
        """Lemmas that begin so, and forms that do though their lemma does not."""
        span = (prefix, prefix + "\uffff")
        lemmas = self._column("lemma", "lemma >= ? AND lemma < ?", span)
        return lemmas, self._column("form", "form >= ? AND form < ? AND substr(lemma, 1, ?) <> ?", (*span, len(prefix), prefix))

    def _column(self, column: str, where: str, values: tuple[str | int, ...]) -> set[str]:
        return {row[0] for row in self._archive.conn.execute(f"SELECT DISTINCT {column} FROM words WHERE {where}", values)}


def ready(archive: Archive) -> None:
    """Makes the index anew if its lemmas came from another lemmatizer than ours; asks only once per opened archive."""
    if archive.lemmatizer_checked:
        return
    row = archive.one("SELECT value FROM meta WHERE key = 'lemmatizer'")
    if row is None or row["value"] != lemmatizer():
        reindex(archive)
    archive.lemmatizer_checked = True


def reindex(archive: Archive) -> int:
    """Makes the index and the table of words anew from the articles, in one transaction; how many articles it holds."""
    with archive.write():
        archive.conn.execute("INSERT INTO articles_fts (articles_fts) VALUES ('delete-all')")
        archive.conn.execute("DELETE FROM words")
        archive.words_met.clear()
        count = last = 0
        while rows := archive.conn.execute(
            "SELECT id, title, text FROM articles WHERE id > ? ORDER BY id LIMIT 500", (last,)
        ).fetchall():
            for row in rows:
                _insert(archive, row["id"], row["title"], row["text"], lemmas(row["title"], row["text"]))
            count, last = count + len(rows), rows[-1]["id"]
        archive.conn.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('lemmatizer', ?)", (lemmatizer(),))
    return count
