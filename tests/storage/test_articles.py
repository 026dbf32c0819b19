"""Articles, each once: identity, exact copies, revisions, and everything in one transaction."""

import sqlite3

import pytest

from crawler.sources import KINDS
from storage import Archive, article_rows, articles, kept, links, pages, sources
from storage.records import DateRecord, LinkRecord
from tests.storage.samples import CITY, NOW, PLANT, article, count, found, later, page, put


def test_an_article_is_stored_with_its_evidence_its_page_and_its_words(archive: Archive) -> None:
    links.discovered(archive, "gov39", None, [LinkRecord(url="https://gov39.ru/press/1/")], now=NOW)
    record = article(
        published="2026-01-30T23:30:00+02:00",
        published_by="json-ld",
        dates=(DateRecord(witness="json-ld", value="2026-01-30T23:30:00+02:00", believed=True, why="agrees with the feed"),),
        matched=({"term": "автомобильный кластер", "group": "cluster", "where": "title"},),
        regions=("RU-KGD",),
    )
    stored = articles.store(archive, record, page(etag='"x"', body=b"<html>"), now=NOW)
    assert (stored.outcome, stored.article) == ("stored", 1)
    row = articles.get(archive, 1)
    assert row["published"] == "2026-01-30T23:30:00+02:00"
    assert (row["published_utc"], row["day"]) == ("2026-01-30T21:30:00+00:00", "2026-01-30")
    assert row["first_seen"] == row["last_seen"] == "2026-02-02T09:00:00+00:00"
    assert archive.one("SELECT matched ->> '$[0].term' FROM articles")[0] == "автомобильный кластер"
    assert tuple(archive.one("SELECT witness, believed FROM dates")) == ("json-ld", 1)
    assert (pages.get(archive, record.url)["outcome"], pages.get(archive, record.url)["article"]) == ("stored", 1)
    assert links.count_pending(archive, "gov39") == 0
    assert found(archive, "text_lemmas: автокомпонент") == [1]
    assert found(archive, "автокомпонентов") == [1]
    assert len(list(kept.pages(archive))) == 1


def test_the_same_page_again_is_unchanged_and_only_seen_later(archive: Archive) -> None:
    put(archive)
    assert put(archive, now=later(hours=5)).outcome == "unchanged"
    row = articles.get(archive, 1)
    assert (row["first_seen"], row["last_seen"]) == ("2026-02-02T09:00:00+00:00", "2026-02-02T14:00:00+00:00")
    assert count(archive, "revisions") == 0


def test_an_article_is_known_by_its_stated_address_and_by_the_fetched_one(archive: Archive) -> None:
    fetched = page("https://gov39.ru/press/?id=1", requested="https://gov39.ru/go/1")
    articles.store(archive, article(), fetched, now=NOW)
    for address in ("https://gov39.ru/press/1/", "https://gov39.ru/press/?id=1", "https://gov39.ru/go/1"):
        assert articles.get(archive, address)["url"] == "https://gov39.ru/press/1/"
        assert links.is_known(archive, address)


@pytest.mark.parametrize("backwards", [False, True])
def test_a_site_that_serves_http_and_https_alike_has_one_article_and_no_copy(archive: Archive, backwards: bool) -> None:
    addresses = ["http://www.gov39.ru/press/1/", "https://gov39.ru/press/1/"]
    for address in addresses[::-1] if backwards else addresses:
        put(archive, url=address)
    assert put(archive, url=addresses[0]).outcome == "unchanged"
    assert articles.get(archive, addresses[0])["url"] == "https://gov39.ru/press/1/"
    assert (count(archive, "articles"), count(archive, "copies"), count(archive, "pages")) == (1, 0, 1)


def test_a_mobile_host_is_folded_by_the_pages_own_word(archive: Archive) -> None:
    articles.store(archive, article(), page("https://m.gov39.ru/press/1/"), now=NOW)
    assert archive.one("SELECT origin, home FROM folded_hosts")[:] == ("https://m.gov39.ru", "https://gov39.ru")
    assert links.is_known(archive, "https://m.gov39.ru/press/1/")


def test_the_same_words_elsewhere_are_a_copy(archive: Archive) -> None:
    put(archive)
    shouted = PLANT.upper().replace("«", '"').replace("»", '"').replace(". ", ".\n\n")
    stored = put(archive, url="https://klops.ru/1", source="klops", text=shouted)
    assert (stored.outcome, stored.article) == ("copy", 1)
    assert count(archive, "articles") == 1
    assert tuple(archive.one("SELECT article, source, similarity FROM copies")) == (1, "klops", 1.0)
    assert pages.get(archive, "https://klops.ru/1")["outcome"] == "copy"
    assert articles.get(archive, "https://klops.ru/1")["id"] == 1
    assert put(archive, url="https://klops.ru/1", source="klops", text=shouted).outcome == "copy"
    assert count(archive, "copies") == 1


def test_a_copy_that_becomes_another_text_becomes_an_article(archive: Archive) -> None:
    put(archive)
    put(archive, url="https://klops.ru/1", source="klops")
    stored = put(archive, url="https://klops.ru/1", source="klops", text=CITY)
    assert (stored.outcome, stored.article) == ("stored", 2)
    assert count(archive, "copies") == 0


ORDER = [
    ("https://minprom.example/1", "ministry", None),
    ("https://gov.example/9", "government", "2026-01-31"),
    ("https://gov.example/2", "government", "2026-01-30T10:00:00+03:00"),
    ("https://gov.example/1", "government", None),
    ("https://media.example/1", "media", "2026-01-01"),
]


@pytest.mark.parametrize("shift", range(5))
@pytest.mark.parametrize("backwards", [False, True])
def test_the_most_official_then_earliest_address_is_the_articles_own_in_any_order_of_arrival(
    archive: Archive, shift: int, backwards: bool
) -> None:
    for kind in ("government", "ministry", "media"):
        archive.conn.execute("INSERT INTO sources (id, kind) VALUES (?, ?)", (kind, kind))
    arrivals = ORDER[shift:] + ORDER[:shift]
    for number, (url, kind, published) in enumerate(arrivals[::-1] if backwards else arrivals):
        put(archive, now=later(hours=number), url=url, source=kind, published=published, title=f"Заголовок {url}")
    row = articles.get(archive, 1)
    assert (row["url"], row["source"], row["title"]) == (
        "https://gov.example/2",
        "government",
        "Заголовок https://gov.example/2",
    )
    assert row["first_seen"] == "2026-02-02T09:00:00+00:00"
    assert count(archive, "articles") == 1
    outcomes = dict(archive.conn.execute("SELECT url, outcome FROM pages").fetchall())
    assert outcomes == {url: "stored" if url == row["url"] else "copy" for url, _, _ in ORDER}
    assert {copy[0] for copy in archive.conn.execute("SELECT url FROM copies")} == {url for url, _, _ in ORDER} - {row["url"]}
    assert found(archive, "title: заголовок") == [1]


def test_the_ranks_of_kinds_are_those_of_the_catalogue() -> None:
    assert sources.KINDS == KINDS
    assert sources.officialness("nonsense") == sources.officialness("other")


def test_an_edit_leaves_the_earlier_wording_as_a_revision_and_the_index_follows(archive: Archive) -> None:
    put(archive)
    edited = PLANT.replace("восемь миллиардов", "девять миллиардов")
    assert put(archive, text=edited, now=later(days=1)).outcome == "revised"
    assert put(archive, text=edited.replace("осень", "зиму"), now=later(days=2)).outcome == "revised"
    rows = archive.conn.execute("SELECT seen, replaced, text FROM revisions ORDER BY seen").fetchall()
    assert [(row["seen"][8:10], row["replaced"][8:10]) for row in rows] == [("02", "03"), ("03", "04")]
    assert "восемь миллиардов" in rows[0]["text"]
    assert "девять миллиардов" in articles.get(archive, 1)["text"]
    assert found(archive, "осень") == []
    assert found(archive, "зиму") == [1]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("\nПросмотров: 17", "\nПросмотров: 1 250"),
        ("\n17 просмотров, 3 комментария", "\n18 просмотров, 5 комментариев"),
        ("\nОбновлено 2 февраля 2026, 12:30", "\nОбновлено 3 февраля 2026, 08:15"),
        ("\n02.02.2026 12:30", "\nВчера, 12:30"),
        ("", "\nПоделиться"),
        ("\n02.02.2026 В порту открыли склад", "\n03.02.2026 В порту открыли второй склад"),
        ("\n12:30 | Мост закроют на ремонт", "\n14:10 | Мост не закроют"),
        ("", "\nЧитайте также: В Калуге обсудили ремонт моста"),
        ("\nИсточник: пресс-служба", "\nИСТОЧНИК — пресс-служба."),
    ],
)
def test_counters_clocks_and_buttons_make_no_revision(archive: Archive, before: str, after: str) -> None:
    put(archive, text=PLANT + before)
    assert put(archive, text=PLANT + after, now=later(days=1)).outcome == "unchanged"
    assert count(archive, "revisions") == 0


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("четыреста рабочих", "пятьсот рабочих"),
        ("Губернатор области", "Губернатор облости"),
        ("Запуск второй линии намечен на осень.", ""),
        ("осень.", "осень.\nИнвестор от комментариев отказался."),
        ("осень.", "осень 2027 года."),
        ("осень.", "осень.\n12.03.2027 цех откроют и для покупателей."),
    ],
)
def test_figures_typos_and_sentences_do(archive: Archive, old: str, new: str) -> None:
    put(archive)
    assert old in PLANT
    assert put(archive, text=PLANT.replace(old, new), now=later(days=1)).outcome == "revised"


def test_a_better_reader_changes_the_text_without_a_revision(archive: Archive) -> None:
    put(archive, text=PLANT + "\nМеню сайта", reader_version=1)
    assert put(archive, text=PLANT, reader_version=2, now=later(days=1)).outcome == "unchanged"
    assert "Меню" not in articles.get(archive, 1)["text"]
    assert found(archive, "меню") == []
    assert count(archive, "revisions") == 0


def test_another_text_is_a_revision_whatever_the_reader(archive: Archive) -> None:
    put(archive, reader_version=1)
    assert put(archive, text=CITY, reader_version=2, now=later(days=1)).outcome == "revised"


def test_a_page_that_is_taken_down_is_marked_and_unmarked_when_it_is_back(archive: Archive) -> None:
    put(archive)
    pages.record(archive, page(outcome="gone", status=404), now=later(days=1))
    pages.record(archive, page(outcome="gone", status=410), now=later(days=2))
    assert articles.get(archive, 1)["gone_since"][:10] == "2026-02-03"
    assert articles.mark_gone(archive, "https://gov39.ru/press/1/", now=later(days=3)) is False
    assert put(archive, now=later(days=4)).reason == "is back"
    assert articles.get(archive, 1)["gone_since"] is None
    assert articles.mark_gone(archive, "https://gov39.ru/press/1/", now=later(days=5)) is True
    pages.record(archive, page(outcome="unchanged", status=304), now=later(days=6))
    assert articles.get(archive, 1)["gone_since"] is None
    assert articles.get(archive, 1)["last_seen"][:10] == "2026-02-08"


def test_a_failure_does_not_undo_that_an_article_was_read(archive: Archive) -> None:
    put(archive)
    pages.record(archive, page(outcome="failed", status=503, reason="503"), now=later(days=1))
    row = pages.get(archive, "https://gov39.ru/press/1/")
    assert (row["outcome"], row["article"], row["reason"], row["attempts"]) == ("stored", 1, "503", 1)


def test_a_later_reading_does_not_move_the_date(archive: Archive) -> None:
    put(archive, published="2026-01-30")
    put(archive, published="2026-02-02", text=PLANT.replace("осень", "зиму"), now=later(days=1))
    assert articles.get(archive, 1)["published"] == "2026-01-30"


def test_what_a_person_corrected_stays(archive: Archive) -> None:
    put(archive)
    archive.conn.execute("INSERT INTO corrections (article, field, value, at) VALUES (1, 'title', 'Верный', '2026-02-02')")
    with archive.write():
        article_rows.apply(archive, 1, {"title": "Верный"})
    assert put(archive, text="Новый заголовок\n" + PLANT.partition("\n")[2] + " Правка.", now=later(days=1)).outcome == "revised"
    row = articles.get(archive, 1)
    assert row["title"] == "Верный"
    assert row["text"].endswith("Правка.")
    assert found(archive, "title: верный") == [1]


def test_rubbish_characters_do_not_hurt(archive: Archive) -> None:
    put(archive, text="Заголовок \ud83d\x00с мусором\nТекст\x00 с\u0306 половиной \udc00 знака " + "слово " * 40)
    assert "\x00" not in articles.get(archive, 1)["text"]
    assert found(archive, "мусор") == [1]


@pytest.mark.parametrize("fields", [{"url": "ftp://gov39.ru/1"}, {"published": "вчера"}, {"url": "https:///1"}])
def test_an_article_without_address_or_with_a_broken_date_is_refused_whole(archive: Archive, fields) -> None:
    with pytest.raises(ValueError):
        articles.store(archive, article(**fields), page(), now=NOW)
    assert count(archive, "articles") + count(archive, "pages") == 0


def test_when_the_page_cannot_be_written_nothing_is(archive: Archive) -> None:
    archive.conn.execute("CREATE TRIGGER no BEFORE INSERT ON pages BEGIN SELECT raise(ABORT, 'no'); END")
    with pytest.raises(sqlite3.IntegrityError):
        put(archive)
    for table in ("articles", "articles_fts", "dates", "pages", "words"):
        assert count(archive, table) == 0
