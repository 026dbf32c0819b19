"""A large archive of invented rows, for measuring how quick its questions are: `fill`.

The texts are random words of the dictionary, common and rare as in a language (Zipf). The rows are written without looking for
reprints and stories, whose price `tests.quality.copies` and `stories` measure; they have everything that a question may read:
evidence, copies, earlier wordings, refused pages, companies, the days on which each source was watched.
"""

from __future__ import annotations

import itertools
import json
import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime

from storage import Archive, fulltext
from storage.columns import columns
from storage.records import ArticleRecord
from storage.regions import NAMES
from storage.text import analyzer, fold, lemma, lemmatize
from storage.times import stamp

SOURCES = 250
PER_DAY = 300
"""Articles a day: a million are nine years."""

_TEXTS = 20_000
"""So many different texts come again and again: making a million of them in Python takes an hour."""

_BATCH = 5_000


def now() -> datetime:
    """Midnight of today, when the newest article of a large archive is published: questions ask for the last days."""
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def vocabulary() -> list[str]:
    """20,000 forms of the dictionary, the same each time, the commonest first."""
    prefixes = [a + b for a in "абвгдежзиклмнопрстуфхцчшэ" for b in "аеиоруля"]
    forms = sorted(
        {form for p in prefixes for form in itertools.islice((w.word for w in analyzer().iter_known_word_parses(p)), 400)}
    )
    random.Random(3).shuffle(forms)
    return forms[:20_000]


def texts(forms: list[str], words: int) -> Iterator[tuple[str, str]]:
    """Titles and texts without end."""
    chance = random.Random(7)
    weights = list(itertools.accumulate(1 / (rank + 3) for rank in range(len(forms))))
    while True:
        drawn = chance.choices(forms, cum_weights=weights, k=words + 7)
        sentences = (" ".join(drawn[at : at + 12]).capitalize() for at in range(7, len(drawn), 12))
        yield " ".join(drawn[:7]).capitalize(), ". ".join(sentences) + "."


def fill(archive: Archive, count: int, *, words: int = 120) -> None:
    """Stores articles until there are `count`, the newest of today; texts have so many words."""
    had = archive.one("SELECT coalesce(max(id), 0) FROM articles")
    begin = had[0] if had else 0
    if begin >= count:
        return
    values = {"count": count, "now": stamp(now())}
    _pool(archive, words)
    with archive.write():
        for statement in (_SOURCES, _DAYS, _CRAWLS):
            archive.conn.execute(statement, values)
    for base in range(begin, count, _BATCH):
        with archive.write():
            for statement in (_STORIES, _ARTICLES, _PAGES, _REFUSED, _DATES, _COPIES, _REVISIONS, _INDEX):
                archive.conn.execute(statement, values | {"base": base, "most": min(_BATCH, count - base)})
        if base % 100_000 == 0:
            print(f"{base:>9,} stored", flush=True)


def _pool(archive: Archive, words: int) -> None:
    """The table `pool` of texts, with all that `storage.columns` and `storage.fulltext` make of one, and a verdict."""
    stream, chance = texts(vocabulary(), words), random.Random(5)
    fulltext.ready(archive)
    names = "n INTEGER PRIMARY KEY, title, text, title_lemmas, text_lemmas, words, text_hash, companies, matched"
    for table in (f"pool ({names})", "codes (n INTEGER PRIMARY KEY, code)"):
        archive.conn.execute(f"CREATE TEMP TABLE IF NOT EXISTS {table}")
    for number in range(_TEXTS):
        title, text = next(stream)
        row = columns(ArticleRecord(url="https://s.example/", source="s0", region="", title=title, text=text, score=0.9), "")
        # a few companies are in every second article, hundreds in a handful
        companies = [f"завод {int(500 * chance.random() ** 3)}" for _ in range(chance.choice((0, 0, 1, 2)))]
        matched = [{"term": f"термин {int(150 * chance.random() ** 2)}", "group": "техника", "where": "text"} for _ in range(6)]
        archive.conn.execute(
            "INSERT INTO pool VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(number, title, text, lemmatize(title), lemmatize(text), row["words"], row["text_hash"]),
                *(json.dumps(value, ensure_ascii=False) for value in (companies, matched)),
            ),
        )
        if number < _TEXTS // 4:
            forms = sorted(set(re.findall("[а-я]+", fold(f"{title} {text}"))))
            fulltext._learn_words(archive, [(form, lemma(form)) for form in forms])
    archive.conn.executemany("INSERT INTO codes VALUES (?, ?)", enumerate(sorted(set(NAMES) - {"RU"})[:80]))


_SOURCES = f"""
    WITH RECURSIVE numbers (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < {SOURCES - 1})
    INSERT OR IGNORE INTO sources (id, name, region, kind, last_success, last_new, next_due)
    SELECT 's' || numbers.n, 'Источник ' || numbers.n, code, 'media', :now, :now, :now
    FROM numbers JOIN codes ON codes.n = numbers.n % 80
"""
_DAYS = f"""
    WITH RECURSIVE days (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM days WHERE n < :count / {PER_DAY})
    INSERT OR IGNORE INTO source_days (source, day, checks, failures, new)
    SELECT id, date(:now, -n || ' days'), 40, n % 7 = 0, 1 FROM days, sources
"""
_CRAWLS = """
    WITH RECURSIVE days (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM days WHERE n < 60)
    INSERT INTO crawls (source, started, finished, outcome, requests, new)
    SELECT id, strftime('%Y-%m-%dT%H:%M:%S+00:00', :now, (-n / 2.0) || ' days'),
        strftime('%Y-%m-%dT%H:%M:%S+00:00', :now, (-n / 2.0) || ' days'), 'finished', 5, 1 FROM days, sources
"""
_NEXT = """
    WITH RECURSIVE numbers (id) AS (SELECT :base + 1 UNION ALL SELECT id + 1 FROM numbers WHERE id < :base + :most)
"""
_WHEN = f"julianday(:now) - (:count - id) / {PER_DAY}.0"
_TIME = "strftime('%Y-%m-%dT%H:%M:%S+00:00', {0})"
_URL = f"'https://s' || (id % {SOURCES}) || '.example/news/' || id"
_SOURCE = f"'s' || (id % {SOURCES})"
# of ten articles four tell one story, each of the others one of its own
_STORY = "CASE WHEN id % 10 < 4 THEN id / 10 * 10 + 1 ELSE id + 1 END"
_STORIES = f"""{_NEXT}
    INSERT OR IGNORE INTO stories (id, title, first_published, last_published, articles, sources)
    SELECT {_STORY}, title, {_TIME.format(_WHEN)}, {_TIME.format(_WHEN + " + 0.01")},
        iif(id % 10 < 4, 4, 1), iif(id % 10 < 4, 4, 1)
    FROM numbers JOIN pool ON n = id % {_TEXTS}
"""
_ARTICLES = f"""{_NEXT}
    INSERT INTO articles (id, url, source, region, title, text, published, published_utc, day, published_by, first_seen,
        last_seen, gone_since, language, words, score, matched, reader_version, reason, judged_by, regions, companies, tags,
        captions, text_hash, story)
    SELECT id, {_URL}, {_SOURCE}, c.code, title, text, {_TIME.format(_WHEN)}, {_TIME.format(_WHEN)}, date({_WHEN}), 'json-ld',
        {_TIME.format(_WHEN + " + 0.05")}, {_TIME.format(_WHEN + " + 0.05")}, CASE WHEN id % 200 = 0 THEN :now END, 'ru', words,
        0.9, matched, 1, '', '', CASE id % 5 WHEN 0 THEN json_array(c.code, o.code) ELSE json_array(c.code) END, companies,
        '[]', '[]', text_hash, {_STORY}
    FROM numbers JOIN pool AS p ON p.n = id % {_TEXTS} JOIN codes AS c ON c.n = id % {SOURCES} % 80
    JOIN codes AS o ON o.n = id / 7 % 80
"""
_PAGES = f"""{_NEXT}
    INSERT INTO pages (url, source, first_seen, last_fetched, outcome, article, published, score)
    SELECT {_URL}, {_SOURCE}, {_TIME.format(_WHEN)}, {_TIME.format(_WHEN)}, 'stored', id, {_TIME.format(_WHEN)}, 0.9 FROM numbers
"""
_REFUSED = f"""{_NEXT}
    INSERT INTO pages (url, source, first_seen, last_fetched, outcome, reason, title, lead, published, score)
    SELECT {_URL} || '/no', {_SOURCE}, {_TIME.format(_WHEN)}, {_TIME.format(_WHEN)},
        CASE WHEN id % 20 > 1 THEN 'irrelevant' WHEN id % 20 THEN 'failed' ELSE 'not_article' END,
        CASE WHEN id % 20 > 1 THEN 'no term of the topic' ELSE 'the server answered 50' || (id % 5) END,
        title, substr(text, 1, 400), {_TIME.format(_WHEN)}, id % 100 / 250.0
    FROM numbers JOIN pool ON n = id % {_TEXTS}
"""
_DATES = f"""{_NEXT}
    INSERT INTO dates (article, witness, value, believed, why)
    SELECT id, witness, {_TIME.format(_WHEN + " + id % 50 / 40")}, witness = 'json-ld', 'it says so'
    FROM numbers, (SELECT 'json-ld' AS witness UNION ALL SELECT 'listing')
"""
_COPIES = f"""{_NEXT}
    INSERT INTO copies (url, article, source, title, published, first_seen, similarity)
    SELECT {_URL} || '/copy', id, 's' || ((id + 13) % {SOURCES}), title, {_TIME.format(_WHEN)}, {_TIME.format(_WHEN)}, 0.95
    FROM numbers JOIN pool ON n = id % {_TEXTS} WHERE id % 5 = 1
"""
_REVISIONS = f"""{_NEXT}
    INSERT INTO revisions (article, seen, replaced, title, text)
    SELECT id, {_TIME.format(_WHEN)}, {_TIME.format(_WHEN + " + 0.5")}, title, text
    FROM numbers JOIN pool ON n = (id + 1) % {_TEXTS} WHERE id % 30 = 0
"""
_INDEX = f"""{_NEXT}
    INSERT INTO articles_fts (rowid, title, text, title_lemmas, text_lemmas)
    SELECT id, title, text, title_lemmas, text_lemmas FROM numbers JOIN pool ON n = id % {_TEXTS}
"""
