"""What is counted by month and noted by name is what the articles say, whatever becomes of them."""

import json

from storage import Archive, article_rows, companies
from storage.corrections import correct
from storage.query import run
from tests.storage.invariants import broken
from tests.storage.samples import CITY, NOW, put


def counts(archive: Archive) -> list[tuple]:
    sql = "SELECT source, region, month, articles FROM month_counts WHERE articles > 0 ORDER BY 1, 2, 3"
    return [tuple(row) for row in archive.conn.execute(sql)]


def named(archive: Archive, kind: str) -> list[tuple]:
    sql = "SELECT name, day, article, region FROM mentions WHERE kind = ? ORDER BY 1, 2, 3"
    return [tuple(row) for row in archive.conn.execute(sql, (kind,))]


def test_a_stored_article_is_counted_and_found_by_what_it_names(archive: Archive) -> None:
    put(archive, published="2026-01-30", regions=("RU-KGD", "RU-KLU"), companies=("avtotor",))
    put(archive, url="https://kp40.ru/1", source="kp40", region="RU-KLU", text=CITY, published=None)
    assert counts(archive) == [("gov39", "RU-KGD", "2026-01", 1), ("kp40", "RU-KLU", "", 1)]
    assert named(archive, "company") == [("avtotor", "2026-01-30", 1, "RU-KGD")]
    assert named(archive, "region") == [
        ("RU-KGD", "2026-01-30", 1, "RU-KGD"),
        ("RU-KLU", "", 2, "RU-KLU"),
        ("RU-KLU", "2026-01-30", 1, "RU-KGD"),
    ]


def test_a_correction_and_a_removal_move_what_was_counted(archive: Archive) -> None:
    put(archive, published="2026-01-30", regions=("RU-KGD",), companies=("avtotor", "agr"))
    correct(archive, 1, "date", "2025-12-31", who="аналитик", note="", now=NOW)
    correct(archive, 1, "region", "RU-KLU", who="аналитик", note="", now=NOW)
    assert counts(archive) == [("gov39", "RU-KLU", "2025-12", 1)]
    assert named(archive, "company") == [("agr", "2025-12-31", 1, "RU-KLU"), ("avtotor", "2025-12-31", 1, "RU-KLU")]
    assert broken(archive) == []
    with archive.write():
        article_rows.remove(archive, 1)
    assert counts(archive) == []
    assert named(archive, "company") == named(archive, "region") == []


def test_other_changes_of_an_article_leave_what_was_noted(archive: Archive) -> None:
    put(archive, published="2026-01-30", regions=("RU-KGD",), companies=("avtotor",))
    before = archive.conn.total_changes
    archive.conn.execute("UPDATE articles SET companies = ?, day = '2026-01-30', score = 0.7", (json.dumps(["avtotor"]),))
    assert archive.conn.total_changes == before + 1, "the triggers wrote for nothing"


def test_a_company_is_asked_for_by_the_name_that_people_use(archive: Archive) -> None:
    from storage.cookbook import load

    put(archive, published="2026-01-30", companies=("avtotor",))
    companies.remember(archive, {"avtotor": "Автотор", "agr": "АГР Холдинг"})
    recipe = load()["company"]
    for name in ("автотор", "АВТОТОР", "Avtotor"):
        assert len(list(run(archive.path, recipe.sql, params={"company": name})[1])) == 1, name
    assert list(run(archive.path, recipe.sql, params={"company": "АГР Холдинг"})[1]) == []
    changes = archive.conn.total_changes
    companies.remember(archive, {"avtotor": "Автотор"})
    assert archive.conn.total_changes == changes
