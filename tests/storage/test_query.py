"""SQL from people: reads everything, changes nothing, helps with typos, and ends in time."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import Archive, open_archive, query
from storage.errors import ArchiveMissing, NotAnArchive, QueryRefused
from storage.functions import register
from tests.storage.samples import CITY, put


@pytest.fixture
def path(archive: Archive) -> Iterator[Path]:
    put(archive, published="2026-01-30")
    put(archive, url="https://kp40.ru/1", source="kp40", region="RU-KLU", text=CITY)
    before = archive.conn.total_changes, archive.one("PRAGMA data_version")[0]
    yield archive.path
    assert (archive.conn.total_changes, archive.one("PRAGMA data_version")[0]) == before, "a query changed the archive"
    assert archive.one("PRAGMA integrity_check")[0] == "ok"


def rows(path: Path, sql: str, **options) -> list[tuple]:
    return list(query.run(path, sql, **options)[1])


def test_a_query_gives_columns_and_rows(path: Path) -> None:
    columns, found = query.run(path, "SELECT id, region FROM articles WHERE source = :s", params={"s": "kp40"})
    assert columns == ["id", "region"]
    assert list(found) == [(2, "RU-KLU")]
    assert rows(path, "SELECT count(*) FROM articles;  -- всё") == [(2,)]
    assert rows(path, "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 3) SELECT sum(i) FROM n") == [(6,)]
    assert rows(path, "PRAGMA table_info(copies)")[0][1] == "url"
    assert rows(path, "SELECT id FROM articles WHERE id IN (1, 2) ORDER BY title COLLATE NOCASE") != []


def test_the_full_text_index_answers_with_the_words_as_they_stand(path: Path) -> None:
    sql = "SELECT rowid, snippet(articles_fts, -1, '[', ']', '…', 4) FROM articles_fts WHERE articles_fts MATCH lemma(?)"
    assert rows(path, sql, params=["Автокомпонентами"]) == [(1, "…производства [автокомпонентов] вырастет до…")]
    assert rows(path, "SELECT rowid FROM articles_fts('светофор')") == [(2,)]


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("lemma('Автокомпонентами запустил')", "автокомпонент запустить"),
        ("lemma('Ёлки')", "елка"),
        ("lemma(NULL)", None),
        ("region_name('RU-KGD')", "Калининградская область"),
        ("region_name('nonsense')", "nonsense"),
        ("lower('АВТОТОР')", "автотор"),
        ("upper('ёж')", "ЁЖ"),
        ("lower(NULL) IS NULL", 1),
        ("lower(17)", "17"),
        ("'АВТОТОР открыл цех' LIKE '%Автотор%'", 1),
        ("'Ёлки' LIKE 'елк_'", 1),
        ("'Ёлки' LIKE 'елк'", 0),
        ("'автотор' LIKE 'авто%'", 1),
        ("'автотор' LIKE '%ТОР'", 1),
        ("'автотор' LIKE 'а%т%т%'", 1),
        ("'автотор' LIKE 'а%тт%'", 0),
        ("'аба' LIKE 'аб%ба'", 0),
        ("'абба' LIKE 'аб%ба'", 1),
        ("'100%' LIKE '100!%' ESCAPE '!'", 1),
        ("'1000' LIKE '100!%' ESCAPE '!'", 0),
        ("'a.c' LIKE 'a_c' AND 'abc' NOT LIKE 'a.c'", 1),
        ("'' LIKE '%' AND '' LIKE '' AND '' NOT LIKE '_'", 1),
        ("'строка\nвторая' LIKE '%ВТОРАЯ'", 1),
        ("NULL LIKE '%'", None),
    ],
)
def test_russian_functions(path: Path, expression: str, value: object) -> None:
    assert rows(path, f"SELECT {expression}") == [(value,)]


def test_like_agrees_with_sqlites_own_on_latin_patterns() -> None:
    import itertools

    ours, theirs = sqlite3.connect(":memory:"), sqlite3.connect(":memory:")
    register(ours)
    texts = ["".join(t) for n in range(5) for t in itertools.product("ab", repeat=n)]
    patterns = ["".join(t) for n in range(5) for t in itertools.product("aB%_", repeat=n)]
    for pattern in patterns:
        sql = f"SELECT {', '.join(f'{text!r} LIKE {pattern!r}' for text in texts)}"
        assert ours.execute(sql).fetchone() == theirs.execute(sql).fetchone(), pattern


def test_no_like_pattern_takes_long(path: Path) -> None:
    text = "а" * 20_000
    assert rows(path, "SELECT ? LIKE ?", params=[text, "%а" * 40 + "%б"], timeout=5) == [(0,)]


WRITES = [
    "INSERT INTO sources (id) VALUES ('x')",
    "UPDATE articles SET title = 'x'",
    "DELETE FROM articles",
    "REPLACE INTO meta VALUES ('a', 'b')",
    "WITH a AS (SELECT 1 AS x) INSERT INTO meta SELECT x, x FROM a",
    "WITH a AS (SELECT 1) DELETE FROM articles WHERE id IN a RETURNING id",
    "DROP TABLE articles",
    "ALTER TABLE articles RENAME TO a",
    "CREATE TABLE t (x)",
    "CREATE TEMP TABLE t (x)",
    "CREATE TEMP VIEW v AS SELECT 1",
    "CREATE VIRTUAL TABLE t USING fts5 (x)",
    "INSERT INTO articles_fts (articles_fts) VALUES ('rebuild')",
    "INSERT INTO articles_fts (articles_fts) VALUES ('delete-all')",
    "ATTACH '/tmp/other.db' AS other",
    "ATTACH ':memory:' AS other",
    "DETACH main",
    "VACUUM",
    "VACUUM INTO '/tmp/copy.db'",
    "REINDEX",
    "ANALYZE",
    "BEGIN",
    "BEGIN IMMEDIATE",
    "COMMIT",
    "SAVEPOINT a",
    "PRAGMA user_version = 9",
    "PRAGMA journal_mode = DELETE",
    "PRAGMA query_only = 0",
    "PRAGMA writable_schema = 1",
    "PRAGMA wal_checkpoint",
    "PRAGMA optimize",
    "SELECT load_extension('x.so')",
    "SELECT fts3_tokenizer('simple')",
    "SELECT 1; DELETE FROM articles",
    "EXPLAIN DELETE FROM articles",
]


@pytest.mark.parametrize("sql", WRITES)
def test_nothing_but_reading_is_allowed(path: Path, sql: str) -> None:
    with pytest.raises(QueryRefused) as raised:
        rows(path, sql)
    assert raised.value.exit_code == 2
    assert "\n" not in str(raised.value)


def test_the_refusal_names_what_is_not_allowed(path: Path) -> None:
    with pytest.raises(QueryRefused, match="may only read; not allowed: DELETE articles"):
        rows(path, "DELETE FROM articles")
    with pytest.raises(QueryRefused, match="not allowed: FUNCTION load_extension"):
        rows(path, "SELECT load_extension('x')")


@pytest.mark.parametrize(
    ("sql", "hint"),
    [
        ("SELECT * FROM article", "did you mean articles"),
        ("SELECT titel FROM articles", r"did you mean title\?"),
        ("SELECT * FROM articels", r"did you mean articles\?"),
        ("SELECT a.publshed FROM articles AS a", "did you mean published"),
        ("SELECT lema('x')", "did you mean lemma"),
        ("SELECT * FROM nothing_like_it", "schema` lists"),
        ("SELEC 1", "syntax error"),
        ("", "nothing to read"),
        ("-- только слова", "nothing to read"),
        ("SELECT ?", "binding"),
    ],
)
def test_mistakes_are_answered_helpfully(path: Path, sql: str, hint: str) -> None:
    with pytest.raises(QueryRefused, match=hint):
        rows(path, sql)


ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT {} FROM n"


def test_an_endless_query_is_ended(path: Path) -> None:
    with pytest.raises(QueryRefused, match=r"more than 0\.2 s"):
        rows(path, ENDLESS.format("count(*)"), timeout=0.2)
    with pytest.raises(QueryRefused, match=r"more than 0\.2 s"):
        for _ in query.run(path, ENDLESS.format("i"), timeout=0.2)[1]:
            pass


def test_memory_is_bounded(path: Path) -> None:
    with pytest.raises(QueryRefused, match="too big"):
        rows(path, "SELECT zeroblob(1000000000)")


def test_what_is_no_archive_is_said_as_everywhere(tmp_path: Path) -> None:
    with pytest.raises(ArchiveMissing):
        query.run(tmp_path / "a.db", "SELECT 1")
    (tmp_path / "b.db").write_text("письмо " * 100)
    with pytest.raises(NotAnArchive):
        query.run(tmp_path / "b.db", "SELECT 1")


def test_rows_left_unread_hold_no_file_open(path: Path) -> None:
    held = []
    for _ in range(20):
        found = query.run(path, ENDLESS.format("i"))[1]
        next(found)
        found.close()
        with pytest.raises(QueryRefused):
            query.run(path, "DROP TABLE articles")
        held.append(len(list(Path("/proc/self/fd").iterdir())))
    assert held[1] == held[-1]


def test_a_query_does_not_wait_for_a_writer_and_sees_whole_transactions(tmp_path: Path) -> None:
    with open_archive(tmp_path / "a.db") as archive:
        put(archive)
        with archive.write():
            put(archive, url="https://kp40.ru/1", text=CITY)
            assert rows(archive.path, "SELECT count(*) FROM articles") == [(1,)]
        assert rows(archive.path, "SELECT count(*) FROM articles") == [(2,)]


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT value FROM json_each('[1]')",
        "SELECT value FROM json_tree('[1]') WHERE type = 'integer'",
        "SELECT 1 FROM pragma_table_info('articles') LIMIT 1",
        "SELECT 1 FROM pragma_function_list LIMIT 1",
        "SELECT 1 FROM pragma_page_size WHERE page_size > 0",
    ],
)
def test_functions_that_are_tables_may_be_asked(path: Path, sql: str) -> None:
    assert rows(path, sql) == [(1,)]
