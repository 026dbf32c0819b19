"""Raw pages: packed with another page of their source, and always the same bytes again."""

import random
from datetime import datetime

import pytest

from storage import Archive, forgetting, kept, pages
from storage.records import PageRecord
from tests.storage.samples import NOW, later, page

FRAME = random.Random(1).randbytes(30_000).hex().encode()
REBUILT = random.Random(2).randbytes(30_000).hex().encode()


def put(archive: Archive, number: int, frame: bytes = FRAME, source: str = "gov39", now: datetime = NOW) -> PageRecord:
    record = page(f"https://{source}.ru/press/{number}/", source=source, outcome="irrelevant", body=frame + b"<p>%d</p>" % number)
    pages.record(archive, record, now=now)
    return record


def sizes(archive: Archive) -> list[int]:
    return [row[0] for row in archive.conn.execute("SELECT length(body) FROM kept_pages ORDER BY id")]


def count(archive: Archive, table: str = "dictionaries") -> int:
    return archive.conn.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def test_what_the_pages_of_a_site_share_is_kept_once(archive: Archive) -> None:
    given = [put(archive, number) for number in range(20)]
    assert [each.body for each in kept.pages(archive)] == [each.body for each in given]
    assert max(sizes(archive)) < 1000
    assert count(archive) == 1
    assert archive.one("SELECT sum(length(body)) FROM dictionaries")[0] < len(FRAME)


def test_each_source_has_its_own_and_a_rebuilt_site_gets_a_new_one(archive: Archive) -> None:
    given = [put(archive, 1), put(archive, 2, source="kp40"), *(put(archive, number, REBUILT) for number in (3, 4, 5))]
    assert [each.body for each in kept.pages(archive)] == [each.body for each in given]
    assert [tuple(row) for row in archive.conn.execute("SELECT source, count(*) FROM dictionaries GROUP BY 1")] == [
        ("gov39", 2),
        ("kp40", 1),
    ]
    assert max(sizes(archive)[3:]) < 1000


@pytest.mark.parametrize("body", [b"", b"1", b"1234567", b"12345678", bytes(range(256)) * 4000])
def test_bytes_of_every_length_come_back(archive: Archive, body: bytes) -> None:
    for number in range(3):
        pages.record(archive, page(f"https://gov39.ru/{number}", outcome="irrelevant", body=body + b"x" * number), now=NOW)
    assert [each.body for each in kept.pages(archive)] == [body + b"x" * number for number in range(3)]


def test_forgetting_the_page_that_others_are_packed_with_leaves_them_readable_and_nothing_of_it(archive: Archive) -> None:
    given = [put(archive, number) for number in range(4)]
    forgetting.forget_address(archive, given[0].url, why="", now=NOW)
    assert count(archive) == 0
    assert [each.body for each in kept.pages(archive)] == [each.body for each in given[1:]]
    put(archive, 9)
    assert count(archive) == 1


def test_a_dictionary_goes_with_its_last_page_and_with_its_source(archive: Archive) -> None:
    put(archive, 1)
    put(archive, 2, REBUILT, now=later(days=2))
    forgetting.prune(archive, before=later(days=1), last_too=True)
    assert (count(archive), count(archive, "kept_pages")) == (1, 1)
    assert next(kept.pages(archive)).body.startswith(REBUILT)
    forgetting.forget_source(archive, "gov39", now=NOW)
    assert (count(archive), count(archive, "kept_pages")) == (0, 0)
