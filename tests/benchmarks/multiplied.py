"""What one more article costs in an archive of a million: `python -m tests.benchmarks.multiplied --archive FILE --times 7`.

FILE was grown article by article (`tests.benchmarks.growth --archive FILE`), which takes hours for a million. Here all that is
in it is written again so many times, each time for other years, with other addresses and sketches, so that the tables and the
indexes of copies and stories are as large as if everything had been stored one by one. Then the same articles are stored into it
and into an archive of --small articles, in turn. FILE is not to be kept for anything else.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from storage import Archive, open_archive
from storage.text import lemmatize
from tests.benchmarks.growth import Press, grow
from tests.storage.samples import count, put

_ARTICLE = "url || '?' || :turn, source, region, title, text, author, {published}, {utc}, {day}"
_SAME = "published_by, first_seen, last_seen, gone_since, language, words, score, matched"
_MORE = "reader_version, reason, judged_by, regions, companies, image, tags, captions, text_hash || ' ' || :turn"
_LATER = {
    name: f"date(substr({column}, 1, 10), :days || ' days') || substr({column}, 11)"
    for name, column in (("published", "published"), ("utc", "published_utc"), ("day", "day"))
}
_COPIED = (
    "INSERT INTO stories SELECT id + :stories, title, first_published, last_published, articles, sources FROM stories"
    " WHERE id <= :had_stories",
    f"INSERT INTO articles SELECT id + :articles, {_ARTICLE.format(**_LATER)}, {_SAME}, story + :stories, {_MORE}"
    " FROM articles WHERE id <= :had",
    "INSERT INTO articles_fts (rowid, title, text, title_lemmas, text_lemmas)"
    " SELECT id + :articles, title, text, title_lemmas, text_lemmas FROM lemmas",
    "INSERT INTO pages SELECT url || '?' || :turn, source, first_seen, last_fetched, status, etag, last_modified, outcome,"
    " reason, article + :articles, title, lead, published, score, matched, judged_by, attempts, polls, insecure FROM pages"
    " WHERE instr(url, '?') = 0",
    "INSERT INTO dates SELECT article + :articles, witness, value, believed, why FROM dates WHERE article <= :had",
    "INSERT INTO copies SELECT url || '?' || :turn, article + :articles, source, title, published, first_seen,"
    " similarity, text_hash || ' ' || :turn FROM copies WHERE article <= :had",
    # the last bits only: a row lands beside the one it was made of
    "INSERT OR IGNORE INTO copy_index SELECT hash & ~7 | ((hash + :turn) & 7), article + :articles FROM copy_index"
    " WHERE article <= :had",
    "INSERT INTO copy_sketches SELECT article + :articles, version, hashes FROM copy_sketches WHERE article <= :had",
    "INSERT INTO story_features SELECT article + :articles, version, iif(day, day + :days, 0), norm, features, keys"
    " FROM story_features WHERE article <= :had",
    "INSERT INTO story_index SELECT term, iif(day, day + :days, 0), article + :articles FROM story_index WHERE article <= :had",
    "INSERT INTO story_links SELECT article + :articles, other + :articles, score FROM story_links WHERE article <= :had",
)


def multiply(archive: Archive, times: int) -> None:
    """Writes everything again `times` - 1 times, one transaction each."""
    row = archive.one("SELECT max(id), (SELECT max(id) FROM stories), julianday(max(day)) - julianday(min(day)) FROM articles")
    assert row is not None
    had, stories, days = row[0], row[1], int(row[2]) + 30
    archive.conn.execute("PRAGMA cache_size = -2000000")
    archive.conn.execute("CREATE TEMP TABLE lemmas (id INTEGER PRIMARY KEY, title, text, title_lemmas, text_lemmas)")
    rows = archive.conn.execute("SELECT id, title, text FROM articles")
    archive.conn.executemany(
        "INSERT INTO lemmas VALUES (?, ?, ?, ?, ?)", ((*row, lemmatize(row[1]), lemmatize(row[2])) for row in rows)
    )
    for turn in range(1, times):
        began = time.monotonic()
        values = {"turn": turn, "had": had, "had_stories": stories}
        values |= {"articles": turn * had, "stories": turn * stories, "days": turn * days}
        with archive.write():
            for statement in _COPIED:
                archive.conn.execute(statement, values)
            archive.conn.execute("UPDATE story_terms SET articles = articles * ? / ?", (turn + 1, turn))
        print(f"{count(archive, 'articles'):>9,} articles after {time.monotonic() - began:.0f} s more", flush=True)


def compare(small: Archive, large: Archive, articles: int) -> tuple[float, float]:
    """CPU milliseconds for one more article in either; the same articles, in turn, of days after all that is stored."""
    press, spent = Press(seed=2), [0.0, 0.0]
    row = large.one("SELECT max(day) FROM articles")
    assert row is not None
    for number in range(articles):
        title, text, _, source = next(press)
        day = (date.fromisoformat(row[0]) + timedelta(days=1 + number // 60)).isoformat()
        for at, archive in enumerate((small, large)):
            began = time.process_time()
            put(archive, url=f"https://{source}.ru/more/{number}", source=source, text=f"{title}\n{text}", published=day)
            spent[at] += time.process_time() - began
    return spent[0] / articles * 1000, spent[1] / articles * 1000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--archive", type=Path, required=True, metavar="FILE")
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--small", type=int, default=10_000)
    parser.add_argument("--articles", type=int, default=2_000, help="that are stored into both")
    options = parser.parse_args()
    with open_archive(options.archive) as large:
        multiply(large, options.times)
    with tempfile.TemporaryDirectory() as folder, open_archive(Path(folder) / "small.db") as small:
        grow(small, options.small, report=options.small)
        with open_archive(options.archive) as large:
            held = [f"{count(large, name):,} {name}" for name in ("articles", "stories", "copy_index", "story_index")]
            few, many = compare(small, large, options.articles)
    print(f"{', '.join(held)}: one more {many:.1f} ms CPU, {few:.1f} in {options.small:,} articles: {many / few:.2f}")


if __name__ == "__main__":
    main()
