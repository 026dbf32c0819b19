"""Reprints in the archive: recorded on the article, not stored again; whatever a person said about them stands."""

import random
from pathlib import Path

import pytest

from storage import Archive, copies, open_archive
from storage.copies import STOP
from storage.times import stamp
from tests.quality import edits, siblings
from tests.storage.samples import NOW, count, later, put
from tests.storage.test_likeness import RELEASE

OTHER = (
    "Областной суд рассмотрел спор о земле под гаражами. Истцы требовали признать за ними право на участки, которыми они "
    "пользуются с восьмидесятых годов. Ответчик, городская управа, возражал: документов на отвод нет. Заседание отложили "
    "на три недели, чтобы запросить архив."
)


def _put(archive: Archive, url: str, text: str, *, title: str = "Новость", **fields: object) -> tuple[str, int]:
    stored = put(archive, url=url, text=f"{title}\n{text}", **fields)  # type: ignore[arg-type]
    return stored.outcome, stored.article


@pytest.mark.parametrize("name", [*edits.EDITS, "all_of_it"])
def test_a_reprint_is_recorded_as_a_copy(archive: Archive, name: str) -> None:
    edit = edits.EDITS.get(name, edits.all_of_it)
    _put(archive, "https://other.ru/0", OTHER)
    _, article = _put(archive, "https://gov39.ru/1", RELEASE, published="2026-01-30")
    reprint = edit(RELEASE, random.Random(4))
    assert _put(archive, "https://kp40.ru/2", reprint, source="kp40", published="2026-01-31") == ("copy", article)
    row = archive.one("SELECT * FROM copies")
    assert row is not None
    assert (row["article"], row["url"], row["source"]) == (article, "https://kp40.ru/2", "kp40")
    assert 0.5 <= row["similarity"] <= 1
    assert count(archive, "articles") == 2


def test_releases_of_one_template_are_articles_of_their_own(archive: Archive) -> None:
    group = siblings.texts()[1]
    assert [_put(archive, f"https://a.ru/{n}", text)[0] for n, text in enumerate(group)] == ["stored"] * len(group)


def test_of_two_copies_the_more_official_is_the_article_whichever_came_first(tmp_path: Path) -> None:
    reprint = edits.boilerplate(RELEASE, random.Random(1))
    came = [("https://gov.ru/1", RELEASE, "2026-01-30T12:00:00+03:00"), ("https://z.ru/1", reprint, "2026-01-30T15:00:00+03:00")]
    own = set()
    for n, order in enumerate((came, came[::-1])):
        with open_archive(tmp_path / f"{n}.db") as archive:
            for url, text, published in order:
                _put(archive, url, text, published=published)
            own.add((archive.one("SELECT url FROM articles")[0], archive.one("SELECT url FROM copies")[0]))  # type: ignore[index]
    assert own == {("https://gov.ru/1", "https://z.ru/1")}


def test_a_telegram_post_made_from_a_release_never_stands_for_it(tmp_path: Path) -> None:
    post = " ".join(edits.sentences(RELEASE)[:2])
    came = [("https://t.me/gov/1", post, "2026-01-30T12:00:00+03:00"), ("https://gov.ru/1", RELEASE, "2026-01-30T12:30:00+03:00")]
    for n, order in enumerate((came, came[::-1])):
        with open_archive(tmp_path / f"{n}.db") as archive:
            for url, text, published in order:
                _put(archive, url, text, published=published)
            row = archive.one("SELECT url, text FROM articles")
            assert row is not None
            assert (row["url"], row["text"]) == ("https://gov.ru/1", RELEASE)
            assert count(archive, "articles") == 1


def test_after_an_edit_the_new_wording_is_what_reprints_are_found_by(archive: Archive) -> None:
    _, article = _put(archive, "https://gov.ru/1", OTHER)
    put(archive, now=later(hours=1), url="https://gov.ru/1", text=f"Новость\n{RELEASE}")
    assert _put(archive, "https://z.ru/1", edits.cut(RELEASE, random.Random(2))) == ("copy", article)
    assert _put(archive, "https://z.ru/2", edits.cut(OTHER, random.Random(2)))[0] == "stored"


def test_a_person_can_say_that_an_address_is_no_copy(archive: Archive) -> None:
    _, article = _put(archive, "https://gov.ru/1", RELEASE)
    _say(archive, article, "not https://z.ru/1")
    assert _put(archive, "https://z.ru/1", RELEASE)[0] == "stored"
    assert _put(archive, "https://z.ru/2", RELEASE) == ("copy", article)


def test_a_person_can_say_that_an_address_is_a_copy(archive: Archive) -> None:
    _, article = _put(archive, "https://gov.ru/1", RELEASE)
    _say(archive, article, "https://z.ru/1")
    assert _put(archive, "https://z.ru/1", OTHER) == ("copy", article)


def _say(archive: Archive, article: int, value: str) -> None:
    with archive.write():
        archive.conn.execute("INSERT INTO corrections VALUES (?, 'copy', ?, 'me', ?, '')", (article, value, stamp(NOW)))


def test_a_paragraph_that_every_release_ends_with_makes_no_copies_and_finds_none(archive: Archive) -> None:
    rng = random.Random(9)
    vocabulary = ["".join(rng.choice("абвгдежзиклмноп") for _ in range(6)) for _ in range(3000)]
    tail = " ".join(rng.choices(vocabulary, k=25))
    for n in range(STOP + 30):
        text = " ".join(rng.choices(vocabulary, k=40))
        assert _put(archive, f"https://a.ru/{n}", f"{text}. {tail}", title=f"Новость {n}")[0] == "stored"
    assert copies.find(archive, tail) is None
    last = archive.one("SELECT id, text FROM articles ORDER BY id DESC LIMIT 1")
    assert last is not None
    assert copies.find(archive, last["text"]) == (last["id"], 1.0)


def test_whichever_comes_first_of_texts_with_one_last_paragraph_the_copies_are_the_same(tmp_path: Path) -> None:
    rng = random.Random(4)
    vocabulary = ["".join(rng.choice("абвгдежзиклмноп") for _ in range(6)) for _ in range(2000)]
    tail = " ".join(rng.choices(vocabulary, k=25))
    texts = [" ".join(rng.choices(vocabulary, k=60)) for _ in range(STOP // 2 + 4)]
    given = [f"{text}. {tail}" for text in texts] + [f"Как сообщили вчера, {text}. {tail}" for text in texts]
    outcomes = set()
    for seed in range(3):
        order = list(range(len(given)))
        random.Random(seed).shuffle(order)
        with open_archive(tmp_path / f"{seed}.db") as archive, archive.write():
            found = {at: _put(archive, f"https://a.ru/{at}", given[at], title=f"Новость {at}")[1] for at in order}
            outcomes.add(frozenset(frozenset(at for at in found if found[at] == article) for article in found.values()))
    assert outcomes == {frozenset(frozenset({at, at + len(texts)}) for at in range(len(texts)))}


def test_what_is_forgotten_is_not_found(archive: Archive) -> None:
    _, article = _put(archive, "https://gov.ru/1", RELEASE)
    with archive.write():
        copies.forget(archive, article)
    assert copies.find(archive, RELEASE) is None
    assert (count(archive, "copy_index"), count(archive, "copy_sketches")) == (0, 0)


def test_an_article_that_was_deleted_behind_our_back_is_passed_over(archive: Archive) -> None:
    _, article = _put(archive, "https://gov.ru/1", RELEASE)
    archive.conn.execute("DELETE FROM articles WHERE id = ?", (article,))
    assert copies.find(archive, RELEASE) is None


def test_the_reason_can_be_asked_for(archive: Archive) -> None:
    (one, other) = siblings.texts()[1][:2]
    ids = [_put(archive, f"https://a.ru/{n}", text)[1] for n, text in enumerate((one, other))]
    assert "one template" in copies.likeness(archive, *ids).why
    with pytest.raises(LookupError, match="no article 99"):
        copies.likeness(archive, 1, 99)
