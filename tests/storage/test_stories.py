"""Articles of one event become one story as they arrive, whoever comes first; a person's word stands. Texts are invented."""

import random
from itertools import permutations
from pathlib import Path

import pytest

from storage import Archive, article_rows, articles, corrections, forgetting, open_archive, stories
from tests.quality import edits
from tests.quality.story_fit import invented
from tests.storage.samples import NOW, count, put

GROUPS: dict[str, list[dict[str, str]]] = {}
for _row in invented():
    GROUPS.setdefault(_row["story"], []).append(_row)
ENGINE, GEARS, RADIATOR = GROUPS["sollers-engine"], GROUPS["alabuga-gear"], GROUPS["radiator-kaluga"]


def _put(archive: Archive, url: str, row: dict[str, str], **fields: object) -> int:
    given = {"source": url.split("/")[2], "published": row["published"], **fields}
    return put(archive, url=url, text=f"{row['title']}\n{row['text']}", **given).article  # type: ignore[arg-type]


def _story(archive: Archive, article: int) -> int:
    row = articles.get(archive, article)
    assert row is not None
    return int(row["story"])


def _row(archive: Archive, story: int) -> dict[str, object]:
    row = archive.one("SELECT * FROM stories WHERE id = ?", (story,))
    assert row is not None
    return dict(row)


def test_articles_of_one_event_are_one_story_with_its_times_and_sources(archive: Archive) -> None:
    ids = [_put(archive, f"https://s{n}.ru/1", row) for n, row in enumerate(ENGINE)]
    other = _put(archive, "https://s9.ru/1", GEARS[0])
    assert len({_story(archive, article) for article in ids}) == 1
    assert _story(archive, other) != _story(archive, ids[0])
    assert _row(archive, _story(archive, ids[0])) == {
        "id": _story(archive, ids[0]),
        "title": "«Соллерс» запустил в Елабуге выпуск двигателей",
        "first_published": "2025-03-13",
        "last_published": "2025-03-13",
        "articles": 3,
        "sources": 3,
    }


def test_the_groups_do_not_depend_on_the_order_of_arrival(tmp_path: Path) -> None:
    rows = [*ENGINE, *GEARS, *GROUPS["glass-ryazan"]]
    partitions = set()
    for seed in range(4):
        order = list(range(len(rows)))
        random.Random(seed).shuffle(order)
        with open_archive(tmp_path / f"{seed}.db") as archive:
            ids = {at: _put(archive, f"https://s{at}.ru/1", rows[at]) for at in order}
            found = {at: _story(archive, article) for at, article in ids.items()}
            partitions.add(frozenset(frozenset(at for at in found if found[at] == story) for story in found.values()))
    assert partitions == {frozenset({frozenset({0, 1, 2}), frozenset({3}), frozenset({4, 5})})}


def test_a_late_telling_merges_stories_and_the_older_number_stays(tmp_path: Path) -> None:
    merged = 0
    for number, order in enumerate(permutations(RADIATOR)):
        with open_archive(tmp_path / f"{number}.db") as archive:
            first, second = (_put(archive, f"https://s{n}.ru/1", row) for n, row in enumerate(order[:2]))
            before = _story(archive, first), _story(archive, second)
            _put(archive, "https://s2.ru/1", order[2])
            after = {_story(archive, first), _story(archive, second)}
            if before[0] != before[1] and len(after) == 1:
                merged += 1
                assert after == {min(before)}
                assert stories.current(archive, max(before)) == min(before)
                assert archive.one("SELECT 1 FROM stories WHERE id = ?", (max(before),)) is None
    assert merged > 0


def test_a_copy_counts_as_a_source_of_the_story(archive: Archive) -> None:
    article = _put(archive, "https://s0.ru/1", ENGINE[0])
    reprint = dict(ENGINE[0], text=edits.boilerplate(ENGINE[0]["text"], random.Random(1)))
    assert _put(archive, "https://s1.ru/1", reprint) == article
    row = _row(archive, _story(archive, article))
    assert (row["articles"], row["sources"]) == (1, 2)


def test_a_copy_that_is_forgotten_or_said_to_be_none_counts_no_more(archive: Archive) -> None:
    article = _put(archive, "https://s0.ru/1", ENGINE[0])
    reprint = dict(ENGINE[0], text=edits.boilerplate(ENGINE[0]["text"], random.Random(1)))
    for n in (1, 2):
        _put(archive, f"https://s{n}.ru/1", reprint)
    assert _row(archive, _story(archive, article))["sources"] == 3
    forgetting.forget_address(archive, "https://s1.ru/1", why="asked for", now=NOW)
    assert _row(archive, _story(archive, article))["sources"] == 2
    corrections.correct(archive, "https://s2.ru/1", "copy", "no", now=NOW)
    assert _row(archive, _story(archive, article))["sources"] == 1


def test_an_undated_article_is_compared_without_time(archive: Archive) -> None:
    ids = [_put(archive, f"https://s{n}.ru/1", row, published=None) for n, row in enumerate(ENGINE)]
    assert len({_story(archive, article) for article in ids}) == 1
    assert _row(archive, _story(archive, ids[0]))["first_published"] is None


def test_the_same_words_a_year_later_are_another_event(archive: Archive) -> None:
    one = _put(archive, "https://s0.ru/1", ENGINE[0])
    other = _put(archive, "https://s1.ru/1", ENGINE[1], published="2026-03-13")
    assert _story(archive, one) != _story(archive, other)


def test_an_edited_article_leaves_the_story_that_it_tells_no_more(archive: Archive) -> None:
    ids = [_put(archive, f"https://s{n}.ru/1", row) for n, row in enumerate(ENGINE)]
    story = _story(archive, ids[0])
    assert _put(archive, "https://s2.ru/1", RADIATOR[0]) == ids[2]
    assert [_story(archive, article) == story for article in ids] == [True, True, False]
    assert _row(archive, story)["articles"] == 2


def test_a_date_that_a_person_corrects_moves_the_storys_times(archive: Archive) -> None:
    ids = [_put(archive, f"https://s{n}.ru/1", row) for n, row in enumerate(ENGINE[:2])]
    corrections.correct(archive, ids[1], "date", "2025-03-15", now=NOW)
    row = _row(archive, _story(archive, ids[1]))
    assert (row["first_published"], row["last_published"]) == ("2025-03-13", "2025-03-15")


def test_what_a_person_put_elsewhere_stays_there_whatever_arrives(archive: Archive) -> None:
    ids = [_put(archive, f"https://s{n}.ru/1", row) for n, row in enumerate(ENGINE[:2])]
    story = _story(archive, ids[0])
    corrections.correct(archive, ids[1], "story", "new", now=NOW)
    own = _story(archive, ids[1])
    assert own != story
    assert _row(archive, story)["articles"] == _row(archive, own)["articles"] == 1
    third = _put(archive, "https://s2.ru/1", ENGINE[2])
    _put(archive, "https://s1.ru/1", dict(ENGINE[1], text=ENGINE[1]["text"] + " Первые моторы отправят в мае."))
    assert _story(archive, ids[1]) == own
    assert _story(archive, third) == story


def test_an_article_joins_the_story_that_a_person_made_if_it_is_like_no_other(archive: Archive) -> None:
    one = _put(archive, "https://s0.ru/1", ENGINE[0])
    corrections.correct(archive, one, "story", "new", now=NOW)
    other = _put(archive, "https://s1.ru/1", ENGINE[1])
    assert _story(archive, other) == _story(archive, one)


def test_a_story_without_articles_is_gone(archive: Archive) -> None:
    ids = [_put(archive, f"https://s{n}.ru/1", row) for n, row in enumerate([*ENGINE, *GEARS, *RADIATOR])]
    with archive.write():
        for article in ids:
            article_rows.remove(archive, article)
    for table in ("stories", "story_features", "story_index", "story_links", "copy_index"):
        assert count(archive, table) == 0, table
    assert archive.one("SELECT max(articles) FROM story_terms")[0] == 0  # type: ignore[index]


def test_what_every_article_says_does_not_make_the_look_up_grow(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    from storage import story_index

    compared: list[int] = []
    monkeypatch.setattr(story_index, "evidence", _counted(story_index.evidence, compared))
    rng = random.Random(5)
    for n in range(120):
        words = " ".join("".join(rng.choice("абвгдежзик") for _ in range(7)) for _ in range(40))
        compared.clear()
        _put(archive, f"https://s{n}.ru/1", {"published": "2026-01-30", "title": "Кластер «Автотор» открыт", "text": words})
    assert 0 < len(compared) <= 40


def _counted(function, calls: list[int]):  # type: ignore[no-untyped-def]
    def wrapped(*args):  # type: ignore[no-untyped-def]
        calls.append(1)
        return function(*args)

    return wrapped


def test_a_failure_undoes_story_and_article_together(archive: Archive) -> None:
    with pytest.raises(ValueError, match="stop"), archive.write():
        _put(archive, "https://s0.ru/1", ENGINE[0])
        raise ValueError("stop")
    assert {count(archive, table) for table in ("articles", "stories", "story_index", "story_terms", "copy_index")} == {0}
