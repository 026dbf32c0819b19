"""Search: 60 questions and the articles that answer them, then ranking, filters, snippets and the index kept in step."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage import Archive, fulltext, open_archive
from storage.errors import QueryRefused
from storage.search import search
from storage.wanted import parse
from tests.storage.samples import NOW, put

# invented; one article a letter
TEXTS = {
    "a": "Автотор запустил производство автокомпонентов\nВ Калининградской области открыт цех автокомпонентов. Холдинг «Автотор» "
    "вложил в него три миллиарда рублей. На заводе работают четыреста человек.",
    "b": "АВТОТОР расширяет кластер\nРезиденты автомобильного кластера получат льготы. Об этом сообщили в Avtotor Holding.",
    "c": "КАМАЗ показал электробус\n"
    "В Набережных Челнах собрали первый электробус с российской батареей. КамАЗом получен сертификат.",
    "d": "Продажи Haval выросли\nТульский завод «Хавейл» нарастил выпуск. Хавейла стало больше и в такси.",
    "e": "Ёлки у проходной\nУ проходной «АвтоВАЗа» в Тольятти поставили ёлки. Праздник прошёл для детей сотрудников АвтоВАЗа.",
    "f": "Научно-производственный центр открыт в Калуге\nВ Калужской области начал работу научно-производственный центр шин.",
    "g": "Москвич 3е пошёл в серию\nМосковский автозавод «Москвич» наращивает локализацию. Электромобиль собирают в столице.",
    "h": "В Калининграде ремонтируют мост\nДвижение трамваев закрыто. В области ждут снега, жители чистят дворы.",
    "i": "Соллерс построит завод двигателей в Елабуге\nРезидент ОЭЗ «Алабуга» Соллерс вложит в проект 5 млрд рублей.",
    "j": "УАЗ Патриот получил новый двигатель\nНа Ульяновском автозаводе в серию пошёл двигатель ЗМЗ-409.",
    "k": "Людям с инвалидностью передали автомобили\nДесять семей получили ключи от новых машин Lada Largus.",
    "l": "Сталь для кузовов\n"
    "Череповецкие металлурги освоили сталь для кузовов легковых автомобилей. Прокат проверили в Нижнем Новгороде.",
    "m": "Инвестиции в литейное производство\nГАЗ инвестирует в литейку. Импортозамещение отливок завершат к 2027 году.",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Archive]:
    with open_archive(tmp_path_factory.mktemp("search") / "a.db") as archive:
        for number, (letter, text) in enumerate(TEXTS.items()):
            put(archive, url=f"https://press.ru/{letter}", text=text, published=f"2026-01-{number + 1:02}")
        yield archive


def letters(rows: list[dict]) -> str:
    return "".join(sorted(row["url"][-1] for row in rows))


PAIRS = [
    # inflections: case, number, gender, tense, aspect
    ("автокомпоненты", "a"),
    ("автокомпонентов", "a"),
    ("автокомпонент", "a"),
    ("АВТОКОМПОНЕНТАМИ", "a"),
    ("калининградская область", "a"),
    ("Калининградской области", "a"),
    ("запускать", ""),
    ("запустили", "a"),
    ("производства", "am"),
    ("резидент", "bi"),
    ("резидентами", "bi"),
    ("человек", "ak"),
    ("люди", "ak"),
    ("машина", "k"),
    ("открыть", "af"),
    ("инвестиция", "m"),
    ("новыми машинами", "k"),
    ("электромобилей", "g"),
    ("двигателем", "ij"),
    ("цехов", "a"),
    ("завода", "adi"),
    ("импортозамещения", "m"),
    ("локализации", "g"),
    ("кузов", "l"),
    ("сталью", "l"),
    # names, in any case, script and form
    ("Автотор", "ab"),
    ("автотора", "ab"),
    ("Автотору", "ab"),
    ("АВТОТОРОМ", "ab"),
    ("Avtotor", "ab"),
    ("AVTOTOR", "ab"),
    ("камаз", "c"),
    ("КамАЗе", "c"),
    ("KAMAZ", "c"),
    ("Haval", "d"),
    ("Хавейлом", "d"),
    ("АвтоВАЗ", "e"),
    ("avtovaz", "e"),
    ("соллерсом", "i"),
    ("Sollers", "i"),
    ("Алабугой", "i"),
    ("alabuga", "i"),
    ("москвичу", "g"),
    ("Лада Ларгус", "k"),
    ("lada", "k"),
    ("Набережные Челны", "c"),
    ("Нижний Новгород", "l"),
    # ё
    ("елки", "e"),
    ("Ёлки", "e"),
    ("ёлок", "e"),
    ("пошел", "gj"),
    # hyphens, quotes, phrases, digits
    ("научно-производственного центра", "f"),
    ("научно производственный", "f"),
    ("«Автотор»", "ab"),
    ('"автомобильный кластер"', "b"),
    ('"кластер автомобильный"', ""),
    ("ЗМЗ-409", "j"),
    ("3 млрд", ""),
    ("5 млрд", "i"),
    # exclusions, prefixes, alternatives
    ("завод -двигатель", "ad"),
    ("Калининград -мост", ""),
    ('автотор -"автомобильный кластер"', "a"),
    ("электро*", "cg"),
    ("автоком*", "a"),
    ("ЁЛК*", "e"),
    ("камаз OR соллерс", "ci"),
    ("шины ИЛИ трамвай", "fh"),
    ("заводы в Елабуге", "i"),
    ("ремонтируют мост в Калининграде", "h"),
    ("нет такого слова", ""),
]


@pytest.mark.parametrize(("words", "wanted"), PAIRS)
def test_a_question_finds_its_answers_and_nothing_else(library: Archive, words: str, wanted: str) -> None:
    assert letters(search(library, words, now=NOW)) == wanted


def test_there_are_sixty_questions_and_more() -> None:
    assert len(PAIRS) >= 60


@pytest.mark.parametrize("words", ["", "  ", "-мост", "«»", "в на", "***", '"'])
def test_a_search_without_words_is_refused(library: Archive, words: str) -> None:
    with pytest.raises(QueryRefused, match="at least one word"):
        search(library, words)


@pytest.mark.parametrize(
    "words",
    ['"мост', "мост)", "title:мост", "мост AND", "NEAR(мост", "^мост", "мост OR", "OR мост", "{мост}", "мост*(", "a'b мост"],
)
def test_the_language_of_the_index_does_not_leak(library: Archive, words: str) -> None:
    search(library, words)


def test_a_row_has_what_is_promised_and_a_snippet_with_the_words_as_they_stand(library: Archive) -> None:
    row = search(library, "автокомпонент", now=NOW)[0]
    assert list(row) == ["id", "url", "title", "published", "source", "region", "story", "score", "snippet"]
    assert (row["id"], row["published"], row["source"], row["region"], row["story"]) == (1, "2026-01-01", "gov39", "RU-KGD", 1)
    assert row["snippet"].startswith("В Калининградской области открыт цех [автокомпонентов]. Холдинг «Автотор»")
    assert search(library, "ёлка", mark=("<b>", "</b>"))[0]["snippet"].count("<b>ёлки</b>") == 1
    assert "[Хавейл]" in search(library, "Haval")[0]["snippet"]


def test_a_title_counts_more_and_so_does_a_new_article(tmp_path: Path) -> None:
    line = "слова о погоде и о дорогах о школах и парках о снеге реке и мостах " * 3
    words = line.split()

    def filler(seed: int) -> str:
        return " ".join(random.Random(seed).sample(words, len(words)))  # the same words, but no copies of one another

    with open_archive(tmp_path / "a.db") as archive:
        for id, title, text, published in (
            ("old", "Завод открыт", f"Первый номер. {filler(1)}", "2024-01-01"),
            ("new", "Завод открыт", f"Второй номер. {filler(2)}", "2026-01-30"),
            ("none", "Завод открыт", f"Третий номер. {filler(3)}", None),
            ("body", "Погода", f"Завод открыт. {filler(4)}", "2024-01-01"),
            *((f"other{n}", "Дороги", f"Четвёртый номер {n}. {filler(5 + n)}", "2026-02-02") for n in range(8)),
        ):
            put(archive, url=f"https://a.ru/{id}", text=f"{title}\n{text}", published=published)
        found = [row["url"].rpartition("/")[2] for row in search(archive, "завод", now=NOW)]
        assert found[0] == "new"
        assert set(found[1:3]) == {"old", "none"}
        assert found[3:] == ["body"]


def test_filters(library: Archive, tmp_path: Path) -> None:
    assert letters(search(library, "завод", since="2026-01-02")) == "di"
    assert letters(search(library, "завод", until="2026-01-04")) == "ad"
    assert letters(search(library, "завод", since="2026-01-04", until="2026-01-04")) == "d"
    assert letters(search(library, "завод", region="RU-KLU")) == ""
    assert letters(search(library, "завод", source="gov39")) == "adi"
    assert search(library, "завод", source="kp40") == []
    assert search(library, "завод", story=7) == []
    assert len(search(library, "завод", limit=2)) == 2
    with open_archive(tmp_path / "a.db") as archive:
        put(archive)  # seen on 2 February, undated
        for since, until, count in (
            ("2026-02-02", None, 1),
            ("2026-02-03", None, 0),
            (None, "2026-02-02", 1),
            (None, "2026-02-01", 0),
        ):
            assert len(search(archive, "кластер", since=since, until=until)) == count


def test_common_words_are_ranked_by_title_and_freshness(library: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = search(library, "завод", now=NOW)
    monkeypatch.setattr("storage.search._RANKED", 1)
    quick = search(library, "завод", now=NOW)
    assert letters(quick) == letters(whole)
    assert quick[0]["url"].endswith("/i"), "the one with the word in its title"
    assert letters(search(library, "завод", since="2026-01-02", now=NOW)) == "di"


def test_what_a_person_called_irrelevant_is_not_found(tmp_path: Path) -> None:
    with open_archive(tmp_path / "a.db") as archive:
        put(archive)
        archive.conn.execute("INSERT INTO corrections (article, field, value, at) VALUES (1, 'verdict', 'irrelevant', '')")
        assert search(archive, "кластер") == []


def test_a_phrase_of_common_words_is_looked_for_among_the_newest_and_of_rare_ones_everywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_archive(tmp_path / "a.db") as archive:
        towns = ("Калуге", "Самаре", "Твери")
        for day, town in enumerate(towns, 1):
            text = f"В городе {town} открылся завод автокомпонентов, сообщила пресс-служба номер {day}."
            put(archive, url=f"https://press.ru/{day}", text=text, published=f"2026-01-{day:02}")
        assert len(search(archive, '"завод автокомпонентов"')) == 3
        monkeypatch.setattr("storage.search._COMMON", 0)
        assert len(search(archive, '"завод автокомпонентов"')) == 3, "complete while the matches are few"
        monkeypatch.setattr("storage.search._NEWEST_PHRASES", 1)
        (newest,) = search(archive, '"завод автокомпонентов"', limit=1)
        assert newest["url"].endswith("/3")


def test_what_is_wanted_and_left_out_at_once_is_nowhere_and_not_looked_for(library: Archive) -> None:
    words = fulltext.Words(library)
    assert parse("завод -заводы", words).nothing
    assert parse("мост завод OR цех -завод -цехами", words).nothing
    assert not parse("завод OR цех -завод", words).nothing
    assert not parse("завод -цех", words).nothing
    assert search(library, "завод -заводу") == []
